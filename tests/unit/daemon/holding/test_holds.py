"""A customer on hold: music and silence, each once, and neither left behind; a made-up PBX."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

import pytest

from daemon.ami.actions import Action, Response
from daemon.ami.link import LinkDownError
from daemon.ami.message import Message
from daemon.ami.state import Notice, Reason
from daemon.board import Board
from daemon.calls.call import Call, HeldBy
from daemon.holding import holds as module
from daemon.holding.holds import Holds
from daemon.holding.orders import KNOWN
from daemon.holding.refusal import HoldRefusedError, Refusal
from tests.unit.daemon.live.test_row import at

from .test_talk import ANNA, TALKS

SILENT = {"VOLUME(RX)": "-32767", "VOLUME(TX)": "-32767"}
LOUD = dict.fromkeys(SILENT, "0")


@dataclass
class Pbx:
    """Channels with their variables, and who plays to whom."""

    variables: dict[str, dict[str, str]] = field(
        default_factory=lambda: {"customer": {}, ANNA.channel: {}}
    )
    players: dict[str, str] = field(default_factory=dict)
    tell: Callable[[list[Message]], None] = lambda _messages: None
    knows: str = "1"
    plays: bool = True
    refuses: set[str] = field(default_factory=set)
    """Variables that cannot be set."""
    is_down: bool = False
    lingers: bool = False
    """Channels that are told to go are there for some time."""
    listed: Callable[[], None] = lambda: None
    """What happens just after the channels were listed."""
    originated: int = 0

    @property
    def link(self) -> Pbx:
        return self

    @property
    def volume(self) -> dict[str, str]:
        """Of the manager's channel."""
        set_ = self.variables[ANNA.channel]
        return {name: value for name, value in set_.items() if name.startswith("VOLUME")}

    async def send(self, action: Action, *, timeout: float | None = None) -> Response:
        await asyncio.sleep(0)
        if self.is_down:
            raise LinkDownError("pbx", Notice(reason=Reason.LOST))
        told = dict(action.headers)
        if action.name == "Originate":
            return self._play(action, told["ChannelId"])
        if action.name == "CoreShowChannels":
            rows = tuple(self._rows())
            self.listed()
            return Response(Message({"Response": "Success"}), rows)
        if action.name == "Getvar" and told["Variable"] == KNOWN:
            return Response(Message({"Response": "Success", "Value": self.knows}))
        known = self.variables.get(told["Channel"])
        if known is None or told.get("Variable") in self.refuses:
            return Response(Message({"Response": "Error"}))
        if action.name == "Setvar":
            known[told["Variable"]] = told["Value"]
        if action.name == "Hangup" and not self.lingers:
            self.end(told["Channel"])
        value = known.get(told.get("Variable", ""), "")
        return Response(Message({"Response": "Success", "Value": value}))

    def _play(self, action: Action, player: str) -> Response:
        self.originated += 1
        pairs = (value.partition("=") for name, value in action.headers if name == "Variable")
        variables = {name.removeprefix("__"): value for name, _, value in pairs}
        if self.plays:
            self.variables[player] = variables
            self.players[player] = variables["CALLWARD_SPIED"]
            self.tell([Message({"Event": "ChanSpyStart", "SpyerUniqueid": player})])
        return Response(Message({"Response": "Success"}))

    def _rows(self) -> list[Message]:
        rows = [
            Message(
                {
                    "Uniqueid": name,
                    "Application": "ChanSpy" if name in self.players else "Dial",
                    "ApplicationData": f"{self.players.get(name, '')},quESW",
                }
            )
            for name in self.variables
        ]
        return [*rows, Message({"Event": "CoreShowChannelsComplete"})]

    def end(self, channel: str) -> None:
        """It is gone."""
        self.variables.pop(channel, None)
        self.players.pop(channel, None)
        self.tell([Message({"Event": "Hangup", "Uniqueid": channel})])


@dataclass
class Room:
    """The holds of one PBX."""

    pbx: Pbx
    board: Board
    holds: Holds

    def publish(self, **changes: object) -> Call:
        call = replace(TALKS, **changes)  # type: ignore[arg-type]
        self.board.publish(call)
        return call

    async def settled(self) -> None:
        """All errands are done."""
        while self.holds._errands:
            await asyncio.gather(*self.holds._errands)


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    pbx, board = Pbx(), Board()
    async with Holds(board=board, lines={"pbx": pbx}) as holds:
        pbx.tell = holds.on_messages
        made = Room(pbx, board, holds)
        made.publish()
        yield made


async def _refused(room: Room, *, person: str = "anna") -> Refusal:
    with pytest.raises(HoldRefusedError) as refused:
        await room.holds.hold(TALKS, person)
    return refused.value.refusal


async def test_he_hears_music_and_the_manager_nothing_until_they_talk_again(room: Room) -> None:
    assert await room.holds.hold(TALKS, "anna")
    assert list(room.pbx.players.values()) == ["customer"]
    assert room.pbx.volume == SILENT
    assert await room.holds.resume(TALKS, "anna")
    assert (room.pbx.players, room.pbx.volume) == ({}, LOUD)
    await room.settled()


async def test_twice_is_once(room: Room) -> None:
    begun = await asyncio.gather(*(room.holds.hold(TALKS, "anna") for _ in range(3)))
    assert sorted(begun) == [False, False, True]
    assert room.pbx.originated == 1
    ended = await asyncio.gather(*(room.holds.resume(TALKS, "anna") for _ in range(3)))
    assert sorted(ended) == [False, False, True]


async def test_a_pbx_that_cannot_leaves_nothing_behind(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.pbx.knows = ""
    assert await _refused(room) is Refusal.DIALPLAN_MISSING
    room.pbx.knows = "1"
    room.pbx.refuses = {"VOLUME(TX)"}
    assert await _refused(room) is Refusal.PBX_REFUSED
    assert (room.pbx.players, room.pbx.volume) == ({}, {"VOLUME(RX)": "0"})
    room.pbx.refuses = set()
    monkeypatch.setattr(module, "_BEGIN_SECONDS", 0.01)
    room.pbx.plays = False
    assert await _refused(room) is Refusal.PBX_REFUSED
    room.pbx.is_down = True
    assert await _refused(room) is Refusal.PBX_DOWN
    room.pbx.is_down, room.pbx.plays = False, True
    assert await room.holds.hold(TALKS, "anna")


async def test_only_who_talks_with_him_and_not_over_his_phones_hold(room: Room) -> None:
    assert await _refused(room, person="boris") is Refusal.NOT_TALKING
    call = room.publish(held_by=HeldBy.PHONE, held_from=at(6))
    assert await _refused(room) is Refusal.BY_PHONE
    with pytest.raises(HoldRefusedError):
        await room.holds.resume(call, "anna")
    assert room.pbx.originated == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"held_by": HeldBy.PHONE, "held_from": at(6)},
        {"legs": (TALKS.legs[0], replace(ANNA, ended_at=at(6)))},
    ],
    ids=["his phone holds", "he has left"],
)
async def test_what_ends_it(room: Room, changes: dict[str, object]) -> None:
    await room.holds.hold(TALKS, "anna")
    room.publish(**changes)
    await room.settled()
    assert (room.pbx.players, room.pbx.volume) == ({}, LOUD)


async def test_the_end_of_the_call_is_its_end(room: Room) -> None:
    await room.holds.hold(TALKS, "anna")
    room.publish(gone=True, ended_at=at(9))
    await room.settled()
    assert room.holds._holds == {}


async def test_music_that_ends_by_itself_leaves_no_silence(room: Room) -> None:
    await room.holds.hold(TALKS, "anna")
    (player,) = room.pbx.players
    room.pbx.end(player)
    await room.settled()
    assert room.pbx.volume == LOUD


async def test_it_follows_a_call_that_became_part_of_another(room: Room) -> None:
    await room.holds.hold(TALKS, "anna")
    other = replace(TALKS, id=replace(TALKS, id=type(TALKS.id)(int=9)).id)
    room.board.publish(other)
    room.board.remove(TALKS.id)
    assert await room.holds.resume(other, "anna")
    assert (room.pbx.players, room.pbx.volume) == ({}, LOUD)


async def _again(room: Room) -> Holds:
    """Another daemon at the same PBX."""
    after = Holds(board=room.board, lines={"pbx": room.pbx})
    room.pbx.tell = after.on_messages
    after.connected("pbx")
    while after._errands:
        await asyncio.gather(*after._errands)
    return after


async def test_a_daemon_that_comes_back_takes_it_up(room: Room) -> None:
    await room.holds.hold(TALKS, "anna")
    (player,) = room.pbx.players
    room.pbx.variables[ANNA.channel].clear()  # killed before he was silent
    after = await _again(room)
    assert room.pbx.volume == SILENT
    assert "CALLWARD_TENDED" in room.pbx.variables[player]
    assert not await after.hold(TALKS, "anna")
    assert await after.resume(TALKS, "anna")
    assert (room.pbx.players, room.pbx.volume) == ({}, LOUD)


async def test_it_is_taken_up_by_who_asks_first(room: Room) -> None:
    """The board knows it before the PBX was asked."""
    await room.holds.hold(TALKS, "anna")
    call = room.publish(held_by=HeldBy.BUTTON, held_from=at(6))
    after = Holds(board=room.board, lines={"pbx": room.pbx})
    room.pbx.tell = after.on_messages
    assert await after.resume(call, "anna")
    assert (room.pbx.players, room.pbx.volume) == ({}, LOUD)


async def test_again_while_the_last_music_is_not_gone_yet(room: Room) -> None:
    """The board and the PBX still know it: it is not taken for the one that is asked for."""
    await room.holds.hold(TALKS, "anna")
    room.pbx.lingers = True
    call = room.publish(held_by=HeldBy.BUTTON, held_from=at(6))
    await room.holds.resume(call, "anna")
    (first,) = room.pbx.players
    assert await room.holds.hold(call, "anna")
    assert room.pbx.originated == 2
    room.pbx.end(first)
    await room.settled()
    assert (len(room.pbx.players), room.pbx.volume) == (1, SILENT)
    room.pbx.lingers = False
    assert await room.holds.resume(call, "anna")
    assert (room.pbx.players, room.pbx.volume) == ({}, LOUD)
    assert room.holds._over == {}


@pytest.mark.parametrize("when", ["listed", "told_to_go"])
async def test_again_while_the_last_music_goes(room: Room, when: str) -> None:
    """What was listed and is gone is no hold: he would be thought to be on hold already."""
    await room.holds.hold(TALKS, "anna")
    room.pbx.lingers = True
    call = room.publish(held_by=HeldBy.BUTTON, held_from=at(6))
    await room.holds.resume(call, "anna")
    (first,) = room.pbx.players
    room.pbx.lingers = when == "listed"
    if when == "listed":
        room.pbx.listed = lambda: room.pbx.end(first)
    assert await room.holds.hold(call, "anna")
    assert first not in room.pbx.players
    assert (len(room.pbx.players), room.pbx.volume) == (1, SILENT)


async def test_another_pbx_that_is_taken_up_forgets_nothing_of_this_one(room: Room) -> None:
    await room.holds.hold(TALKS, "anna")
    room.pbx.lingers = True
    await room.holds.resume(TALKS, "anna")
    over = dict(room.holds._over)
    room.holds._lines = {**room.holds._lines, "other": Pbx(variables={})}
    room.holds.connected("other")
    await room.settled()
    assert room.holds._over == over != {}


async def test_music_that_was_told_to_go_as_the_link_was_cut_goes_when_it_is_back(
    room: Room,
) -> None:
    await room.holds.hold(TALKS, "anna")
    room.pbx.lingers = True
    await room.holds.resume(TALKS, "anna")
    assert room.pbx.players
    room.pbx.lingers = False
    room.holds.connected("pbx")
    await room.settled()
    assert (room.pbx.players, room.pbx.volume) == ({}, LOUD)


async def test_music_without_its_manager_ends_when_the_daemon_is_back(room: Room) -> None:
    await room.holds.hold(TALKS, "anna")
    del room.pbx.variables[ANNA.channel]
    await _again(room)
    assert room.pbx.players == {}


async def test_music_for_nobody_knows_whom_is_no_hold(room: Room) -> None:
    await room.holds.hold(TALKS, "anna")
    (player,) = room.pbx.players
    room.pbx.variables[player].clear()
    after = await _again(room)
    assert room.pbx.players == {}
    assert not await after.resume(TALKS, "anna")


async def test_music_that_ended_while_the_link_was_cut_leaves_no_silence(room: Room) -> None:
    await room.holds.hold(TALKS, "anna")
    (player,) = room.pbx.players
    room.pbx.tell = lambda _messages: None
    room.pbx.end(player)
    room.holds.connected("pbx")
    await room.settled()
    assert room.pbx.volume == LOUD


async def test_a_link_that_is_cut_leaves_him_on_hold(room: Room) -> None:
    await room.holds.hold(TALKS, "anna")
    room.pbx.is_down = True
    with pytest.raises(HoldRefusedError):
        await room.holds.resume(TALKS, "anna")
    room.pbx.is_down = False
    assert await room.holds.resume(TALKS, "anna")


async def test_it_is_tended(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """By another sign each time: the dialplan looks whether it is another."""
    await room.holds.hold(TALKS, "anna")
    (player,) = room.pbx.players
    signs = {room.pbx.variables[player]["CALLWARD_TENDED"]}
    monkeypatch.setattr(module, "TEND_SECONDS", 0.0)
    async with Holds(board=Board(), lines={"pbx": room.pbx}) as other:
        other._holds = room.holds._holds
        async with asyncio.timeout(5):
            while len(signs) < 3:
                await asyncio.sleep(0)
                signs.add(room.pbx.variables[player]["CALLWARD_TENDED"])
