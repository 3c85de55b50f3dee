"""``/api/v1/events``: what happens, over a WebSocket, as it happens.

Each message is a JSON object with a ``type``; ``callback`` has a callback in the key of that name,
as ``/api/v1/callbacks`` shows it. First come those that run, then every change. What is sent to the
server is ignored.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from aiohttp import WSCloseCode, web

from config.problems import Language
from daemon.api.callbacks import CallbackModel
from daemon.api.context import CONTEXT
from daemon.api.problems import language_of
from daemon.api.viewer import PROTOCOL, Viewer, viewer_of
from daemon.callbacks.callback import Callback

PING_SECONDS: Final = 20.0
"""A client that answers no ping within half of it is gone."""
TOO_SLOW: Final = WSCloseCode.TRY_AGAIN_LATER
"""1013: the client did not read what was sent to it; it should connect again."""
_MOST_WAITING: Final = 200
_CLOSE_SECONDS: Final = 2.0


class Subscriber:
    """One client: what waits for it, and never more than it should."""

    def __init__(self, viewer: Viewer, most: int = _MOST_WAITING) -> None:
        self.viewer = viewer
        self.too_slow = asyncio.Event()
        self._waiting: asyncio.Queue[Callback] = asyncio.Queue(most)

    def put(self, callback: Callback) -> None:
        """Tell it, if it may know."""
        if self.viewer.agent not in {None, callback.agent}:
            return
        try:
            self._waiting.put_nowait(callback)
        except asyncio.QueueFull:
            self.too_slow.set()

    async def take(self) -> Callback:
        """What comes next."""
        return await self._waiting.get()


class Events:
    """Who listens."""

    def __init__(self) -> None:
        self._subscribers: set[Subscriber] = set()
        self._sockets: set[web.WebSocketResponse] = set()

    def publish(self, callback: Callback) -> None:
        """For ``Ledger.listeners``: never blocks."""
        for subscriber in self._subscribers:
            subscriber.put(callback)

    async def serve(
        self, request: web.Request, subscriber: Subscriber, running: list[Callback]
    ) -> web.WebSocketResponse:
        """One connection, from the first byte to the last."""
        socket = web.WebSocketResponse(
            heartbeat=PING_SECONDS, timeout=_CLOSE_SECONDS, protocols=(PROTOCOL,), max_msg_size=4096
        )
        await socket.prepare(request)
        language = language_of(request)
        for callback in running:
            subscriber.put(callback)
        self._subscribers.add(subscriber)
        self._sockets.add(socket)
        tasks = [
            asyncio.create_task(working)
            for working in (
                _send(socket, subscriber, language),
                _read(socket),
                subscriber.too_slow.wait(),
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
        await _close(request, socket, TOO_SLOW if subscriber.too_slow.is_set() else WSCloseCode.OK)
        return socket

    def cut(self, agent: str) -> None:
        """Close an agent's connections: one of his tokens is good no more, so that he shows it."""
        for subscriber in self._subscribers:
            if subscriber.viewer.agent == agent:
                subscriber.too_slow.set()

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
    app.router.add_get("/api/v1/events", serve_events)
    app.on_shutdown.append(events.close)


async def _listen(app: web.Application) -> None:
    app[CONTEXT].callbacks.listeners.append(app[EVENTS].publish)


async def serve_events(request: web.Request) -> web.StreamResponse:
    """``GET /api/v1/events``: a manager hears of his own callbacks, the operator of all."""
    viewer = await viewer_of(request)
    running = request.app[CONTEXT].callbacks.running()
    return await request.app[EVENTS].serve(request, Subscriber(viewer), running)


EVENTS: web.AppKey[Events] = web.AppKey("events", Events)


async def _send(socket: web.WebSocketResponse, subscriber: Subscriber, language: Language) -> None:
    with suppress(ConnectionError):
        while True:
            callback = await subscriber.take()
            model = CallbackModel.of(callback, language, subscriber.viewer)
            await socket.send_str(f'{{"type":"callback","callback":{model.model_dump_json()}}}')


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
