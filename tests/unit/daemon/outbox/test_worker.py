from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
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
from daemon.outbox.worker import OutboxWorker
from store.database import Database
from store.migrate import migrate

LEASE = timedelta(seconds=60)


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

    async def handle(payload: Payload) -> None:
        seen.append(payload["name"])

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

    async def handle(payload: Payload) -> None:
        seen.append(payload["name"])
        if payload["name"].startswith("bad") and not healed.is_set():
            raise ConnectionError("to +442079460101")

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

    async def hang(payload: Payload) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with _running(OutboxWorker(database, {"t": hang})), asyncio.timeout(30):
        await begun.wait()
    seen: list[str] = []

    async def handle(payload: Payload) -> None:
        seen.append(payload["name"])

    async def empty() -> bool:
        return await _waiting(database) == {}

    async with _running(OutboxWorker(database, {"t": handle})):
        await _until(empty)
    assert seen == ["first", "second"]


async def test_slow_work_does_not_hold_up_the_rest(database: Database) -> None:
    await _add(database, "slow", "quick", "quick too")
    release = asyncio.Event()
    seen: list[str] = []

    async def handle(payload: Payload) -> None:
        if payload["name"] == "slow":
            await release.wait()
        seen.append(payload["name"])

    async def only_slow_is_left() -> bool:
        return await _waiting(database) == {"t": 1}

    async def empty() -> bool:
        return await _waiting(database) == {}

    async with _running(OutboxWorker(database, {"t": handle})):
        await _until(only_slow_is_left)
        release.set()
        await _until(empty)
    assert seen == ["quick", "quick too", "slow"]


async def test_a_lease_keeps_others_away_until_it_ends(database: Database) -> None:
    await _add(database, "one")
    now = datetime.now(UTC) + timedelta(seconds=1)

    async def claim(at: datetime) -> list[int]:
        claimed = await database.write(
            lambda connection: claim_work(connection, "t", most=5, now=at, lease=LEASE)
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
        lambda connection: claim_work(connection, "t", most=5, now=now, lease=LEASE)
    )
    ids = [work.id for work in claimed]
    await database.write(lambda connection: extend_lease(connection, ids, now + 5 * LEASE))
    later = now + 2 * LEASE
    assert (
        await database.write(
            lambda connection: claim_work(connection, "t", most=5, now=later, lease=LEASE)
        )
        == []
    )
    await database.write(lambda connection: settle_work(connection, ids, {}))
    assert await _waiting(database) == {}


async def test_pauses_grow_to_a_limit(database: Database) -> None:
    async def handle(payload: Payload) -> None:
        raise AssertionError

    queue = OutboxWorker(database, {"t": handle})._queues[0]
    seconds = [queue._delay(attempts).total_seconds() for attempts in (1, 2, 3, 50)]
    assert seconds == [1, 2, 4, 900]
