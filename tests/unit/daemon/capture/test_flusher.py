"""Changed calls reach the database: coalesced, retried, none lost, none holding up another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from structlog.testing import capture_logs

from daemon.board import Board
from daemon.calls.call import Call, Direction, Origin
from daemon.flusher import Flusher
from daemon.metrics import FlushCounts

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def a_call(**changes: object) -> Call:
    call = Call(
        id=uuid4(),
        pbx="pbx",
        linkedids=frozenset({"1700000000.1"}),
        direction=Direction.INBOUND,
        origin=Origin.DIALLED,
        started_at=AT,
    )
    return replace(call, **changes)  # type: ignore[arg-type]


def locked() -> OperationalError:
    return OperationalError("INSERT", {"number": "secret"}, Exception("database is locked"))


class Store:
    """Remembers what it was given; fails as it is told."""

    def __init__(self) -> None:
        self.writes: list[tuple[Call, ...]] = []
        self.merged: dict[UUID, UUID] = {}
        self.failures: list[Exception] = []
        self.never: set[UUID] = set()
        self.asked = 0

    async def write(self, calls: Sequence[Call], merged: Mapping[UUID, UUID]) -> None:
        self.asked += 1
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop(0)
        if any(call.id in self.never for call in calls):
            raise IntegrityError("INSERT", {}, Exception("constraint"))
        self.writes.append(tuple(calls))
        self.merged.update(merged)

    def newest(self, call: UUID) -> Call | None:
        written = [one for write in self.writes for one in write if one.id == call]
        return written[-1] if written else None


async def until(true: Callable[[], object], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.001)


class Running:
    def __init__(self, **options: int) -> None:
        self.store = Store()
        self.board = Board()
        self.counts = FlushCounts()
        self.flusher = Flusher(self.store, self.board, self.counts, **options)
        self.task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Running:
        self.task = asyncio.create_task(self.flusher.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self.task is not None
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


async def test_a_change_is_written_and_shown() -> None:
    call = a_call()
    async with Running() as running:
        running.flusher.changed(call.id, lambda _: call)
        await until(lambda: running.store.newest(call.id) == call)
        assert running.board.running() == [call]
        await until(lambda: running.counts.waiting == 0)


async def test_many_changes_make_few_transactions_and_few_records() -> None:
    call = a_call()
    asked = 0

    def current(_: UUID) -> Call:
        nonlocal asked
        asked += 1
        return replace(call, ring_seconds=float(asked))

    async with Running() as running:
        for _ in range(200):
            running.flusher.changed(call.id, current)
            await asyncio.sleep(0)
        await until(lambda: not running.flusher.waits)
        assert asked < 20
        assert running.store.asked == asked


async def test_the_last_record_is_taken_when_the_call_ends() -> None:
    call = a_call()
    ended = replace(call, gone=True, complete=True)

    def forgotten(_: UUID) -> Call:
        raise KeyError

    async with Running() as running:
        running.flusher.changed(call.id, forgotten)
        running.flusher.ended(ended)
        await until(lambda: running.store.newest(call.id) == ended)
        assert running.board.ended() == [ended]
        assert running.counts.calls_refused == 0


async def test_a_merged_call_is_no_call_of_its_own() -> None:
    one, other = a_call(), a_call()
    async with Running() as running:
        running.flusher.changed(one.id, lambda _: one)
        running.flusher.changed(other.id, lambda _: other)
        running.flusher.merged(other.id, one.id)
        await until(lambda: running.store.merged == {other.id: one.id})
        assert running.store.newest(other.id) is None
        assert running.board.running() == [one]


async def test_a_locked_database_loses_nothing_and_is_logged_once() -> None:
    first, second = a_call(), a_call()
    async with Running() as running:
        with capture_logs() as logs:
            running.store.failures = [locked(), locked(), locked()]
            running.flusher.ended(first)
            await until(lambda: running.counts.failures >= 1)
            running.flusher.ended(second)
            await until(lambda: running.store.newest(second.id))
        assert running.store.newest(first.id) == first
        await until(lambda: running.counts.waiting == 0)
    assert [line["event"] for line in logs] == [
        "database refuses writes, calls wait in memory",
        "database takes writes again",
    ]
    assert "secret" not in str(logs)


async def test_while_the_database_is_locked_only_the_newest_record_waits() -> None:
    call = a_call()
    newest = replace(call, ring_seconds=9.0)
    async with Running() as running:
        running.store.failures = [locked()]
        running.flusher.changed(call.id, lambda _: call)
        await until(lambda: running.counts.failures == 1)
        running.flusher.changed(call.id, lambda _: newest)
        await until(lambda: running.store.newest(call.id))
        assert [len(write) for write in running.store.writes] == [1]
        assert running.store.newest(call.id) == newest


async def test_a_record_that_is_never_taken_holds_up_no_other() -> None:
    bad, good = a_call(), a_call()
    async with Running() as running:
        running.store.never = {bad.id}
        with capture_logs() as logs:
            running.flusher.ended(bad)
            running.flusher.ended(good)
            await until(lambda: running.store.newest(good.id))
        await until(lambda: not running.flusher.waits)
        assert running.counts.calls_refused == 1
        assert logs[0]["call_id"] == str(bad.id)


async def test_draining_says_how_many_calls_could_not_be_stored() -> None:
    store, counts = Store(), FlushCounts()
    flusher = Flusher(store, Board(), counts)
    flusher.ended(a_call())
    store.failures = [locked()] * 100
    assert await flusher.drain(0.05) == 1
    store.failures = []
    assert await flusher.drain(5) == 0


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), locked()])
async def test_a_full_disk_is_waited_out(error: Exception) -> None:
    call = a_call()
    async with Running() as running:
        running.store.failures = [error]
        running.flusher.ended(call)
        await until(lambda: running.store.newest(call.id) == call)


async def test_a_chain_of_merges_leads_to_the_call_that_is_left() -> None:
    one, two, three = a_call(), a_call(), a_call()
    store = Store()
    flusher = Flusher(store, Board(), FlushCounts())
    flusher.merged(one.id, two.id)
    flusher.merged(two.id, three.id)
    flusher.changed(three.id, lambda _: three)
    assert await flusher.drain(5) == 0
    assert store.merged == {one.id: three.id, two.id: three.id}


async def test_a_large_backlog_goes_in_several_transactions_and_merges_with_the_last() -> None:
    store = Store()
    flusher = Flusher(store, Board(), FlushCounts())
    calls = [a_call() for _ in range(1200)]
    for call in calls:
        flusher.ended(call)
    gone = uuid4()
    flusher.merged(gone, calls[-1].id)
    assert await flusher.drain(5) == 0
    assert [len(write) for write in store.writes] == [500, 500, 200]
    assert store.merged == {gone: calls[-1].id}


async def test_what_waits_has_a_bound_and_what_ends_beyond_it_is_let_go() -> None:
    calls = [a_call(gone=True) for _ in range(4)]
    async with Running(most_waiting=2) as running:
        running.store.failures = [locked(), locked()]
        with capture_logs() as logs:
            assert [running.flusher.ended(call) for call in calls] == [True, True, False, False]
            # What waits already may be told anew.
            assert running.flusher.ended(calls[0])
            await until(lambda: not running.flusher.waits)
        assert running.counts.let_go == 2
        assert {call.id for call in calls[:2]} == {
            one.id for write in running.store.writes for one in write
        }
        said = [line["event"] for line in logs]
        assert said[0].startswith("too many calls wait")
        assert said.count(said[0]) == 1
        assert said[-1] == "database takes writes again"
        assert "calls find room again" in said
        assert running.flusher.ended(calls[2])
