"""Calls that an earlier run left open and that no longer run: closed, at the last moment of which
anything is known."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from daemon.calls.tracker import Tracker
from daemon.history.known import find_mark
from daemon.history.lost import close_lost, open_calls
from store.database import Database

_log = structlog.get_logger(__name__)


class Recovery:
    """Once for each PBX: what the database holds as running is compared with the first snapshot."""

    def __init__(
        self,
        database: Database,
        pbx: str,
        tracker: Tracker,
        synced: asyncio.Event,
        wake_outbox: Callable[[], None],
    ) -> None:
        self._database = database
        self._pbx = pbx
        self._tracker = tracker
        self._synced = synced
        self._wake_outbox = wake_outbox

    async def run(self) -> None:
        """Wait for the snapshot, close what is over, and end."""
        async with self._database.read() as connection:
            open_before = await open_calls(connection, self._pbx)
            # They ran then, or their end would have been stored.
            known_until = await connection.run_sync(find_mark, self._pbx)
        if not open_before:
            return
        await self._synced.wait()
        lost = open_before - set(self._tracker.running())
        if not lost:
            return
        await self._database.write(lambda connection: close_lost(connection, lost, known_until))
        self._wake_outbox()
        _log.warning("calls ended while nobody watched", pbx=self._pbx, calls=len(lost))
