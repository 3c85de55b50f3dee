"""Callward's processes and who keeps them running: what systemd does with ``Restart=always``."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.lab.chaos.cable import Address, Cable, Sink

RESTART_SECONDS: Final = 0.5
STOP_SECONDS: Final = 20.0
_LOOK_SECONDS: Final = 1.0
_STANDBY: Final = b":standby"
"""Ends the type of the problem with which a standby answers (RFC 9457)."""


def faketime_library() -> Path:
    """libfaketime, from Debian's package ``faketime``. ``FileNotFoundError`` without it."""
    for folder in Path("/usr/lib").glob("*-linux-gnu*/faketime"):
        library = folder / "libfaketimeMT.so.1"
        if library.exists():
            return library
    raise FileNotFoundError("libfaketime is missing: apt-get install faketime")


class Kept:
    """One daemon that is started again whenever it ends, until ``stop``."""

    def __init__(self, name: str, config: Path, port: int, cable: Cable) -> None:
        self.name = name
        self.config = config
        self.port = port
        self.cable = cable
        self.sink = Sink(cable.port)
        self.log_file = config.with_suffix(".log")
        self.exits: list[tuple[float, int]] = []
        """Epoch seconds, exit code (negative: the signal)."""
        self._clock = config.with_suffix(".clock")
        self._process: subprocess.Popen[bytes] | None = None
        self._may_run = threading.Event()
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name=f"keeper {name}", daemon=True)
        self.step_clock(0)

    def begin(self) -> None:
        """Start it; it is kept from now on."""
        self._may_run.set()
        self._keeper.start()

    def step_clock(self, seconds: int) -> None:
        """Its wall clock is off by so much from now on; its monotonic clock goes on."""
        draft = self._clock.with_suffix(".draft")
        draft.write_text(f"{seconds:+d}\n")
        draft.replace(self._clock)

    def send(self, what: signal.Signals) -> bool:
        """Whether there was a process to hear it."""
        process = self._process
        if process is None or process.poll() is not None:
            return False
        process.send_signal(what)
        return True

    def hold(self) -> None:
        """When it ends it is not started again before ``release``."""
        self._may_run.clear()

    def release(self) -> None:
        self._may_run.set()

    def leads(self) -> bool:
        """Whether it is the one to ask: it works, with its link to the PBX or without."""
        told = _told(self.port, "/health")
        return told is not None and _STANDBY not in told

    def stop(self) -> None:
        """End it as systemd does, for good."""
        self._stopping.set()
        self._may_run.set()
        self.send(signal.SIGCONT)
        self.send(signal.SIGTERM)
        self._keeper.join(STOP_SECONDS)
        if self._keeper.is_alive():
            self.send(signal.SIGKILL)
            self._keeper.join()

    def _keep(self) -> None:
        while True:
            self._may_run.wait()
            if self._stopping.is_set():
                return
            with self.log_file.open("ab") as log:
                self._process = subprocess.Popen(
                    [
                        *("setpriv", "--pdeathsig", "KILL"),
                        *(sys.executable, "-m", "daemon", "run", "--config", str(self.config)),
                    ],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=self._environment(),
                )
                code = self._process.wait()
            self.exits.append((time.time(), code))
            if self._stopping.wait(RESTART_SECONDS):
                return

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "LD_PRELOAD": str(faketime_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._clock),
            "FAKETIME_CACHE_DURATION": "1",
            # Only the wall clock steps: no file's times, and no clock by which one waits.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }


class Front:
    """The address at which the dialplan and people ask: whichever daemon leads answers there."""

    def __init__(self, port: int, daemons: Sequence[Kept]) -> None:
        self._daemons = daemons
        self._leader = daemons[0]
        self._known_at = 0.0
        self._cable = Cable(self._find, port) if len(daemons) > 1 else None

    def close(self) -> None:
        if self._cable is not None:
            self._cable.close()

    def _find(self) -> Address | None:
        if time.monotonic() - self._known_at > _LOOK_SECONDS or not self._leader.leads():
            leader = next((one for one in self._daemons if one.leads()), None)
            if leader is None:
                return None
            self._leader, self._known_at = leader, time.monotonic()
        return "127.0.0.1", self._leader.port


def _told(port: int, path: str) -> bytes | None:
    """What it says there, whatever the status; ``None`` where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_LOOK_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
