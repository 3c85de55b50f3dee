"""Listening on a phone of the PBX: it rings, and once he answers he is on the call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final
from uuid import uuid4

from crm.monitorings import Mode
from daemon.callbacks.orders import hang_up
from daemon.calls.call import Call
from daemon.calls.dialplan import spy_channel
from daemon.monitoring import orders
from daemon.monitoring.ears import Link, tell
from daemon.monitoring.refusal import MonitoringRefusedError, Refusal
from daemon.monitoring.sides import Sides, sides_of

RING_SECONDS: Final = 25.0
SPARE_SECONDS: Final = 5.0


class PhoneEars:
    """One channel: that of his phone, which ChanSpy puts to the manager's."""

    def __init__(self, link: Link, endpoint: str, person: str, mode: Mode) -> None:
        self.mode = mode
        self.over: Callable[[], None] = lambda: None
        self._link = link
        self._endpoint = endpoint
        self._person = person
        self._channel = spy_channel(uuid4(), person)
        self._target = ""
        self._answered = False
        self._stopped = False
        self._overdue: asyncio.TimerHandle | None = None
        self._errands: set[asyncio.Task[None]] = set()

    @property
    def channels(self) -> frozenset[str]:
        return frozenset({self._channel})

    @property
    def targets(self) -> frozenset[str]:
        return frozenset({self._target} - {""})

    @property
    def running(self) -> bool:
        return self._answered

    async def begin(self, call: Call) -> None:
        """Returns when the PBX has taken the order to ring."""
        self._target = self._target_of(sides_of(call, besides=self._person), self.mode)
        ordered = orders.ring(self._endpoint, self._channel, self._target, self.mode, RING_SECONDS)
        await tell(self._link, ordered)
        self._overdue = asyncio.get_running_loop().call_later(
            RING_SECONDS + SPARE_SECONDS, self._check_answer
        )

    async def switch(self, mode: Mode, call: Call) -> None:
        """ChanSpy begins anew in that mode: a moment of silence for him alone."""
        if self.mode is Mode.TAKEOVER:
            raise MonitoringRefusedError(Refusal.TAKEN)
        if not self._answered:
            raise MonitoringRefusedError(Refusal.NOT_TALKING)
        target = self._target_of(sides_of(call, besides=self._person), mode)
        await tell(self._link, *orders.turn(self._channel, target, mode))
        self.mode, self._target = mode, target

    def see(self, call: Call) -> None:
        """Go to whoever talks with the customer now."""
        near = sides_of(call, besides=self._person).near
        waits = self.mode is Mode.TAKEOVER or not self._answered or self._stopped
        if waits or near is None or near.channel == self._target:
            return
        self._target = near.channel
        self._start(self._follow(near.channel))

    def answered(self) -> None:
        """He took it."""
        self._answered = True

    def ended(self) -> None:
        """His phone is out of it."""
        if not self._stopped:
            self._stopped = True
            self.over()

    def stop(self) -> None:
        if self._overdue is not None:
            self._overdue.cancel()
        if not self._stopped:
            self._stopped = True
            self._start(self._hang_up())

    def _target_of(self, sides: Sides, mode: Mode) -> str:
        leg = sides.customer if mode is Mode.TAKEOVER else sides.near
        if leg is None:
            nobody = Refusal.NO_CUSTOMER if mode is Mode.TAKEOVER else Refusal.NOT_TALKING
            raise MonitoringRefusedError(nobody)
        return leg.channel

    async def _follow(self, target: str) -> None:
        try:
            await tell(self._link, *orders.turn(self._channel, target, self.mode))
        except MonitoringRefusedError:
            self._target = ""

    async def _hang_up(self) -> None:
        try:
            await tell(self._link, hang_up(self._channel))
        except MonitoringRefusedError:
            return  # it is gone, or it is looked for when the link is back

    def _check_answer(self) -> None:
        if not self._answered:
            self.ended()

    def _start(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)
