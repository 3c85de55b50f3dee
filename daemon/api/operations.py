"""What operators and monitors ask: the board, ``/health`` and ``/metrics``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r400, r503
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from daemon.ami.state import LinkState
from daemon.api.context import CONTEXT, ApiContext
from daemon.api.models import BoardModel, CallModel
from daemon.api.parameters import Resource
from daemon.api.problems import ProblemDocument, ProblemError, language_of
from daemon.api.responses import json_response
from daemon.api.viewer import viewer_of
from daemon.calls.call import Call, PartyKind
from daemon.outbox.queue import count_waiting

_PATIENCE_SECONDS = 2.0


class BoardResource(Resource):
    """What happens now."""

    for_managers = frozenset({"GET"})

    async def get(self) -> r200[BoardModel] | r400[ProblemDocument]:
        """Calls that run and those that just ended, from memory: also while the database is away.

        Clients and recordings are not on the board; ask for the call. A manager gets the calls
        that ring at him or in which he talks.

        Status codes:
            200: The board
        """
        board = self.context.board
        return json_response(
            BoardModel(running=self._shown(board.running()), ended=self._shown(board.ended()))
        )

    def _shown(self, calls: Iterable[Call]) -> list[CallModel]:
        viewer = self.viewer
        return [
            CallModel.of(call, viewer=viewer)
            for call in calls
            if viewer.agent is None
            or any(
                leg.party.kind is PartyKind.AGENT and leg.party.name == viewer.agent
                for leg in call.legs
            )
        ]


class LinkHealth(BaseModel):
    """One PBX."""

    pbx: str
    address: str
    connected: bool
    since: datetime
    notices: list[str]
    """What is amiss and what to do, in the language of the request."""
    inbox: int
    lag_seconds: float


class HealthModel(BaseModel):
    """``ok``: every link is up and the database takes writes."""

    ok: bool
    links: list[LinkHealth] | None = None
    """This and what follows is null for a manager."""
    database: bool | None = None
    calls_running: int | None = None
    calls_waiting: int | None = None
    """Not in the database yet."""
    outbox_waiting: dict[str, int] | None = None
    """By topic; null while the database does not answer."""


class HealthResource(Resource):
    """How the daemon is."""

    for_managers = frozenset({"GET"})

    async def get(self) -> r200[HealthModel] | r400[ProblemDocument] | r503[HealthModel]:
        """Links, database and what waits.

        Status codes:
            200: All is well
            503: Something is wrong, and the body says what
        """
        context = self.context
        waiting = await outbox_waiting(context)
        database = waiting is not None and not context.metrics.flush.stuck
        states = context.links()
        model = HealthModel(ok=database and all(state.connected for state in states))
        if self.viewer.is_operator:
            model.links = [self._link(state) for state in states]
            model.database = database
            model.calls_running = context.metrics.running()
            model.calls_waiting = context.metrics.flush.waiting
            model.outbox_waiting = waiting
        return json_response(model, HTTPStatus.OK if model.ok else HTTPStatus.SERVICE_UNAVAILABLE)

    def _link(self, state: LinkState) -> LinkHealth:
        language = language_of(self.request)
        counts = self.context.metrics.pbx[state.pbx]
        return LinkHealth(
            pbx=state.pbx,
            address=state.address,
            connected=state.connected,
            since=state.since,
            notices=[notice.text(language) for notice in state.notices],
            inbox=counts.inbox,
            lag_seconds=round(counts.lag_seconds, 3),
        )


async def metrics(request: web.Request) -> web.Response:
    """Prometheus' text format; the operator's."""
    if not (await viewer_of(request)).is_operator:
        raise ProblemError(HTTPStatus.FORBIDDEN, "operators_only")
    context = request.app[CONTEXT]
    waiting = await outbox_waiting(context)
    body, content_type = context.metrics.expose(waiting or {})
    return web.Response(body=body, headers={"Content-Type": content_type})


async def outbox_waiting(context: ApiContext) -> dict[str, int] | None:
    """Effects that wait, by topic; ``None`` where the database does not answer in time."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS), context.database.read() as connection:
            return await connection.run_sync(count_waiting)
    except (DBAPIError, PoolTimeoutError, OSError, TimeoutError):
        return None
