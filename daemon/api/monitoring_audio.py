"""The sound of ``/api/v1/monitorings/{id}/audio``, and who is told that somebody listens.

The socket carries nothing but binary frames of 20 ms. A page that is slow hears the newest, with
gaps; what it says while it may only listen goes nowhere. Whose rights are taken away in the middle
of it is out within two seconds.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import Final
from uuid import UUID

from aiohttp import WSCloseCode, WSMsgType, web
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from config.problems import Language
from crm.access import Right
from crm.monitorings import EndedBy, Mode, Monitoring
from daemon.api.context import CONTEXT, ApiContext
from daemon.api.events import EVENTS, Message
from daemon.api.monitoring_door import check, policy_of
from daemon.api.origin import PROTOCOL
from daemon.api.parameters import admit
from daemon.api.problems import ProblemError
from daemon.api.still_good import good_keys
from daemon.api.viewer import Viewer

RULE: Final = Right.LIVE_LISTEN
RECHECK_SECONDS: Final = 2.0
_PING_SECONDS: Final = 4.0
"""A page that answers none within half of it is gone."""
_MOST_WAITING: Final = 10
"""Frames for a page: 200 ms. Of more, the oldest are left out."""
_MOST_BYTES: Final = 16 * 1024
"""In one message of a page."""
_CLOSE_SECONDS: Final = 1.0


class MonitoredModel(BaseModel):
    """Somebody is, or was, on a call of his."""

    call_id: UUID
    person: str | None
    mode: Mode
    running: bool


class _Page:
    """What waits to be sent."""

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque(maxlen=_MOST_WAITING)
        self._arrived = asyncio.Event()

    def put(self, frame: bytes) -> None:
        """Some sound came from the PBX."""
        self._waiting.append(frame)
        self._arrived.set()

    async def send(self, socket: web.WebSocketResponse) -> None:
        """For ever."""
        with suppress(ConnectionError):
            while True:
                await self._arrived.wait()
                self._arrived.clear()
                while self._waiting:
                    await socket.send_bytes(self._waiting.popleft())


async def serve_audio(request: web.Request) -> web.StreamResponse:
    """``GET /api/v1/monitorings/{id}/audio``: for who began it, one page at a time."""
    viewer = await admit(request, RULE)
    context, pages = request.app[CONTEXT], request.app[_PAGES]
    try:
        id_ = UUID(request.match_info["id"])
    except ValueError:
        raise ProblemError(HTTPStatus.NOT_FOUND, "monitoring_not_found") from None
    session = context.monitorings.get(id_)
    if session is None or session.record.person != viewer.person or not session.needs_page:
        raise ProblemError(HTTPStatus.NOT_FOUND, "monitoring_not_found")
    socket = web.WebSocketResponse(
        heartbeat=_PING_SECONDS,
        timeout=_CLOSE_SECONDS,
        protocols=(PROTOCOL,),
        max_msg_size=_MOST_BYTES,
        compress=False,
    )
    await socket.prepare(request)
    page = _Page()
    ears = context.monitorings.attach(id_, page, page.put)
    if ears is None:
        await socket.close(code=WSCloseCode.OK)
        return socket
    earlier = pages.get(id_)
    pages[id_] = socket
    if earlier is not None:
        await _close(earlier, WSCloseCode.GOING_AWAY)
    sending = asyncio.create_task(page.send(socket))
    try:
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                ears.hear(message.data)
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        if pages.get(id_) is socket:
            del pages[id_]
        # 1006: the connection broke, or a ping was not answered.
        broke = socket.close_code in {None, WSCloseCode.ABNORMAL_CLOSURE}
        context.monitorings.detach(id_, page, closed=not broke)
    return socket


def add_monitoring(app: web.Application) -> None:
    """The address, who is told, and who looks whether those who listen still may."""
    app[_PAGES] = {}
    app.router.add_get("/api/v1/monitorings/{id}/audio", serve_audio)
    app.on_startup.append(_listen)
    app.cleanup_ctx.append(_rechecking)
    app.on_shutdown.append(_close_all)


async def _listen(app: web.Application) -> None:
    context, events, pages = app[CONTEXT], app[EVENTS], app[_PAGES]
    closing: set[asyncio.Task[bool]] = set()

    def told(one: Monitoring) -> None:
        if policy_of(context).manager_told:
            events.publish(monitored_message(context, one))
        if one.ended_at is not None and one.id in pages:
            task = asyncio.get_running_loop().create_task(pages[one.id].close(code=WSCloseCode.OK))
            closing.add(task)
            task.add_done_callback(closing.discard)

    context.monitorings.listeners.append(told)


def monitored_message(context: ApiContext, one: Monitoring) -> Message:
    """For the pages of those at whose sides he is."""
    session = context.monitorings.get(one.id)
    agents = {one.agent} if session is None else {one.agent, *session.agents}

    def model(_language: Language, viewer: Viewer) -> MonitoredModel:
        return MonitoredModel(
            call_id=one.call_id,
            person=viewer.name(one.person),
            mode=one.mode,
            running=one.ended_at is None,
        )

    return Message("monitored", lambda viewer: viewer.person in agents, model)


async def _rechecking(app: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(_recheck_for_ever(app), name="monitorings")
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _recheck_for_ever(app: web.Application) -> None:
    while True:
        await asyncio.sleep(RECHECK_SECONDS)
        with suppress(DBAPIError, PoolTimeoutError, OSError):
            await recheck(app)


async def recheck(app: web.Application) -> None:
    """End what its person may do no more, by his rights, his session, or a client made private."""
    context = app[CONTEXT]
    for one in context.monitorings.running():
        session = context.monitorings.get(one.id)
        asker = None if session is None else session.asker
        if isinstance(asker, Viewer) and not await _still_may(context, one, asker):
            context.monitorings.end(one.id, EndedBy.RIGHTS)


async def _still_may(context: ApiContext, one: Monitoring, viewer: Viewer) -> bool:
    access, via, now = viewer.access, viewer.via, context.sign_in.now()
    if not viewer.is_operator:
        newest = context.staff.now.access_of(one.person)
        if newest is None:
            return False
        access = replace(newest, scopes=access.scopes, own_private=access.own_private)
        if via and via not in await context.database.look(lambda c: good_keys(c, {via}, now)):
            return False
    call = context.board.get(one.call_id)
    if call is None:
        return True
    try:
        await check(context, access, one.mode, call)
    except ProblemError:
        return False
    return True


async def _close(socket: web.WebSocketResponse, code: int) -> None:
    with suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(_CLOSE_SECONDS):
            await socket.close(code=code)


async def _close_all(app: web.Application) -> None:
    for socket in tuple(app[_PAGES].values()):
        await _close(socket, WSCloseCode.GOING_AWAY)


_PAGES: web.AppKey[dict[UUID, web.WebSocketResponse]] = web.AppKey("monitoring pages", dict)
