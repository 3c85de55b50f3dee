"""Who is away now: in memory, for routing and the live board ask at every call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection

from crm.absence import Away
from crm.away import delete_away, load_away, save_away
from store.database import Database

_LONGEST_WAIT_SECONDS: Final = 30.0
"""Clocks are set."""


class AwayBook:
    """Asking it waits for nothing. Who is away until an instant is back at that very instant;
    ``run`` tells it to the ``listeners``. ``clock`` gives aware UTC.
    """

    def __init__(
        self, database: Database, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.listeners: list[Callable[[str], None]] = []
        """Told by name whose state changed."""
        self.now = clock
        self._database = database
        self._away: dict[str, Away] = {}
        self._changed = asyncio.Event()

    async def load(self) -> None:
        """As it was stored before this start."""
        async with self._database.read() as connection:
            found = await connection.run_sync(load_away, self.now())
        self._away = {one.person: one for one in found}

    def of(self, name: str) -> Away | None:
        """His absence; ``None``: he is here."""
        found = self._away.get(name)
        return found if found is not None and found.holds(self.now()) else None

    def is_away(self, name: str) -> bool:
        """Whether calls are to leave him out."""
        return self.of(name) is not None

    async def set(
        self, one: Away, also: Callable[[Connection], None] = lambda _connection: None
    ) -> None:
        """He is away from now on. ``also`` is written in the same transaction."""

        def store(connection: Connection) -> None:
            save_away(connection, one)
            also(connection)

        await self._database.write(store)
        self._away[one.person] = one
        self._tell(one.person)

    async def end(
        self, name: str, also: Callable[[Connection], None] = lambda _connection: None
    ) -> None:
        """He is back. ``also`` is written in the same transaction."""

        def store(connection: Connection) -> None:
            delete_away(connection, name)
            also(connection)

        await self._database.write(store)
        self.forget(name)

    def forget(self, name: str) -> None:
        """What was stored of him is gone: he left."""
        if self._away.pop(name, None) is not None:
            self._tell(name)

    async def run(self) -> None:
        """Tell of those whose time is over, until cancelled. Their rows stay: they say when."""
        while True:
            self._changed.clear()
            next_at = self.end_due()
            seconds = _LONGEST_WAIT_SECONDS
            if next_at is not None:
                seconds = min(seconds, (next_at - self.now()).total_seconds())
            with suppress(TimeoutError):
                async with asyncio.timeout(max(seconds, 0.0)):
                    await self._changed.wait()

    def end_due(self) -> datetime | None:
        """Tell of all whose time is over; when the next one's is, ``None``: nobody's."""
        now = self.now()
        for name in [name for name, one in self._away.items() if not one.holds(now)]:
            del self._away[name]
            self._tell(name)
        return min((one.until for one in self._away.values() if one.until), default=None)

    def _tell(self, name: str) -> None:
        self._changed.set()
        for listener in self.listeners:
            listener(name)
