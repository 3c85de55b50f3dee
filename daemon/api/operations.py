"""What operators and monitors ask: the board, ``/health`` and ``/metrics``."""

from __future__ import annotations

import asyncio
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
from daemon.api.problems import ProblemDocument, language_of
from daemon.api.responses import json_response
from daemon.outbox.queue import count_waiting

_PATIENCE_SECONDS = 2.0


class BoardResource(Resource):
    """What happens now."""

    async def get(self) -> r200[BoardModel] | r400[ProblemDocument]:
        """Calls that run and those that just ended, from memory: also while the database is away.

        Client ids and recordings are not on the board; ask for the call.

        Status codes:
            200: The board
        """
        board = self.context.board
        return json_response(
            BoardModel(
                running=[CallModel.of(call) for call in board.running()],
                ended=[CallModel.of(call) for call in board.ended()],
            )
        )


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
    links: list[LinkHealth]
    database: bool
    calls_running: int
    calls_waiting: int
    """Not in the database yet."""
    outbox_waiting: dict[str, int] | None
    """By topic; null while the database does not answer."""


class HealthResource(Resource):
    """How the daemon is."""

    async def get(self) -> r200[HealthModel] | r400[ProblemDocument] | r503[HealthModel]:
        """Links, database and what waits.

        Status codes:
            200: All is well
            503: Something is wrong, and the body says what
        """
        context = self.context
        waiting = await outbox_waiting(context)
        database = waiting is not None and not context.metrics.flush.stuck
        links = [self._link(state) for state in context.links()]
        model = HealthModel(
            ok=database and all(link.connected for link in links),
            links=links,
            database=database,
            calls_running=context.metrics.running(),
            calls_waiting=context.metrics.flush.waiting,
            outbox_waiting=waiting,
        )
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
    """Prometheus' text format."""
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
