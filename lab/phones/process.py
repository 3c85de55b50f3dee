"""The parent's end of one process that holds phones (``lab.phones.host``)."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

COMMAND_DEADLINE = 30.0
ROOT = Path(__file__).resolve().parents[2]


class PhoneProcess:
    """Starts the process, sends it commands, and hands every event line to ``on_event``."""

    def __init__(self, errors: Path, on_event: Callable[[dict[str, Any]], None]) -> None:
        self._errors = errors
        self._on_event = on_event
        self._ids = itertools.count(1)
        self._answers: dict[int, dict[str, Any]] = {}
        self._changed = threading.Condition()
        self._ended = False
        with errors.open("ab") as stderr:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "lab.phones.host"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                cwd=ROOT,
            )
        self._reader = threading.Thread(target=self._read, name="phones", daemon=True)
        self._reader.start()

    def command(self, do: str, **arguments: Any) -> Any:
        """Have a command performed; returns its result.

        Raises ``RuntimeError`` with what the SIP stack said, ``ConnectionError`` if the process
        ended or does not answer.
        """
        key = next(self._ids)
        line = json.dumps({"id": key, "do": do, **arguments}) + "\n"
        with self._changed:
            if self._child.stdin is None or self._ended:
                raise ConnectionError(self._obituary())
            try:
                self._child.stdin.write(line.encode())
                self._child.stdin.flush()
            except (BrokenPipeError, ValueError) as error:
                raise ConnectionError(self._obituary()) from error
            in_time = self._changed.wait_for(
                lambda: key in self._answers or self._ended, COMMAND_DEADLINE
            )
            answer = self._answers.pop(key, None)
        if answer is None:
            raise ConnectionError(
                self._obituary() if in_time else f"phones: no answer to {do} in time"
            )
        if "error" in answer:
            raise RuntimeError(f"phones: {do}: {answer['error']}")
        return answer["result"]

    def begin_close(self) -> None:
        """Ask it to hang up, close its files and end."""
        if self._child.stdin is not None:
            self._child.stdin.close()

    def close(self) -> None:
        """Wait for its end, ten seconds at most."""
        self.begin_close()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._reader.join(5)

    def _obituary(self) -> str:
        return f"the phones' process ended with {self._child.poll()}; see {self._errors}"

    def _read(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            message = json.loads(line)
            if "event" in message:
                self._on_event(message)
                continue
            with self._changed:
                self._answers[message["id"]] = message
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()
