"""A manager interface that tells of many calls at once: a recorded call, over and over.

What an Asterisk said of one answered call is said again for each, with channels, numbers, bridges
and times of its own, in three pieces: it begins, is answered, ends.
"""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

SECRET: Final = "benchmark"
PBX: Final = "pbx"
_JOURNAL: Final = Path(__file__).parents[2] / "tests/replay/journals/inbound_answered/journal.ami"
_CUSTOMER, _AGENT, _BRIDGE = (
    "+442079460101",
    "101",
    "ce611893-5837-4a8f-a7a1-d5f92e7785bf",
)
_TIMESTAMP: Final = re.compile(r"^Timestamp: (\S+)$", re.MULTILINE)
_UNIQUEID: Final = re.compile(
    r"^((?:Dest)?(?:Uniqueid|Linkedid)|Name): \d{10}\.(\d)$", re.MULTILINE
)
_LISTS: Final = {
    "CoreShowChannels": "CoreShowChannelsComplete",
    "Status": "StatusComplete",
    "BridgeList": "BridgeListComplete",
    "BridgeInfo": "BridgeInfoComplete",
    "QueueStatus": "QueueStatusComplete",
    "ParkedCalls": "ParkedCallsComplete",
}


def _pieces() -> tuple[str, str, str]:
    """Of the recorded call: until it rings, until they talk, until the end."""
    blocks = _JOURNAL.read_text().replace("\r\n", "\n").split("\n\n")
    parts: list[list[str]] = [[], [], []]
    at = 0
    for block in blocks:
        if not block.startswith("Event: ") or not _TIMESTAMP.search(block):
            continue
        if "CALLWARD_RECORDING" in block:
            # There is no file: recordings that nobody finds would be looked for all the while.
            continue
        if at == 0 and "ChannelStateDesc: Up" in block:
            at = 1
        if at == 1 and block.startswith("Event: HangupRequest"):
            at = 2
        parts[at].append(block)
    begins, answered, ends = ("\n\n".join(part) + "\n\n" for part in parts)
    return begins, answered, ends


_PIECES: Final = _pieces()


@dataclass(frozen=True, slots=True)
class Made:
    """One call of this PBX."""

    number: int
    customer: str
    agent: str
    uniqueid: str
    bridge: str

    def said(self, piece: int) -> bytes:
        """What the PBX says of it: 0, 1, 2."""
        text = _PIECES[piece]
        first, second = self.uniqueid.split(".")
        text = _TIMESTAMP.sub(f"Timestamp: {time.time():.6f}", text)
        text = _UNIQUEID.sub(
            lambda found: f"{found[1]}: {first}.{int(second) + int(found[2])}", text
        )
        for was, now in (
            (_CUSTOMER, self.customer),
            ("PJSIP/operator-00000000", f"PJSIP/operator-{self.number:08x}"),
            (f"PJSIP/{_AGENT}-00000001", f"PJSIP/{self.agent}-{self.number:08x}"),
            (f"Agent {_AGENT}", f"Agent {self.agent}"),
            (f": {_AGENT}\n", f": {self.agent}\n"),
            (_BRIDGE, self.bridge),
        ):
            text = text.replace(was, now)
        return text.replace("\n", "\r\n").encode()


class FakePbx:
    """Listens on loopback in a thread of its own."""

    def __init__(self, agents: Sequence[str]) -> None:
        self.port = 0
        self._agents = agents
        self._free = list(agents)
        self._made = 0
        self._talking: list[Made] = []
        self._writer: asyncio.StreamWriter | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="pbx", daemon=True)
        self._thread.start()
        self._run(self._start())

    @property
    def running(self) -> int:
        """Calls that talk."""
        return len(self._talking)

    def begin(self) -> Made:
        """A customer calls, and it rings at an agent who is free."""
        number, self._made = self._made, self._made + 1
        made = Made(
            number=number,
            customer=f"+442079460{100 + number % 900}",
            agent=self._free.pop(0),
            uniqueid=f"{int(time.time())}.{2 * number}",
            bridge=str(uuid4()),
        )
        self._say(made.said(0))
        return made

    def answer(self, made: Made) -> None:
        """They talk."""
        self._say(made.said(1))
        self._talking.append(made)

    def end_oldest(self) -> Made:
        """The call that has lasted longest is over."""
        made = self._talking.pop(0)
        self._say(made.said(2))
        self._free.append(made.agent)
        return made

    def stop(self) -> None:
        """Hang up on whoever listens."""

        async def close() -> None:
            if self._writer is not None:
                self._writer.transport.abort()

        self._run(close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _say(self, data: bytes) -> None:
        async def write() -> None:
            assert self._writer is not None
            self._writer.write(data)

        self._run(write())

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _start(self) -> None:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        try:
            while True:
                text = (await reader.readuntil(b"\r\n\r\n")).decode()
                headers = dict(
                    line.split(": ", 1) for line in text.strip().split("\r\n") if ": " in line
                )
                writer.write(_answer(headers))
                if headers["Action"] == "Login":
                    self._writer = writer
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def _answer(headers: dict[str, str]) -> bytes:
    id_ = f"ActionID: {headers['ActionID']}"
    blocks = [f"Response: Success\r\n{id_}\r\nMessage: ok"]
    if headers["Action"] == "Login":
        blocks.append("Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted")
    complete = _LISTS.get(headers["Action"])
    if complete is not None:
        blocks.append(f"Event: {complete}\r\n{id_}\r\nEventList: Complete")
    return "".join(f"{block}\r\n\r\n" for block in blocks).encode()
