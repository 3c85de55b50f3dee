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


@dataclass(frozen=True, slots=True)
class Work:
    """Claimed work; ``attempts`` counts this one."""

    id: UUID
    payload: Payload
    attempts: int


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
            "next_at": now,
        }
        for one in work
    ]
    insert_rows(connection, outbox, rows)


def claim_work(
    connection: Connection, topic: str, *, most: int, now: datetime, lease: timedelta
) -> list[Work]:
    """The oldest work that is due; nobody else gets it before the lease ends."""
    due = (
        select(outbox.c.id)
        .where(outbox.c.topic == topic, outbox.c.next_at <= now)
        .order_by(outbox.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = connection.execute(due).scalars().all()
    if not ids:
        return []
    claimed = connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(next_at=now + lease, attempts=outbox.c.attempts + 1)
        .returning(outbox.c.id, outbox.c.payload, outbox.c.attempts)
    )
    return sorted((Work(*row) for row in claimed), key=lambda work: work.id)


def next_due(connection: Connection, topic: str) -> datetime | None:
    """When the topic's next work is due; ``None`` where there is none."""
    at: datetime | None = connection.execute(
        select(func.min(outbox.c.next_at, type_=outbox.c.next_at.type)).where(
            outbox.c.topic == topic
        )
    ).scalar_one()
    return at


def extend_lease(connection: Connection, ids: Collection[UUID], until: datetime) -> None:
    """The work is still being done."""
    connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(next_at=until))


def settle_work(
    connection: Connection, done: Sequence[UUID], failed: Mapping[UUID, datetime]
) -> None:
    """Forget what is done; what failed is due again at its time."""
    if done:
        connection.execute(delete(outbox).where(outbox.c.id.in_(done)))
    if failed:
        connection.execute(
            update(outbox)
            .where(outbox.c.id == bindparam("failed_id"))
            .values(next_at=bindparam("again_at")),
            [{"failed_id": id_, "again_at": at} for id_, at in failed.items()],
        )


def count_waiting(connection: Connection) -> dict[str, int]:
    """How much work waits or is being done, by topic."""
    rows = connection.execute(
        select(outbox.c.topic, func.count().label("waiting")).group_by(outbox.c.topic)
    )
    return {row.topic: row.waiting for row in rows}
