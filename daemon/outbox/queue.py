"""The outbox's rows: adding, claiming, settling."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, func, select, update

from daemon.outbox.tables import outbox
from store.ids import uuid7
from store.upsert import insert_rows

Payload = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NewWork:
    """Something to be done after this transaction. The payload holds ids, never a number."""

    topic: str
    payload: Payload
    delay: timedelta = timedelta()
    """Before the first try."""


@dataclass(frozen=True, slots=True)
class Work:
    """Claimed work; ``attempts`` counts this one."""

    id: UUID
    payload: Payload
    attempts: int


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
)
_claim = (
    update(outbox)
    .where(outbox.c.id.in_(_due))
    .values(next_at=bindparam("leased_until"), attempts=outbox.c.attempts + 1)
    .returning(outbox.c.id, outbox.c.payload, outbox.c.attempts)
)
_next_due = select(func.min(outbox.c.next_at, type_=outbox.c.next_at.type)).where(
    outbox.c.topic == bindparam("of_topic")
)
_extend = update(outbox).where(outbox.c.id == bindparam("id_")).values(next_at=bindparam("until"))
_forget = delete(outbox).where(outbox.c.id == bindparam("id_"))
_put_back = (
    update(outbox)
    .where(outbox.c.id == bindparam("id_"))
    .values(next_at=bindparam("again_at"), attempts=bindparam("counted"))
)


def add_work(connection: Connection, work: Iterable[NewWork]) -> None:
    """Add in the caller's transaction; wake the worker after its commit."""
    now = datetime.now(UTC)
    rows = [
        {
            "id": uuid7(),
            "topic": one.topic,
            "payload": dict(one.payload),
            "created_at": now,
            "attempts": 0,
            "next_at": now + one.delay,
        }
        for one in work
    ]
    insert_rows(connection, outbox, rows)


def claim_work(
    connection: Connection, topic: str, *, most: int, now: datetime, lease: timedelta
) -> list[Work]:
    """The oldest work that is due; nobody else gets it before the lease ends."""
    values = {"of_topic": topic, "now": now, "most": most, "leased_until": now + lease}
    claimed = connection.execute(_claim, values)
    return sorted((Work(*row) for row in claimed), key=lambda work: work.id)


def next_due(connection: Connection, topic: str) -> datetime | None:
    """When the topic's next work is due; ``None`` where there is none."""
    at: datetime | None = connection.execute(_next_due, {"of_topic": topic}).scalar_one()
    return at


def extend_lease(connection: Connection, ids: Collection[UUID], until: datetime) -> None:
    """The work is still being done."""
    if ids:
        connection.execute(_extend, [{"id_": id_, "until": until} for id_ in ids])


def settle_work(connection: Connection, done: Sequence[UUID], again: Mapping[UUID, Again]) -> None:
    """Forget what is done; the rest is due again at its time."""
    if done:
        connection.execute(_forget, [{"id_": id_} for id_ in done])
    if again:
        connection.execute(
            _put_back,
            [
                {"id_": id_, "again_at": one.at, "counted": one.attempts}
                for id_, one in again.items()
            ],
        )


def count_waiting(connection: Connection) -> dict[str, int]:
    """How much work waits or is being done, by topic."""
    rows = connection.execute(
        select(outbox.c.topic, func.count().label("waiting")).group_by(outbox.c.topic)
    )
    return {row.topic: row.waiting for row in rows}
