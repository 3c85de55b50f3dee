"""Work comes in its time, though the clock was ahead when it was put back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from daemon.outbox.queue import (
    NewWork,
    Payload,
    add_work,
    count_waiting,
    next_due,
)
from daemon.outbox.tables import outbox
from daemon.outbox.worker import OutboxWorker, Outcome
from store.database import Database
from store.ids import uuid7
from store.migrate import migrate

LEASE = timedelta(seconds=60)
OWNER = uuid7()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield database
    await database.close()


async def _add(database: Database, *names: str, topic: str = "t") -> None:
    work = [NewWork(topic, {"name": name}) for name in names]
    await database.write(lambda connection: add_work(connection, work))


async def _waiting(database: Database) -> dict[str, int]:
    return await database.write(count_waiting)


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await condition():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def _running(worker: OutboxWorker) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_clock_that_is_set_back_does_not_hold_up_what_waits(database: Database) -> None:
    """It was an hour ahead when a try failed: the next one comes in its time all the same."""
    ahead = [timedelta(hours=1)]
    tries: list[int] = []

    async def handle(payloads: Sequence[Payload]) -> Sequence[Outcome]:
        tries.append(len(payloads))
        if len(tries) == 1:
            # As a system does that asks for its time: while the daemon runs.
            return [RuntimeError("not yet")]
        return [None]

    worker = OutboxWorker(
        database,
        {"t": handle},
        first_delay_seconds=0.2,
        clock=lambda: datetime.now(UTC) + ahead[0],
    )
    await _add(database, "one")

    async def failed_and_put_back() -> bool:
        due = await database.write(lambda connection: next_due(connection, "t"))
        return len(tries) == 1 and due is not None and due > datetime.now(UTC) + ahead[0] / 2

    async with _running(worker):
        await _until(failed_and_put_back)
        ahead[0] = timedelta()

        async def done() -> bool:
            worker.poke()
            return await _waiting(database) == {}

        await _until(done)
    assert len(tries) == 2


async def test_what_a_run_left_whose_clock_was_ahead_is_done_in_its_time(
    database: Database,
) -> None:
    """It was killed before the clock was set back: nobody is left who saw that."""
    ahead = datetime.now(UTC) + timedelta(hours=1)

    def left(connection: Connection) -> None:
        add_work(connection, [NewWork("t", {"name": name}) for name in ("new", "failed", "leased")])
        ids = connection.execute(select(outbox.c.id).order_by(outbox.c.id)).scalars().all()
        stands: tuple[dict[str, Any], ...] = (
            {"created_at": ahead, "next_at": ahead + timedelta(milliseconds=10)},
            {"attempts": 1, "next_at": ahead},
            {"attempts": 1, "next_at": ahead, "lease": OWNER},
        )
        for id_, values in zip(ids, stands, strict=True):
            connection.execute(update(outbox).where(outbox.c.id == id_).values(**values))

    await database.write(left)
    done: list[str] = []

    async def handle(payloads: Sequence[Payload]) -> Sequence[Outcome]:
        done.extend(payload["name"] for payload in payloads)
        return [None] * len(payloads)

    async with _running(OutboxWorker(database, {"t": handle})):

        async def both() -> bool:
            return set(done) == {"new", "failed"}

        await _until(both)
        due = await database.write(lambda connection: next_due(connection, "t"))
    # Somebody may still be at it; not for longer than a lease lasts.
    assert due is not None
    assert due <= datetime.now(UTC) + LEASE
