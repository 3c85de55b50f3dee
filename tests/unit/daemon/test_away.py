"""Absences: kept, over at their instant, told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crm.absence import Away, AwayReason
from daemon.away import AwayBook
from store.database import Database
from store.migrate import migrate

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(made)
    yield made
    await made.close()


def away(person: str, minutes: float | None = None) -> Away:
    until = None if minutes is None else NOON + timedelta(minutes=minutes)
    return Away(person=person, since=NOON, until=until, reason=AwayReason.BREAK, set_by=person)


async def test_it_is_over_at_its_instant(database: Database) -> None:
    clock = Clock()
    book = AwayBook(database, clock)
    told: list[str] = []
    book.listeners.append(told.append)
    await book.set(away("Ann", 10))
    await book.set(away("Bob"))
    assert (book.is_away("Ann"), book.is_away("Bob"), book.is_away("Carol")) == (True, True, False)
    assert book.end_due() == NOON + timedelta(minutes=10)
    clock.at += timedelta(minutes=10)
    # At once for who asks, whether or not anybody was told yet.
    assert not book.is_away("Ann")
    again = AwayBook(database, clock)
    await again.load()
    assert (again.is_away("Ann"), again.is_away("Bob")) == (False, True)
    assert told == ["Ann", "Bob"]
    assert book.end_due() is None
    assert told == ["Ann", "Bob", "Ann"]


async def test_what_is_said_anew_holds(database: Database) -> None:
    clock = Clock()
    book = AwayBook(database, clock)
    await book.set(away("Ann", 10))
    await book.set(away("Ann"))
    again = AwayBook(database, clock)
    await again.load()
    assert again.of("Ann") == away("Ann")
    await book.end("Ann")
    await again.load()
    assert again.of("Ann") is None


async def test_listeners_hear_of_an_end_that_nobody_says(database: Database) -> None:
    book = AwayBook(database)
    ended = asyncio.Event()
    task = asyncio.create_task(book.run())
    now = datetime.now(UTC)
    soon = Away(
        person="Ann",
        since=now,
        until=now + timedelta(milliseconds=50),
        reason=None,
        set_by="Ann",
    )
    await book.set(soon)
    book.listeners.append(lambda _name: ended.set())
    async with asyncio.timeout(5):
        await ended.wait()
    assert not book.is_away("Ann")
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
