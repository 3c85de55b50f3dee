"""The daily backup: made in time, tried again, and missed."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crm.watch_tables import alert
from daemon.backup import daily as daily_module
from daemon.backup.daily import OVERDUE, DailyBackup, Outcome
from daemon.backup.places import name_at
from daemon.metrics import BackupCounts
from store.database import Database
from store.migrate import migrate

from .conftest import settings_in

HOUR = timedelta(hours=1)


@dataclass
class Night:
    """A machine whose clock a test sets."""

    daily: DailyBackup
    folder: Path
    database: Database
    counts: BackupCounts
    now: datetime = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
    outcome: Outcome = field(default_factory=Outcome)
    tries: int = 0

    async def make(self) -> Outcome:
        self.tries += 1
        if self.outcome.problem is None:
            self.folder.mkdir(exist_ok=True)
            (self.folder / name_at(self.now)).write_bytes(b"")
        return self.outcome

    async def at(self, hour: int, day: int = 5) -> bool:
        self.now = datetime(2026, 1, day, hour, 0, tzinfo=UTC)
        return await self.daily.look(self.folder)

    async def alerts(self) -> list[str]:
        async with self.database.read() as connection:
            return list((await connection.execute(select(alert.c.kind))).scalars())


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[Night]:
    settings, _ = settings_in(tmp_path)
    database = Database(settings.database.url)
    await migrate(database)
    assert settings.backup.folder is not None
    counts = BackupCounts()
    night: Night
    daily = DailyBackup(
        settings,
        database,
        counts=counts,
        make=lambda: night.make(),  # noqa: PLW0108 - it is made below
        clock=lambda: datetime(2026, 1, 5, 1, 0, tzinfo=UTC),
    )
    night = Night(daily, settings.backup.folder, database, counts)
    daily._clock = lambda: night.now
    yield night
    await database.close()


async def test_once_a_day_at_its_time(night: Night) -> None:
    # The first one at once: there is none.
    assert await night.at(1)
    assert not await night.at(2)
    assert await night.at(3)
    assert not await night.at(23)
    assert not await night.at(2, day=6)
    assert await night.at(3, day=6)
    assert night.tries == 3
    assert night.counts.newest_at == night.now.timestamp()
    assert await night.alerts() == []


async def test_none_at_all_is_as_old_as_the_wait_for_one(night: Night) -> None:
    night.outcome = Outcome(problem="full")
    assert not await night.at(4, day=9)
    assert night.counts.newest_at == datetime(2026, 1, 5, 1, tzinfo=UTC).timestamp()


async def test_one_that_never_ends_is_told_of(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs() -> Outcome:
        night.now += 50 * HOUR
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(daily_module, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(night.daily, "_make", hangs)
    looking = asyncio.create_task(night.daily.look(night.folder))
    async with asyncio.timeout(30):
        while not await night.alerts():
            await asyncio.sleep(0.01)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    assert await night.alerts() == [OVERDUE]


async def test_so_many_stay(night: Night) -> None:
    for day in range(5, 25):
        assert await night.at(3, day=day)
    assert len(list(night.folder.iterdir())) == 14


async def test_one_that_a_wrong_clock_dated_does_not_cost_the_others(night: Night) -> None:
    for day in range(5, 19):
        assert await night.at(3, day=day)
    ahead = night.now + timedelta(days=1, hours=3)
    (night.folder / name_at(ahead)).write_bytes(b"")
    before = night.tries
    assert await night.at(3, day=19)
    for minute in range(1, 30):
        night.now = datetime(2026, 1, 19, 3, minute, tzinfo=UTC)
        assert not await night.daily.look(night.folder)
    assert night.tries == before + 1
    assert len(list(night.folder.iterdir())) == 15
    assert night.counts.newest_at == datetime(2026, 1, 19, 3, 0, tzinfo=UTC).timestamp()


async def test_what_cannot_be_deleted_or_started_ends_nothing(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(5, 19):
        assert await night.at(3, day=day)

    def unlink(_path: Path, *, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EPERM, "not permitted")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", unlink)
        assert await night.at(3, day=19)
    assert await night.alerts() == ["backup_failed"]

    async def make() -> Outcome:
        raise OSError(errno.EAGAIN, "no process can be made")

    night.daily._make = make
    assert not await night.at(3, day=20)
    assert await night.alerts() == ["backup_failed"]


async def test_what_fails_is_told_once_and_tried_again_every_hour(night: Night) -> None:
    night.outcome = Outcome(problem="the disk is full")
    assert not await night.at(3)
    night.now += timedelta(minutes=59)
    assert not await night.daily.look(night.folder)
    assert night.tries == 1
    for hour in range(4, 10):
        assert not await night.at(hour)
    assert night.tries == 7
    assert await night.alerts() == ["backup_failed"]
    night.outcome = Outcome()
    assert await night.at(10)


async def test_none_for_two_days_raises_an_alert_every_day(night: Night) -> None:
    assert await night.at(3)
    night.outcome = Outcome(problem="no")
    for hour in (1, 2, 3):
        await night.at(hour, day=8)
    assert (await night.alerts()).count("backup_overdue") == 1
    await night.at(1, day=9)
    assert (await night.alerts()).count("backup_overdue") == 2


async def test_recordings_that_are_gone_raise_an_alert(night: Night) -> None:
    night.outcome = Outcome(about={"missing": ["a"], "altered": ["b"]})
    assert await night.at(3)
    assert await night.alerts() == ["recordings_lost"]
