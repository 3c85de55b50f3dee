"""The daemon's picture of the company's people: in memory, and renewed by every change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeVar

import structlog
from sqlalchemy import Connection

from crm.access import Access
from crm.people import enrol_agents
from crm.staff import Staff, load_staff
from store.database import Database

T = TypeVar("T")

_log = structlog.get_logger(__name__)


class StaffBook:
    """Holds ``now``, the latest ``Staff``; asking it waits for nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._one_at_a_time = asyncio.Lock()
        self.now = Staff()
        """Empty until ``reload``."""

    def has_left(self, name: str) -> bool:
        """Whether that is a person who left."""
        person = self.now.person(name)
        return person is not None and not person.is_active

    def access_of(self, name: str) -> Access | None:
        """``Staff.access_of``, of now."""
        return self.now.access_of(name)

    async def reload(self) -> None:
        """Read everything anew."""
        async with self._database.read() as connection:
            self.now = await connection.run_sync(load_staff)

    async def change(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one transaction, then let ``now`` be what it left behind.

        One change at a time: what ``work`` checks by ``load_staff(connection)`` holds until its
        own change is stored.
        """

        def both(connection: Connection) -> tuple[T, Staff]:
            return work(connection), load_staff(connection)

        async with self._one_at_a_time:
            result, self.now = await self._database.write(both)
        return result

    async def enrol(self, agents: Iterable[str]) -> None:
        """Make persons of the settings' agents who are none yet, and load ``now``."""
        names = tuple(agents)
        for name in await self.change(lambda connection: enrol_agents(connection, names, _now())):
            _log.error("an agent's name differs from a person's by its writing alone", agent=name)


def _now() -> datetime:
    return datetime.now(UTC)
