"""Listening in a browser: one channel at each side, brought here, and a page that hears both."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from crm.monitorings import Mode
from daemon.ami.actions import Action
from daemon.calls.call import Call
from daemon.calls.dialplan import spy_channel
from daemon.monitoring import orders
from daemon.monitoring.audio_socket import AudioSocketServer, Line
from daemon.monitoring.ears import Link, tell
from daemon.monitoring.refusal import MonitoringRefusedError, Refusal
from daemon.monitoring.sides import Side, Sides, sides_of
from daemon.monitoring.sound import Pairing, Voice, interleave

_CONNECT_SECONDS: Final = 4.0
_LOOK_AGAIN_SECONDS: Final = 0.5
"""After a channel of ours ended: the one at which it was may have ended too, which is told apart.
"""
_MOST_TRIES: Final = 2
"""At one channel."""


@dataclass(slots=True, eq=False)
class _Spy:
    """One channel of ours."""

    line: Line
    channel: str
    target: str


class BrowserEars:
    """``page`` is given what both say; ``hear`` takes what the page says."""

    def __init__(
        self,
        server: AudioSocketServer,
        link: Link,
        person: str,
        mode: Mode,
        *,
        speaks: bool,
        current: Callable[[], Call | None],
    ) -> None:
        """``speaks``: whether anybody may ever hear him; ``current``: the call as it is now."""
        self.mode = mode
        self.over: Callable[[], None] = lambda: None
        self.page: Callable[[bytes], None] = lambda _frame: None
        self._server = server
        self._link = link
        self._person = person
        self._speaks = speaks
        self._current = current
        self._spies: dict[Side, _Spy] = {}
        self._taken: _Spy | None = None
        self._tries: Counter[str] = Counter()
        self._lost: set[str] = set()
        """Targets at which a channel of ours has just ended: they may be gone too."""
        self._pairing = Pairing()
        self._voice = Voice(self._say)
        self._connected = asyncio.Event()
        self._errands: set[asyncio.Task[None]] = set()
        self._stopped = False

    @property
    def _all(self) -> list[_Spy]:
        taken = [] if self._taken is None else [self._taken]
        return [*self._spies.values(), *taken]

    @property
    def channels(self) -> frozenset[str]:
        return frozenset(spy.channel for spy in self._all)

    @property
    def targets(self) -> frozenset[str]:
        return frozenset(spy.target for spy in self._all)

    @property
    def running(self) -> bool:
        return self._connected.is_set()

    async def begin(self, call: Call) -> None:
        """Returns when the PBX brings the first sound."""
        if self.mode is Mode.TAKEOVER:
            self._take_customer(sides_of(call, besides=self._person))
            self._voice.stay()
        else:
            self.see(call)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await self._connected.wait()
        except TimeoutError:
            self.stop()
            refusal = Refusal.UNREACHABLE
            raise MonitoringRefusedError(refusal, address=self._server.address) from None

    def see(self, call: Call) -> None:
        """Go where the call went."""
        if self.mode is Mode.TAKEOVER or self._taken is not None or self._stopped:
            return
        wanted = sides_of(call, besides=self._person).channels
        for side in Side:
            spy, target = self._spies.get(side), wanted.get(side)
            if spy is not None and spy.target != target:
                self._drop(side)
                spy = None
            if spy is None and target is not None and self._may_try(target):
                self._tries[target] += 1
                self._spies[side] = self._place(
                    target,
                    partial(self._heard, side),
                    lambda line, channel, at: orders.bring(
                        self._server.address, str(line.id), channel, at, heard=self._speaks
                    ),
                )

    def _may_try(self, target: str) -> bool:
        return target not in self._lost and self._tries[target] < _MOST_TRIES

    async def switch(self, mode: Mode, call: Call) -> None:
        """Only taking over is anything that the PBX does."""
        if self.mode is Mode.TAKEOVER:
            raise MonitoringRefusedError(Refusal.TAKEN)
        if mode is Mode.TAKEOVER:
            await self._take_over(sides_of(call, besides=self._person))
        elif mode is not Mode.LISTEN and not self._speaks:
            # Until now nobody could have heard him: channels of another kind are needed.
            self._speaks = True
            self._tries.clear()
            for side in tuple(self._spies):
                self._drop(side)
            self.see(call)
        self.mode = mode
        if mode is Mode.LISTEN:
            self._voice.stop()

    def hear(self, sound: bytes) -> None:
        """The page said something; who listens is not heard, whatever his page sends."""
        if self.mode is not Mode.LISTEN and not self._stopped:
            self._voice.put(sound)

    def stop(self) -> None:
        self._stopped = True
        self._voice.stop()
        for side in tuple(self._spies):
            self._drop(side)
        if self._taken is not None:
            spy, self._taken = self._taken, None
            self._hang_up(spy)

    # ── channels ─────────────────────────────────────────────────────────────────────────────

    def _place(
        self,
        target: str,
        heard: Callable[[bytes], None],
        order: Callable[[Line, str, str], Action],
    ) -> _Spy:
        line = self._server.expect(heard, self._connected.set, lambda: self._ended(spy))
        spy = _Spy(line, spy_channel(line.id, self._person), target)
        errand = asyncio.get_running_loop().create_task(
            self._order(spy, order(line, spy.channel, target))
        )
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)
        return spy

    async def _order(self, spy: _Spy, action: Action) -> None:
        try:
            await tell(self._link, action)
            await asyncio.sleep(_CONNECT_SECONDS)
        except MonitoringRefusedError:
            pass
        if not spy.line.is_connected:
            self._server.forget(spy.line)
            self._ended(spy)

    def _drop(self, side: Side) -> None:
        self._hang_up(self._spies.pop(side))

    def _hang_up(self, spy: _Spy) -> None:
        self._server.forget(spy.line)
        spy.line.close()

    def _ended(self, spy: _Spy) -> None:
        """The PBX hung it up, or never came."""
        if spy not in self._all:
            return
        self._spies = {side: one for side, one in self._spies.items() if one is not spy}
        if spy is self._taken:
            self._taken = None
        if not self._stopped:
            self._lost.add(spy.target)
            asyncio.get_running_loop().call_later(_LOOK_AGAIN_SECONDS, self._look_again)

    def _look_again(self) -> None:
        self._lost.clear()
        call = self._current()
        if call is not None and self.mode is not Mode.TAKEOVER:
            self.see(call)
        if not self._all and not self._stopped:
            self.over()

    # ── taking over ──────────────────────────────────────────────────────────────────────────

    def _take_customer(self, sides: Sides) -> None:
        """From nowhere: nobody listened before."""
        customer = sides.customer
        if customer is None:
            raise MonitoringRefusedError(Refusal.NO_CUSTOMER)
        self._taken = self._place(
            customer.channel,
            self._heard_customer,
            lambda line, channel, at: orders.bring_customer(
                self._server.address, str(line.id), channel, at
            ),
        )

    async def _take_over(self, sides: Sides) -> None:
        """A channel that listened goes to the customer; what it carries is his sound from then."""
        customer = sides.customer
        if customer is None:
            raise MonitoringRefusedError(Refusal.NO_CUSTOMER)
        side, spy = next(
            (
                (side, self._spies[side])
                for side in (Side.NEAR, Side.FAR)
                if side in self._spies and self._spies[side].line.is_connected
            ),
            (None, None),
        )
        if side is None or spy is None:
            raise MonitoringRefusedError(Refusal.PBX_REFUSED)
        # From now on it does not end with the channel at which it was.
        del self._spies[side]
        self._taken = spy
        try:
            await tell(self._link, *orders.turn(spy.channel, customer.channel, Mode.TAKEOVER))
        except MonitoringRefusedError:
            if self._taken is spy:
                self._spies[side], self._taken = spy, None
            raise
        self.mode = Mode.TAKEOVER
        self._voice.stay()
        spy.target = customer.channel
        spy.line.on_audio = self._heard_customer
        for other in tuple(self._spies):
            self._drop(other)

    # ── sound ────────────────────────────────────────────────────────────────────────────────

    def _heard(self, side: Side, sound: bytes) -> None:
        for frame in self._pairing.put(side, sound):
            self.page(frame)

    def _heard_customer(self, sound: bytes) -> None:
        self.page(interleave(sound, bytes(len(sound))))

    def _say(self, sound: bytes) -> None:
        match self.mode:
            case Mode.TAKEOVER if self._taken is not None:
                self._taken.line.say(sound)
            case Mode.BARGE:
                for spy in self._spies.values():
                    spy.line.say(sound)
            case Mode.WHISPER if Side.NEAR in self._spies:
                self._spies[Side.NEAR].line.say(sound)
