"""The records of who was on which call, as they come to be stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from crm.monitorings import MONITORED, Mode, Monitoring, end_open, save
from crm.notices import tell as leave_notice
from crm.vault import Vault
from store.database import Database

_STORE_SECONDS: Final = 3.0
_log = structlog.get_logger(__name__)


class Ledger:
    """Stores them: at the beginning before anything is heard, later without being waited for."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._storing: set[asyncio.Task[None]] = set()

    async def end_open(self) -> None:
        """Close what an earlier run left open."""
        at = self._clock()
        left = await self._database.write(lambda connection: end_open(connection, at))
        if left:
            _log.info("monitorings ended with the daemon's last run", monitorings=left)

    async def store(self, record: Monitoring, told: Sequence[str] = ()) -> None:
        """As it is; ``told``: who has a notice of it now. Raises ``TimeoutError`` and what the
        database raises.
        """
        at = self._clock()

        def work(connection: Connection) -> None:
            save(connection, self._vault, record)
            for agent in told:
                leave_notice(connection, agent, MONITORED, about_of(record), at)

        async with asyncio.timeout(_STORE_SECONDS):
            await self._database.write(work)

    def store_later(self, record: Monitoring, told: Sequence[str] = ()) -> None:
        """In the order in which these are asked for."""
        before = tuple(self._storing)
        task = asyncio.get_running_loop().create_task(self._store_after(before, record, told))
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)

    async def close(self) -> None:
        """Wait for what is being stored, a little."""
        if self._storing:
            await asyncio.wait(self._storing, timeout=_STORE_SECONDS)

    async def _store_after(
        self, before: Sequence[asyncio.Task[None]], record: Monitoring, told: Sequence[str]
    ) -> None:
        if before:
            await asyncio.wait(before)
        try:
            await self.store(record, told)
        except (SQLAlchemyError, TimeoutError, OSError):
            _log.error("a monitoring could not be stored", monitoring=str(record.id))


def about_of(record: Monitoring) -> dict[str, str]:
    """What the notice says: the furthest that he went."""
    return {
        "person": record.person,
        "mode": max((step.mode for step in record.steps), key=list(Mode).index).value,
        "call": str(record.call_id),
        "at": record.started_at.isoformat(),
    }
