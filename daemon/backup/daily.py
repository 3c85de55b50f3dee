"""The daily backup: made by a process of its own at low priority, missed when it is not made."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import Connection

from config.settings import Settings
from crm.alerts import raise_alert
from daemon.backup.errors import BackupError
from daemon.backup.places import listed, prune
from daemon.metrics import BackupCounts
from store.database import Database

FAILED: Final = "backup_failed"
"""Kind of alert: evidence ``reason``, a sentence of ``BackupError``'s."""
OVERDUE: Final = "backup_overdue"
"""Kind of alert: evidence ``newest``, an instant or ``—``."""
OVERDUE_AFTER: Final = timedelta(days=2)
"""Since the newest one."""
LOST: Final = "recordings_lost"
"""Kind of alert: evidence ``count`` of recordings whose file is gone or altered."""
_LOOK_SECONDS: Final = 60.0
_AGAIN: Final = timedelta(hours=1)
_LONGEST_REASON: Final = 300

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one try."""

    problem: str | None = None
    """Why there is no backup; ``None``: there is one."""
    about: Mapping[str, Any] | None = None
    """What ``callward backup --json`` says."""


Make = Callable[[], Awaitable[Outcome]]


class DailyBackup:
    """Looks at the clock once a minute; what failed is tried again every hour."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        *,
        counts: BackupCounts | None = None,
        make: Make | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings.backup
        self._zone = settings.company.timezone
        self._language = settings.company.language
        self._database = database
        self._make = make or make_by_process
        self._clock = clock
        self._began = clock()
        self._not_before: datetime | None = None
        self._failing = False
        self._counts = counts or BackupCounts()
        self._raised: set[str] = set()

    async def run(self) -> None:
        """Until cancelled; nothing where no folder is set."""
        while self._settings.folder is not None:
            await self.look(self._settings.folder)
            await asyncio.sleep(_LOOK_SECONDS)

    async def look(self, folder: Path) -> bool:
        """Make one if it is time; whether one was made."""
        now = self._clock()
        newest = await self._look_for_newest(folder, now)
        await self._say_overdue(newest, now)
        if not self._is_due(newest, now):
            return False
        try:
            outcome = await self._made(newest)
        except OSError as error:
            outcome = Outcome(problem=error.strerror or type(error).__name__)
        if outcome.problem is not None:
            await self._say_failed(outcome.problem, now)
            return False
        self._not_before = None
        if self._failing:
            _log.info("daily backup is made again")
        self._failing = False
        made_at = self._clock()
        await self._look_for_newest(folder, made_at)
        await self._say_lost(outcome.about or {}, now)
        try:
            gone = await asyncio.to_thread(prune, folder, self._settings.keep, made_at)
        except BackupError as error:
            # There is a backup: that is what counts. The folder wants somebody's look all the same.
            await self._say_failed(error.text(self._language), now)
            return True
        _log.info("daily backup was made", older_ones_deleted=len(gone))
        return True

    async def _made(self, newest: datetime | None) -> Outcome:
        """One that takes for ever, since its folder does not answer, is told of meanwhile."""
        making = asyncio.ensure_future(self._make())
        try:
            while not (await asyncio.wait({making}, timeout=_LOOK_SECONDS))[0]:
                await self._say_overdue(newest, self._clock())
            return await making
        finally:
            making.cancel()

    async def _look_for_newest(self, folder: Path, now: datetime) -> datetime | None:
        newest = await asyncio.to_thread(_newest, folder, now)
        # Where there is none, none was made since it is waited for.
        self._counts.newest_at = (newest or self._began).timestamp()
        return newest

    def _is_due(self, newest: datetime | None, now: datetime) -> bool:
        if self._not_before is not None and now < self._not_before:
            return False
        day: date = now.astimezone(self._zone).date()
        at = datetime.combine(day, time(*self._settings.at), self._zone)
        if now < at:
            at = datetime.combine(day - timedelta(days=1), time(*self._settings.at), self._zone)
        return newest is None or newest < at

    async def _say_failed(self, problem: str, now: datetime) -> None:
        self._not_before = now + _AGAIN
        if self._failing:
            return
        self._failing = True
        _log.error("daily backup failed, tried again every hour", reason=problem)
        await self._raise(FAILED, {"reason": problem}, now)

    async def _say_overdue(self, newest: datetime | None, now: datetime) -> None:
        if now - (newest or self._began) > OVERDUE_AFTER:
            about = "—" if newest is None else newest.isoformat()
            await self._raise(OVERDUE, {"newest": about}, now)

    async def _say_lost(self, about: Mapping[str, Any], now: datetime) -> None:
        count = len(about.get("missing", ())) + len(about.get("altered", ()))
        if count:
            _log.error("recordings are gone or altered", recordings=count)
            await self._raise(LOST, {"count": count}, now)

    async def _raise(self, kind: str, evidence: dict[str, Any], now: datetime) -> None:
        """Once a day for each kind."""
        key = f"{kind} {now.astimezone(self._zone).date().isoformat()}"
        if key in self._raised:
            return

        def work(connection: Connection) -> None:
            raise_alert(connection, kind, person=None, evidence=evidence, key=key, at=now)

        await self._database.write(work)
        self._raised.add(key)


def _newest(folder: Path, now: datetime) -> datetime | None:
    """One that is in the future by a clock that was wrong does not keep the next one away."""
    try:
        found = listed(folder)
    except BackupError:
        return None
    return next((at for at, _ in found if at <= now), None)


async def make_by_process() -> Outcome:
    """``callward backup`` as an operator runs it, with this process' settings file."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "daemon", "backup", "--daily"),
        env={**os.environ},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        said, errors = await process.communicate()
    except asyncio.CancelledError:
        # The daemon stops, and waits for nobody: what is left half made, the next one removes.
        with suppress(ProcessLookupError):
            process.kill()
        raise
    if process.returncode != 0:
        lines = errors.decode(errors="replace").strip().splitlines() or ["—"]
        return Outcome(problem=lines[-1][:_LONGEST_REASON])
    return Outcome(about=json.loads(said))
