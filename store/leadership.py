"""Which of several daemons works on a PostgreSQL: one leads, the others wait for its end.

The leader holds an advisory lock on a connection of its own, which ends with its process, and it
beats: it writes the server's time into the one row of ``callward_leader``. Whose beat is old though
it holds the lock hangs, or its network is cut: a standby ends its sessions on the server and takes
the lock. Each new leader raises the row's epoch. A transaction of ``Database.write`` begins with
asking for its own epoch and keeps it from being raised until it ends, so nothing is ever written by
a leader of yesterday, whenever he wakes up.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import BigInteger, Column, Connection, Table, Text, inspect, text

from store.database import Database, StoreError
from store.lead_link import STANDBY, LeadLink, LinkError
from store.metadata import metadata
from store.migrate import migrate
from store.types import UtcDateTime

TRY_SECONDS: Final = 0.5
"""How often a standby looks."""
BEAT_SECONDS: Final = 0.5
STALE_SECONDS: Final = 3.0
"""By the server's clock; who has not beaten for so long is taken for hung."""
SURE_SECONDS: Final = 2.5
"""For so long after a beat nobody can have taken over."""
_SUSPECT_SECONDS: Final = 0.2
"""A beat has to be old twice: a leader that has just got its connection back beats at once."""
_AGAIN_SECONDS: Final = 0.1
_AFTER_SECONDS: Final = 0.02

leader = Table(
    "callward_leader",
    metadata,
    # One row. A key, so that raising it waits for who relies on it and beating does not.
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    # Of PostgreSQL, by its application_name: host, process, and what no other one has.
    Column("session", Text, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("beat_at", UtcDateTime, nullable=False),
)

_log = structlog.get_logger(__name__)


class LeadLostError(StoreError):
    """Another daemon leads now; nothing was written."""


class Leadership:
    """Of one daemon: ``try_to_lead`` or ``wait``, then ``is_sure`` while it leads, ``release``.

    ``on_lost``: called when another one leads instead; what runs must end at once.
    """

    def __init__(
        self,
        database: Database,
        *,
        on_lost: Callable[[], None],
        stale_seconds: float = STALE_SECONDS,
    ) -> None:
        self.database = database
        self.epoch: int | None = None
        """Of this lead; ``None`` while another one leads."""
        self.other_leads = asyncio.Event()
        """Set once another one was found to lead."""
        self._link = LeadLink(database)
        self._on_lost = on_lost
        self._stale_seconds = stale_seconds
        self._sure_until = 0.0
        self._suspects = False
        self._pause = TRY_SECONDS
        self._away = False
        self._beating: asyncio.Task[None] | None = None

    @property
    def is_sure(self) -> bool:
        """Whether nobody can have taken over: for a moment after it was hung, it does not know."""
        return self.epoch is not None and _now() < self._sure_until

    async def try_to_lead(self) -> bool:
        """Take the lead if it is free; the database is migrated then. Raises ``StoreError``.

        Once this has returned ``True``, it beats until ``release``.
        """
        if not await self._link.try_lock():
            await self._suspect()
            self.other_leads.set()
            return False
        self._suspects = False
        former = await self._link.end_former()
        began = _now()
        epoch = await self._link.raise_epoch()
        if epoch is not None:
            # No leader of before writes into what is migrated now.
            self._begin(epoch, began)
        await migrate(self.database)
        if epoch is None:
            began = _now()
            epoch = await self._link.raise_epoch()
            if epoch is None:
                raise StoreError("unreadable", name=self.database.name, reason="callward_leader")
            self._begin(epoch, began)
        _log.info("this daemon leads", epoch=epoch, ended_sessions=former)
        return True

    async def wait(self) -> None:
        """Until this daemon leads. A database that is away meanwhile is waited for."""
        while True:
            try:
                if await self.try_to_lead():
                    self._back()
                    return
                self._back()
            except LinkError as error:
                self._gone(error)
            await asyncio.sleep(self._pause)

    async def release(self) -> None:
        """Let another one lead, at once."""
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
        await self._link.close()

    def fence(self, connection: Connection) -> str:
        """``Database.fence``: raises ``LeadLostError`` where this is not the leader."""
        id_: str | None = connection.execute(_MINE, {"mine": self.epoch}).scalar_one_or_none()
        if id_ is None:
            self._lose()
            raise LeadLostError("lead_lost", name=self.database.name)
        return id_

    async def _suspect(self) -> None:
        """End a leader that hangs."""
        age = await self._link.beat_age()
        left = TRY_SECONDS if age is None else self._stale_seconds - age
        if left > 0:
            self._suspects = False
            self._pause = min(TRY_SECONDS, left + _AFTER_SECONDS)
            return
        self._pause = _SUSPECT_SECONDS
        if not self._suspects:
            self._suspects = True
            return
        ended = await self._link.end_leader()
        self._pause = _AFTER_SECONDS
        _log.warning("the leader does not answer, its sessions are ended", sessions=ended)

    def _begin(self, epoch: int, began: float) -> None:
        self.epoch = epoch
        self._sure_until = began + SURE_SECONDS
        self.database.fence = self.fence
        self._beating = asyncio.create_task(self._beat_on(), name="lead")

    async def _beat_on(self) -> None:
        while True:
            began = _now()
            try:
                still = await self._link.beat(self.epoch)
            except LinkError as error:
                self._gone(error)
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            except StoreError as error:
                _log.critical("the database refuses this daemon", problem=error.text("en"))
                still = False
            except Exception as error:  # who leads goes on beating, whatever it stumbles over
                self._gone(LinkError(type(error).__name__))
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            if not still:
                self._lose()
                return
            self._sure_until = began + SURE_SECONDS
            self._back()
            await asyncio.sleep(BEAT_SECONDS)

    def _lose(self) -> None:
        if self.epoch is not None:
            self.epoch = None
            _log.critical("another daemon leads now, this one ends")
            self._on_lost()

    def _gone(self, error: LinkError) -> None:
        self._link.drop()
        self._pause = TRY_SECONDS
        if not self._away:
            self._away = True
            _log.warning("no link to the database for the lead", error=str(error))

    def _back(self) -> None:
        if self._away:
            self._away = False
            _log.info("link to the database for the lead stands again")


@dataclass(frozen=True, slots=True)
class Leading:
    """Who leads, as the server has it."""

    session: str
    """Host, process, and what no other one has."""
    since: datetime
    beats: bool
    """Whether it has beaten lately."""
    waiting: int
    """How many standbys there are."""

    @property
    def host(self) -> str:
        """Host and process, ``HOST:PID``."""
        return self.session.removeprefix("callward ").rpartition(":")[0]


async def read_leader(database: Database) -> Leading | None:
    """``None``: nobody has ever led, or this is SQLite."""
    if not database.is_server:
        return None

    def read(connection: Connection) -> Leading | None:
        if not inspect(connection).has_table(leader.name):
            return None
        row = connection.execute(
            _LEADING, {"stale": STALE_SECONDS, "standbys": f"{STANDBY}callward %"}
        ).one_or_none()
        return None if row is None else Leading(*row)

    async with database.read() as connection:
        return await connection.run_sync(read)


_MINE: Final = text(
    # Keeps the epoch from being raised until the transaction ends; beats go on.
    "SELECT pg_current_xact_id()::text FROM callward_leader WHERE epoch = :mine FOR KEY SHARE"
)
_LEADING: Final = text(
    "SELECT session, taken_at, clock_timestamp() - beat_at <= make_interval(secs => :stale),"
    " (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    "  AND application_name LIKE :standbys) FROM callward_leader"
)


def _now() -> float:
    """Seconds that go on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
