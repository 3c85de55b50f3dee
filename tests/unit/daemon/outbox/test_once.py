"""Two workers on one outbox, and work that is ordered twice: nothing is done twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update

from daemon.outbox.queue import (
    IDEMPOTENCY_KEY,
    Again,
    NewWork,
    Payload,
    add_work,
    claim_work,
    extend_lease,
    settle_work,
)
from daemon.outbox.tables import outbox
from daemon.outbox.worker import OutboxWorker, Outcome
from store.database import Database
from store.ids import uuid7

LEASE = timedelta(seconds=60)
FIRST, SECOND = uuid7(), uuid7()


@pytest.fixture
async def databases(tmp_path: Path) -> AsyncIterator[tuple[Database, Database]]:
    """Of two processes: the same one, over connections of their own."""
    url = f"sqlite+aiosqlite:///{tmp_path}/callward.db"
    both = Database(url), Database(url)
    yield both
    for database in both:
        await database.close()


async def _add(database: Database, *work: NewWork) -> None:
    await database.write(lambda connection: add_work(connection, work))


async def _rows(database: Database) -> list[tuple[str | None, int]]:
    async with database.read() as connection:
        rows = await connection.execute(select(outbox.c.key, outbox.c.attempts))
        return [(row.key, row.attempts) for row in rows]


async def _let_leases_run_out(database: Database) -> None:
    past = update(outbox).values(next_at=datetime.now(UTC) - timedelta(seconds=1))
    await database.write(lambda connection: connection.execute(past) and None)


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await condition():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def _running(*workers: OutboxWorker) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Hanging:
    """A handler that has begun its work and does not end it before it is told how."""

    def __init__(self) -> None:
        self.begun = 0
        self.ends: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    async def __call__(self, payloads: Sequence[Payload]) -> list[Outcome]:
        self.begun += len(payloads)
        outcome = await self.ends
        self.ends = asyncio.get_running_loop().create_future()
        return [outcome for _ in payloads]


async def test_two_workers_share_the_work_and_do_none_of_it_twice(
    databases: tuple[Database, Database],
) -> None:
    names = [f"{n:03}" for n in range(400)]
    await _add(databases[0], *(NewWork("t", {"name": name}) for name in names))
    seen: list[str] = []

    async def handle(payloads: Sequence[Payload]) -> list[None]:
        seen.extend(payload["name"] for payload in payloads)
        await asyncio.sleep(0)
        return [None] * len(payloads)

    async def empty() -> bool:
        return await _rows(databases[0]) == []

    async with _running(*(OutboxWorker(database, {"t": handle}) for database in databases)):
        await _until(empty)
    assert sorted(seen) == names


async def test_what_another_one_has_claimed_since_is_his_to_settle(
    databases: tuple[Database, Database],
) -> None:
    database = databases[0]
    await _add(database, NewWork("t", {}))
    now = datetime.now(UTC) + timedelta(seconds=1)

    async def claim(owner: UUID, at: datetime) -> list[int]:
        claimed = await database.write(
            lambda connection: claim_work(
                connection,
                "t",
                owner=owner,
                most=5,
                now=at,
                lease=LEASE,
            )
        )
        ids[:] = [work.id for work in claimed] or ids
        return [work.attempts for work in claimed]

    ids: list[UUID] = []
    assert await claim(FIRST, now) == [1]
    assert await claim(SECOND, now + LEASE) == [2]
    [id_] = ids
    # The first one has hung, and now wakes up: with a lease that is over, whatever came of it.
    later = now + 9 * LEASE
    for settle in (
        lambda c: settle_work(c, FIRST, [id_], {}),
        lambda c: settle_work(c, FIRST, [], {id_: Again(now, 0)}),
        lambda c: extend_lease(c, FIRST, [id_], later),
    ):
        await database.write(settle)
    async with database.read() as connection:
        row = (await connection.execute(select(outbox))).one()
    assert (row.attempts, row.lease, row.next_at) == (2, SECOND, now + 2 * LEASE)
    await database.write(lambda connection: settle_work(connection, SECOND, [id_], {}))
    assert await _rows(database) == []


async def test_a_worker_that_hung_does_not_overwrite_what_the_other_one_found(
    databases: tuple[Database, Database],
) -> None:
    await _add(databases[0], NewWork("t", {}))
    first, second = Hanging(), Hanging()
    hung = OutboxWorker(databases[0], {"t": first})
    other = OutboxWorker(databases[1], {"t": second}, first_delay_seconds=3600)

    async def first_has_begun() -> bool:
        return first.begun == 1

    async def second_has_begun() -> bool:
        return second.begun == 1

    async def failed() -> bool:
        async with databases[0].read() as connection:
            row = (await connection.execute(select(outbox))).one()
        return row.lease is None and row.next_at > datetime.now(UTC) + timedelta(minutes=10)

    async with _running(hung):
        await _until(first_has_begun)
        await _let_leases_run_out(databases[0])
        async with _running(other):
            await _until(second_has_begun)
            second.ends.set_result(LookupError())
            await _until(failed)
            first.ends.set_result(None)
    # What the second one found stands, though the first one says that it is done.
    assert await failed()


async def test_a_lease_that_ran_out_while_the_process_hung_begins_nothing_anew(
    databases: tuple[Database, Database],
) -> None:
    await _add(databases[0], NewWork("t", {}))
    handler = Hanging()
    worker = OutboxWorker(databases[0], {"t": handler})

    async def begun() -> bool:
        return handler.begun == 1

    async def claimed_again() -> bool:
        return await _rows(databases[0]) == [(None, 2)]

    async def empty() -> bool:
        return await _rows(databases[0]) == []

    async with _running(worker):
        await _until(begun)
        await _let_leases_run_out(databases[0])
        worker.poke()
        await _until(claimed_again)
        handler.ends.set_result(None)
        await _until(empty)
    assert handler.begun == 1


async def test_what_is_ordered_twice_is_there_once_until_it_is_done(
    databases: tuple[Database, Database],
) -> None:
    database = databases[0]
    await _add(database, NewWork("t", {"n": "1"}, key="k"), NewWork("t", {"n": "2"}, key="k"))
    await _add(database, NewWork("t", {"n": "3"}, key="k"), NewWork("u", {}, key="k"))
    await _add(database, NewWork("t", {}), NewWork("t", {}))
    assert sorted(await _rows(database), key=str) == [("k", 0)] * 2 + [(None, 0)] * 2
    seen: list[Payload] = []

    async def handle(payloads: Sequence[Payload]) -> list[None]:
        seen.extend(payloads)
        return [None] * len(payloads)

    async def empty() -> bool:
        return await _rows(database) == []

    async with _running(OutboxWorker(database, {"t": handle, "u": handle})):
        await _until(empty)
    # The first order counts.
    assert [one["n"] for one in seen if "n" in one] == ["1"]
    await _add(database, NewWork("t", {}, key="k"))
    assert await _rows(database) == [("k", 0)]


async def test_every_try_bears_the_same_key_and_no_two_works_do(
    databases: tuple[Database, Database],
) -> None:
    await _add(databases[0], NewWork("t", {}, key="k"), NewWork("t", {}), NewWork("t", {}))
    keys: list[set[str]] = []

    async def handle(payloads: Sequence[Payload]) -> list[Outcome]:
        keys.append({payload[IDEMPOTENCY_KEY] for payload in payloads})
        return [LookupError() if len(keys) < 3 else None for _ in payloads]

    async def empty() -> bool:
        return await _rows(databases[0]) == []

    worker = OutboxWorker(databases[0], {"t": handle}, first_delay_seconds=0.01)
    async with _running(worker):
        await _until(empty)
    assert len(keys[0]) == 3
    assert "k" in keys[0]
    assert keys == [keys[0]] * 3
