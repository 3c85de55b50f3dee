"""All that a run stands on: the company's PBX and phones, Callward's daemons, their database."""

from __future__ import annotations

import shutil
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from lab.journal import AmiTap
from lab.postgres import Postgres
from tests.lab.chaos.api import Api, ApiError
from tests.lab.chaos.base import Base, PostgresBase, SqliteBase
from tests.lab.chaos.cable import Cable
from tests.lab.chaos.company import Company
from tests.lab.chaos.daemons import Front, Kept

READY_SECONDS: Final = 90.0
_DATABASE: Final = "callward"


class House:
    """Between ``with`` and its end all runs. ``postgresql``: two daemons, one of them a standby."""

    def __init__(self, *, postgresql: bool, disk_mb: int) -> None:
        self.company = Company(disk_mb=disk_mb)
        self._postgresql = postgresql
        self._open = ExitStack()
        self._taps = 0
        self.daemons: list[Kept] = []
        self.base: Base
        self.api: Api

    def __enter__(self) -> Self:
        try:
            self._open.enter_context(self.company)
            self._serve()
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def _serve(self) -> None:
        url = None
        self.base = SqliteBase(self.company.disk / "callward.db")
        if self._postgresql:
            server = self._open.enter_context(Postgres())
            url = server.create(_DATABASE)
            self.base = PostgresBase(server, _DATABASE)
        for name in ("first", "second") if self._postgresql else ("callward",):
            self.daemons.append(self._daemon(name, url))
        front = Front(self.company.http_port, self.daemons)
        self._open.callback(front.close)
        self.api = Api(self.company.http_port, self.daemons[0].config)
        for daemon in self.daemons:
            self._open.callback(daemon.stop)
            daemon.begin()
        self.wait_until_ready()
        _ = self.company.phones
        self.listen_in()

    def _daemon(self, name: str, url: str | None) -> Kept:
        # One daemon listens where the dialplan asks; two stand behind a front that does.
        port = free_port() if self._postgresql else self.company.http_port
        config = self.company.folder / f"{name}.toml"
        config.write_text(self.company.settings_toml(http_port=port, database_url=url))
        cable = Cable(lambda: (self.company.ami_host, self.company.ami_port))
        self._open.callback(cable.close)
        self.company.over(cable, config)
        return Kept(name, config, port, cable)

    def leader(self) -> Kept:
        """Who leads, or did last."""
        return next((one for one in self.daemons if one.leads()), self.daemons[0])

    def wait_until_ready(self) -> None:
        """Raises ``TimeoutError`` with the end of the daemons' logs."""
        end = time.monotonic() + READY_SECONDS
        while not self.api.is_ready():
            if time.monotonic() > end:
                told = [one.log_file.read_text(errors="replace")[-1500:] for one in self.daemons]
                raise TimeoutError("Callward did not get ready:\n" + "\n---\n".join(told))
            time.sleep(0.1)

    def listen_in(self) -> None:
        """A journal of all that the PBX tells from now on, for whoever looks for a fault."""
        self._taps += 1
        with suppress(OSError):
            tap = AmiTap(
                self.company.folder / f"{self._taps}.ami",
                (self.company.ami_host, self.company.ami_port),
                "tap",
                self.company.ami_secret,
            )
            self._open.callback(tap.cut)

    def clients(self, numbers: list[str]) -> dict[str, str]:
        """Their cards' ids, made here. Raises ``ApiError``."""
        return {number: self._client(number) for number in numbers}

    def _client(self, number: str) -> str:
        body = {"phones": [{"number": number}]}
        while True:
            try:
                card: dict[str, str] = self.api.ask("POST", "/api/v1/clients", body)
            except ApiError as error:
                if error.status:
                    raise
                # A busy machine: the front asked who leads, and nobody said so within a second.
                self.wait_until_ready()
            else:
                return card["id"]

    def keep(self, folder: Path) -> None:
        """What one needs to look at a failure, copied before it is gone."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("log", "sipp", "phones", "recordings", "callward"):
            with suppress(OSError, shutil.Error):
                shutil.copytree(self.company.folder / name, folder / name)
        for pattern in ("*.log", "*.toml", "*.ami"):
            for file in self.company.folder.glob(pattern):
                shutil.copy(file, folder)
        if isinstance(self.base, PostgresBase):
            dump = self.base.server.run("pg_dump", self.base.name)
            (folder / "callward.sql").write_text(dump)


def free_port() -> int:
    """A TCP port of loopback on which nobody listens."""
    from lab.daemon import free_port as free

    return free()
