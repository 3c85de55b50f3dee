"""A scripted AMI server on a real socket, and links to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr

from config.settings import PbxSettings
from daemon.ami.link import AmiLink, Deadlines, Retries
from daemon.ami.message import Message
from daemon.ami.state import LinkState, Reason

DEADLINE = 30.0
SECRET = "the-right-secret"

Headers = dict[str, str]
Answer = Callable[[Headers], bytes | None]


async def until(condition: Callable[[], object]) -> None:
    """Wait for a condition; fail after a deadline."""
    async with asyncio.timeout(DEADLINE):
        while not condition():
            await asyncio.sleep(0.001)


def block(*lines: str) -> bytes:
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def success(headers: Headers, message: str = "ok") -> bytes:
    return block("Response: Success", f"ActionID: {headers['ActionID']}", f"Message: {message}")


def error(headers: Headers, message: str) -> bytes:
    return block("Response: Error", f"ActionID: {headers['ActionID']}", f"Message: {message}")


def listing(complete: str, *events: tuple[str, ...]) -> Answer:
    """An action that is answered by a list."""

    def answer(headers: Headers) -> bytes:
        action_id = f"ActionID: {headers['ActionID']}"
        parts = [block("Response: Success", action_id, "EventList: start", "Message: will follow")]
        parts += [block(lines[0], action_id, *lines[1:]) for lines in events]
        parts.append(block(f"Event: {complete}", action_id, "EventList: Complete"))
        return b"".join(parts)

    return answer


def log_in(headers: Headers) -> bytes:
    if headers.get("Secret") != SECRET:
        return error(headers, "Authentication failed")
    return success(headers, "Authentication accepted") + block(
        "Event: FullyBooted", "Privilege: system,all", "Status: Fully Booted"
    )


@dataclass
class FakeAsterisk:
    """Answers as scripted, and remembers what it was told. ``None`` as an answer is silence."""

    greeting: bytes | None = b"Asterisk Call Manager/11.0.0\r\n"
    answers: dict[str, Answer] = field(default_factory=dict)
    received: list[tuple[int, Headers]] = field(default_factory=list)
    """(number of the connection from 1, headers) of each action."""
    port: int = 0
    connections: int = 0
    writer: asyncio.StreamWriter | None = None
    server: asyncio.Server | None = None

    async def start(self) -> None:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self.server is not None:
            self.server.close()
        self.cut()

    def push(self, data: bytes) -> None:
        assert self.writer is not None
        self.writer.write(data)

    def cut(self) -> None:
        if self.writer is not None:
            self.writer.transport.abort()

    def actions(self, connection: int | None = None) -> list[str]:
        return [
            headers["Action"] for number, headers in self.received if connection in (None, number)
        ]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        self.writer = writer
        if self.greeting is not None:
            writer.write(self.greeting)
        try:
            while True:
                text = (await reader.readuntil(b"\r\n\r\n")).decode()
                lines = text.removesuffix("\r\n\r\n").split("\r\n")
                headers = dict(line.split(": ", 1) for line in lines)
                self.received.append((number, headers))
                answer = self.answers[headers["Action"]](headers)
                if answer is not None:
                    writer.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeAsterisk]:
    fake = FakeAsterisk(
        answers={
            "Login": log_in,
            "Filter": success,
            "Ping": success,
            "CoreStatus": success,
            "CoreShowChannels": listing("CoreShowChannelsComplete"),
            "Status": listing("StatusComplete"),
            "BridgeList": listing("BridgeListComplete"),
            "BridgeInfo": listing("BridgeInfoComplete"),
            "QueueStatus": listing("QueueStatusComplete"),
            "ParkedCalls": listing("ParkedCallsComplete"),
        }
    )
    await fake.start()
    yield fake
    await fake.stop()


@dataclass
class Watched:
    """A running link, with all that it said."""

    link: AmiLink
    task: asyncio.Task[None]
    messages: list[Message]
    states: list[LinkState]
    history: list[str]
    """``up``, ``down`` and names of events, in the order in which they were told."""
    pauses: list[float]

    def events(self) -> list[str]:
        return [message.event for message in self.messages if message.event]

    def reasons(self) -> list[Reason]:
        return [notice.reason for notice in self.link.state.notices]

    async def is_up(self) -> None:
        await until(lambda: self.link.state.connected)

    async def is_down(self, reason: Reason) -> LinkState:
        await until(lambda: not self.link.state.connected and reason in self.reasons())
        return self.link.state


StartLink = Callable[..., Watched]


@pytest.fixture
async def start_link(asterisk: FakeAsterisk) -> AsyncIterator[StartLink]:
    watched: list[Watched] = []

    def start(
        *,
        port: int | None = None,
        host: str = "127.0.0.1",
        secret: str = SECRET,
        sleep: Callable[[float], Awaitable[None]] | None = None,
        on_messages: Callable[[list[Message]], None] | None = None,
        **deadlines: float,
    ) -> Watched:
        messages: list[Message] = []
        states: list[LinkState] = []
        history: list[str] = []
        pauses: list[float] = []

        def receive(batch: list[Message]) -> None:
            messages.extend(batch)
            history.extend(message.event for message in batch if message.event)
            if on_messages is not None:
                on_messages(batch)

        def change(state: LinkState) -> None:
            states.append(state)
            history.append("up" if state.connected else "down")

        async def no_pause(seconds: float) -> None:
            pauses.append(seconds)
            await asyncio.sleep(0.001)

        link = AmiLink(
            PbxSettings(
                name="office",
                host=host,
                port=port or asterisk.port,
                username="callward",
                secret=SecretStr(secret),
                trunks=("operator",),
            ),
            secret,
            on_messages=receive,
            on_state=change,
            deadlines=Deadlines(**deadlines),
            retries=Retries(first=0.5, most=4.0, stable=1000.0),
            chance=lambda: 1.0,
            sleep=sleep or no_pause,
        )
        one = Watched(link, asyncio.create_task(link.run()), messages, states, history, pauses)
        watched.append(one)
        return one

    yield start
    for one in watched:
        one.link.close()
        async with asyncio.timeout(DEADLINE):
            await one.task


SNAPSHOT = ["CoreShowChannels", "Status", "BridgeList", "QueueStatus", "ParkedCalls"]


async def is_ready(asterisk: FakeAsterisk, times: int = 1) -> None:
    """The snapshot was taken so many times."""
    await until(lambda: asterisk.actions().count("ParkedCalls") == times)
