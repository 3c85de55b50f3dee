"""A PostgreSQL of one's own: Debian's, in a folder that is gone afterwards, on a socket there."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from lab.messages import LabError

_USER: Final = "postgres"
_SECONDS: Final = 60
# Nothing of it outlives the process that asked for it: it need not survive a power cut.
_OPTIONS: Final = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
}


class Postgres:
    """Runs between ``with`` and its end; ``create`` makes databases in it.

    ``keep``: a folder that stays, with all that is in it; it is made where it is missing.
    ``LabError`` where PostgreSQL is not installed (Debian's package ``postgresql``).
    """

    def __init__(
        self, options: Mapping[str, str] | None = None, *, keep: Path | None = None
    ) -> None:
        self._options = {**_OPTIONS, **(options or {})}
        self._binaries = _find_binaries()
        self._kept = keep is not None
        if keep is not None:
            keep.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = keep or Path(tempfile.mkdtemp(prefix="callward-postgres-"))
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            if not self.data.exists():
                self._make()
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def create(self, name: str, template: str = "template1") -> str:
        """A new database, empty or a copy of ``template``; its address for ``database.url``."""
        self.run("createdb", "--template", template, name)
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.run("dropdb", "--force", name)

    def url(self, name: str) -> str:
        """Where that database is, for ``database.url``."""
        return f"postgresql+asyncpg://{_USER}@/{name}?host={self._folder}"

    def run(self, program: str, *arguments: str) -> str:
        """One of PostgreSQL's own programs (``psql``, ``pg_dump``) on this server; its output."""
        done = self._call(program, "--host", str(self._folder), *arguments)
        return done.stdout

    @property
    def data(self) -> Path:
        """The folder with all that the server has on the disk."""
        return self._folder / "data"

    def close(self) -> None:
        """Stop it and remove its folder, if it is not to be kept."""
        self.stop()
        if not self._kept:
            shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """Whoever is connected to it is thrown out; ``start`` brings it back as it was."""
        if self._server is not None:
            # SIGINT: fast shutdown (PostgreSQL's manual, "Shutting Down the Server").
            self._server.send_signal(signal.SIGINT)
            try:
                self._server.wait(_SECONDS)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
            self._server = None

    def _make(self) -> None:
        account = pwd.getpwnam(_USER) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        os.chown(self._folder, account.pw_uid, account.pw_gid)
        self._call(
            "initdb",
            *("--pgdata", str(self.data), "--username", _USER, "--auth", "trust"),
            *("--encoding", "UTF8", "--no-locale", "--no-sync"),
        )

    def start(self) -> None:
        """Returns when it answers."""
        options = {**self._options, "unix_socket_directories": str(self._folder)}
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [
                    *("setpriv", "--pdeathsig", "INT", *_identity()),
                    str(self._binaries / "postgres"),
                    *("-D", str(self.data)),
                    *(f"--{name}={value}" for name, value in options.items()),
                ],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        self._call(
            "pg_isready", "--host", str(self._folder), "--timeout", str(_SECONDS), again=True
        )

    def _call(
        self, program: str, *arguments: str, again: bool = False
    ) -> subprocess.CompletedProcess[str]:
        as_user = [] if program == "initdb" else ["--username", _USER]
        who = ["setpriv", *_identity()] if _identity() else []
        command = [*who, str(self._binaries / program), *as_user, *arguments]
        while True:
            done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
            if done.returncode == 0:
                return done
            if not again or self._server is None or self._server.poll() is not None:
                raise LabError("postgres.failed", program=program, said=done.stderr.strip())


def _identity() -> tuple[str, ...]:
    """As whom ``setpriv`` runs it: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return ()
    return ("--reuid", _USER, "--regid", _USER, "--clear-groups")


def _find_binaries() -> Path:
    """Debian keeps them by version, off the path."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[4]) if path.parts[4].isdigit() else 0,
    )
    if not folders:
        raise LabError("postgres.missing")
    return folders[-1].parent
