"""The AMI wire: our protocol for panoramisk's ``Manager``, and the Manager as the link uses it."""

from __future__ import annotations

import asyncio
import secrets
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import structlog
from panoramisk.manager import Manager

from daemon.ami.actions import Action, Response
from daemon.ami.filters import WANTED
from daemon.ami.framing import GREETING, Framer
from daemon.ami.message import Message

log = structlog.get_logger(__name__)


class NotAmiError(Exception):
    """Whatever listens there does not greet like an AMI. Carries its first line, as bytes."""

    def __init__(self, opening: bytes) -> None:
        super().__init__("not an AMI")
        self.opening = opening


class ConnectionEndedError(Exception):
    """The connection ended; an action in flight may or may not have been done."""


@dataclass(slots=True)
class _InFlight:
    """An action that waits for its answer."""

    answer: asyncio.Future[Response]
    response: Message | None = None
    events: list[Message] = field(default_factory=list)


_GULP_SECONDS = 0.02


class AmiProtocol(asyncio.Protocol):
    """One connection: bytes to messages, answers to their actions.

    ``on_messages`` gets the messages of each TCP read, in order, answers included. It is a plain
    function that must only put them somewhere: what it raises is logged once and counted
    (``callback_failed`` in ``surprises``). Messages are held back until ``release`` is called, so
    that the owner can say first that the link is up.
    """

    def __init__(
        self,
        on_messages: Callable[[list[Message]], None],
        *,
        wanted: Iterable[str] | None = WANTED,
        surprises: Counter[str] | None = None,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.framer = Framer(wanted=wanted, surprises=surprises)
        self.greeted: asyncio.Future[str] = loop.create_future()
        """AMI's version, or ``NotAmiError``, or ``ConnectionEndedError``."""
        self.ended: asyncio.Future[None] = loop.create_future()
        """Done when the connection has ended; no message comes after."""
        self.bytes_received = 0
        self._loop = loop
        self._on_messages = on_messages
        self._held: list[Message] | None = []
        self._in_flight: dict[str, _InFlight] = {}
        # Asterisk sends some answers (OriginateResponse) to everybody: be unmistakable.
        prefix = secrets.token_hex(4)
        self._action_ids = (f"{prefix}-{number}" for number in count(1))
        self._transport: asyncio.Transport | None = None
        self._read_at = float("-inf")

    @property
    def connected(self) -> bool:
        """Whether there is or was a connection, so that ``ended`` is or will be done."""
        return self._transport is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio: connected."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Asyncio: bytes came."""
        self.bytes_received += len(data)
        messages = self.framer.feed(data)
        if not self.greeted.done():
            self._check_greeting()
        if not messages:
            return
        if self._in_flight:
            for message in messages:
                self._correlate(message)
        if self._held is None:
            self._deliver(messages)
            self._read_in_gulps()
        else:
            self._held += messages

    def _read_in_gulps(self) -> None:
        """Under load let what comes gather in the kernel for a moment: one read takes it all.

        Asterisk writes each event by itself, and to wake up for each one costs more than to
        read it. The kernel buffers some 4 MB before Asterisk would have to wait. Somebody who
        waits for an answer does not wait for this.
        """
        now = self._loop.time()
        busy = now - self._read_at < _GULP_SECONDS
        if busy and not self._in_flight and self._transport is not None:
            self._transport.pause_reading()
            self._loop.call_later(_GULP_SECONDS, self._transport.resume_reading)
            now += _GULP_SECONDS
        self._read_at = now

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Asyncio: the connection ended. What was in flight fails; nothing is kept to re-send."""
        if self.framer.greeting is not None:
            self.framer.end()
        for waiting in tuple(self._in_flight.values()):
            if not waiting.answer.done():
                waiting.answer.set_exception(ConnectionEndedError("the connection ended"))
        self._in_flight.clear()
        if not self.greeted.done():
            self.greeted.set_exception(ConnectionEndedError("closed without a greeting"))
            self.greeted.exception()  # nobody has to ask
        if not self.ended.done():
            self.ended.set_result(None)

    def release(self) -> None:
        """From now on hand messages over; those held back come first."""
        held, self._held = self._held, None
        if held:
            self._deliver(held)

    def send(self, action: Action) -> asyncio.Future[Response]:
        """Write one action; the future gets its answer, or ``ConnectionEndedError``.

        Cancel the future to give up: a late answer is then an ordinary message.
        """
        answer: asyncio.Future[Response] = self._loop.create_future()
        if self._transport is None or self._transport.is_closing() or self.ended.done():
            answer.set_exception(ConnectionEndedError("the connection has ended"))
            return answer
        action_id = next(self._action_ids)
        self._in_flight[action_id] = _InFlight(answer)
        answer.add_done_callback(lambda _: self._in_flight.pop(action_id, None))
        self._transport.write(action.encode(action_id))
        return answer

    def close(self) -> None:
        """End the connection now, unsent bytes included: a half-open peer would keep them."""
        if self._transport is not None:
            self._transport.abort()

    def _check_greeting(self) -> None:
        if self.framer.greeting is not None:
            self.greeted.set_result(self.framer.greeting)
            return
        opening = self.framer.opening
        if opening[: len(GREETING)] != GREETING.encode()[: len(opening)] or self.framer.opened:
            self.greeted.set_exception(NotAmiError(opening))
            self.close()

    def _correlate(self, message: Message) -> None:
        waiting = self._in_flight.get(message.headers.get("ActionID", ""))
        if waiting is None or waiting.answer.done():
            return
        if "Event" not in message.headers:
            waiting.response = message
            complete = not _starts_list(message)
        else:
            waiting.events.append(message)
            complete = _ends_list(message)
        if complete:
            waiting.answer.set_result(Response(waiting.response or message, tuple(waiting.events)))

    def _deliver(self, messages: list[Message]) -> None:
        try:
            self._on_messages(messages)
        except Exception as error:
            self.framer.surprises["callback_failed"] += 1
            if self.framer.surprises["callback_failed"] == 1:
                # Neither the error's text nor a header's value: they can hold numbers.
                frame = traceback.extract_tb(error.__traceback__)[-1]
                log.error(  # noqa: TRY400
                    "ami callback failed",
                    events=sorted({message.event for message in messages}),
                    error=type(error).__name__,
                    at=f"{frame.name}:{frame.lineno}",
                )


def _starts_list(response: Message) -> bool:
    headers = response.headers
    return response.response == "Success" and (
        headers.get("EventList", "").lower() == "start"
        or "will follow" in headers.get("Message", "").lower()
    )


def _ends_list(event: Message) -> bool:
    return event.headers.get("EventList", "").lower() in {
        "complete",
        "cancelled",
    } or event.event.endswith("Complete")


class Connection(Manager):  # type: ignore[misc]  # panoramisk carries no types
    """panoramisk's Manager for one connection: it opens it and holds the protocol.

    Its own reconnecting sends actions in flight again and outlives ``close``, its ping has no
    deadline, and its login cannot be refused: these four are the link's.
    """

    def __init__(self, host: str, port: int, protocol_factory: Callable[[], AmiProtocol]) -> None:
        super().__init__(
            host=host,
            port=port,
            protocol_factory=protocol_factory,
            loop=asyncio.get_running_loop(),
        )

    async def open(self) -> None:
        """Connect. Raises ``OSError``."""
        await self.connect()

    def connection_made(self, opening: asyncio.Task[Any]) -> None:
        """Manager: the attempt to connect is over."""
        if not opening.cancelled() and opening.exception() is None:
            super().connection_made(opening)

    def ping(self) -> None:
        """Manager: time for a ping."""
