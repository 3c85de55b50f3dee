"""A real daemon that listens to a PBX, and one director who may sign in there."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from benchmarks.live.pbx import PBX, SECRET
from lab.daemon import free_port
from lab.operator import operator_headers

PERSON: Final = "director"
PASSWORD: Final = "umbrella kettle violin"
_START_SECONDS: Final = 120.0


class House:
    """Runs between ``with`` and its end."""

    def __init__(self, folder: Path, pbx_port: int, agents: Sequence[str]) -> None:
        self.port = free_port()
        self._folder = folder
        self._config = folder / "callward.toml"
        listed = "".join(f'[[agents]]\nname = "{agent}"\n' for agent in agents)
        self._config.write_text(
            f"""
[company]
numbers = ["+442079460000", "+442079460001"]
region = "GB"
[[pbx]]
name = "{PBX}"
host = "127.0.0.1"
port = {pbx_port}
secret = "{SECRET}"
trunks = ["operator"]
{listed}
[database]
url = "sqlite+aiosqlite:///{folder}/callward.db"
[vault]
key_file = "{folder}/vault.key"
[recordings]
storage = "file://{folder}/recordings"
[http]
port = {self.port}
"""
        )
        self._process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Of the console."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "daemon", "run", "--config", str(self._config)],
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + _START_SECONDS
        while not self._is_up():
            if time.monotonic() > end or self._process.poll() is not None:
                raise RuntimeError((self._folder / "log").read_text()[-2000:])
            time.sleep(0.2)
        most = dict.fromkeys(("cards_hour", "cards_day", "rows_hour", "rows_day"), 100_000)
        self.ask("POST", "people", {"name": PERSON, "role": "director"})
        # It is the board that is measured, not how copying is stopped.
        self.ask("PUT", "policies/quotas", {"roles": {}, "people": {PERSON: most}})
        self.temporary: str = self.ask("PUT", f"people/{PERSON}/password", {})["password"]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """What the API answers to the operator."""
        asked = urllib.request.Request(
            f"{self.url}/api/v1/{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json", **operator_headers(self._config)},
            method=method,
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    @property
    def headers(self) -> dict[str, str]:
        """The operator's."""
        return operator_headers(self._config)

    def memory(self) -> float:
        """What is resident, MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def cpu_seconds(self) -> float:
        """What the daemon has used."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def _is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                return bool(json.loads(answer.read())["ok"])
        except OSError:
            return False
