"""``/api/v1/live``: what runs now, as JSON once, or over a WebSocket as it changes.

The socket's first message is a snapshot, each further one says what changed, numbered: who misses a
number asks anew. A reader who is slow gets the newest state of each row, never a backlog.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Final

from aiohttp import hdrs, web
from aiohttp_pydantic.oas.typing import r200, r400

from crm.access import Right, allows_person
from crm.monitorings import Mode
from daemon.api.context import CONTEXT, ApiContext
from daemon.api.events import EVENTS
from daemon.api.live_models import LiveTold
from daemon.api.monitoring_door import may, policy_of
from daemon.api.parameters import Resource, admit, rules
from daemon.api.problems import ProblemDocument
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer
from daemon.live.figures import DayFigures
from daemon.live.live import Live
from daemon.live.monitored import Monitor
from daemon.live.row import Row
from daemon.live.watcher import Watcher
from daemon.monitoring.sides import is_in_it

PAUSE_SECONDS: Final = 0.05
"""Between two messages of one connection: what changes meanwhile goes together."""
LIVE: web.AppKey[Live] = web.AppKey("live", Live)


class LiveResource(Resource):
    """What runs now."""

    rights = rules(GET=Right.CALLS_READ)

    async def get(self) -> r200[LiveTold] | r400[ProblemDocument]:
        """Running calls, those that just ended, the agents and the day's figures; as a WebSocket
        the same, then every change.

        Shown are calls that ring at him or in which he talks, or a colleague, by the scope of
        ``calls.read``; agents and figures likewise. Clients of others' calls count as rows that he
        reads; beyond his quota they are withheld.

        Status codes:
            200: A snapshot
        """
        async with self.request.app[LIVE].watching(self.viewer) as watcher:
            return json_response(_snapshot(watcher))

    async def _iter(self) -> web.StreamResponse:
        asked = self.request.headers.get(hdrs.UPGRADE, "").lower()
        if self.request.method == hdrs.METH_GET and asked == "websocket":
            return await serve_live(self.request)
        return await super()._iter()


@dataclass(eq=False)
class _Connection:
    viewer: Viewer
    cut: asyncio.Event = field(default_factory=asyncio.Event)


async def serve_live(request: web.Request) -> web.StreamResponse:
    """The socket, for whom the resource is."""
    viewer = await admit(request, LiveResource.rights[hdrs.METH_GET])
    sending = partial(_send, request.app[LIVE], viewer)
    return await request.app[EVENTS].serve(request, _Connection(viewer), sending)


async def _send(live: Live, viewer: Viewer, socket: web.WebSocketResponse) -> None:
    async with live.watching(viewer) as watcher:
        snapshot = _snapshot(watcher)
        await socket.send_str(snapshot.model_dump_json())
        seq = snapshot.seq
        while True:
            await asyncio.sleep(PAUSE_SECONDS)
            await watcher.woken.wait()
            live.refresh()
            changes = watcher.changes()
            if changes:
                seq += 1
                told = LiveTold.of(changes, viewer, seq=seq, at=datetime.now(UTC), whole=False)
                await socket.send_str(told.model_dump_json())


def _snapshot(watcher: Watcher) -> LiveTold:
    now = datetime.now(UTC)
    return LiveTold.of(watcher.snapshot(), watcher.viewer, seq=1, at=now, whole=True)


def monitors_of(context: ApiContext, viewer: Viewer, row: Row) -> tuple[Monitor, ...]:
    """Who is on that call beside its people: himself, those whom he could join on others' calls or
    reads reports about; and who listens to him, where the policy tells managers.
    """
    access = viewer.access
    told = policy_of(context).manager_told and row.is_with(viewer.person)
    return tuple(
        Monitor(one.person, one.mode)
        for one in context.monitorings.running()
        if one.call_id == row.id
        if told
        or one.person == viewer.person
        or allows_person(access, Right.REPORTS_READ, one.person)
        or (may(access, Mode.LISTEN, row.call) and not is_in_it(row.call, viewer.person))
    )


def add_live(app: web.Application) -> None:
    """What the resource stands on."""
    context = app[CONTEXT]
    live = app[LIVE] = Live(
        context.board,
        context.database,
        context.vault,
        agents=context.people,
        staff=context.staff,
        reading=context.reading,
        figures=DayFigures(context.database, context.settings.company.timezone),
        monitors=partial(monitors_of, context),
        paused=context.pauses.of,
        away_of=context.away.of,
    )
    context.away.listeners.append(lambda _name: live.people_changed())
    context.monitorings.listeners.append(lambda one: live.touch([one.call_id]))
    context.pauses.listeners.append(lambda call: live.touch([call]))
    app.cleanup_ctx.append(_running)


async def _running(app: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(app[LIVE].run(), name="live")
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


ROUTES: Final = (("/api/v1/live", LiveResource),)
