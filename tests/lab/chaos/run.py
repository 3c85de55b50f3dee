"""One run: the plan performed on a lab, then the verdict."""

from __future__ import annotations

import heapq
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from tests.lab.chaos import base as bases
from tests.lab.chaos.api import ApiError
from tests.lab.chaos.callers import Bulk, Stage, stages
from tests.lab.chaos.faults import Faults
from tests.lab.chaos.house import House
from tests.lab.chaos.orders import Order, Orders
from tests.lab.chaos.plan import Fault, Plan
from tests.lab.chaos.truth import Seen
from tests.lab.chaos.verdict import Happened, Stored, Verdict, compare, deaf_seconds

TICK_SECONDS: Final = 0.1
CALLS_END_SECONDS: Final = 45.0
DEAF_SECONDS: Final = 5.0
SETTLE_SECONDS: Final = 180.0
"""A recording that Asterisk's end cut is looked at again for a minute, and then taken as it is."""


@dataclass(slots=True)
class Result:
    """What a run came to."""

    plan: Plan
    verdict: Verdict
    happened: list[Happened]
    seconds: float
    restarts: Counter[str] = field(default_factory=Counter)
    """Of the daemons, by exit code."""
    left: Counter[str] = field(default_factory=Counter)
    """What the outbox still held."""
    seen: int = 0
    stored: int = 0
    deaf_seconds: float = 0.0
    """So long a PBX that ran answered no phone."""

    @property
    def clean(self) -> bool:
        return self.verdict.clean and not self.left

    @property
    def void(self) -> bool:
        """The machine itself stood still: what phones say then is no measure of anything."""
        return self.deaf_seconds > DEAF_SECONDS


def perform(
    plan: Plan, *, postgresql: bool, keep: Path | None, say: Callable[[str], None]
) -> Result:
    """Perform it. ``keep``: a folder for what a failure leaves."""
    began = time.monotonic()
    with House(postgresql=postgresql, disk_mb=_disk_mb(plan)) as house:
        say(f"{house.company.block}: all stands after {time.monotonic() - began:.0f} s")
        faults = Faults(house)
        bulk = Bulk(house.company)
        with bulk.desks():
            players = _players(house, plan)
            _play(plan, bulk, players, faults, say)
            bulk.wait(CALLS_END_SECONDS)
            for player in players:
                player.stop()
        say(f"all calls are over after {time.monotonic() - began:.0f} s")
        result = _judge(house, plan, bulk, players, faults, say)
        result.seconds = time.monotonic() - began
        if keep is not None and not result.clean:
            house.keep(keep)
    return result


def _disk_mb(plan: Plan) -> int:
    """Room for all that this run stores, and not for much more."""
    return 48 + plan.calls // 8


def _players(house: House, plan: Plan) -> tuple[Stage, ...]:
    made: dict[str, str] = {}
    players = stages(house.company, plan.scenes, Orders(house.api, made))
    made |= house.clients([one.number for player in players for one in player.customers])
    return players


def _play(
    plan: Plan, bulk: Bulk, players: tuple[Stage, ...], faults: Faults, say: Callable[[str], None]
) -> None:
    order = count()
    due: list[tuple[float, int, Callable[[], None]]] = []

    def add(at: float, action: Callable[[], None]) -> None:
        heapq.heappush(due, (at, next(order), action))

    def begin(fault: Fault) -> None:
        say(f"{fault.at:7.1f} s  {fault.kind} {fault.seconds:.1f} s {fault.amount or ''}")
        end = faults.begin(fault)
        add(time.monotonic() - began + fault.seconds, end)

    for wave in plan.waves:
        add(wave.at, partial(bulk.begin, wave))
    for fault in plan.faults:
        add(fault.at, partial(begin, fault))
    began = time.monotonic()
    for player in players:
        player.begin()
    while due:
        now = time.monotonic() - began
        if due[0][0] > now:
            faults.tick()
            time.sleep(min(TICK_SECONDS, due[0][0] - now))
            continue
        _, _, action = heapq.heappop(due)
        action()


def _judge(
    house: House,
    plan: Plan,
    bulk: Bulk,
    players: tuple[Stage, ...],
    faults: Faults,
    say: Callable[[str], None],
) -> Result:
    seen = [*bulk.seen(), *(one for player in players for one in player.seen)]
    orders = [one for player in players for one in player.orders]
    house.wait_until_ready()
    end = time.monotonic() + SETTLE_SECONDS
    clean_before = False
    while True:
        bases.wait_until_settled(house.base, max(0.0, end - time.monotonic()))
        verdict, stored = _verdict(house, seen, orders, faults)
        left = bases.outbox(house.base)
        # Clean twice: what comes a moment later could be a double.
        if verdict.clean and not left and clean_before:
            break
        clean_before = verdict.clean and not left
        if time.monotonic() > end:
            break
        time.sleep(3.0)
    say(f"settled: {len(seen)} seen, {stored} stored, {len(verdict.differences)} differences")
    restarts = Counter(str(code) for one in house.daemons for _, code in one.exits)
    return Result(
        plan,
        verdict,
        faults.happened,
        0.0,
        restarts=restarts,
        left=left,
        seen=len(seen),
        stored=stored,
        deaf_seconds=deaf_seconds(bulk.owed(), faults.downs),
    )


def _verdict(
    house: House, seen: list[Seen], orders: list[Order], faults: Faults
) -> tuple[Verdict, int]:
    while True:
        try:
            calls = house.api.calls()
            break
        except ApiError:
            house.wait_until_ready()
    sound = bases.recordings_by_call(house.base)
    stored = [
        replace(one, recordings=tuple(sound.get(one.id, ()))) for one in map(Stored.of, calls)
    ]
    verdict = compare(seen, stored, orders, faults.downs, bases.callbacks_by_key(house.base))
    verdict.differences += bases.orphans(
        house.base, house.company.disk / "recordings", house.company.recordings_folder
    )
    return verdict, len(stored)
