"""Clients who called in vain and with whom nobody has talked since, the longest waiting first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Exists,
    FromClause,
    and_,
    exists,
    func,
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
from store.instants import later

_TALK: Final = call.alias("talk")
_PHONE: Final = phone.alias("talk_phone")
_BEFORE: Final = call.alias("call_before")
_BEFORE_PHONE: Final = phone.alias("phone_before")
_LONGEST_TALK: Final = timedelta(days=1)


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
    his = [client.c.id == CUSTOMER.c.client_id, visible(access, Right.REPORTS_READ)]
    if curator is not None:
        his.append(client.c.curator == curator)
    # Walked through from the one who waits longest: the page is full long before the end.
    query = (
        select(CUSTOMER.c.client_id, call.c.started_at)
        .select_from(call)
        .join(CUSTOMER, CUSTOMER.c.id == call.c.customer_phone_id)
        .where(
            call.c.started_at >= since,
            _in_vain(call),
            exists(select(client.c.id).where(*his)).correlate(CUSTOMER),
            ~_talked_since(call),
            ~_called_before(since),
        )
        .order_by(call.c.started_at, CUSTOMER.c.client_id)
        .limit(limit)
    )
    if until is not None:
        query = query.where(call.c.started_at < until)
    if after is not None:
        same = and_(call.c.started_at == after.started_at, CUSTOMER.c.client_id > after.id)
        query = query.where(or_(call.c.started_at > after.started_at, same))
    found = [(row.client_id, row.started_at) for row in connection.execute(query)]
    return _in_full(connection, found)


def _unanswered(among: FromClause) -> ColumnElement[bool]:
    return and_(
        among.c.answered_at.is_(None), among.c.gone.is_(True), among.c.merged_into.is_(None)
    )


def _in_vain(among: FromClause) -> ColumnElement[bool]:
    """A customer's call that nobody answered."""
    return and_(among.c.direction == Direction.INBOUND.value, _unanswered(among))


def _talked_since(among: FromClause) -> Exists:
    """Somebody talks with that client, or did until after he had called then."""
    ended = func.coalesce(_TALK.c.ended_at, _TALK.c.started_at)
    found = (
        select(_TALK.c.id)
        .join(_PHONE, _PHONE.c.id == _TALK.c.customer_phone_id)
        .where(
            _PHONE.c.client_id == CUSTOMER.c.client_id,
            _TALK.c.started_at >= later(among.c.started_at, -_LONGEST_TALK),
            talked(_TALK),
            or_(_TALK.c.gone.is_(False), ended >= among.c.started_at),
        )
    )
    return exists(found.correlate(among, CUSTOMER))


def _called_before(since: datetime) -> Exists:
    """He had called in vain already, and nobody has talked with him since."""
    older = or_(
        _BEFORE.c.started_at < call.c.started_at,
        and_(_BEFORE.c.started_at == call.c.started_at, _BEFORE.c.id < call.c.id),
    )
    found = (
        select(_BEFORE.c.id)
        .join(_BEFORE_PHONE, _BEFORE_PHONE.c.id == _BEFORE.c.customer_phone_id)
        .where(
            _BEFORE_PHONE.c.client_id == CUSTOMER.c.client_id,
            _BEFORE.c.started_at >= since,
            older,
            _in_vain(_BEFORE),
            ~_talked_since(_BEFORE),
        )
    )
    return exists(found.correlate(call, CUSTOMER))


def _in_full(connection: Connection, found: Sequence[tuple[UUID, datetime]]) -> list[MissedClient]:
    if not found:
        return []
    began = dict(found)
    calls = _calls_of(connection, began)
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


def _calls_of(connection: Connection, began: dict[UUID, datetime]) -> defaultdict[UUID, _Calls]:
    query = (
        select(CUSTOMER.c.client_id, call.c.id, call.c.started_at, call.c.direction)
        .select_from(CUSTOMER)
        .join(call, call.c.customer_phone_id == CUSTOMER.c.id)
        .where(
            CUSTOMER.c.client_id.in_(began),
            call.c.started_at >= min(began.values()),
            _unanswered(call),
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
