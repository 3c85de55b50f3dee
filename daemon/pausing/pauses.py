"""All recordings that are paused now: begun, kept up through transfers, ended, and stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol, Self
from uuid import UUID

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from crm.audit import AuditLog, Entry
from crm.recording_pauses import Pause, PauseEnd, forget, open_pauses, save
from daemon.ami.message import Message
from daemon.board import Board
from daemon.calls.call import Call
from daemon.pausing.orders import Link, let_be_heard, reach, silence, silence_all
from daemon.pausing.refusal import PauseRefusedError, Refusal
from store.database import Database
from store.ids import uuid7

_AGAIN_SECONDS: Final = 1.0
"""Between two tries to let a recording go on whose PBX cannot be told, or whose row not stored."""
_LAST_SECONDS: Final = 5.0
_log = structlog.get_logger(__name__)


class Line(Protocol):
    """One PBX: ``daemon.callbacks.callbacks.PbxLine``."""

    @property
    def link(self) -> Link: ...


@dataclass(slots=True, eq=False)
class _Running:
    """One pause that lasts."""

    record: Pause
    timer: asyncio.TimerHandle | None = None
    ending: asyncio.Lock = field(default_factory=asyncio.Lock)


class Pauses:
    """``listeners`` are told of each call whose pause began or ended; they never block.

    A pause stands in the database before anything is silent, and outlives the daemon: it is taken
    up again by ``__aenter__`` and ends when it was to end.
    """

    def __init__(
        self,
        *,
        database: Database,
        audit: AuditLog,
        board: Board,
        lines: Mapping[str, Line],
        seconds: Callable[[], int],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._audit = audit
        self._board = board
        self._lines = lines
        self._seconds = seconds
        self._clock = clock
        self._running: dict[UUID, _Running] = {}
        """By call."""
        self._beginning: dict[UUID, asyncio.Lock] = {}
        self._errands: set[asyncio.Task[None]] = set()
        self.listeners: list[Callable[[UUID], None]] = []
        board.listeners.append(self._call_changed)

    async def __aenter__(self) -> Self:
        """Take up what an earlier run left."""
        for one in await self._database.write(open_pauses):
            self._watch(one)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let go; what lasts goes on."""
        for running in self._running.values():
            if running.timer is not None:
                running.timer.cancel()
        if self._errands:
            await asyncio.wait(self._errands, timeout=_LAST_SECONDS)

    # ── what others ask ──────────────────────────────────────────────────────────────────────────

    def of(self, call: UUID) -> Pause | None:
        """The pause of that call now."""
        running = self._running.get(call)
        return None if running is None else running.record

    async def begin(self, call: Call, person: str, entry: Entry) -> Pause:
        """Nothing of that call is recorded from now on; the pause that lasts, where it has one.

        Raises ``PauseRefusedError``. ``entry``: of the audit, stored with it.
        """
        async with self._beginning.setdefault(call.id, asyncio.Lock()):
            try:
                return self.of(call.id) or await self._begin(call, person, entry)
            finally:
                self._beginning.pop(call.id, None)

    async def end(self, call: UUID, person: str, entry: Entry) -> Pause | None:
        """It is recorded again; ``None``: it was not paused. Raises ``PauseRefusedError``."""
        running = self._running.get(call)
        if running is None:
            return None
        return await self._end(running, PauseEnd.PERSON, person, entry)

    async def _begin(self, call: Call, person: str, entry: Entry) -> Pause:
        channels = _recorded(call)
        if not channels:
            raise PauseRefusedError(Refusal.NOT_RECORDED)
        link = self._link(call.pbx)
        await reach(link, channels[0])
        now = self._clock()
        one = Pause(
            id=uuid7(),
            call_id=call.id,
            person=person,
            pbx=call.pbx,
            channels=channels,
            started_at=now,
            until=now + timedelta(seconds=self._seconds()),
        )
        await self._database.write(lambda connection: save(connection, one))
        try:
            await silence_all(link, channels)
            await self._audit.tell(entry)
        except BaseException:
            await asyncio.shield(self._take_back(link, one))
            raise
        self._watch(one)
        self._tell(one.call_id)
        # Meanwhile the call may have become another, or ended.
        known = self._board.get(call.id)
        self._call_changed(call.id, known if known is not None and known.gone else None)
        return one

    async def _take_back(self, link: Link, one: Pause) -> None:
        try:
            for channel in one.channels:
                await let_be_heard(link, channel)
        except PauseRefusedError:
            # Perhaps it is silent, and perhaps nobody knows: let it end as any other does.
            self._watch(replace(one, until=self._clock()))
            return
        await self._database.write(lambda connection: forget(connection, one.id))

    # ── what the PBX tells ───────────────────────────────────────────────────────────────────────

    def on_messages(self, messages: Sequence[Message]) -> None:
        """A recording that begins anew on a channel of a pause is to be silent too."""
        if not self._running:
            return
        for message in messages:
            if message.event == "MixMonitorStart":
                uniqueid = message.headers.get("Uniqueid", "")
                for running in self._running.values():
                    if uniqueid in running.record.channels and not running.ending.locked():
                        self._do(self._silence(running.record.pbx, uniqueid))

    def _call_changed(self, id_: UUID, last: Call | None) -> None:
        running = self._running.get(id_)
        if running is None:
            return
        if last is not None:
            self._finish(running, PauseEnd.CALL)
            return
        call = self._board.get(id_)
        if call is None:
            self._follow(running)
        elif more := set(_recorded(call)) - set(running.record.channels):
            channels = (*running.record.channels, *sorted(more))
            running.record = replace(running.record, channels=channels)
            self._do(self._store(running.record))
            for channel in more:
                self._do(self._silence(running.record.pbx, channel))

    def _follow(self, running: _Running) -> None:
        """The call became part of another one."""
        there = set(running.record.channels)
        for call in self._board.running():
            if any(leg.channel in there for leg in call.legs):
                before, running.record = running.record, replace(running.record, call_id=call.id)
                self._running.pop(before.call_id, None)
                self._running[call.id] = running
                self._do(self._store(running.record))
                self._tell(call.id)
                return

    async def _silence(self, pbx: str, channel: str) -> None:
        try:
            await silence(self._link(pbx), channel)
        except PauseRefusedError:
            _log.warning("a recording that is paused could not be kept silent", channel=channel)

    # ── the end ──────────────────────────────────────────────────────────────────────────────────

    async def _end(
        self,
        running: _Running,
        by: PauseEnd,
        person: str | None = None,
        entry: Entry | None = None,
    ) -> Pause:
        async with running.ending:
            if running.record.ended_at is not None:
                return running.record
            link = self._link(running.record.pbx)
            heard = [await let_be_heard(link, channel) for channel in running.record.channels]
            # Where no channel of it is left, the call has ended while nobody looked.
            self._finish(running, by if any(heard) else PauseEnd.CALL, person, entry)
            return running.record

    def _finish(
        self,
        running: _Running,
        by: PauseEnd,
        person: str | None = None,
        entry: Entry | None = None,
    ) -> None:
        one = running.record
        if one.ended_at is not None:
            return
        running.record = replace(
            one,
            ended_at=max(one.started_at, self._clock()),
            ended_by=by,
            resumed_by=person if by is PauseEnd.PERSON else None,
        )
        if running.timer is not None:
            running.timer.cancel()
        self._running.pop(one.call_id, None)
        self._do(self._store(running.record, entry))
        self._tell(one.call_id)

    def _watch(self, one: Pause) -> None:
        running = self._running[one.call_id] = _Running(one)
        self._set_timer(running, (one.until - self._clock()).total_seconds())

    def _set_timer(self, running: _Running, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        running.timer = loop.call_later(max(0.0, seconds), self._is_over, running)

    def _is_over(self, running: _Running) -> None:
        self._do(self._end_by_limit(running))

    async def _end_by_limit(self, running: _Running) -> None:
        try:
            await self._end(running, PauseEnd.LIMIT)
        except PauseRefusedError:
            self._set_timer(running, _AGAIN_SECONDS)

    # ── means ────────────────────────────────────────────────────────────────────────────────────

    def _link(self, pbx: str) -> Link:
        line = self._lines.get(pbx)
        if line is None:
            raise PauseRefusedError(Refusal.PBX_DOWN)
        return line.link

    async def _store(self, one: Pause, entry: Entry | None = None) -> None:
        def work(connection: Connection) -> None:
            save(connection, one)
            if entry is not None:
                self._audit.add(connection, entry)

        while True:
            try:
                await self._database.write(work)
            except (SQLAlchemyError, TimeoutError):
                _log.exception("a pause of a recording could not be stored", pause=str(one.id))
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                return

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        errand = asyncio.get_running_loop().create_task(work)
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)

    def _tell(self, call: UUID) -> None:
        for listener in self.listeners:
            listener(call)


def _recorded(call: Call) -> tuple[str, ...]:
    """The channels that are recorded now."""
    living = {leg.channel for leg in call.legs if leg.ended_at is None}
    return tuple(dict.fromkeys(one.channel for one in call.recordings if one.channel in living))
