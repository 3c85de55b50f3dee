"""All customers whom a button has put on hold now: begun, tended, followed, ended."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, Protocol, Self
from uuid import UUID, uuid4
from weakref import WeakValueDictionary

import structlog

from daemon.ami.actions import Action
from daemon.ami.listed import plays_to
from daemon.ami.message import Message
from daemon.board import Board
from daemon.callbacks.orders import hang_up
from daemon.calls.call import Call, HeldBy
from daemon.holding import orders
from daemon.holding.orders import Link
from daemon.holding.refusal import HoldRefusedError, Refusal
from daemon.holding.talk import Talk, talk_of

TEND_SECONDS: Final = 30.0
"""The dialplan looks every 90 seconds whether we were there."""
_BEGIN_SECONDS: Final = 3.0
_log = structlog.get_logger(__name__)


class Line(Protocol):
    """One PBX: ``daemon.callbacks.callbacks.PbxLine``."""

    @property
    def link(self) -> Link: ...


@dataclass(slots=True, eq=False)
class _Hold:
    """One customer on hold."""

    pbx: str
    talk: Talk
    player: str
    """The uniqueid of the channel that plays to him."""
    call_id: UUID | None
    """``None``: found on the PBX, and not on the board yet."""
    plays: asyncio.Event = field(default_factory=asyncio.Event)
    is_silent: bool = False
    """His manager's channel is."""


class Holds:
    """The customer hears music, his manager nothing; the call itself stays as it is on the PBX.

    A hold outlives the daemon, which finds it on the PBX when it is back; where it does not come
    back, the dialplan ends the call. It ends with the manager's part in the call, and where his
    phone holds as well.
    """

    def __init__(self, *, board: Board, lines: Mapping[str, Line]) -> None:
        self._board = board
        self._lines = lines
        self._holds: dict[str, _Hold] = {}
        """By player."""
        self._over: dict[str, str] = {}
        """Players that were told to go and are still there, with their PBX."""
        self._turns: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
        self._signs = count()
        self._errands: set[asyncio.Task[None]] = set()
        self._tending: asyncio.Task[None] | None = None
        board.listeners.append(self._call_changed)

    async def __aenter__(self) -> Self:
        self._tending = asyncio.get_running_loop().create_task(self._tend_for_ever())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let go; what lasts goes on."""
        for task in (self._tending, *self._errands):
            if task is not None:
                task.cancel()

    # ── what others ask ──────────────────────────────────────────────────────────────────────────

    async def hold(self, call: Call, person: str) -> bool:
        """Put the customer of that person's talk on hold; ``False``: he is already.

        Returns once he hears music and the manager nothing. Raises ``HoldRefusedError``.
        """
        async with self._turn(call.id):
            call = self._board.get(call.id) or call
            talk = _talk(call, person)
            if await self._of(call) is not None:
                return False
            link = self._link(call.pbx)
            if await orders.get(link, orders.KNOWN) != "1":
                raise HoldRefusedError(Refusal.DIALPLAN_MISSING)
            hold = _Hold(call.pbx, talk, orders.player_id(uuid4().hex), call.id)
            self._holds[hold.player] = hold
            try:
                await self._begin(link, hold)
            except BaseException:
                await asyncio.shield(self._undo(hold))
                raise
        return True

    async def resume(self, call: Call, person: str) -> bool:
        """Bring them together again; ``False``: he is not on hold. Raises ``HoldRefusedError``."""
        async with self._turn(call.id):
            call = self._board.get(call.id) or call
            _talk(call, person)
            hold = await self._of(call)
            if hold is None:
                return False
            await self._end(hold)
        return True

    async def _begin(self, link: Link, hold: _Hold) -> None:
        await orders.tell(link, orders.play(hold.player, hold.talk))
        try:
            async with asyncio.timeout(_BEGIN_SECONDS):
                await hold.plays.wait()
        except TimeoutError:
            raise HoldRefusedError(Refusal.PBX_REFUSED) from None
        hold.is_silent = True
        for order in orders.silence(hold.talk.manager, on=True):
            await orders.tell(link, order)
        await orders.tell(link, self._sign(hold))

    async def _end(self, hold: _Hold) -> None:
        """First they hear each other, then the music ends: who dies between leaves no silence."""
        link = self._link(hold.pbx)
        if hold.is_silent:
            for order in orders.silence(hold.talk.manager, on=False):
                await orders.ask(link, order)  # refused where his channel is gone
        self._holds.pop(hold.player, None)
        self._over[hold.player] = hold.pbx
        if not (await orders.ask(link, hang_up(hold.player))).success:
            self._over.pop(hold.player, None)  # gone already

    async def _undo(self, hold: _Hold) -> None:
        try:
            await self._end(hold)
        except HoldRefusedError:
            self._holds.pop(hold.player, None)
            _log.warning("a hold could not be ended: looked for when the link is back")

    # ── what the PBX tells ───────────────────────────────────────────────────────────────────────

    def on_messages(self, messages: Sequence[Message]) -> None:
        """Whether the music plays."""
        if not (self._holds or self._over):
            return
        for message in messages:
            if message.event == "ChanSpyStart":
                hold = self._holds.get(message.headers.get("SpyerUniqueid", ""))
                if hold is not None:
                    hold.plays.set()
            elif message.event == "Hangup":
                self._over.pop(message.headers.get("Uniqueid", ""), None)
                hold = self._holds.get(message.headers.get("Uniqueid", ""))
                if hold is not None and hold.plays.is_set():
                    self._do(self._undo(hold))

    def connected(self, pbx: str) -> None:
        """The link to a PBX is up: what lasts there is taken up again."""
        self._do(self._take_up(pbx))

    async def _take_up(self, pbx: str) -> None:
        link = self._link(pbx)
        before = [hold for hold in self._holds.values() if hold.pbx == pbx]
        # What is listed may be gone when the list is read: ours is known for ours all the same.
        ours = {*self._holds, *self._over}
        try:
            rows = (await orders.ask(link, Action("CoreShowChannels"))).events
            ours |= {*self._holds, *self._over}
            channels = [row.headers for row in rows if row.headers.get("Uniqueid")]
            players = {channel["Uniqueid"]: plays_to(channel) for channel in channels}
            for player in [one for one, where in self._over.items() if where == pbx]:
                if player in players:
                    await orders.ask(link, hang_up(player))
                else:
                    self._over.pop(player, None)
            for player, customer in players.items():
                if customer and player not in ours:
                    manager = await orders.get(link, orders.HELD_BY, player)
                    hold = _Hold(pbx, Talk(customer, manager), player, None, is_silent=True)
                    if {customer, manager} <= players.keys():
                        await self._take(link, hold)
                    else:
                        await self._end(hold)
            for hold in before:
                if hold.player not in players:
                    await self._end(hold)
        except HoldRefusedError:
            _log.warning("customers on hold could not be looked for")

    async def _take(self, link: Link, hold: _Hold) -> None:
        hold.plays.set()
        self._holds[hold.player] = hold
        for order in (*orders.silence(hold.talk.manager, on=True), self._sign(hold)):
            await orders.ask(link, order)

    def _call_changed(self, id_: UUID, last: Call | None) -> None:
        for hold in tuple(self._holds.values()):
            if hold.call_id not in {id_, None}:
                continue
            call = last or self._call_of(hold)
            if call is None:
                continue
            if call.gone:
                self._holds.pop(hold.player, None)
            elif call.held_by is HeldBy.PHONE or _has_left(call, hold.talk.manager):
                self._do(self._undo(hold))

    def _call_of(self, hold: _Hold) -> Call | None:
        """The call of a hold, also where it became part of another."""
        known = None if hold.call_id is None else self._board.get(hold.call_id)
        if known is None:
            known = next((one for one in self._board.running() if _is_in(one, hold)), None)
            hold.call_id = None if known is None else known.id
        return known

    # ── means ────────────────────────────────────────────────────────────────────────────────────

    async def _of(self, call: Call) -> _Hold | None:
        known = self._known(call)
        if known is None and call.held_by is HeldBy.BUTTON:
            # We have just come back, and not looked yet.
            await self._take_up(call.pbx)
            known = self._known(call)
        return known

    def _known(self, call: Call) -> _Hold | None:
        return next((hold for hold in self._holds.values() if _is_in(call, hold)), None)

    def _turn(self, call: UUID) -> asyncio.Lock:
        return self._turns.setdefault(call, asyncio.Lock())

    def _link(self, pbx: str) -> Link:
        line = self._lines.get(pbx)
        if line is None:
            raise HoldRefusedError(Refusal.PBX_DOWN)
        return line.link

    def _sign(self, hold: _Hold) -> Action:
        return orders.tend(hold.player, str(next(self._signs)))

    async def _tend_for_ever(self) -> None:
        while True:
            await asyncio.sleep(TEND_SECONDS)
            for hold in tuple(self._holds.values()):
                with suppress(HoldRefusedError):
                    await orders.ask(self._link(hold.pbx), self._sign(hold))

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        errand = asyncio.get_running_loop().create_task(work)
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)


def _talk(call: Call, person: str) -> Talk:
    talk = talk_of(call, person)
    if talk is None:
        raise HoldRefusedError(Refusal.NOT_TALKING)
    if call.held_by is HeldBy.PHONE:
        raise HoldRefusedError(Refusal.BY_PHONE)
    return talk


def _is_in(call: Call, hold: _Hold) -> bool:
    return call.pbx == hold.pbx and any(leg.channel == hold.talk.customer for leg in call.legs)


def _has_left(call: Call, channel: str) -> bool:
    leg = next((leg for leg in call.legs if leg.channel == channel), None)
    return leg is None or leg.ended_at is not None
