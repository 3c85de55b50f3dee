"""A MariaDB of one's own, such as FreePBX logs into: Debian's, in a folder that is gone afterwards,
on a socket there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from lab.messages import LabError

_USER: Final = "mysql"
_SECONDS: Final = 60.0


class Mariadb:
    """Runs between ``with`` and its end.

    ``LabError`` where MariaDB is not installed (Debian's package ``mariadb-server``).
    """

    def __init__(self) -> None:
        if shutil.which("mariadbd", path=_PATH) is None:
            raise LabError("mariadb.missing")
        self._folder = Path(tempfile.mkdtemp(prefix="callward-mariadb-"))
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self._folder / "socket"

    def __enter__(self) -> Self:
        try:
            if os.geteuid() == 0:
                shutil.chown(self._folder, _USER, _USER)
            self._call(
                "mariadb-install-db", "--no-defaults", *self._where(), "--skip-test-db",
                "--auth-root-authentication-method=normal",
            )  # fmt: skip
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

    def start(self) -> None:
        """Returns when it answers."""
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [
                    *("setpriv", "--pdeathsig", "TERM", shutil.which("mariadbd", path=_PATH) or ""),
                    *("--no-defaults", *self._where(), f"--socket={self.socket}"),
                    *("--skip-networking", f"--pid-file={self._folder / 'pid'}"),
                    # Nothing of it outlives the process that asked for it.
                    *("--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M"),
                ],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        deadline = time.monotonic() + _SECONDS
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise LabError("mariadb.failed", said=(self._folder / "log").read_text()[-1000:])
            time.sleep(0.05)

    def stop(self) -> None:
        """``start`` brings it back as it was."""
        if self._server is not None:
            self._server.terminate()
            try:
                self._server.wait(_SECONDS)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
            self._server = None

    def close(self) -> None:
        """Stop it and remove its folder."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def run(self, statements: str, database: str = "") -> str:
        """What ``mariadb`` prints for these statements, as the server's root."""
        return self._call(
            "mariadb", "--no-defaults", f"--socket={self.socket}", "--user=root", "--batch",
            f"--database={database}", f"--execute={statements}",
        )  # fmt: skip

    def url(self, user: str, database: str) -> str:
        """Where that database is, for ``pbx.cel.url``."""
        return f"mysql://{user}@localhost/{database}?unix_socket={self.socket}"

    def _where(self) -> tuple[str, ...]:
        user = (f"--user={_USER}",) if os.geteuid() == 0 else ()
        return (f"--datadir={self._folder / 'data'}", *user)

    def _answers(self) -> bool:
        try:
            self.run("SELECT 1")
        except LabError:
            return False
        return True

    def _call(self, program: str, *arguments: str) -> str:
        command = [shutil.which(program, path=_PATH) or program, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        if done.returncode:
            raise LabError("mariadb.failed", said=done.stderr.strip())
        return done.stdout


_PATH: Final = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"
