"""Calls that nobody watched: the PBX's own log is read at the start and after each gap."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from config.settings import PbxSettings
from crm.vault import Vault
from daemon.calls.call import Call
from daemon.calls.directory import Directory
from daemon.calls.tracker import Tracker
from daemon.cel.rows import CelColumnsError
from daemon.cel.source import open_source
from daemon.completion import Completion, Missed
from daemon.history.known import find_mark, oldest_open, set_mark
from daemon.history.writer import HistoryWriter
from daemon.metrics import FlushCounts, PbxCounts
from store.database import Database

OVERLAP: Final = timedelta(minutes=2)
"""What was read before is read again: it changes nothing, and a clock may be a little off."""
_SETTLE_SECONDS: Final = 1.0
"""The log is written a moment after the events that the link delivers."""
_MARK_SECONDS: Final = 60.0
"""How often it is noted that all is stored, and a log that could not be read is tried again."""

_log = structlog.get_logger(__name__)


class CatchUp:
    """Sees to it that what one PBX did while nobody watched is stored as well.

    How far all is stored is noted in the database (the mark), so that the next run knows what this
    one missed. Without ``pbx.cel`` a gap stays one.
    """

    def __init__(
        self,
        pbx: PbxSettings,
        directory: Directory,
        tracker: Tracker,
        *,
        database: Database,
        vault: Vault,
        writer: HistoryWriter,
        flush: FlushCounts,
        counts: PbxCounts | None = None,
    ) -> None:
        """``tracker``: the one that watches live. ``flush``: whether its calls are stored;
        ``counts``: where it is told how far this is.
        """
        self._counts = PbxCounts() if counts is None else counts
        self.surprises = Counter[str]()
        """Rows that could not be read, by reason."""
        self._pbx = pbx
        self._tracker = tracker
        self._database = database
        self._flush = flush
        self._completion: Completion | None = None
        self._log = log = open_source(pbx, self.surprises)
        if log is not None:
            self._completion = Completion(
                pbx,
                log,
                directory,
                tracker=tracker,
                database=database,
                vault=vault,
                writer=writer,
            )
        self._due = asyncio.Event()
        self._connected = False
        self._looked_at: datetime | None = None
        self._behind = False
        self._partial: dict[UUID, Call] = {}
        self._let_go = set[UUID]()
        self._let_go_since: datetime | None = None
        self._mark: datetime | None = None
        self._next_mark: datetime | None = None
        self._complaint = ""
        self._lost = False
        self.caught_up = asyncio.Event()
        """The gap before this run was read, or cannot be."""

    # ── what the capture tells ───────────────────────────────────────────────────────────────

    def synced(self) -> None:
        """A snapshot was taken: what was before it may have been missed."""
        self._behind = self._connected = True
        self._looked_at = self._tracker.now()
        self._due.set()

    def lost(self) -> None:
        """The link was cut."""
        self._connected = False

    def ended(self, call: Call) -> None:
        """A call's last record; where it was seen in part, the log may know the rest."""
        if not call.seen_whole:
            self._partial[call.id] = call
            self._due.set()

    def let_go(self, call: Call) -> None:
        """A call's last record, for which there was no room: the log has to tell of it."""
        if self._completion is None:
            self._complain_of_loss()
            return
        self._let_go.add(call.id)
        self._let_go_since = min(self._let_go_since or call.started_at, call.started_at)
        self._behind = True
        self._due.set()

    # ── what it does about it ────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Read the log whenever there was a gap, for ever."""
        if self._completion is None:
            await self._due.wait()
            self.caught_up.set()
            # Nothing is caught up; but until when calls ran that are lost, the mark tells as well.
            while True:
                await asyncio.sleep(_MARK_SECONDS)
                await self._note()
        async with self._database.read() as connection:
            self._mark = await connection.run_sync(find_mark, self._pbx.name)
        if self._mark is not None:
            self._counts.stored_until = self._mark.timestamp()
        while True:
            try:
                async with asyncio.timeout(_MARK_SECONDS):
                    await self._due.wait()
            except TimeoutError:
                if not self._behind:
                    await self._note()
                    continue
            self._due.clear()
            if self._mark is None:
                # The first run of all: what was before it is not ours.
                await self._set_mark(self._tracker.now() or datetime.now(UTC))
            await asyncio.sleep(_SETTLE_SECONDS)
            await self._read(self._completion)

    async def _read(self, completion: Completion) -> None:
        """Close the gap that is known of, as far as the log goes."""
        partial, self._partial = self._partial, {}
        behind, self._behind = self._behind, False
        let_go, self._let_go = self._let_go, set()
        let_go_since, self._let_go_since = self._let_go_since, None
        now = self._tracker.now()
        try:
            since = await self._since(partial.values(), let_go_since, behind=behind)
            stored = 0
            if since is not None:
                self._counts.catching_up = True
                stored = await completion.run(Missed(since, partial, let_go, self._looked_at))
        except Exception as error:
            self._behind = self._behind or behind
            self._partial = partial | self._partial
            self._let_go |= let_go
            if let_go_since is not None:
                self._let_go_since = min(let_go_since, self._let_go_since or let_go_since)
            if not isinstance(error, (OSError, CelColumnsError, SQLAlchemyError)):
                # Whoever begins this anew finds the gap as it was.
                self._due.set()
                raise
            self._counts.log_readable = False
            self._complain(error)
        else:
            self._complaint = ""
            self._counts.log_readable = True
            self._counts.calls_completed += stored
            if stored:
                _log.info("calls were completed from the pbx log", pbx=self._pbx.name, calls=stored)
            if behind and now is not None:
                await self._set_mark(now)
        finally:
            self._counts.catching_up = False
        if behind:
            self.caught_up.set()

    async def _since(
        self, partial: Iterable[Call], let_go: datetime | None, *, behind: bool
    ) -> datetime | None:
        """From when on the log matters; ``None`` where nothing was missed."""
        begun = [call.started_at for call in partial]
        if let_go is not None:
            begun.append(let_go)
        if behind:
            async with self._database.read() as connection:
                still_open = await connection.run_sync(oldest_open, self._pbx.name)
            begun += (at for at in (self._mark, still_open) if at is not None)
        return min(begun) - OVERLAP if begun else None

    async def _note(self) -> None:
        """Move the mark: what was told until a minute ago is stored by now."""
        if not self._connected or self._flush.stuck:
            return
        if self._next_mark is not None and self._next_mark != self._mark:
            await self._set_mark(self._next_mark)
        elif self._next_mark is not None:
            # The PBX is silent: there is nothing until a minute ago that is not stored.
            self._counts.stored_until = time.time() - _MARK_SECONDS
        self._next_mark = self._tracker.now()

    async def _set_mark(self, at: datetime) -> None:
        await self._database.write(lambda connection: set_mark(connection, self._pbx.name, at))
        self._mark, self._next_mark = at, None
        self._counts.stored_until = at.timestamp()

    def _complain_of_loss(self) -> None:
        if not self._lost:
            self._lost = True
            _log.error(
                "calls are lost: the database refuses them, and this pbx has no log to be read",
                pbx=self._pbx.name,
            )

    def _complain(self, error: Exception) -> None:
        """Once for each reason."""
        reason = type(error).__name__
        if isinstance(error, OSError):
            reason = error.strerror or reason
        elif isinstance(error, CelColumnsError):
            reason = str(error)
        if reason != self._complaint:
            self._complaint = reason
            _log.warning(
                "pbx log cannot be read, calls that nobody watched are not stored yet",
                pbx=self._pbx.name,
                log="" if self._log is None else self._log.name,
                reason=reason,
            )
