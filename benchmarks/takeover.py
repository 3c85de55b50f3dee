"""How soon a standby works: from the end, or the hanging, of the daemon that does.

Two daemons on one PostgreSQL, each a process of its own without a PBX; five runs of each kind. The
time ends when the standby's API answers as one that works. Exit status 1 when one is over 5 s.
"""

from __future__ import annotations

import json
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

from lab.daemon import free_port
from lab.postgres import Postgres

MOST_SECONDS: Final = 5.0
_RUNS: Final = 5
_START_SECONDS: Final = 90.0
_SETTINGS: Final = """\
[company]
numbers = ["+442079460000"]
[[pbx]]
port = {nobody}
secret = "not a secret"
trunks = ["operator"]
[database]
url = "{url}"
[vault]
key_file = "{folder}/vault.key"
[recordings]
storage = "file://{folder}/recordings"
[http]
port = {port}
"""


class _Callward:
    def __init__(self, folder: Path, url: str, name: str) -> None:
        self._port = free_port()
        self._config = folder / f"{name}.toml"
        self._log = folder / f"{name}.log"
        settings = _SETTINGS.format(folder=folder, url=url, port=self._port, nobody=free_port())
        self._config.write_text(settings)
        self.start()

    def start(self) -> None:
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "daemon", "run", "--config", str(self._config)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)

    def wait_for(self, key: str) -> None:
        """Until what ``/health`` says has ``key``."""
        until = time.monotonic() + _START_SECONDS
        while key not in self._health():
            if time.monotonic() > until:
                raise TimeoutError(self._log.read_text()[-2000:])
            time.sleep(0.005)

    def _health(self) -> dict[str, object]:
        try:
            url = f"http://127.0.0.1:{self._port}/health"
            with urllib.request.urlopen(url, timeout=5) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            return dict(json.load(error))
        except (OSError, ValueError):
            return {}

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


def main() -> int:
    """Exit status 1 when a bound is missed."""
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder, Postgres() as server:
        url = server.create("callward")
        works = _Callward(Path(folder), url, "one")
        try:
            works.wait_for("links")
            waits = _Callward(Path(folder), url, "two")
            try:
                for name, how in (("kill -9", signal.SIGKILL), ("a hang", signal.SIGSTOP)):
                    seconds = []
                    for _ in range(_RUNS):
                        waits.wait_for("code")
                        began = time.monotonic()
                        works.process.send_signal(how)
                        waits.wait_for("links")
                        seconds.append(time.monotonic() - began)
                        works.end()
                        works.start()
                        works, waits = waits, works
                    print(
                        f"after {name:7}: a standby works in {statistics.median(seconds):.2f} s"
                        f" (median of {_RUNS}), {max(seconds):.2f} s at most"
                    )
                    worst = max(worst, *seconds)
            finally:
                waits.end()
        finally:
            works.end()
    return 0 if worst <= MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
