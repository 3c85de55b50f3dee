"""A whole lab: Asterisk, its phones, and what a test or a person wants to know of them."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from rich.console import Console
from sqlalchemy import make_url

from lab.ami_client import Reply
from lab.asterisk import AsteriskServer
from lab.block import AMI_PORT, SIP_PORT, Block
from lab.build import get_asterisk

if TYPE_CHECKING:
    from lab.phones import PhoneHost

DESKS: Final = {name: f"phone-{name}" for name in ("101", "102", "103", "104")}
"""Desk phones, each with its password."""
MOBILES: Final = {
    "101": "+447700900101",
    "102": "+447700900102",
    "103": "+447700900103",
    "104": "+447700900104",
}
COMPANY_NUMBERS: Final = tuple(f"+4420794600{last:02}" for last in range(20))
TRUNKS: Final = ("operator", "operator2")


class Lab:
    """A running Asterisk with phones around it, on a loopback network of its own.

    Use it as a context manager: what it started is stopped and removed at the end. Start it from
    a thread that lives as long as it does, since Asterisk dies with that thread. Raises
    ``LabError`` that says what to do where this machine cannot run it.
    """

    def __init__(self, console: Console | None = None, *, overlay: Path | None = None) -> None:
        """Templates in ``overlay`` replace those of the same name in ``lab/config``."""
        asterisk = get_asterisk(console)
        self._block = Block.claim()
        self._phones: PhoneHost | None = None
        self.server = AsteriskServer(asterisk, self._block, overlay)

    # --- where things are ---

    @property
    def root(self) -> Path:
        """The lab's folder on this machine; it goes when the lab ends."""
        return self._block.folder

    folder = root

    @property
    def block(self) -> str:
        """The network without its last part, ``127.X.Y``."""
        return self._block.prefix

    @property
    def sip_address(self) -> tuple[str, int]:
        return self.server.address, SIP_PORT

    @property
    def ami_host(self) -> str:
        return self.server.address

    @property
    def ami_port(self) -> int:
        return AMI_PORT

    @property
    def ami_secret(self) -> str:
        """Of the manager users ``callward`` (the product's rights), ``tap`` and ``lab``."""
        return self.server.secret

    @property
    def recordings_folder(self) -> Path:
        return self.folder / "recordings"

    @property
    def cel_file(self) -> Path:
        return self.folder / "log" / "cel-custom" / "callward.csv"

    @property
    def log_file(self) -> Path:
        """Asterisk's own log."""
        return self.server.log_file

    @property
    def secret_file(self) -> Path:
        """Holds the manager secret alone; mode 0600."""
        return self.folder / "ami.secret"

    # --- what it does ---

    def start(self) -> Self:
        """Start Asterisk and wait until it is fully booted."""
        try:
            self.secret_file.touch(mode=0o600)
            self.secret_file.write_text(self.ami_secret)
            self.server.start()
        except BaseException:
            self.close()
            raise
        return self

    def close(self) -> None:
        """Stop the phones and Asterisk, remove the folder, let the network go."""
        try:
            if self._phones is not None:
                self._phones.close()
                self._phones = None
        finally:
            self.server.stop()
            self._block.release()

    @property
    def phones(self) -> PhoneHost:
        """The SIP phones, started and registered on first use."""
        if self._phones is None:
            from lab.phones import PhoneHost  # noqa: PLC0415  pjsua2 only where phones are wanted

            phones = PhoneHost(self.folder / "phones", self.sip_address, self.block, DESKS)
            phones.__enter__()
            try:
                phones.register()
            except BaseException:
                phones.close()
                raise
            self._phones = phones
        return self._phones

    def cli(self, command: str) -> str:
        """What Asterisk's console says to this command."""
        with self.server.connect() as ami:
            return ami.command(command)

    def originate(
        self,
        channel: str,
        exten: str,
        context: str = "clicktodial",
        *,
        caller_id: str = COMPANY_NUMBERS[0],
        timeout_seconds: float = 30.0,
        channel_id: str | None = None,
        variables: dict[str, str] | None = None,
    ) -> Reply:
        """Call ``channel`` (``PJSIP/101``) and send it to ``exten``; returns once it is queued."""
        headers: dict[str, str | int | list[str]] = {
            "Channel": channel,
            "Context": context,
            "Exten": exten,
            "Priority": 1,
            "CallerID": caller_id,
            "Timeout": round(timeout_seconds * 1000),
            "Async": "true",
            "Variable": [f"{name}={value}" for name, value in (variables or {}).items()],
        }
        if channel_id is not None:
            headers["ChannelId"] = channel_id
        with self.server.connect() as ami:
            return ami.action("Originate", **headers)

    def stop_asterisk(self) -> None:
        """End Asterisk as a shutdown would; ``restart`` brings it back."""
        self.server.stop()

    def kill_asterisk(self) -> None:
        """End Asterisk as a power cut would; ``restart`` brings it back."""
        self.server.kill()

    def restart(self) -> None:
        """Stop Asterisk if it runs, start it, and register the phones again."""
        self.server.stop()
        self.server.start()
        if self._phones is not None:
            self._phones.register()

    def settings_toml(self, *, http_port: int, database_url: str | None = None) -> str:
        """A Callward configuration for this lab, with all that Callward keeps in its folder.

        ``database_url``: where two daemons work together, or the database is not SQLite. They
        have one key and one place for recordings, which another database does not share.
        """
        name = "callward" if database_url is None else make_url(database_url).database
        home = self.folder / str(name)
        home.mkdir(exist_ok=True)
        database_url = database_url or f"sqlite+aiosqlite:///{home / 'callward.db'}"
        return f"""\
[company]
name = "Lab"
numbers = {_array(COMPANY_NUMBERS)}
region = "GB"

[[pbx]]
name = "lab"
host = "{self.ami_host}"
port = {self.ami_port}
username = "callward"
secret_file = "{self.secret_file}"
trunks = {_array(TRUNKS)}
recordings_folder = "{self.recordings_folder}"
timezone = "{self.server.timezone}"
# A lab is one of several on a busy machine; whoever tests the waiting waits as long.
answer_seconds = 2

[pbx.cel]
file = "{self.cel_file}"

{self.people_toml()}
[database]
url = "{database_url}"

[vault]
key_file = "{home / "vault.key"}"

[recordings]
storage = "file://{home / "recordings"}"

[http]
port = {http_port}
"""

    def people_toml(self) -> str:
        """That part of the configuration which says who works here."""
        return "\n".join(
            f'[[agents]]\nname = "{name}"\nmobiles = ["{mobile}"]\n'
            for name, mobile in MOBILES.items()
        )

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _array(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"
