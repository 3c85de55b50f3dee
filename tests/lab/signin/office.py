"""Callward itself without a PBX, as an operator runs it, and curl as people's browser."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from lab.daemon import free_port

_START_SECONDS: Final = 120.0
_SETTINGS: Final = """\
[company]
numbers = ["+442079460000"]
region = "GB"

[[pbx]]
port = 1
secret = "not a secret"
trunks = ["operator"]

[database]
url = "sqlite+aiosqlite:///{folder}/callward.db"

[vault]
key_file = "{folder}/vault.key"

[recordings]
storage = "file://{folder}/recordings"

"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What curl got."""

    status: int
    headers: Mapping[str, str]
    """The last answer's, by lower-case names."""
    body: Any

    @property
    def code(self) -> str | None:
        """Of a problem."""
        return self.body.get("code") if isinstance(self.body, dict) else None


class Office:
    """``callward run`` with these sections of the settings, in a network namespace or here."""

    def __init__(
        self,
        folder: Path,
        sections: str,
        *,
        environ: Mapping[str, str] | None = None,
        within: Sequence[str] = (),
        url: str | None = None,
    ) -> None:
        """``within``: what a command is put behind, ``ip netns exec NAME``; ``sections`` may hold
        ``{port}``."""
        self.port = free_port()
        self.local_port = free_port()
        self.folder = folder
        self.config = folder / "callward.toml"
        ports = sections.format(port=self.port, local_port=self.local_port, folder=folder)
        self.config.write_text(_SETTINGS.format(folder=folder) + ports)
        self.url = (url or "http://localhost:{port}").format(port=self.port)
        self._environ = {**os.environ, **(environ or {}), "CALLWARD_LANGUAGE": "en"}
        self._within = list(within)
        self._log_file = folder / "callward.log"
        self._log: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._log = self._log_file.open("ab")
        self._process = subprocess.Popen(
            [*self._within, sys.executable, "-m", "daemon", "run", "--config", str(self.config)],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env=self._environ,
        )
        end = time.monotonic() + _START_SECONDS
        while b"daemon is ready" not in self._log_file.read_bytes():
            if time.monotonic() > end or self._process.poll() is not None:
                said = self._log_file.read_text(errors="replace")[-4000:]
                self.__exit__(None, None, None)
                raise RuntimeError(f"Callward did not get ready: {said}")
            time.sleep(0.2)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._log is not None:
            self._log.close()

    def try_command(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, output and errors of ``callward ARGUMENTS``."""
        done = subprocess.run(
            [*self._within, sys.executable, "-m", "daemon", *arguments,
             "--config", str(self.config)],
            check=False, capture_output=True, text=True, env=self._environ,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    def command(self, *arguments: str) -> str:
        """What ``callward ARGUMENTS`` prints."""
        code, said, errors = self.try_command(*arguments)
        assert code == 0, errors
        return said

    def add(self, name: str, role: str, *more: str) -> None:
        """A person."""
        self.command("people", "add", name, "--role", role, *more)

    def audited(self, action: str) -> list[dict[str, Any]]:
        """Entries of the audit."""
        said = json.loads(self.command("audit", "list", "--action", action, "--json"))
        items: list[dict[str, Any]] = said["items"] if isinstance(said, dict) else said
        return items


def curl(
    url: str,
    *arguments: str,
    environ: Mapping[str, str] | None = None,
    within: Sequence[str] = (),
) -> Answer:
    """One request with a real curl."""
    done = subprocess.run(
        [*within, "curl", "--silent", "--show-error", "--include", "--noproxy", "*",
         "--max-time", "20", *arguments, url],
        check=False, capture_output=True, text=True, env={**os.environ, **(environ or {})},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    *heads, body = done.stdout.replace("\r\n", "\n").split("\n\n")
    lines = heads[-1].splitlines()
    headers = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines[1:])
    }
    return Answer(int(lines[0].split()[1]), headers, json.loads(body) if body else None)
