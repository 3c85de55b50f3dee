"""The outbox's rows: adding, claiming, settling."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, func, select, update

from daemon.outbox.tables import outbox
from store.ids import uuid7
from store.upsert import insert_new_rows

Payload = Mapping[str, str]
IDEMPOTENCY_KEY: Final = "idempotency_key"


@dataclass(frozen=True, slots=True)
class NewWork:
    """Something to be done after this transaction. The payload holds ids, never a number."""

    topic: str
    payload: Payload
    delay: timedelta = timedelta()
    """Before the first try."""
    key: str | None = None
    """What it is about, within its topic: while work with this key waits or is being done, it is
    not added again. ``None``: it is always added."""


@dataclass(frozen=True, slots=True)
class Work:
    """Claimed work; ``attempts`` counts this one."""

    id: UUID
    payload: Payload
    attempts: int
    key: str | None = None

    @property
    def handed(self) -> Payload:
        """The payload with ``idempotency_key``: the same at every try of this work, and of none
        other. An outside system that is told it does nothing twice."""
        return {**self.payload, IDEMPOTENCY_KEY: self.key or str(self.id)}


@dataclass(frozen=True, slots=True)
class Again:
    """When work that was not done is due again, and how many attempts count."""

    at: datetime
    attempts: int


_due = (
    select(outbox.c.id)
    .where(outbox.c.topic == bindparam("of_topic"), outbox.c.next_at <= bindparam("now"))
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    # PostgreSQL asks a plain subquery anew for each row where its plan is a nested loop, and what
    # was locked meanwhile is skipped: more would be claimed than was asked for.
    .cte("due")
)
_claim = (
    update(outbox)
    .where(outbox.c.id.in_(select(_due.c.id)))
    .values(
        next_at=bindparam("leased_until"),
        attempts=outbox.c.attempts + 1,
        lease=bindparam("lease_"),
    )
    .returning(outbox.c.id, outbox.c.payload, outbox.c.attempts, outbox.c.key)
)
_next_due = select(func.min(outbox.c.next_at, type_=outbox.c.next_at.type)).where(
    outbox.c.topic == bindparam("of_topic")
)
_mine = (outbox.c.id == bindparam("id_")) & (outbox.c.lease == bindparam("lease_"))
"""Whose lease ended has lost it to whoever claimed it since: what he settles changes nothing."""
_extend = update(outbox).where(_mine).values(next_at=bindparam("until"))
_bring_forward = (
    update(outbox).where(outbox.c.id == bindparam("id_")).values(next_at=bindparam("at"))
)
_forget = delete(outbox).where(_mine)
_put_back = (
    update(outbox)
    .where(_mine)
    .values(next_at=bindparam("again_at"), attempts=bindparam("counted"), lease=None)
)


def add_work(connection: Connection, work: Iterable[NewWork]) -> None:
    """Add in the caller's transaction what is not there already; wake the worker after it."""
    now = datetime.now(UTC)
    rows = [
        {
            "id": uuid7(),
            "topic": one.topic,
            "payload": dict(one.payload),
            "created_at": now,
            "attempts": 0,
            "next_at": now + one.delay,
            "key": one.key,
        }
        for one in work
    ]
    insert_new_rows(connection, outbox, ("topic", "key"), rows)


def claim_work(
    connection: Connection, topic: str, *, owner: UUID, most: int, now: datetime, lease: timedelta
) -> list[Work]:
    """The oldest work that is due; nobody else gets it before the lease ends. What ``owner`` had
    claimed before and let run out may be among it.
    """
    values = {
        "of_topic": topic,
        "now": now,
        "most": most,
        "leased_until": now + lease,
        "lease_": owner,
    }
    claimed = connection.execute(_claim, values)
    return sorted((Work(*row) for row in claimed), key=lambda work: work.id)


def next_due(connection: Connection, topic: str) -> datetime | None:
    """When the topic's next work is due; ``None`` where there is none."""
    at: datetime | None = connection.execute(_next_due, {"of_topic": topic}).scalar_one()
    return at


def bring_forward(connection: Connection, topic: str, *, now: datetime, by: timedelta) -> None:
    """The wall clock was set back: what was to be due later is due so much sooner, by the clock as
    it goes now. Else it would wait for as long as the clock was wrong."""
    later = select(outbox.c.id, outbox.c.next_at).where(
        outbox.c.topic == topic, outbox.c.next_at > now
    )
    sooner = [
        {"id_": row.id, "at": max(now, row.next_at - by)} for row in connection.execute(later)
    ]
    if sooner:
        connection.execute(_bring_forward, sooner)


def take_over(connection: Connection, topic: str, *, now: datetime, lease: timedelta) -> None:
    """What an earlier run left, perhaps by a clock that was ahead: what failed is due now, new work
    after the delay that it was given, and what is leased at the end of a lease at the latest."""
    rows = connection.execute(select(outbox).where(outbox.c.topic == topic, outbox.c.next_at > now))
    sooner = []
    for row in rows:
        if row.lease is not None:
            at = min(row.next_at, now + lease)
        elif row.attempts:
            at = now
        else:
            at = min(row.next_at, now + (row.next_at - row.created_at))
        if at < row.next_at:
            sooner.append({"id_": row.id, "at": at})
    if sooner:
        connection.execute(_bring_forward, sooner)


def extend_lease(
    connection: Connection, owner: UUID, ids: Collection[UUID], until: datetime
) -> None:
    """The work is still being done."""
    if ids:
        connection.execute(_extend, [{"id_": id_, "lease_": owner, "until": until} for id_ in ids])


def settle_work(
    connection: Connection, owner: UUID, done: Sequence[UUID], again: Mapping[UUID, Again]
) -> None:
    """Forget what is done; the rest is due again at its time. What another one has claimed since
    is his.
    """
    if done:
        connection.execute(_forget, [{"id_": id_, "lease_": owner} for id_ in done])
    if again:
        connection.execute(
            _put_back,
            [
                {"id_": id_, "lease_": owner, "again_at": one.at, "counted": one.attempts}
                for id_, one in again.items()
            ],
        )


def oldest_due(connection: Connection, now: datetime) -> dict[str, float]:
    """For how many seconds the oldest work that is due has been so, by topic."""
    rows = connection.execute(
        select(outbox.c.topic, func.min(outbox.c.next_at, type_=outbox.c.next_at.type).label("at"))
        .where(outbox.c.next_at <= now)
        .group_by(outbox.c.topic)
    )
    return {row.topic: (now - row.at).total_seconds() for row in rows}


def count_waiting(connection: Connection) -> dict[str, int]:
    """How much work waits or is being done, by topic."""
    rows = connection.execute(
        select(outbox.c.topic, func.count().label("waiting")).group_by(outbox.c.topic)
    )
    return {row.topic: row.waiting for row in rows}
