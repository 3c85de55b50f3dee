"""Bytes of an AMI connection or journal to messages. Pure, and the hottest path there is.

A block is what stands between two blank lines (``CRLF CRLF``; Asterisk's ``main/manager.c`` writes
no other line end). Blocks are cut as bytes and decoded whole, so that no character is ever split.
Whatever does not look like a block is counted in ``Framer.surprises`` and passed over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from daemon.ami.forgeries import Forgeries
from daemon.ami.message import Message

MAX_BLOCK_BYTES = 1024 * 1024
"""Asterisk's own blocks are a few kilobytes; the answer to a ``Command`` may be some hundred."""

GREETING = "Asterisk Call Manager/"
_GREETING = GREETING.encode()
_MAX_OPENING_BYTES = 256
_BLOCK_END = b"\r\n\r\n"
_END_COMMAND = "--END COMMAND--"
_GENUINE_LAST = ("Uniqueid", "Linkedid")
"""They follow whatever a caller can write: of several, the last is Asterisk's (``forgeries``)."""
_NOTHING_REPEATED: dict[str, tuple[str, ...]] = {}


class Framer:
    """Folds the bytes of one connection into messages: the same ones for any chunking.

    ``wanted`` names the events that matter: others are dropped before they are decoded, unless
    they answer an action (carry an ``ActionID``).

    ``surprises`` counts by kind: ``oversized`` blocks (skipped, never held in memory), ``garbage``
    lines without a colon, ``doubled_event`` headers (the first wins), ``nameless`` blocks that are
    neither event nor response, ``undecodable`` blocks that are not UTF-8, ``truncated`` last ones,
    ``torn`` blocks that were joined, ``forged`` events.
    """

    def __init__(
        self,
        *,
        wanted: Iterable[str] | None = None,
        max_block_bytes: int = MAX_BLOCK_BYTES,
        surprises: Counter[str] | None = None,
    ) -> None:
        self._wanted = None if wanted is None else frozenset(wanted)
        self._wanted_lines = frozenset(f"Event: {name}".encode() for name in self._wanted or ())
        self._max = max_block_bytes
        self._tail = b""
        self._skipping = False
        self.opened = False
        """Whether the first line is complete."""
        self.greeting: str | None = None
        """AMI's version, once the greeting line has come."""
        self.opening = b""
        """The stream's first line, or as much of it as there is: tells who is not an AMI."""
        self.surprises: Counter[str] = Counter() if surprises is None else surprises
        self._forgeries = Forgeries(self.surprises)

    def feed(self, data: bytes) -> list[Message]:
        """Messages that these bytes complete, in order. Raises for nothing that a peer can send."""
        if self._tail:
            data = self._tail + data
        if not self.opened:
            data = self._open(data)
        blocks = data.split(_BLOCK_END)
        tail = blocks.pop()
        if self._skipping and blocks:
            self._skipping = False
            del blocks[0]
        if len(data) > self._max:
            blocks = [block for block in blocks if not self._is_oversized(block)]
            # The tail's last three bytes may already belong to the end of its block.
            if not self._skipping and self._is_oversized(tail[:-3]):
                self._skipping = True
        self._tail = tail[-3:] if self._skipping else tail
        return self._parse(blocks)

    def end(self) -> None:
        """The stream is over: what is left of a block is counted, not parsed."""
        if self._skipping or self._tail.strip():
            self.surprises["truncated"] += 1
        self._tail = b""
        self._skipping = False

    def _open(self, data: bytes) -> bytes:
        """Look at the stream's first line; take it away if it is AMI's greeting."""
        line, newline, rest = data[:_MAX_OPENING_BYTES].partition(b"\n")
        self.opening = line.rstrip(b"\r")
        if not newline and len(line) < _MAX_OPENING_BYTES:
            return data
        self.opened = True
        if newline and line.startswith(_GREETING):
            self.greeting = _version(line.decode("ascii", "replace"))
            return rest + data[_MAX_OPENING_BYTES:]
        return data

    def _is_oversized(self, block: bytes) -> bool:
        if len(block) <= self._max:
            return False
        self.surprises["oversized"] += 1
        return True

    def _parse(self, blocks: list[bytes]) -> list[Message]:
        messages: list[Message] = []
        append, sift = messages.append, self._forgeries.sift
        wanted_lines = None if self._wanted is None else self._wanted_lines
        for received in blocks:
            block = sift(received)
            if not block:
                continue
            if (
                wanted_lines is not None
                and block.partition(b"\r\n")[0] not in wanted_lines
                and block.startswith(b"Event: ")
                and b"\r\nActionID: " not in block
            ):
                continue
            try:
                lines = block.decode().split("\r\n")
            except UnicodeDecodeError:
                lines = block.decode(errors="replace").split("\r\n")
                self.surprises["undecodable"] += 1
            headers: dict[str, str] = {}
            for line in lines:
                name, colon, value = line.partition(": ")
                if not colon:
                    break
                headers[name] = value
            else:
                if "Event" in headers and len(headers) == len(lines):
                    append(Message(headers, _NOTHING_REPEATED))
                    continue
            message = self._parse_odd(lines)
            if message is not None:
                append(message)
        return messages

    def _parse_odd(self, lines: list[str]) -> Message | None:
        """A response, repeated headers, or lines that are no headers."""
        values: dict[str, list[str]] = {}
        if "Response: Follows" in lines and lines[-1].endswith(_END_COMMAND):
            # Asterisk before 14 answers a Command so: bare lines that end in LF, then the mark.
            output = lines.pop().removesuffix(_END_COMMAND)
            values["Output"] = output.removesuffix("\n").split("\n")
        for line in lines:
            name, colon, value = line.partition(": ")
            if not colon:
                name, colon, value = line.partition(":")
            if colon:
                values.setdefault(name, []).append(value)
            elif line.startswith(GREETING):
                self.greeting = _version(line)
            elif line:
                self.surprises["garbage"] += 1
        events = values.get("Event")
        if events is None and "Response" not in values:
            if values:
                self.surprises["nameless"] += 1
            return None
        if events is not None:
            if len(events) > 1:
                self.surprises["doubled_event"] += 1
            if self._wanted is not None and not (events[0] in self._wanted or "ActionID" in values):
                return None
        return Message(
            {name: several[-1 if name in _GENUINE_LAST else 0] for name, several in values.items()},
            {name: tuple(several) for name, several in values.items() if len(several) > 1},
        )


def _version(greeting: str) -> str:
    return greeting.removeprefix(GREETING).strip()
