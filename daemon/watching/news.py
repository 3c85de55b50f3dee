"""Alerts and notices as they come to be stored, for who listens.

They are written in whatever transaction they are about, also by a command beside the daemon; here
they are seen within two seconds of their commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from crm.alerts import Alert, alerts_after
from crm.notices import Notice
from crm.watch_tables import alert, notice
from store.database import Database

_EVERY_SECONDS: Final = 2.0
_MOST: Final = 500
_LATE: Final = 60_000 << 80
"""Of an id's first 48 bits, which are milliseconds: a transaction may have waited so long."""

T = TypeVar("T", Alert, Notice)

_log = structlog.get_logger(__name__)


class News:
    """``listeners`` are told of each alert and notice once; plain functions that never block."""

    def __init__(self, database: Database, every_seconds: float = _EVERY_SECONDS) -> None:
        self._database = database
        self._every_seconds = every_seconds
        self.listeners: list[Callable[[Alert | Notice], None]] = []
        self._seen: dict[UUID, None] = {}
        self._last = UUID(int=0)

    async def start(self) -> None:
        """What is stored until now is no news."""
        self._last = await self._database.look(_newest)
        self._seen = dict.fromkeys(one.id for one in await self._database.look(self._after_last))

    async def run(self) -> None:
        """Look and tell, for ever."""
        while True:
            await asyncio.sleep(self._every_seconds)
            try:
                await self.tell()
            except DBAPIError as error:
                # A database that is locked for a moment: what is there is told the next time.
                _log.debug("news could not be read", error=type(error).__name__)

    async def tell(self) -> None:
        """Tell what is new now."""
        for one in await self._database.look(self._after_last):
            if one.id in self._seen:
                continue
            self._seen[one.id] = None
            self._last = max(self._last, one.id)
            for listener in self.listeners:
                listener(one)
        floor = self._floor()
        self._seen = {id_: None for id_ in self._seen if id_ > floor}

    def _floor(self) -> UUID:
        return UUID(int=max(0, self._last.int - _LATE))

    def _after_last(self, connection: Connection) -> list[Alert | Notice]:
        floor = self._floor()
        return [
            *_pages(partial(alerts_after, connection), floor),
            *_pages(partial(_notices_after, connection), floor),
        ]


def _pages(read: Callable[[UUID, int], list[T]], after: UUID) -> Iterator[T]:
    """All of them: some may come by the thousand at once, one for everybody."""
    while page := read(after, _MOST):
        yield from page
        after = page[-1].id


def _notices_after(connection: Connection, after: UUID, most: int) -> list[Notice]:
    query = select(notice).where(notice.c.id > after).order_by(notice.c.id).limit(most)
    return [Notice(**row._mapping) for row in connection.execute(query)]


def _newest(connection: Connection) -> UUID:
    found = [
        connection.execute(
            select(table.c.id).order_by(table.c.id.desc()).limit(1)
        ).scalar_one_or_none()
        for table in (alert, notice)
    ]
    return max((id_ for id_ in found if id_ is not None), default=UUID(int=0))
