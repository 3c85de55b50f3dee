"""Callward itself beside the lab: the command as an operator runs it, in a process of its own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from lab.lab import Lab
from lab.operator import operator_headers

_START_SECONDS = 90.0
_STOP_SECONDS = 15.0


class DaemonError(Exception):
    """Callward did not start; the message ends with what it printed last."""


class Daemon:
    """``callward run`` against one lab; what it prints goes to ``log_file``.

    Two beside one lab: each has its ``name``, and both the ``database_url`` of one PostgreSQL
    (``lab.postgres``). The second one that starts is the standby: ``start(standby=True)``.
    """

    def __init__(
        self,
        lab: Lab,
        *,
        port: int | None = None,
        database_url: str | None = None,
        name: str = "callward",
    ) -> None:
        self.port = port or free_port()
        self.config = lab.folder / f"{name}.toml"
        more = {} if database_url is None else {"database_url": database_url}
        self.config.write_text(lab.settings_toml(http_port=self.port, **more))
        self.log_file = lab.folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the running process."""
        if self._process is None:
            raise DaemonError("Callward is not running")
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None and self._process.poll() is None

    def start(self, *, standby: bool = False) -> Self:
        """Start it and wait until its link to the PBX stands; as ``standby``, until it waits."""
        self._log = self.log_file.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "daemon", "run", "--config", str(self.config)],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        try:
            if standby:
                self.wait_until(lambda: self.is_standby, _START_SECONDS)
            else:
                self.wait_until(lambda: self.leads, _START_SECONDS)
        except TimeoutError as error:
            self.stop()
            raise DaemonError(f"Callward did not get ready: {self._last_words()}") from error
        return self

    @property
    def leads(self) -> bool:
        """Whether it works, and its link to the PBX stands."""
        return bool(self._get("/health").get("ok"))

    @property
    def is_standby(self) -> bool:
        """Whether it waits for another one's end."""
        return bool(self._get("/health/ready").get("code") == "standby")

    def wait_until_leads(self, deadline_seconds: float = 30.0) -> None:
        """It has taken over from another one. Raises TimeoutError."""
        self.wait_until(lambda: self.leads, deadline_seconds)

    def wait_until_ended(self, deadline_seconds: float = 30.0) -> int:
        """It ends by itself, as one that is no longer the leader does; its exit code.

        Raises TimeoutError.
        """
        if self._process is None:
            raise DaemonError("Callward is not running")
        try:
            code = self._process.wait(deadline_seconds)
        except subprocess.TimeoutExpired:
            raise TimeoutError from None
        self._end(signal.SIGTERM)
        return code

    def _last_words(self) -> str:
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-20:])

    def stop(self) -> None:
        """End it as systemd would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a crash would."""
        self._end(signal.SIGKILL)

    def send(self, what: signal.Signals) -> None:
        """``SIGSTOP`` hangs it, ``SIGCONT`` lets it go on."""
        if self._process is None:
            raise DaemonError("Callward is not running")
        self._process.send_signal(what)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            if how is not signal.SIGKILL:
                # One that was hung by SIGSTOP hears nothing before.
                self._process.send_signal(signal.SIGCONT)
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._log is not None:
            self._log.close()
            self._log = None

    @property
    def headers(self) -> dict[str, str]:
        """What shows its API that the operator asks."""
        return operator_headers(self.config)

    def get(self, path: str) -> Any:
        """The JSON at this path of its API."""
        return self._get(path)

    def metrics(self, name: str) -> dict[str, float]:
        """What it counts under this name, by the labels as they stand there."""
        url = f"http://127.0.0.1:{self.port}/metrics"
        with urllib.request.urlopen(url, timeout=30) as answer:
            lines = answer.read().decode().splitlines()
        found = (line.removeprefix(name).rpartition(" ") for line in lines if line.startswith(name))
        return {
            labels.strip("{}"): float(count)
            for labels, _, count in found
            if not labels or labels.startswith("{")
        }

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """What its API answers to the operator; ``None`` for an empty answer.

        Raises ``urllib.error.HTTPError``.
        """
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json", **self.headers},
            method=method,
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def _get(self, path: str) -> Any:
        if self._process is not None and self._process.poll() is not None:
            raise DaemonError(
                f"Callward ended with exit code {self._process.returncode}: {self._last_words()}"
            )
        url = f"http://127.0.0.1:{self.port}{path}"
        try:
            asked = urllib.request.Request(url, headers=self.headers)
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)
        except (OSError, ValueError):
            return {}

    def calls(self) -> list[dict[str, Any]]:
        """Every captured call, newest first."""
        items: list[dict[str, Any]] = self._get("/api/v1/calls?limit=200").get("items", [])
        return items

    def wait_until(self, condition: Callable[[], bool], deadline_seconds: float = 30.0) -> None:
        """Wait for something that its API shows. Raises TimeoutError."""
        end = time.monotonic() + deadline_seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError
            time.sleep(0.05)

    def command(self, *arguments: str) -> str:
        """What ``callward ARGUMENTS`` prints, under this daemon's settings."""
        done = subprocess.run(
            [sys.executable, "-m", "daemon", *arguments, "--config", str(self.config)],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def free_port() -> int:
    """A TCP port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def audio(daemon: Daemon, recording: str, target: Path) -> Path:
    """Fetch a recording into ``target``."""
    url = f"http://127.0.0.1:{daemon.port}/api/v1/recordings/{recording}/audio"
    asked = urllib.request.Request(url, headers=daemon.headers)
    with urllib.request.urlopen(asked, timeout=30) as answer:
        target.write_bytes(answer.read())
    return target
