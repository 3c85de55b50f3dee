"""Clients who called in vain and with whom nobody has talked since, the longest waiting first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)

from crm.access import Access, Right
from crm.tables import client, phone, task
from crm.tasks import CALLBACK
from crm.visible import visible
from daemon.calls.call import Direction
from daemon.control.talks import CUSTOMER, talked
from daemon.history.queries import CallCursor
from daemon.history.tables import call
from store.types import UtcDateTime

_TALK: Final = call.alias("talk")
_PHONE: Final = phone.alias("talk_phone")
_LONGEST_TALK: Final = timedelta(days=1)
_NOT_YET: Final = literal(datetime(9999, 1, 1, tzinfo=UTC), UtcDateTime())


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedTask:
    """The newest task to call him back."""

    id: UUID
    agent: str | None
    closed_at: datetime | None
    closed_by: str | None
    """Who said that it is done, though nobody talked with him."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedClient:
    """One client who waits."""

    client_id: UUID
    first_at: datetime
    """When he called in vain first, since somebody talked with him."""
    last_at: datetime
    last_call_id: UUID
    tries: int
    """How often he called."""
    attempts: int
    """How often somebody called him since, in vain."""
    last_attempt_at: datetime | None
    task: ClosedTask | None

    @property
    def cursor(self) -> CallCursor:
        """The place in the list after him."""
        return CallCursor(self.first_at, self.client_id)


def list_missed(
    connection: Connection,
    access: Access,
    *,
    since: datetime,
    until: datetime | None = None,
    curator: str | None = None,
    limit: int = 50,
    after: CallCursor | None = None,
) -> list[MissedClient]:
    """Of clients within his right to read reports. ``since``, ``until``: when they called."""
    talks = _last_talks(since)
    first = func.min(call.c.started_at)
    his = [client.c.id == CUSTOMER.c.client_id, visible(access, Right.REPORTS_READ)]
    if curator is not None:
        his.append(client.c.curator == curator)
    query = (
        select(CUSTOMER.c.client_id, first.label("first_at"))
        .select_from(call)
        .join(CUSTOMER, CUSTOMER.c.id == call.c.customer_phone_id)
        .outerjoin(talks, talks.c.client_id == CUSTOMER.c.client_id)
        .where(
            call.c.started_at >= since,
            call.c.direction == Direction.INBOUND.value,
            _unanswered(),
            or_(talks.c.until.is_(None), talks.c.until < call.c.started_at),
            exists(select(client.c.id).where(*his)).correlate(CUSTOMER),
        )
        .group_by(CUSTOMER.c.client_id)
        .order_by(first, CUSTOMER.c.client_id)
        .limit(limit)
    )
    if until is not None:
        query = query.where(call.c.started_at < until)
    if after is not None:
        same = and_(first == after.started_at, CUSTOMER.c.client_id > after.id)
        query = query.having(or_(first > after.started_at, same))
    found = [(row.client_id, row.first_at) for row in connection.execute(query)]
    return _in_full(connection, found)


def _unanswered() -> ColumnElement[bool]:
    return and_(call.c.answered_at.is_(None), call.c.gone.is_(True), call.c.merged_into.is_(None))


def _last_talks(since: datetime) -> CTE:
    """By client, until when somebody talked with him last; far ahead, where somebody does now."""
    ended = case(
        (_TALK.c.gone.is_(False), _NOT_YET),
        else_=func.coalesce(_TALK.c.ended_at, _TALK.c.started_at),
    )
    return (
        select(_PHONE.c.client_id, func.max(ended, type_=UtcDateTime()).label("until"))
        .select_from(_TALK)
        .join(_PHONE, _PHONE.c.id == _TALK.c.customer_phone_id)
        .where(_TALK.c.started_at >= since - _LONGEST_TALK, talked(_TALK))
        .group_by(_PHONE.c.client_id)
        .cte("talks")
    )


def _in_full(connection: Connection, found: Sequence[tuple[UUID, datetime]]) -> list[MissedClient]:
    if not found:
        return []
    began = dict(found)
    calls = _in_vain(connection, began)
    tasks = _tasks(connection, began)
    return [
        MissedClient(
            client_id=id_,
            first_at=first_at,
            last_at=calls[id_].tries[-1][0],
            last_call_id=calls[id_].tries[-1][1],
            tries=len(calls[id_].tries),
            attempts=len(calls[id_].attempts),
            last_attempt_at=max(calls[id_].attempts, default=None),
            task=tasks.get(id_),
        )
        for id_, first_at in found
    ]


class _Calls:
    """Of one client, in order."""

    def __init__(self) -> None:
        self.tries: list[tuple[datetime, UUID]] = []
        self.attempts: list[datetime] = []


def _in_vain(connection: Connection, began: dict[UUID, datetime]) -> defaultdict[UUID, _Calls]:
    query = (
        select(CUSTOMER.c.client_id, call.c.id, call.c.started_at, call.c.direction)
        .select_from(CUSTOMER)
        .join(call, call.c.customer_phone_id == CUSTOMER.c.id)
        .where(
            CUSTOMER.c.client_id.in_(began),
            call.c.started_at >= min(began.values()),
            _unanswered(),
        )
        .order_by(call.c.started_at, call.c.id)
    )
    calls: defaultdict[UUID, _Calls] = defaultdict(_Calls)
    for client_id, id_, started_at, direction in connection.execute(query):
        if started_at < began[client_id]:
            continue
        if direction == Direction.INBOUND:
            calls[client_id].tries.append((started_at, id_))
        else:
            calls[client_id].attempts.append(started_at)
    return calls


def _tasks(connection: Connection, began: dict[UUID, datetime]) -> dict[UUID, ClosedTask]:
    query: Any = (
        select(task)
        .where(
            task.c.client_id.in_(began),
            task.c.kind == CALLBACK,
            task.c.created_at >= min(began.values()),
        )
        .order_by(task.c.created_at)
    )
    return {
        row.client_id: ClosedTask(
            id=row.id, agent=row.agent, closed_at=row.closed_at, closed_by=row.closed_by
        )
        for row in connection.execute(query)
        if row.created_at >= began[row.client_id]
    }
