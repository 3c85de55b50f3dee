"""WebSockets of the API: who listens, for how long he may, and how he is cut off.

Who is told what he might know when he came is cut off once that is no longer so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from aiohttp import WSCloseCode, web
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from daemon.api.context import ApiContext
from daemon.api.origin import PROTOCOL
from daemon.api.still_good import good_keys, has_same_rights
from daemon.api.viewer import Viewer

PING_SECONDS: Final = 20.0
"""A client that answers no ping within half of it is gone."""
RECHECK_SECONDS: Final = 2.0
"""How long somebody may hear what he may hear no more."""
TOO_SLOW: Final = WSCloseCode.TRY_AGAIN_LATER
"""1013: the client did not read what was sent to it, or came in with what holds no more; it should
connect again."""
_CLOSE_SECONDS: Final = 2.0


class Listener(Protocol):
    """One connection."""

    @property
    def viewer(self) -> Viewer:
        """Whose it is."""
        ...

    @property
    def cut(self) -> asyncio.Event:
        """It is to connect again."""
        ...


class Sockets:
    """All connections of one application."""

    def __init__(self, recheck_seconds: float = RECHECK_SECONDS) -> None:
        self._recheck_seconds = recheck_seconds
        self._listeners: set[Listener] = set()
        self._sockets: set[web.WebSocketResponse] = set()

    async def serve(
        self,
        request: web.Request,
        listener: Listener,
        send: Callable[[web.WebSocketResponse], Awaitable[None]],
    ) -> web.WebSocketResponse:
        """One connection, from the first byte to the last; ``send`` sends for as long as it runs.

        What the client says is ignored.
        """
        socket = web.WebSocketResponse(
            heartbeat=PING_SECONDS, timeout=_CLOSE_SECONDS, protocols=(PROTOCOL,), max_msg_size=4096
        )
        # Before the client knows that it stands: it relies on hearing all that happens then.
        self._listeners.add(listener)
        tasks: list[asyncio.Future[Any]] = []
        try:
            await socket.prepare(request)
            self._sockets.add(socket)
            tasks += (
                asyncio.ensure_future(working)
                for working in (_unless_gone(send(socket)), _read(socket), listener.cut.wait())
            )
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._listeners.discard(listener)
            self._sockets.discard(socket)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await _close(request, socket, TOO_SLOW if listener.cut.is_set() else WSCloseCode.OK)
        return socket

    def cut(self, person: str) -> None:
        """Close a person's connections: something by which he came in is good no more."""
        for listener in self._listeners:
            if listener.viewer.person == person:
                listener.cut.set()

    async def recheck(self, context: ApiContext, at: datetime) -> None:
        """Close the connections of those whose session, key or rights hold no more."""
        changed = {
            listener
            for listener in self._listeners
            if not has_same_rights(context.staff.now, listener.viewer)
        }
        by_via = {
            listener: listener.viewer.via
            for listener in self._listeners - changed
            if listener.viewer.via is not None and not listener.viewer.is_operator
        }
        if by_via:
            vias = set(by_via.values())
            good = await context.database.look(lambda reading: good_keys(reading, vias, at))
            changed |= {listener for listener, via in by_via.items() if via not in good}
        for listener in changed:
            listener.cut.set()

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


async def _unless_gone(sending: Awaitable[None]) -> None:
    with suppress(ConnectionError):
        await sending


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
