"""A pause: silent at once, kept silent, over by itself, stored; with a PBX that is made up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection

from crm.audit import Action as Audited
from crm.audit import AuditLog, Entry
from crm.recording_pauses import Pause, PauseEnd, open_pauses, pauses_of
from crm.vault import Vault
from daemon.ami.actions import Action, Response
from daemon.ami.link import ActionTimeoutError
from daemon.ami.message import Message
from daemon.board import Board
from daemon.calls.call import Call, Direction, Leg, Origin, Party, PartyKind, RecordingRef
from daemon.pausing.pauses import Pauses
from daemon.pausing.refusal import PauseRefusedError, Refusal
from store.database import Database
from store.ids import uuid7
from store.migrate import migrate

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PAUSED = Entry(action=Audited.RECORDING_PAUSED, actor="anna")
RESUMED = Entry(action=Audited.RECORDING_RESUMED, actor="anna")


@dataclass
class Pbx:
    """Channels with their variables; which of them are silent, and what was begun anew."""

    variables: dict[str, dict[str, str]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    begun: list[tuple[str, str]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    is_down: bool = False

    @property
    def link(self) -> Pbx:
        return self

    def channel(self, name: str) -> None:
        self.variables[name] = {"CALLWARD_FOLDER": "/sound", "CALLWARD_RECORDING": name}

    async def send(self, action: Action, *, timeout: float | None = None) -> Response:
        await asyncio.sleep(0)
        if self.is_down:
            raise ActionTimeoutError
        told = dict(action.headers)
        known = self.variables.get(told["Channel"])
        if known is None or told["Channel"] in self.refuses:
            return Response(Message({"Response": "Error"}))
        value = ""
        if action.name == "Setvar":
            known[told["Variable"]] = told["Value"]
        elif action.name == "Getvar":
            value = known.get(told["Variable"], "")
        elif action.name == "MixMonitorMute":
            (self.silent.add if told["State"] == "1" else self.silent.discard)(told["Channel"])
        elif action.name == "StopMixMonitor":
            self.silent.discard(told["Channel"])
        elif action.name == "MixMonitor":
            self.begun.append((told["Channel"], told["Options"]))
        return Response(Message({"Response": "Success", "Value": value}))


def a_call(*channels: str, **more: object) -> Call:
    legs = tuple(
        Leg(channel=one, party=Party(kind=PartyKind.CUSTOMER), started_at=NOON) for one in channels
    )
    call = Call(
        id=uuid7(),
        pbx="pbx",
        linkedids=frozenset(channels),
        direction=Direction.INBOUND,
        origin=Origin.DIALLED,
        started_at=NOON,
        answered_at=NOON,
        legs=legs,
        recordings=tuple(RecordingRef(channel=one, name=one, started_at=NOON) for one in channels),
    )
    return replace(call, **more)  # type: ignore[arg-type]


@dataclass
class Room:
    database: Database
    pbx: Pbx
    board: Board
    now: datetime = NOON
    told: list[UUID] = field(default_factory=list)

    def pauses(self, seconds: float = 120) -> Pauses:
        vault = Vault(bytes(range(32)))
        made = Pauses(
            database=self.database,
            audit=AuditLog(self.database, vault),
            board=self.board,
            lines={"pbx": self.pbx},
            seconds=lambda: seconds,  # type: ignore[arg-type,return-value]
            clock=lambda: self.now,
        )
        made.listeners.append(self.told.append)
        return made

    async def stored(self, call: UUID) -> tuple[Pause, ...]:
        def look(connection: Connection) -> tuple[Pause, ...]:
            return pauses_of(connection, [call]).get(call, ())

        return await self.database.look(look)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not holds():
                await asyncio.sleep(0)

    async def ended(self, call: UUID) -> Pause:
        async with asyncio.timeout(10):
            while True:
                # Of a call that became part of another the pause moves there in a while.
                if (found := await self.stored(call)) and found[-1].ended_at is not None:
                    return found[-1]
                await asyncio.sleep(0)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield Room(database, Pbx(), Board())
    await database.close()


def running(room: Room, *channels: str) -> Call:
    for one in channels:
        room.pbx.channel(one)
    call = a_call(*channels)
    room.board.publish(call)
    return call


async def test_all_that_is_recorded_is_silent_until_somebody_resumes(room: Room) -> None:
    call = running(room, "1.0", "1.3")
    async with room.pauses() as pauses:
        begun = await pauses.begin(call, "anna", PAUSED)
        assert room.pbx.silent == {"1.0", "1.3"}
        assert pauses.of(call.id) == begun
        assert begun.until == NOON + timedelta(seconds=120)
        assert await pauses.begin(call, "boris", PAUSED) == begun
        assert [one.person for one in await room.stored(call.id)] == ["anna"]
        room.now += timedelta(seconds=9)
        await pauses.end(call.id, "chief", RESUMED)
        assert room.pbx.silent == set()
        assert room.pbx.begun == []
        assert pauses.of(call.id) is None
        assert await pauses.end(call.id, "chief", RESUMED) is None
        kept = await room.ended(call.id)
    assert (kept.ended_by, kept.resumed_by) == (PauseEnd.PERSON, "chief")
    assert kept.ended_at == NOON + timedelta(seconds=9)
    assert room.told == [call.id, call.id]


async def test_it_is_over_by_itself(room: Room) -> None:
    call = running(room, "1.0")
    async with room.pauses(seconds=0) as pauses:
        await pauses.begin(call, "anna", PAUSED)
        kept = await room.ended(call.id)
    assert (kept.ended_by, kept.resumed_by) == (PauseEnd.LIMIT, None)
    assert room.pbx.silent == set()


async def test_the_call_ends_it(room: Room) -> None:
    call = running(room, "1.0")
    async with room.pauses() as pauses:
        await pauses.begin(call, "anna", PAUSED)
        room.board.publish(replace(call, gone=True, ended_at=NOON))
        assert pauses.of(call.id) is None
        assert (await room.ended(call.id)).ended_by is PauseEnd.CALL


async def test_after_a_transfer_the_recording_is_renewed_when_it_is_heard_again(room: Room) -> None:
    call = running(room, "1.0")
    async with room.pauses() as pauses:
        await pauses.begin(call, "anna", PAUSED)
        # As `callward-renew` does then.
        assert room.pbx.variables["1.0"]["CALLWARD_PAUSED"] == "yes"
        room.pbx.variables["1.0"]["CALLWARD_PAUSED"] = "renew"
        await pauses.end(call.id, "anna", RESUMED)
    assert room.pbx.begun == [("1.0", "ar(/sound/1.0.rx.wav)t(/sound/1.0.tx.wav)")]
    assert room.pbx.variables["1.0"]["CALLWARD_PAUSED"] == ""


async def test_what_is_recorded_anew_is_silent_too(room: Room) -> None:
    call = running(room, "1.0")
    async with room.pauses() as pauses:
        await pauses.begin(call, "anna", PAUSED)
        room.pbx.silent.clear()
        pauses.on_messages([Message({"Event": "MixMonitorStart", "Uniqueid": "7.0"})])
        pauses.on_messages([Message({"Event": "MixMonitorStart", "Uniqueid": "1.0"})])
        await room.until(lambda: room.pbx.silent == {"1.0"})
        room.pbx.channel("1.5")
        more = a_call("1.0", "1.5", id=call.id)
        room.board.publish(more)
        await room.until(lambda: room.pbx.silent == {"1.0", "1.5"})
        await pauses.end(call.id, "anna", RESUMED)
    assert room.pbx.silent == set()
    assert (await room.ended(call.id)).channels == ("1.0", "1.5")


async def test_it_follows_a_call_that_becomes_part_of_another(room: Room) -> None:
    call = running(room, "1.0")
    async with room.pauses() as pauses:
        await pauses.begin(call, "anna", PAUSED)
        other = running(room, "2.0")
        joined = a_call("2.0", "1.0", id=other.id)
        room.board.publish(joined)
        room.board.remove(call.id)
        assert pauses.of(call.id) is None
        now = pauses.of(other.id)
        assert now is not None
        await pauses.end(other.id, "anna", RESUMED)
        assert (await room.ended(other.id)).id == now.id
    assert room.pbx.silent == set()


async def test_a_refusal_leaves_everything_as_it_was(room: Room) -> None:
    call = running(room, "1.0", "1.3")
    room.pbx.refuses = {"1.3"}
    async with room.pauses() as pauses:
        with pytest.raises(PauseRefusedError) as refused:
            await pauses.begin(call, "anna", PAUSED)
        assert refused.value.refusal is Refusal.PBX_REFUSED
        assert (room.pbx.silent, pauses.of(call.id)) == (set(), None)
        assert await room.stored(call.id) == ()
        with pytest.raises(PauseRefusedError) as unrecorded:
            await pauses.begin(replace(call, recordings=()), "anna", PAUSED)
        assert unrecorded.value.refusal is Refusal.NOT_RECORDED


async def test_it_outlives_the_daemon_and_waits_for_the_pbx(room: Room) -> None:
    call = running(room, "1.0")
    async with room.pauses() as pauses:
        begun = await pauses.begin(call, "anna", PAUSED)
    assert room.pbx.silent == {"1.0"}
    async with room.pauses() as again:
        assert again.of(call.id) == begun
        room.pbx.is_down = True
        with pytest.raises(PauseRefusedError) as refused:
            await again.end(call.id, "anna", RESUMED)
        assert refused.value.refusal is Refusal.PBX_DOWN
        assert again.of(call.id) == begun
    room.pbx.is_down = False
    room.now = begun.until
    async with room.pauses():
        assert (await room.ended(call.id)).ended_by is PauseEnd.LIMIT
    assert room.pbx.silent == set()


async def test_a_call_that_ended_while_nobody_looked_has_ended_its_pause(room: Room) -> None:
    call = running(room, "1.0")
    async with room.pauses() as pauses:
        begun = await pauses.begin(call, "anna", PAUSED)
    del room.pbx.variables["1.0"]
    room.now = begun.until
    async with room.pauses():
        assert (await room.ended(call.id)).ended_by is PauseEnd.CALL
    assert await room.database.look(open_pauses) == []
