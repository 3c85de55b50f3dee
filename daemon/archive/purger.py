"""Who was ordered to go for good goes after seven days; not a minute less, whatever clocks do.

The seven days are days in which Callward runs: time for which it cannot vouch does not count.
That is the time while it is stopped, and a leap of the wall clock against the machine's own.
So a clock that is put right, forward or back, makes nobody go earlier, and somebody go later at
most by the seven days from then.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import Connection

from crm.archive import due_for_purge, postpone_purges
from crm.policies import load_policies, save_policy
from daemon.archive.erasing import Erased, Erasing
from store.database import Database

SEEN: Final = "purging"
"""Key of the policy that says until when Callward vouches for the time."""
_LOOK_SECONDS: Final = 60.0
_DRIFT: Final = timedelta(seconds=5)
"""So far two clocks may be apart: one is corrected all the time, by little."""
_UNKNOWN: Final = timedelta(days=36500)
"""Nothing vouches for any of the time since the order: it begins anew."""

_log = structlog.get_logger(__name__)


class Purger:
    """Looks once a minute."""

    def __init__(
        self,
        database: Database,
        erasing: Erasing,
        *,
        erased: Callable[[], None] = lambda: None,
        afterwards: Sequence[Callable[[], None]] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``erased``: called in each transaction that deleted somebody, on its thread; what is
        remembered of phones must be forgotten. ``afterwards``: on the event loop, after it."""
        self._database = database
        self._erasing = erasing
        self._erased = erased
        self._afterwards = afterwards
        self._clock = clock
        self._monotonic = monotonic
        self._anchor: tuple[datetime, float] | None = None
        """Both clocks at an instant from which on they agreed."""
        self._log_to_truncate = False

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_SECONDS)

    async def look(self) -> int:
        """Delete who is due; how many that were."""
        now, ticks = self._clock(), self._monotonic()
        due = await self._database.write(partial(self._count_time, now=now, ticks=ticks))
        self._anchor = self._anchored(now, ticks)
        gone = 0
        for client_id in due:
            gone += await self._database.write(partial(self._erase, client_id=client_id, now=now))
        self._log_to_truncate |= gone > 0
        if gone:
            _log.info("clients were deleted for good", clients=gone)
            for told in self._afterwards:
                told()
        if self._log_to_truncate:
            self._log_to_truncate = not await self._database.truncate_log()
        return gone

    def _erase(self, connection: Connection, *, client_id: UUID, now: datetime) -> int:
        done = self._erasing.erase(connection, client_id, now) is Erased.DONE
        if done:
            self._erased()
        return done

    def _count_time(self, connection: Connection, *, now: datetime, ticks: float) -> list[UUID]:
        waiting = postpone_purges(connection, now, self._not_vouched(connection, now, ticks))
        if not waiting:
            return []
        save_policy(connection, SEEN, {"until": now.isoformat()}, by="callward", at=now)
        return list(due_for_purge(connection, now))

    def _not_vouched(self, connection: Connection, now: datetime, ticks: float) -> timedelta:
        """How much of what the wall clock says has passed does not count."""
        if self._anchor is not None:
            wall, since = self._anchor
            leap = (now - wall) - timedelta(seconds=ticks - since)
            return leap if leap > _DRIFT else timedelta()
        seen = load_policies(connection).get(SEEN)
        if seen is None:
            return _UNKNOWN
        return max(now - datetime.fromisoformat(seen["until"]), timedelta())

    def _anchored(self, now: datetime, ticks: float) -> tuple[datetime, float]:
        if self._anchor is None:
            return now, ticks
        wall, since = self._anchor
        leap = (now - wall) - timedelta(seconds=ticks - since)
        return self._anchor if abs(leap) <= _DRIFT else (now, ticks)
