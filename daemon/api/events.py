"""``/api/v1/events``: what happens, over a WebSocket, as it happens.

Each message is a JSON object with a ``type``; ``callback`` has a callback in the key of that name,
as ``/api/v1/callbacks`` shows it. First come those that run, then every change. What is sent to the
server is ignored. Who is told what he might know when he came is cut off once that is no longer so.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from aiohttp import web
from pydantic import BaseModel

from config.problems import Language
from daemon.api.callbacks import CallbackModel, sees_callback
from daemon.api.context import CONTEXT
from daemon.api.parameters import Open, admit
from daemon.api.problems import language_of
from daemon.api.sockets import Sockets
from daemon.api.viewer import Viewer
from daemon.callbacks.callback import Callback
from daemon.callbacks.callbacks import Callbacks

RULE: Final = Open.SIGNED_IN
"""Each message asks for itself who may know of it."""
_MOST_WAITING: Final = 200


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


class Events(Sockets):
    """Who listens: to what happens here, and on the API's other sockets."""

    def publish(self, message: Message) -> None:
        """Tell whoever may know; never blocks."""
        for listener in self._listeners:
            if isinstance(listener, Subscriber):
                listener.put(message)

    async def tell(
        self, request: web.Request, subscriber: Subscriber, first: list[Message]
    ) -> web.WebSocketResponse:
        """One connection to what happens, beginning with what runs."""
        for message in first:
            subscriber.put(message)
        sending = partial(_send, subscriber, language_of(request))
        return await self.serve(request, subscriber, sending)


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
    return await request.app[EVENTS].tell(request, Subscriber(viewer), running)


EVENTS: web.AppKey[Events] = web.AppKey("events", Events)


async def _send(subscriber: Subscriber, language: Language, socket: web.WebSocketResponse) -> None:
    while True:
        message = await subscriber.take()
        if message.renew is not None:
            message = await message.renew()
        await socket.send_str(message.text(language, subscriber.viewer))
