"""From changed calls to the database: coalesced, one transaction at a time, nothing lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Final, Protocol
from uuid import UUID

import structlog
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from daemon.board import Board
from daemon.calls.call import Call
from daemon.metrics import FlushCounts

_PAUSE: Final = 0.08
"""Seconds between the beginnings of two transactions under load; an idle daemon writes at once.

A new caller waits half of it for his card, on average."""
_MOST_CALLS: Final = 500
"""In one transaction."""
MOST_WAITING: Final = 20_000
"""Calls that wait for a database which refuses; some 100 MB, a busy day of an office."""
_UNWRITABLE: Final = (IntegrityError, DataError, ProgrammingError, TypeError, ValueError)
_RETRY_FIRST: Final = 0.1
_RETRY_LONGEST: Final = 5.0

_log = structlog.get_logger(__name__)


class CallStore(Protocol):
    """Where calls go: ``daemon.history.writer``."""

    async def write(self, calls: Sequence[Call], merged: Mapping[UUID, UUID]) -> None:
        """Store these records and fold the merged ids, in one transaction. Idempotent."""


class Flusher:
    """Collects which calls changed and stores their newest records.

    While the database refuses, records wait in memory, the newest of each call, and are tried
    again; a failure is logged once and its end once. (A lock or a full disk is waited out by the
    store itself.) A record that the database will never take is set aside and holds up no other.
    Where too many wait, the calls that end next are let go: the PBX's own log has them.
    """

    def __init__(
        self,
        store: CallStore,
        board: Board,
        counts: FlushCounts,
        *,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._store = store
        self._most_waiting = most_waiting
        self._full = False
        self._board = board
        self._counts = counts
        self._changed: dict[UUID, Callable[[UUID], Call]] = {}
        self._waiting: dict[UUID, Call] = {}
        self._merged: dict[UUID, UUID] = {}
        self._work = asyncio.Event()

    def changed(self, call: UUID, current: Callable[[UUID], Call]) -> None:
        """This call has a newer record, which ``current`` gives when it is time to write."""
        self._changed[call] = current
        self._board.changed(call, current)
        self._work.set()

    def ended(self, call: Call) -> bool:
        """This call's last record: taken now, since a tracker forgets calls that ended.

        ``False``: too many wait already, and this one is let go.
        """
        self._changed.pop(call.id, None)
        self._board.publish(call)
        if len(self._waiting) >= self._most_waiting and call.id not in self._waiting:
            self._let_go()
            return False
        self._waiting[call.id] = call
        self._work.set()
        return True

    def merged(self, call: UUID, into: UUID) -> None:
        """The first call is a part of the second one and no call of its own."""
        self._changed.pop(call, None)
        self._waiting.pop(call, None)
        self._board.remove(call)
        for earlier, kept in self._merged.items():
            if kept == call:
                self._merged[earlier] = into
        self._merged[call] = into
        self._work.set()

    @property
    def waits(self) -> int:
        """Calls whose newest record is not stored yet."""
        return len(self._changed.keys() | self._waiting.keys() | self._merged.keys())

    async def run(self) -> None:
        """Write for ever."""
        while True:
            await self._work.wait()
            began = time.monotonic()
            await self._store_newest()
            await asyncio.sleep(max(0.0, _PAUSE - (time.monotonic() - began)))

    async def drain(self, deadline_seconds: float) -> int:
        """Write what is left; the number of calls that could not be stored within the deadline."""
        try:
            async with asyncio.timeout(deadline_seconds):
                while self.waits:
                    await self._store_newest()
        except TimeoutError:
            pass
        return self.waits

    async def _store_newest(self) -> None:
        """One transaction with all that has changed, tried until the database takes it."""
        pause = _RETRY_FIRST
        while self._collect():
            self._counts.writing_since = time.monotonic()
            try:
                await self._write()
            except (DBAPIError, PoolTimeoutError, OSError) as error:
                self._failed(error)
                await asyncio.sleep(pause)
                pause = min(_RETRY_LONGEST, pause * 2)
            else:
                return
            finally:
                self._counts.writing_since = None

    def _collect(self) -> bool:
        """Take the newest records; whether there is anything to write."""
        self._work.clear()
        changed, self._changed = self._changed, {}
        for id_, current in changed.items():
            try:
                self._waiting[id_] = current(id_)
            except Exception as error:  # a bug in one call must not hold up the others
                self._refused(id_, error)
        self._counts.waiting = len(self._waiting)
        return bool(self._waiting or self._merged)

    async def _write(self) -> None:
        calls = dict(islice(self._waiting.items(), _MOST_CALLS))
        # A merge needs the call that it leads to: it goes with the last ones.
        merged = dict(self._merged) if len(calls) == len(self._waiting) else {}
        began = time.monotonic()
        try:
            await self._store.write(tuple(calls.values()), merged)
        except _UNWRITABLE:
            await self._write_singly(calls, merged)
        else:
            self._counts.calls_written += len(calls)
        self._counts.flushes += 1
        self._counts.seconds += time.monotonic() - began
        self._done(calls, merged)
        self._recovered()

    async def _write_singly(self, calls: Mapping[UUID, Call], merged: Mapping[UUID, UUID]) -> None:
        """Find the record that the database will not take, and store all the others."""
        pieces: list[tuple[dict[UUID, Call], dict[UUID, UUID]]] = [
            *(({id_: call}, {}) for id_, call in calls.items()),
            *(({}, {id_: into}) for id_, into in merged.items()),
        ]
        for one, merge in pieces:
            try:
                await self._store.write(tuple(one.values()), merge)
            except _UNWRITABLE as error:
                self._refused(next(iter((*one, *merge))), error)
            else:
                self._counts.calls_written += len(one)

    def _done(self, calls: Mapping[UUID, Call], merged: Mapping[UUID, UUID]) -> None:
        for id_, call in calls.items():
            if self._waiting.get(id_) is call:
                del self._waiting[id_]
        for id_, into in merged.items():
            if self._merged.get(id_) == into:
                del self._merged[id_]
        self._counts.waiting = len(self._waiting)
        if self._full and len(self._waiting) < self._most_waiting:
            self._full = False
            _log.info("calls find room again", let_go=self._counts.let_go)

    def _let_go(self) -> None:
        self._counts.let_go += 1
        if not self._full:
            self._full = True
            _log.error(
                "too many calls wait for the database, those that end now are left to the pbx log",
                waiting=len(self._waiting),
            )

    def _refused(self, call: UUID, error: Exception) -> None:
        """Say which record is set aside; its next change tries again."""
        self._counts.calls_refused += 1
        _log.error("call could not be stored", call_id=str(call), error=type(error).__name__)

    def _failed(self, error: Exception) -> None:
        self._counts.failures += 1
        if self._counts.failing_since is None:
            self._counts.failing_since = time.monotonic()
            _log.error(
                "database refuses writes, calls wait in memory",
                reason=reason(error),
                waiting=len(self._waiting),
            )

    def _recovered(self) -> None:
        if self._counts.failing_since is not None:
            _log.info(
                "database takes writes again",
                after_seconds=round(time.monotonic() - self._counts.failing_since, 1),
            )
            self._counts.failing_since = None


def reason(error: BaseException) -> str:
    """What the driver said, without the statement and its values."""
    origin = getattr(error, "orig", None)
    return str(origin) if origin is not None else type(error).__name__
