"""What operators and monitors ask: the board, ``/health`` and ``/metrics``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final, Literal, TypeVar
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r400, r503
from pydantic import BaseModel
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from crm.access import Right
from crm.callers import known_clients, private_indexes
from crm.fields import PHONES
from daemon.ami.state import LinkState
from daemon.api.context import CONTEXT, ApiContext
from daemon.api.models import BoardModel, CallModel
from daemon.api.origin import comes_from_here
from daemon.api.parameters import Open, Resource, admit, rules
from daemon.api.problems import ProblemDocument, language_of
from daemon.api.responses import json_response
from daemon.calls.call import Call, PartyKind
from daemon.history.seen import takes_part
from daemon.outbox.queue import count_waiting, oldest_due

T = TypeVar("T")

_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class _Customer:
    """The client with whom a call is."""

    id: UUID


class BoardResource(Resource):
    """What happens now."""

    rights = rules(GET=Right.CALLS_READ)

    async def get(self) -> r200[BoardModel] | r400[ProblemDocument]:
        """Calls that run and those that just ended, from memory: while the database is away too,
        then without numbers.

        Clients and recordings are not on the board; ask for the call. Shown are the calls that
        ring at him or in which he talks, or a colleague, by the scope of ``calls.read``. Numbers
        of others' calls count as rows that he reads; beyond his quota they are null.

        Status codes:
            200: The board
        """
        access, board = self.viewer.access, self.context.board
        running, ended = (
            [call for call in calls if takes_part(access, Right.CALLS_READ, call)]
            for calls in (board.running(), board.ended())
        )
        told = await self._told([*running, *ended])
        his = {call.customer_number for call in (*running, *ended) if self._is_his(call)}
        clients = [known for number, known in told.items() if known and number not in his]
        if not self.context.reading.glimpsed(self.viewer, clients):
            told = {number: known for number, known in told.items() if number in his}
        return json_response(
            BoardModel(running=self._shown(running, told), ended=self._shown(ended, told))
        )

    def _shown(self, calls: Iterable[Call], told: Collection[str]) -> list[CallModel]:
        return [
            CallModel.of(
                call,
                pauses=[pause] if (pause := self.context.pauses.of(call.id)) else (),
                viewer=self.viewer,
                private=call.customer_number is not None and call.customer_number not in told,
            )
            for call in calls
        ]

    def _is_his(self, call: Call) -> bool:
        person = self.viewer.person
        return any(
            leg.party.kind is PartyKind.AGENT and leg.party.name == person for leg in call.legs
        )

    async def _told(self, calls: Iterable[Call]) -> Mapping[str, _Customer | None]:
        """Customers' numbers that are no other's private clients', and whose they are; none while
        the database does not answer.
        """
        numbers = {call.customer_number for call in calls} - {None}
        if not numbers or not self.viewer.sees(PHONES):
            return {}
        vault, access = self.context.vault, self.viewer.access
        indexes = {vault.blind_index(number): number for number in numbers if number}
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS), self.context.database.read() as reading:
                private = await reading.run_sync(private_indexes, indexes, access)
                known = await reading.run_sync(known_clients, indexes)
        except (DBAPIError, PoolTimeoutError, OSError, TimeoutError):
            return {}
        return {
            number: _Customer(known[index]) if index in known else None
            for index, number in indexes.items()
            if index not in private
        }


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
    """This and what follows is for programs of this machine, and for who holds ``system.read``."""
    database: bool | None = None
    calls_running: int | None = None
    calls_waiting: int | None = None
    """Not in the database yet."""
    outbox_waiting: dict[str, int] | None = None
    """By topic; null while the database does not answer."""


class HealthResource(Resource):
    """How the daemon is."""

    rights = rules(GET=Open.PUBLIC)

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
        here = not self.viewer.is_known and comes_from_here(self.request)
        if here or self.viewer.has(Right.SYSTEM_READ):
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


class LiveModel(BaseModel):
    """The process answers."""

    ok: Literal[True] = True


class LiveResource(Resource):
    """Whether the daemon lives: for what starts it anew where it does not."""

    rights = rules(GET=Open.PUBLIC)

    async def get(self) -> r200[LiveModel] | r400[ProblemDocument]:
        """Asks nothing else than that: a daemon whose database is away must not be ended for it.

        Status codes:
            200: It does
        """
        return json_response(LiveModel())


Unready = Literal["lead", "database", "pbx"]


class ReadyModel(BaseModel):
    """Whether calls and people should be sent to this daemon."""

    ready: bool
    reasons: list[Unready]
    """Why not: ``lead``, another daemon may work instead of this one; ``database``, it takes no
    writes; ``pbx``, the link to one is down, or what runs there is not known yet."""


class ReadyResource(Resource):
    """Whether this daemon does its work: for a proxy or an address that moves between two."""

    rights = rules(GET=Open.PUBLIC)

    async def get(self) -> r200[ReadyModel] | r400[ProblemDocument] | r503[ReadyModel]:
        """A daemon that stands by answers 503 with the problem ``standby``.

        Status codes:
            200: It does
            503: It does not, and the body says why
        """
        context = self.context
        database = await outbox_waiting(context) is not None and not context.metrics.flush.stuck
        pbxs = [
            state.connected and context.metrics.pbx[state.pbx].synced for state in context.links()
        ]
        stands: dict[Unready, bool] = {
            "lead": context.leads(),
            "database": database,
            "pbx": all(pbxs),
        }
        reasons = [name for name, well in stands.items() if not well]
        model = ReadyModel(ready=not reasons, reasons=reasons)
        status = HTTPStatus.OK if model.ready else HTTPStatus.SERVICE_UNAVAILABLE
        return json_response(model, status)


async def metrics(request: web.Request) -> web.Response:
    """Prometheus' text format."""
    await admit(request, Open.LOOPBACK)
    context = request.app[CONTEXT]
    waiting, ages = await _outbox(context) or ({}, {})
    body, content_type = context.metrics.expose(waiting, ages)
    return web.Response(body=body, headers={"Content-Type": content_type})


async def _outbox(context: ApiContext) -> tuple[dict[str, int], dict[str, float]] | None:
    def look(connection: Connection) -> tuple[dict[str, int], dict[str, float]]:
        return count_waiting(connection), oldest_due(connection, datetime.now(UTC))

    return await _patiently(context, look)


async def outbox_waiting(context: ApiContext) -> dict[str, int] | None:
    """Effects that wait, by topic; ``None`` where the database does not answer in time."""
    return await _patiently(context, count_waiting)


async def _patiently(context: ApiContext, look: Callable[[Connection], T]) -> T | None:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS), context.database.read() as connection:
            return await connection.run_sync(look)
    except (DBAPIError, PoolTimeoutError, OSError, TimeoutError):
        return None


ROUTES: Final = (
    ("/api/v1/board", BoardResource),
    ("/health", HealthResource),
    ("/health/live", LiveResource),
    ("/health/ready", ReadyResource),
)
