"""``/api/v1/events``: what happens, over a WebSocket, as it happens.

Each message is a JSON object with a ``type``; ``callback`` has a callback in the key of that name,
as ``/api/v1/callbacks`` shows it. First come those that run, then every change. What is sent to the
server is ignored. Who is told what he might know when he came is cut off once that is no longer so.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from aiohttp import WSCloseCode, web
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from config.problems import Language
from daemon.api.callbacks import CallbackModel, sees_callback
from daemon.api.context import CONTEXT, ApiContext
from daemon.api.origin import PROTOCOL
from daemon.api.parameters import Open, admit
from daemon.api.problems import language_of
from daemon.api.still_good import good_keys, has_same_rights
from daemon.api.viewer import Viewer
from daemon.callbacks.callback import Callback
from daemon.callbacks.callbacks import Callbacks

PING_SECONDS: Final = 20.0
"""A client that answers no ping within half of it is gone."""
RECHECK_SECONDS: Final = 2.0
"""How long somebody may hear what he may hear no more."""
TOO_SLOW: Final = WSCloseCode.TRY_AGAIN_LATER
"""1013: the client did not read what was sent to it, or came in with what holds no more; it should
connect again."""
RULE: Final = Open.SIGNED_IN
"""Each message asks for itself who may know of it."""
_MOST_WAITING: Final = 200
_CLOSE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Message:
    """Something that happened."""

    kind: str
    """``type`` of the message, and the key of what happened."""
    is_for: Callable[[Viewer], bool]
    """Whether he may know of it."""
    model: Callable[[Language, Viewer], BaseModel]
    """As he may see it."""
    renew: Callable[[], Awaitable[Message]] | None = None
    """What is sent in its place, where it may have changed while it waited."""

    def text(self, language: Language, viewer: Viewer) -> str:
        """The JSON that is sent."""
        body = self.model(language, viewer).model_dump_json()
        return f'{{"type":"{self.kind}","{self.kind}":{body}}}'


def callback_message(callback: Callback, callbacks: Callbacks) -> Message:
    """A callback has come further. Whom it names, is read when it is sent."""

    async def renew() -> Message:
        (now,) = await callbacks.named_now([callback])
        return replace(message, model=partial(_callback_model, now))

    message = Message(
        "callback",
        lambda viewer: sees_callback(viewer, callback),
        partial(_callback_model, callback),
        renew,
    )
    return message


def _callback_model(callback: Callback, language: Language, viewer: Viewer) -> CallbackModel:
    return CallbackModel.of(callback, language, viewer)


class Subscriber:
    """One client: what waits for it, and never more than it should."""

    def __init__(self, viewer: Viewer, most: int = _MOST_WAITING) -> None:
        self.viewer = viewer
        self.cut = asyncio.Event()
        """It is to connect again."""
        self._waiting: asyncio.Queue[Message] = asyncio.Queue(most)

    def put(self, message: Message) -> None:
        """Tell it, if it may know."""
        if not message.is_for(self.viewer):
            return
        try:
            self._waiting.put_nowait(message)
        except asyncio.QueueFull:
            self.cut.set()

    async def take(self) -> Message:
        """What comes next."""
        return await self._waiting.get()


class Events:
    """Who listens."""

    def __init__(self, recheck_seconds: float = RECHECK_SECONDS) -> None:
        self._recheck_seconds = recheck_seconds
        self._subscribers: set[Subscriber] = set()
        self._sockets: set[web.WebSocketResponse] = set()

    def publish(self, message: Message) -> None:
        """Tell whoever may know; never blocks."""
        for subscriber in self._subscribers:
            subscriber.put(message)

    async def serve(
        self, request: web.Request, subscriber: Subscriber, first: list[Message]
    ) -> web.WebSocketResponse:
        """One connection, from the first byte to the last."""
        socket = web.WebSocketResponse(
            heartbeat=PING_SECONDS, timeout=_CLOSE_SECONDS, protocols=(PROTOCOL,), max_msg_size=4096
        )
        await socket.prepare(request)
        language = language_of(request)
        for message in first:
            subscriber.put(message)
        self._subscribers.add(subscriber)
        self._sockets.add(socket)
        tasks = [
            asyncio.create_task(working)
            for working in (
                _send(socket, subscriber, language),
                _read(socket),
                subscriber.cut.wait(),
            )
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._subscribers.discard(subscriber)
            self._sockets.discard(socket)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await _close(request, socket, TOO_SLOW if subscriber.cut.is_set() else WSCloseCode.OK)
        return socket

    def cut(self, person: str) -> None:
        """Close a person's connections: something by which he came in is good no more."""
        for subscriber in self._subscribers:
            if subscriber.viewer.person == person:
                subscriber.cut.set()

    async def recheck(self, context: ApiContext, at: datetime) -> None:
        """Close the connections of those whose session, key or rights hold no more."""
        changed = {
            subscriber
            for subscriber in self._subscribers
            if not has_same_rights(context.staff.now, subscriber.viewer)
        }
        by_via = {
            subscriber: subscriber.viewer.via
            for subscriber in self._subscribers - changed
            if subscriber.viewer.via is not None and not subscriber.viewer.is_operator
        }
        if by_via:
            vias = set(by_via.values())
            good = await context.database.look(lambda reading: good_keys(reading, vias, at))
            changed |= {subscriber for subscriber, via in by_via.items() if via not in good}
        for subscriber in changed:
            subscriber.cut.set()

    async def run(self, context: ApiContext) -> None:
        """Recheck for ever; nobody is cut off because the database is away."""
        while True:
            await asyncio.sleep(self._recheck_seconds)
            with suppress(DBAPIError, PoolTimeoutError, OSError):
                await self.recheck(context, datetime.now(UTC))

    async def close(self, _app: web.Application) -> None:
        """The daemon ends."""
        for socket in tuple(self._sockets):
            with suppress(TimeoutError, ConnectionError):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await socket.close(code=WSCloseCode.GOING_AWAY)


def add_events(app: web.Application) -> None:
    """The address, and who listens there to the callbacks of the application's context."""
    events = app[EVENTS] = Events()
    app.on_startup.append(_listen)
    app.cleanup_ctx.append(partial(_rechecking, events))
    app.router.add_get("/api/v1/events", serve_events)
    app.on_shutdown.append(events.close)


async def _listen(app: web.Application) -> None:
    events = app[EVENTS]
    callbacks = app[CONTEXT].callbacks
    callbacks.listeners.append(
        lambda callback: events.publish(callback_message(callback, callbacks))
    )


async def _rechecking(events: Events, app: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(events.run(app[CONTEXT]), name="events")
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def serve_events(request: web.Request) -> web.StreamResponse:
    """``GET /api/v1/events``: everybody hears of his own, and as far as he sees others' calls."""
    viewer = await admit(request, RULE)
    callbacks = request.app[CONTEXT].callbacks
    running = [callback_message(one, callbacks) for one in callbacks.running()]
    return await request.app[EVENTS].serve(request, Subscriber(viewer), running)


EVENTS: web.AppKey[Events] = web.AppKey("events", Events)


async def _send(socket: web.WebSocketResponse, subscriber: Subscriber, language: Language) -> None:
    with suppress(ConnectionError):
        while True:
            message = await subscriber.take()
            if message.renew is not None:
                message = await message.renew()
            await socket.send_str(message.text(language, subscriber.viewer))


async def _read(socket: web.WebSocketResponse) -> None:
    async for _ in socket:
        pass


async def _close(request: web.Request, socket: web.WebSocketResponse, code: int) -> None:
    """Politely; a client that does not even read that is cut off."""
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await socket.close(code=code)
    except (TimeoutError, ConnectionError):
        if request.transport is not None:
            request.transport.abort()
