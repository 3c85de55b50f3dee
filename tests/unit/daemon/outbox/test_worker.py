from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from daemon.outbox.queue import (
    NewWork,
    Payload,
    add_work,
    claim_work,
    count_waiting,
    extend_lease,
    next_due,
    settle_work,
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


async def test_work_is_done_once_and_oldest_first(database: Database) -> None:
    names = [f"{n:02}" for n in range(20)]
    await _add(database, *names)
    seen: list[str] = []

    async def handle(payloads: Sequence[Payload]) -> list[None]:
        seen.extend(payload["name"] for payload in payloads)
        return [None] * len(payloads)

    async def empty() -> bool:
        return await _waiting(database) == {}

    worker = OutboxWorker(database, {"t": handle})
    async with _running(worker):
        await _until(empty)
        await _add(database, "20")
        worker.poke()
        await _until(empty)
    assert seen == [*names, "20"]


async def test_work_that_is_rolled_back_was_never_there(database: Database) -> None:
    def fail(connection: object) -> None:
        add_work(connection, [NewWork("t", {})])  # type: ignore[arg-type]
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(fail)
    assert await _waiting(database) == {}


async def test_a_failure_is_tried_again_said_once_and_holds_up_nobody(database: Database) -> None:
    await _add(database, "bad", "good", "bad too")
    await _add(database, "other", topic="u")
    seen: list[str] = []
    healed = asyncio.Event()

    async def handle(payloads: Sequence[Payload]) -> list[Outcome]:
        names = [payload["name"] for payload in payloads]
        seen.extend(names)
        error = ConnectionError("to +442079460101")
        return [error if name.startswith("bad") and not healed.is_set() else None for name in names]

    async def good_is_done() -> bool:
        return await _waiting(database) == {"t": 2} and seen.count("bad") > 2

    async def empty() -> bool:
        return await _waiting(database) == {}

    worker = OutboxWorker(database, {"t": handle, "u": handle}, first_delay_seconds=0.01)
    with capture_logs() as logs:
        async with _running(worker):
            await _until(good_is_done)
            healed.set()
            await _until(empty)
    assert [entry["event"] for entry in logs] == [
        "outbox work failed, trying again",
        "outbox work succeeds again",
    ]
    assert logs[0]["error"] == "ConnectionError"
    assert "9460101" not in str(logs)
    assert seen.count("good") == seen.count("other") == 1


async def test_what_a_stopped_run_held_is_done_by_the_next(database: Database) -> None:
    await _add(database, "first", "second")
    begun = asyncio.Event()

    async def hang(payloads: Sequence[Payload]) -> list[Outcome]:
        begun.set()
        await asyncio.Event().wait()
        return []

    async with _running(OutboxWorker(database, {"t": hang})), asyncio.timeout(30):
        await begun.wait()
    seen: list[str] = []

    async def handle(payloads: Sequence[Payload]) -> list[None]:
        seen.extend(payload["name"] for payload in payloads)
        return [None] * len(payloads)

    async def empty() -> bool:
        return await _waiting(database) == {}

    async with _running(OutboxWorker(database, {"t": handle})):
        await _until(empty)
    assert seen == ["first", "second"]


async def test_it_stops_though_work_comes_in_the_same_moment(database: Database) -> None:
    async def handle(batch: Sequence[Payload]) -> list[Outcome]:
        return [None for _ in batch]

    worker = OutboxWorker(database, {"t": handle})
    running = asyncio.create_task(worker.run())
    [queue] = worker._queues
    while not queue.woken._waiters:  # it has nothing to do, and waits to be told of work
        await asyncio.sleep(0)
    worker.poke()
    running.cancel()
    async with asyncio.timeout(30):
        await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled()


async def test_slow_work_does_not_hold_up_the_rest(database: Database) -> None:
    await _add(database, "slow")
    begun, release = asyncio.Event(), asyncio.Event()
    seen: list[str] = []

    async def handle(payloads: Sequence[Payload]) -> list[None]:
        names = [payload["name"] for payload in payloads]
        if "slow" in names:
            begun.set()
            await release.wait()
        seen.extend(names)
        return [None] * len(names)

    async def only_slow_is_left() -> bool:
        return await _waiting(database) == {"t": 1}

    async def empty() -> bool:
        return await _waiting(database) == {}

    worker = OutboxWorker(database, {"t": handle})
    async with _running(worker):
        async with asyncio.timeout(30):
            await begun.wait()
        await _add(database, "quick", "quick too")
        worker.poke()
        await _until(only_slow_is_left)
        release.set()
        await _until(empty)
    assert seen == ["quick", "quick too", "slow"]


async def test_a_topic_that_hangs_does_not_hold_up_another(database: Database) -> None:
    """An outside system that never answers is its own problem."""
    hangs, done = asyncio.Event(), asyncio.Event()

    async def never(_payloads: Sequence[Payload]) -> list[None]:
        hangs.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def handle(payloads: Sequence[Payload]) -> list[None]:
        done.set()
        return [None] * len(payloads)

    # More than one topic may have in hand.
    await _add(database, *map(str, range(200)), topic="outside")
    worker = OutboxWorker(database, {"outside": never, "t": handle})
    async with _running(worker), asyncio.timeout(30):
        await hangs.wait()
        await _add(database, "one")
        worker.poke()
        await done.wait()


@pytest.mark.parametrize("raises", [True, False])
async def test_a_handler_without_outcomes_fails_all_that_it_was_given(
    database: Database, raises: bool
) -> None:
    await _add(database, "one", "two")
    calls: list[int] = []

    async def handle(payloads: Sequence[Payload]) -> list[None]:
        calls.append(len(payloads))
        if len(calls) == 1 and raises:
            raise LookupError
        return [None] * (1 if len(calls) == 1 else len(payloads))

    async def empty() -> bool:
        return await _waiting(database) == {}

    worker = OutboxWorker(database, {"t": handle}, first_delay_seconds=0.01)
    with capture_logs() as logs:
        async with _running(worker):
            await _until(empty)
    assert calls == [2, 2]
    assert [entry["event"] for entry in logs] == [
        "outbox work failed, trying again",
        "outbox work succeeds again",
    ]


async def test_more_than_is_taken_at_once_is_done_without_pause(database: Database) -> None:
    names = [f"{n:03}" for n in range(1000)]
    await _add(database, *names)
    seen: list[str] = []
    most = 0

    async def handle(payloads: Sequence[Payload]) -> list[None]:
        nonlocal most
        most = max(most, len(payloads))
        seen.extend(payload["name"] for payload in payloads)
        return [None] * len(payloads)

    async def empty() -> bool:
        return await _waiting(database) == {}

    async with _running(OutboxWorker(database, {"t": handle})):
        await _until(empty)
    assert seen == names
    assert most == 64


async def test_not_yet_is_no_failure(database: Database) -> None:
    await _add(database, "one")
    outcomes: list[Outcome] = [timedelta(), timedelta(), LookupError(), timedelta(), None]
    attempts: list[int] = []

    async def handle(payloads: Sequence[Payload]) -> list[Outcome]:
        async with database.read() as connection:
            attempts.append((await connection.execute(select(outbox.c.attempts))).scalar_one())
        return [outcomes.pop(0)]

    async def empty() -> bool:
        return await _waiting(database) == {}

    worker = OutboxWorker(database, {"t": handle}, first_delay_seconds=0.01)
    with capture_logs() as logs:
        async with _running(worker):
            await _until(empty)
    assert attempts == [1, 1, 1, 2, 2]
    assert len(logs) == 2


async def test_work_can_be_due_later(database: Database) -> None:
    work = [NewWork("t", {}, timedelta(hours=1)), NewWork("t", {}, timedelta(hours=2))]
    await database.write(lambda connection: add_work(connection, work))
    now = datetime.now(UTC)

    async def claim(at: datetime) -> int:
        return len(
            await database.write(
                lambda connection: claim_work(
                    connection, "t", owner=OWNER, most=5, now=at, lease=LEASE
                )
            )
        )

    assert await claim(now) == 0
    assert await claim(now + timedelta(hours=1)) == 1


async def test_a_lease_keeps_others_away_until_it_ends(database: Database) -> None:
    await _add(database, "one")
    now = datetime.now(UTC) + timedelta(seconds=1)

    async def claim(at: datetime) -> list[int]:
        claimed = await database.write(
            lambda connection: claim_work(connection, "t", owner=OWNER, most=5, now=at, lease=LEASE)
        )
        return [work.attempts for work in claimed]

    assert await claim(now) == [1]
    assert await claim(now + LEASE / 2) == []
    assert await claim(now + LEASE) == [2]
    assert await database.write(lambda connection: next_due(connection, "t")) == now + 2 * LEASE


async def test_work_that_takes_long_keeps_its_lease(database: Database) -> None:
    await _add(database, "one")
    now = datetime.now(UTC) + timedelta(seconds=1)
    claimed = await database.write(
        lambda connection: claim_work(connection, "t", owner=OWNER, most=5, now=now, lease=LEASE)
    )
    ids = [work.id for work in claimed]
    await database.write(lambda connection: extend_lease(connection, OWNER, ids, now + 5 * LEASE))
    later = now + 2 * LEASE
    assert (
        await database.write(
            lambda connection: claim_work(
                connection, "t", owner=OWNER, most=5, now=later, lease=LEASE
            )
        )
        == []
    )
    await database.write(lambda connection: settle_work(connection, OWNER, ids, {}))
    assert await _waiting(database) == {}


async def test_pauses_grow_to_a_limit(database: Database) -> None:
    async def handle(payloads: Sequence[Payload]) -> list[None]:
        raise AssertionError

    queue = OutboxWorker(database, {"t": handle})._queues[0]
    seconds = [queue._delay(attempts).total_seconds() for attempts in (1, 2, 3, 50)]
    assert seconds == [1, 2, 4, 900]
