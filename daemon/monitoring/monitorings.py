"""All who are on calls of others now: begun, switched, followed, ended, and stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Final, Protocol, Self
from uuid import UUID

import structlog

from crm.monitorings import EndedBy, Mode, Monitoring, Step, Via
from crm.vault import Vault
from daemon.ami.message import Message
from daemon.board import Board
from daemon.calls.call import Call
from daemon.calls.dialplan import is_spy
from daemon.monitoring.audio_socket import AudioSocketServer
from daemon.monitoring.browser import BrowserEars
from daemon.monitoring.desk_phone import PhoneEars
from daemon.monitoring.ears import Link
from daemon.monitoring.errands import can_be_done, hang_up_all, hang_up_strays
from daemon.monitoring.ledger import Ledger
from daemon.monitoring.refusal import MonitoringRefusedError, Refusal
from daemon.monitoring.session import Session, Wanted
from daemon.monitoring.sides import is_in_it, sides_of
from store.database import Database
from store.ids import uuid7

COME_SECONDS: Final = 10.0
"""In which a page takes up the sound that it asked for."""
COME_BACK_SECONDS: Final = 5.0
"""In which a page whose connection broke may come again."""
_SETTLE_SECONDS: Final = 0.3
_UP: Final = "6"
_log = structlog.get_logger(__name__)


class Line(Protocol):
    """One PBX: ``daemon.callbacks.callbacks.PbxLine``."""

    @property
    def link(self) -> Link: ...


class Monitorings:
    """``listeners`` are told each new state, the last one too; plain functions that never block."""

    def __init__(
        self,
        *,
        database: Database,
        vault: Vault,
        board: Board,
        server: AudioSocketServer,
        lines: Mapping[str, Line],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ledger = Ledger(database, vault, clock)
        self._board = board
        self._server = server
        self._lines = lines
        self._clock = clock
        self._sessions: dict[UUID, Session] = {}
        self._people: set[str] = set()
        """Who has asked and is not there yet."""
        self._told: set[UUID] = set()
        self._errands: set[asyncio.Task[None]] = set()
        self.listeners: list[Callable[[Monitoring], None]] = []
        board.listeners.append(self._call_changed)

    async def __aenter__(self) -> Self:
        """Listen for the PBX, and close what an earlier run left open in the database."""
        await self._server.start()
        await self._ledger.end_open()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End all, and have it stored."""
        for session in tuple(self._sessions.values()):
            self._finish(session, EndedBy.RESTART)
        await self._ledger.close()
        await self._server.stop()

    # ── what others ask ──────────────────────────────────────────────────────────────────────

    def running(self) -> list[Monitoring]:
        """Who is on which call now, oldest first."""
        return [session.record for session in self._sessions.values()]

    def get(self, id_: UUID) -> Session | None:
        """One that goes on."""
        return self._sessions.get(id_)

    async def begin(self, wanted: Wanted) -> Monitoring:
        """Be on a call. Raises ``MonitoringRefusedError``; stored before anything is heard."""
        person, call = wanted.person, wanted.call
        if is_in_it(call, person):
            raise MonitoringRefusedError(Refusal.OWN_CALL)
        near = sides_of(call, besides=person).near
        if near is None:
            raise MonitoringRefusedError(Refusal.NOT_TALKING)
        if person in self._people or any(one.person == person for one in self.running()):
            raise MonitoringRefusedError(Refusal.BUSY)
        self._people.add(person)
        try:
            link = self._link(call.pbx)
            await can_be_done(link, wanted.endpoint)
            session = self._make(wanted, link, near.party.name)
            await self._ledger.store(session.record)
            self._sessions[session.id] = session
            try:
                await session.ears.begin(self._board.get(call.id) or call)
            except BaseException:
                self._finish(session, EndedBy.PBX)
                raise
        finally:
            self._people.discard(person)
        if session.id not in self._sessions:
            raise MonitoringRefusedError(Refusal.NOT_TALKING)
        if wanted.tells:
            self._told.add(session.id)
        if session.needs_page:
            self._wait_for_page(session, COME_SECONDS)
        self._tell(session)
        return session.record

    async def switch(self, id_: UUID, mode: Mode) -> Monitoring:
        """Another mode. Raises ``MonitoringRefusedError``, ``LookupError``."""
        session = self._sessions.get(id_)
        if session is None:
            raise LookupError(str(id_))
        if mode is session.record.mode:
            return session.record
        call = self._board.get(session.record.call_id)
        if call is None:
            raise MonitoringRefusedError(Refusal.CALL_NOT_FOUND)
        await session.ears.switch(mode, call)
        session.record = session.record.switched(mode, self._clock())
        if id_ in self._sessions:
            self._ledger.store_later(session.record)
            self._tell(session)
        return session.record

    def end(self, id_: UUID, by: EndedBy) -> Monitoring | None:
        """Hang up; the record as it ended, ``None`` where it had ended before."""
        session = self._sessions.get(id_)
        if session is None:
            return None
        self._finish(session, by)
        return session.record

    def attach(self, id_: UUID, page: object, heard: Callable[[bytes], None]) -> BrowserEars | None:
        """A page takes up the sound, in place of another that did; ``None``: it is over."""
        session = self._sessions.get(id_)
        if session is None or not isinstance(session.ears, BrowserEars):
            return None
        if session.leaving is not None:
            session.leaving.cancel()
            session.leaving = None
        session.page, session.ears.page = page, heard
        return session.ears

    def detach(self, id_: UUID, page: object, *, closed: bool) -> None:
        """A page is gone; ``closed``: on purpose, so that it does not come back."""
        session = self._sessions.get(id_)
        if session is None or session.page is not page:
            return
        session.page = None
        if isinstance(session.ears, BrowserEars):
            session.ears.page = lambda _frame: None
        if closed:
            self._finish(session, EndedBy.PAGE)
        else:
            self._wait_for_page(session, COME_BACK_SECONDS)

    # ── what the PBX tells ───────────────────────────────────────────────────────────────────

    def on_messages(self, messages: Sequence[Message]) -> None:
        """How phones are that were rung for somebody who listens."""
        if not self._sessions:
            return
        for message in messages:
            uniqueid = message.headers.get("Uniqueid", "")
            if is_spy(uniqueid):
                self._phone_changed(uniqueid, message)

    def _phone_changed(self, uniqueid: str, message: Message) -> None:
        for session in tuple(self._sessions.values()):
            ears = session.ears
            if isinstance(ears, PhoneEars) and uniqueid in ears.channels:
                if message.event == "Newstate" and message.headers.get("ChannelState") == _UP:
                    ears.answered()
                    self._tell(session)
                elif message.event == "Hangup":
                    # Perhaps with the call, whose end is told a moment later.
                    asyncio.get_running_loop().call_later(_SETTLE_SECONDS, ears.ended)

    def connected(self, pbx: str) -> None:
        """The link to a PBX is up: what an earlier run of ours left listening there is hung up."""
        errand = asyncio.get_running_loop().create_task(self._tidy_up(pbx))
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)

    async def _tidy_up(self, pbx: str) -> None:
        before = [one for one in self._sessions.values() if one.pbx == pbx]
        living = await hang_up_strays(self._link(pbx), self._is_ours)
        if living is None:
            return
        for session in before:
            ears = session.ears
            if isinstance(ears, PhoneEars) and ears.running and living.isdisjoint(ears.channels):
                # He hung up while nobody looked.
                ears.ended()

    def _is_ours(self, uniqueid: str) -> bool:
        return any(uniqueid in session.ears.channels for session in self._sessions.values())

    async def hang_up(self, call: Call) -> None:
        """End a call for everybody in it. Raises ``MonitoringRefusedError``."""
        await hang_up_all(self._link(call.pbx), call)

    def _call_changed(self, id_: UUID, last: Call | None) -> None:
        for session in tuple(self._sessions.values()):
            if session.record.call_id == id_:
                try:
                    self._see(session, last)
                except Exception:  # the call is captured, whatever becomes of who listens
                    _log.exception("monitoring could not follow", monitoring=str(session.id))

    def _see(self, session: Session, last: Call | None) -> None:
        if last is not None:
            self._finish(session, EndedBy.CALL)
            return
        call = self._current(session.id)
        if call is None:
            return  # it became part of another, which is told next
        near = sides_of(call, besides=session.record.person).near
        if near is not None and near.party.name is not None:
            session.agents.add(near.party.name)
        session.ears.see(call)

    def _current(self, id_: UUID) -> Call | None:
        """The call of a session, also where it became part of another one."""
        session = self._sessions.get(id_)
        if session is None:
            return None
        known = self._board.get(session.record.call_id)
        if known is not None:
            return None if known.gone else known
        there = session.ears.targets
        for call in self._board.running():
            if any(leg.channel in there for leg in call.legs):
                session.record = replace(session.record, call_id=call.id)
                self._ledger.store_later(session.record)
                return call
        return None

    # ── beginning and end ────────────────────────────────────────────────────────────────────

    def _link(self, pbx: str) -> Link:
        line = self._lines.get(pbx)
        if line is None:
            raise MonitoringRefusedError(Refusal.PBX_DOWN)
        return line.link

    def _make(self, wanted: Wanted, link: Link, agent: str | None) -> Session:
        id_, at = uuid7(), self._clock()
        ears: BrowserEars | PhoneEars
        if wanted.endpoint is not None:
            ears = PhoneEars(link, wanted.endpoint, wanted.person, wanted.mode)
        else:
            ears = BrowserEars(
                self._server,
                link,
                wanted.person,
                wanted.mode,
                speaks=wanted.speaks,
                current=partial(self._current, id_),
            )
        record = Monitoring(
            id=id_,
            call_id=wanted.call.id,
            person=wanted.person,
            agent=agent,
            via=Via.BROWSER if wanted.endpoint is None else Via.PHONE,
            address=wanted.address,
            steps=(Step(mode=wanted.mode, at=at),),
            reason=wanted.reason,
            started_at=at,
        )
        session = Session(record, wanted.call.pbx, ears, {agent} if agent else set(), wanted.asker)
        ears.over = lambda: self._over(session)
        return session

    def _over(self, session: Session) -> None:
        """The PBX has ended its channels: with the call, or without."""
        by = EndedBy.PHONE if isinstance(session.ears, PhoneEars) else EndedBy.PBX
        call = self._board.get(session.record.call_id)
        self._finish(session, EndedBy.CALL if call is None or call.gone else by)

    def _wait_for_page(self, session: Session, seconds: float) -> None:
        session.leaving = asyncio.get_running_loop().call_later(
            seconds, self._finish, session, EndedBy.PAGE
        )

    def _finish(self, session: Session, by: EndedBy) -> None:
        if self._sessions.pop(session.id, None) is None:
            return
        if session.leaving is not None:
            session.leaving.cancel()
        session.ears.stop()
        session.record = replace(session.record, ended_at=self._clock(), ended_by=by)
        told = session.agents if session.id in self._told else frozenset[str]()
        self._told.discard(session.id)
        self._ledger.store_later(session.record, tuple(sorted(told)))
        self._tell(session)

    def _tell(self, session: Session) -> None:
        for listener in self.listeners:
            listener(session.record)
