"""One PBX's own log, read for a day beside everything else that the daemon does."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from daemon.calls.call import Call
from daemon.calls.directory import Directory
from daemon.cel.logged import LoggedCalls
from daemon.cel.rows import CelRow
from daemon.cel.source import CelSource
from daemon.ledger.matching import Window

BEFORE: Final = timedelta(hours=2)
"""Read before the day begins: calls that ran over midnight, and a clock that was off."""
AFTER: Final = timedelta(hours=12)
"""At most read after it ends, for calls of the day that run on."""
_EVER: Final = datetime(1970, 1, 2, tzinfo=UTC)


@dataclass(slots=True)
class LoggedDay:
    """What a log tells of a day and of the hours around it."""

    begins_at: datetime | None = None
    """The oldest row of the whole log; ``None``: it is empty."""
    newest_at: datetime | None = None
    """The newest row that was read."""
    calls: list[Call] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    """Uniqueids and linkedids of all rows that were read."""


async def read_day(pbx: str, directory: Directory, source: CelSource, window: Window) -> LoggedDay:
    """The log of that day, folded on another thread, half of the time at most.

    Raises what the source raises where the log cannot be read.
    """
    day = LoggedDay()
    day.begins_at = await asyncio.to_thread(_begins_at, source)
    if day.begins_at is None or day.begins_at >= window.end:
        return day
    reading = _Reading(LoggedCalls(pbx, directory, Counter()), day, window)
    batches = source.rows(window.begin - BEFORE, window.end + AFTER)
    try:
        while True:
            began = time.monotonic()
            if not await asyncio.to_thread(reading.take, batches):
                return day
            # Calls of the present come first.
            await asyncio.sleep(time.monotonic() - began)
    finally:
        await asyncio.to_thread(_close, batches)


class _Reading:
    """Runs on one thread at a time."""

    def __init__(self, logged: LoggedCalls, day: LoggedDay, window: Window) -> None:
        self._logged = logged
        self._day = day
        self._window = window

    def take(self, batches: Iterator[list[CelRow]]) -> bool:
        """Fold the next rows; whether there may be more that matter."""
        rows = next(batches, None)
        if rows is None:
            self._day.calls += self._logged.finish()
            return False
        day = self._day
        for row in rows:
            day.ids |= {row.text("uniqueid"), row.text("linkedid")}
        day.calls += self._logged.feed(rows)
        if rows:
            day.newest_at = max(rows[-1].at, day.newest_at or rows[-1].at)
        if not rows or rows[-1].at < self._window.end:
            return True
        oldest = self._logged.oldest_open()
        if oldest is None or oldest >= self._window.end:
            return False
        if rows[-1].at < self._window.end + AFTER:
            return True
        day.calls += self._logged.finish()
        return False


def _begins_at(source: CelSource) -> datetime | None:
    batches = source.rows(_EVER)
    try:
        return next((min(row.at for row in rows) for rows in batches if rows), None)
    finally:
        _close(batches)


def _close(batches: Iterator[list[CelRow]]) -> None:
    """It may have a file or a connection open."""
    if isinstance(batches, Generator):
        batches.close()
