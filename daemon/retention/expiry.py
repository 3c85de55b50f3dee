"""The part of the daemon that deletes the sound of recordings whose time is over.

A recording that expired keeps its row: that there was one, of what length, and when it went. Its
files go by the outbox, so that they go although the storage is away just then.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import structlog
from sqlalchemy import Connection, update

from config.keeping import RetentionSettings
from crm.audit import CALLWARD, Action, AuditLog, Entry
from crm.legal_holds import guard
from crm.policies import load_policies, save_policy
from crm.vault import Vault
from daemon.archive.erasing import recording_work
from daemon.outbox.queue import add_work
from daemon.retention.rules import HELD, STORED, Rules, over_calls
from recordings.models import RecordingState, recording
from store.database import Database

SEEN: Final = "retention"
"""Key of the policy that says until when Callward has seen the time pass."""
_LOOK_SECONDS: Final = 3600.0
_BATCH: Final = 200
_LEAP: Final = timedelta(days=2)
_WATCHED: Final = timedelta(days=1)
"""After a leap: so long the clock has to go as this machine's own does."""

_log = structlog.get_logger(__name__)


class Expiry:
    """Looks once an hour, and deletes in small transactions.

    A clock that is wrong by years must not delete years of recordings: when the time has made a
    leap (or Callward was down for long), nothing is deleted before a day in which it went as usual.
    Who puts the clock right by then has lost nothing.
    """

    def __init__(
        self,
        settings: RetentionSettings,
        database: Database,
        vault: Vault,
        audit: AuditLog,
        *,
        deleted: Callable[[], None] = lambda: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``deleted``: called when there are files to delete."""
        self._settings = settings
        self._database = database
        self._vault = vault
        self._audit = audit
        self._deleted = deleted
        self._clock = clock
        self._monotonic = monotonic
        self._anchor: tuple[datetime, float] | None = None
        self._trusted_from = 0.0
        self._unknown: tuple[int, ...] = ()
        """Rules whose department there was not at the last look."""

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_SECONDS)

    async def look(self) -> int:
        """Delete what is due; how many recordings that were."""
        now = self._clock()
        if not await self._goes_as_usual(now):
            return 0
        await self._say_unknown()
        gone = batch = await self._database.write(partial(self._expire, now=now))
        while batch == _BATCH:
            batch = await self._database.write(partial(self._expire, now=now))
            gone += batch
        if gone:
            _log.info("recordings expired", recordings=gone)
            self._deleted()
        return gone

    async def _say_unknown(self) -> None:
        """Once that a rule's department is missing, and once that it is there again."""
        async with self._database.read() as connection:
            rules = await connection.run_sync(
                lambda one: Rules.of(self._settings, one, self._vault)
            )
        unknown = rules.unknown if rules.delete_any else ()
        if unknown and unknown != self._unknown:
            _log.error(
                "retention rules name a department that there is not: nothing expires",
                rules=[f"retention.rules[{i}]" for i in unknown],
            )
        elif self._unknown and not unknown:
            _log.info("the departments of all retention rules are there: recordings expire again")
        self._unknown = unknown

    def _expire(self, connection: Connection, *, now: datetime) -> int:
        rules = Rules.of(self._settings, connection, self._vault)
        if rules.unknown or not rules.delete_any:
            return 0
        guard(connection)
        columns = (
            recording.c[name] for name in ("id", "call_id", "pbx", "channel", "name", "path")
        )
        due = over_calls(*columns).where(STORED, rules.over(now), ~HELD)
        # The oldest first. Who changes one just now keeps it until the next look.
        due = due.order_by(recording.c.id).limit(_BATCH)
        rows = connection.execute(due.with_for_update(of=recording, skip_locked=True)).all()
        if not rows:
            return 0
        connection.execute(
            update(recording)
            .where(recording.c.id.in_([row.id for row in rows]))
            .values(state=RecordingState.EXPIRED.value, path=None, peaks=None, expired_at=now)
        )
        add_work(connection, [recording_work(row) for row in rows])
        entry = Entry(action=Action.RECORDINGS_EXPIRED, actor=CALLWARD, count=len(rows))
        self._audit.add(connection, entry)
        return len(rows)

    async def _goes_as_usual(self, now: datetime) -> bool:
        ticks = self._monotonic()
        if self._anchor is None:
            async with self._database.read() as connection:
                seen = await connection.run_sync(_seen)
            leap = timedelta() if seen is None else abs(now - seen)
        else:
            wall, since = self._anchor
            leap = abs((now - wall) - timedelta(seconds=ticks - since))
        self._anchor = (now, ticks)
        if leap > _LEAP:
            self._trusted_from = ticks + _WATCHED.total_seconds()
            _log.warning(
                "the clock leapt, or Callward was down for long: nothing expires for a day",
                leap_seconds=round(leap.total_seconds()),
            )
        if ticks < self._trusted_from:
            # Not noted: a restart meanwhile finds the leap again.
            return False
        note = partial(save_policy, key=SEEN, value={"until": now.isoformat()}, by=CALLWARD, at=now)
        await self._database.write(note)
        return True


def _seen(connection: Connection) -> datetime | None:
    noted = load_policies(connection).get(SEEN)
    return None if noted is None else datetime.fromisoformat(noted["until"])
