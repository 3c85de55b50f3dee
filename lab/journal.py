"""A tap on the PBX: the raw bytes of an AMI connection after its login, written to a file."""

from __future__ import annotations

import re
import socket
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

LOGIN_DEADLINE = 30.0
NOISE = ("RTCPSent", "RTCPReceived", "TestEvent")
"""Media statistics and Asterisk's own test hooks: most of the bytes, nothing about calls."""
VERBOSE = ("VarSet", "Newexten")
"""The dialplan's steps: much, and of use only where a variable tells something."""
QUIET = 0.3
"""Seconds without a byte after which the PBX has told everything."""
CHANNEL_EVENTS = re.compile(
    rb"^Event: (Newchannel|CoreShowChannel|Hangup)\r\n(?:[^\r\n]+\r\n)*?Uniqueid: (\S+)\r\n",
    re.MULTILINE,
)
BRIDGES = re.compile(rb"^BridgeUniqueid: (\S+)\r\n", re.MULTILINE)
STATUS_VARIABLES = "CDR(start,u),CDR(answer,u),CALLERID(dnid),CALLWARD_RECORDING,CALLWARD_PARTY"


class AmiTap:
    """Records a journal from its start until ``stop`` or ``cut``.

    Logs in as a user that may read everything. With ``snapshot`` it first asks what runs
    (CoreShowChannels, Status, BridgeList, BridgeInfo, QueueStatus, ParkedCalls), as whoever
    connects in the middle of calls must: the file then begins with those answers.
    """

    def __init__(
        self,
        file: Path,
        server: tuple[str, int],
        username: str,
        secret: str,
        *,
        snapshot: bool = False,
        verbose: bool = False,
    ) -> None:
        self._file = file.open("wb")
        self._received = bytearray()
        self._changed = threading.Condition()
        self._ended = False
        self._socket = socket.create_connection(server, timeout=LOGIN_DEADLINE)
        try:
            self._login(username, secret, NOISE if verbose else NOISE + VERBOSE)
        except BaseException:
            self._socket.close()
            self._file.close()
            raise
        self._reader = threading.Thread(target=self._read, name="journal", daemon=True)
        self._reader.start()
        if snapshot:
            self._take_snapshot()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cut()

    def stop(self, deadline: float = 30.0) -> None:
        """End the journal once no channel lives and the PBX is quiet. Raises as ``settle``."""
        try:
            self.settle(deadline)
        finally:
            self.cut()

    def settle(self, deadline: float = 30.0) -> None:
        """Wait until no channel lives and the PBX is quiet.

        Raises ``TimeoutError`` if channels still live after ``deadline`` seconds.
        """
        until = time.monotonic() + deadline
        while not self._ended and (self._heard_within(QUIET) or self._alive()):
            if time.monotonic() > until:
                raise TimeoutError(f"still alive on the PBX: {sorted(self._alive())}")

    def _heard_within(self, seconds: float) -> bool:
        """Whether anything comes in this time."""
        with self._changed:
            length = len(self._received)
            return self._changed.wait_for(
                lambda: self._ended or len(self._received) > length, seconds
            )

    def _alive(self) -> set[bytes]:
        """Uniqueids of the channels that began or were listed, and did not hang up yet."""
        alive = set()
        for event, uniqueid in CHANNEL_EVENTS.findall(self._received):
            if event == b"Hangup":
                alive.discard(uniqueid)
            else:
                alive.add(uniqueid)
        return alive

    def cut(self) -> None:
        """End the connection now, whatever runs."""
        if self._file.closed:
            return
        self._shut()
        self._reader.join(5)
        self._socket.close()
        self._file.close()

    def _shut(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            self._ended = True

    def _send(self, **headers: str) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._socket.sendall(lines.encode() + b"\r\n")

    def _login(self, username: str, secret: str, unwanted: tuple[str, ...]) -> None:
        """Log in without events, set the filter, then let events come: those are the journal."""
        self._expect(b"\r\n")
        self._send(Action="Login", Username=username, Secret=secret, Events="off")
        self._expect(b"\r\n\r\n", accept=b"Response: Success")
        pattern = f"!Event: ({'|'.join(unwanted)})"
        self._send(Action="Filter", Operation="Add", Filter=pattern)
        self._expect(b"\r\n\r\n", accept=b"Response: Success")
        self._send(Action="Events", EventMask="on")
        self._expect(b"\r\n\r\n", accept=b"Response: Success")
        self._file.write(self._received)
        self._socket.settimeout(None)

    def _expect(self, mark: bytes, accept: bytes = b"") -> None:
        """Read up to ``mark``; ``PermissionError`` unless what came holds ``accept``."""
        while mark not in self._received:
            chunk = self._socket.recv(4096)
            if not chunk:
                raise ConnectionError("the PBX closed the connection at login")
            self._received += chunk
        head, _, rest = bytes(self._received).partition(mark)
        if accept not in head:
            if b"Event: " in head:
                self._received = bytearray(rest)
                self._expect(mark, accept)
                return
            raise PermissionError(f"the PBX refused the tap: {head.decode(errors='replace')}")
        self._received = bytearray(rest)

    def _read(self) -> None:
        while True:
            try:
                chunk = self._socket.recv(65536)
            except OSError:
                chunk = b""
            with self._changed:
                self._received += chunk
                self._ended = not chunk
                self._changed.notify_all()
            if not chunk:
                return
            self._file.write(chunk)

    def wait_for(self, line: bytes, deadline: float = 30.0) -> None:
        """Wait until a line came that matches this expression. Raises TimeoutError."""
        self._wait(re.compile(line, re.MULTILINE), 0, deadline)

    def _wait(self, pattern: re.Pattern[bytes], start: int, deadline: float) -> int:
        """Where the first match after ``start`` ends."""
        until = time.monotonic() + deadline
        with self._changed:
            while True:
                found = pattern.search(self._received, start)
                if found:
                    return found.end()
                if self._ended or time.monotonic() > until:
                    raise TimeoutError(f"the PBX did not send {pattern.pattern!r}")
                self._changed.wait(until - time.monotonic())

    def _ask(self, action: str, complete: str, **headers: str) -> bytes:
        """Send an action; returns what came up to the end of its answer."""
        start = len(self._received)
        self._send(Action=action, **headers)
        end = self._wait(re.compile(complete.encode(), re.MULTILINE), start, LOGIN_DEADLINE)
        return bytes(self._received[start:end])

    def _take_snapshot(self) -> None:
        self._ask("CoreShowChannels", r"^Event: CoreShowChannelsComplete\r$")
        self._ask("Status", r"^Event: StatusComplete\r$", Variables=STATUS_VARIABLES)
        listed = self._ask("BridgeList", r"^Event: BridgeListComplete\r$")
        for bridge in BRIDGES.findall(listed):
            self._ask(
                "BridgeInfo", r"^Event: BridgeInfoComplete\r$", BridgeUniqueid=bridge.decode()
            )
        self._ask("QueueStatus", r"^Event: QueueStatusComplete\r$")
        self._ask("ParkedCalls", r"^Event: ParkedCallsComplete\r$")
