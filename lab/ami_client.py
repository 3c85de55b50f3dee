"""A tiny blocking client of Asterisk's manager interface, for the lab's own errands."""

from __future__ import annotations

import itertools
import socket
import time
from types import TracebackType
from typing import Final, Self

from lab.messages import LabError

DEADLINE: Final = 30.0

Reply = dict[str, list[str]]
"""Headers by Asterisk's names; every value, since some come more than once (``Output``)."""


class AmiClient:
    """One logged-in connection. It reads events only while it waits for an answer."""

    def __init__(self, host: str, port: int, username: str, secret: str) -> None:
        """Connect and log in; ``LabError`` where that is refused or not answered in time."""
        self._socket = socket.create_connection((host, port), timeout=DEADLINE)
        self._buffer = b""
        self._ids = itertools.count(1)
        try:
            self._line(time.monotonic() + DEADLINE)
            self.action("Login", Username=username, Secret=secret)
        except BaseException:
            self.close()
            raise

    def action(self, name: str, **headers: str | int | list[str]) -> Reply:
        """Send one action and give its answer; ``LabError`` where Asterisk refuses it."""
        key = f"lab-{next(self._ids)}"
        lines = [f"Action: {name}", f"ActionID: {key}"]
        for header, value in headers.items():
            values = value if isinstance(value, list) else [value]
            lines += [f"{header}: {single}" for single in values]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())
        deadline = time.monotonic() + DEADLINE
        while True:
            reply = self._message(deadline, name)
            if "Response" in reply and reply.get("ActionID") == [key]:
                if reply["Response"] == ["Error"]:
                    detail = " ".join(reply.get("Output") or reply.get("Message", []))
                    raise LabError("ami.refused", action=name, detail=detail)
                return reply

    def wait_for(self, event: str, seconds: float = DEADLINE, **headers: str) -> Reply:
        """The next event of this name with these headers; ``LabError`` after ``seconds``."""
        deadline = time.monotonic() + seconds
        while True:
            reply = self._message(deadline, event)
            if reply.get("Event") == [event] and all(
                reply.get(name) == [value] for name, value in headers.items()
            ):
                return reply

    def command(self, command: str) -> str:
        """What Asterisk's console says to this command."""
        return "\n".join(self.action("Command", Command=command).get("Output", []))

    def close(self) -> None:
        self._socket.close()

    def _message(self, deadline: float, waiting_for: str) -> Reply:
        reply: Reply = {}
        try:
            while line := self._line(deadline):
                name, _, value = line.partition(":")
                reply.setdefault(name, []).append(value.removeprefix(" "))
        except TimeoutError:
            raise LabError("ami.deadline", action=waiting_for, seconds=DEADLINE) from None
        return reply

    def _line(self, deadline: float) -> str:
        while b"\n" not in self._buffer:
            self._socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                chunk = self._socket.recv(65536)
            except ConnectionError:
                chunk = b""
            if not chunk:
                raise LabError("ami.ended")
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.rstrip(b"\r").decode(errors="replace")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
