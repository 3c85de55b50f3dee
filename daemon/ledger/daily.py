"""The daily run: the day before is matched, and days that were missed meanwhile or still differ."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from config.values import Clock
from daemon.ledger.accounts import installed_at
from daemon.ledger.differences import TROUBLES, DayAccount, DayState
from daemon.ledger.ledger import DayLedger
from store.database import Database

MOST_DAYS: Final = 7
"""So far back it looks."""
_FIRST_LOOK_SECONDS: Final = 300.0
"""After the start: what happened before it is read from the PBX's log first."""
_LOOK_SECONDS: Final = 60.0
_AGAIN: Final = timedelta(minutes=15)
"""After a look that failed."""
_DAY: Final = timedelta(days=1)

_log = structlog.get_logger(__name__)


class DailyRun:
    """Looks at the clock once a minute."""

    def __init__(
        self,
        ledger: DayLedger,
        database: Database,
        *,
        at: Clock,
        zone: ZoneInfo,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``at``: when by the clock of ``zone`` the day before is matched."""
        self._ledger = ledger
        self._database = database
        self._at = time(at.hour, at.minute)
        self._zone = zone
        self._clock = clock
        self._done: date | None = None
        """On this day it ran."""
        self._not_before: datetime | None = None

    async def run(self) -> None:
        """For ever."""
        await self._ledger.load_counts()
        await asyncio.sleep(_FIRST_LOOK_SECONDS)
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_SECONDS)

    async def look(self) -> list[date]:
        """Match what is due now; the days that were looked at."""
        now = self._clock()
        local = now.astimezone(self._zone)
        if self._done == local.date() or local.time() < self._at:
            return []
        if self._not_before is not None and now < self._not_before:
            return []
        looked_at = []
        try:
            for day in await self.due(local.date()):
                await self._ledger.check(day)
                looked_at.append(day)
        except Exception as error:  # who only looks ends nobody's calls
            self._not_before = now + _AGAIN
            _log.warning("daily ledger is tried again later", error=type(error).__name__)
            return looked_at
        self._done, self._not_before = local.date(), None
        return looked_at

    async def due(self, today: date) -> list[date]:
        """Of the last days, oldest first: those that nobody looked at since they were over, and
        those on which something differed, or was still on its way."""
        async with self._database.read() as connection:
            since = await connection.run_sync(installed_at)
        first = today - MOST_DAYS * _DAY
        if since is not None:
            first = max(first, since.astimezone(self._zone).date())
        known = {one.day: one for one in await self._ledger.list(first, today)}
        days = [first + n * _DAY for n in range(max(0, (today - first).days))]
        return [day for day in days if self._is_due(known.get(day), day)]

    def _is_due(self, known: DayAccount | None, day: date) -> bool:
        if known is None or known.state is DayState.DIFFERS or known.recordings_waiting:
            return True
        if any(one.running or one.unchecked in TROUBLES for one in known.pbxs):
            return True
        over = datetime.combine(day + _DAY, time(), self._zone)
        return known.checked_at < over
