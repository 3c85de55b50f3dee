"""What will happen in a run, drawn from one seed: calls, scenes on phones, faults. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle
from random import Random
from typing import Final

CALLS_PER_SECOND: Final = 2.5
"""By SIPp; what the phones play comes on top."""
SCENE_SECONDS: Final = 9.0
"""From the beginning of one scene to that of the next on the same stage."""
QUIET_SECONDS: Final = 6.0
"""Before the first fault: all stands and calls run."""
TAIL_SECONDS: Final = 5.0
"""Calls that begin after the last fault has begun."""
BULK_NUMBERS: Final = tuple(f"+442079460{last}" for last in range(200, 1000))
"""Who calls by SIPp: each again only when all others have called."""
LONGEST_CALL: Final = 8.0


class Way(StrEnum):
    """A call by SIPp, by what becomes of it."""

    TALKS = "talks"
    """Answered; the customer hangs up."""
    IS_LEFT = "is_left"
    """Answered; the employee hangs up."""
    ROUTED = "routed"
    """Callward says who rings, or, while it is away, the PBX itself; answered."""
    GIVES_UP = "gives_up"
    """A phone rings until the customer gives up."""
    ENGAGED = "engaged"
    """The only phone is busy."""
    CLOSED = "closed"
    """The PBX answers, says good-bye and hangs up."""


_WAYS: Final = {
    Way.TALKS: 40,
    Way.IS_LEFT: 12,
    Way.ROUTED: 18,
    Way.GIVES_UP: 16,
    Way.ENGAGED: 8,
    Way.CLOSED: 6,
}


class Act(StrEnum):
    """A scene that phones play."""

    ANSWERED = "answered"
    MISSED = "missed"
    BUSY = "busy"
    DECLINED = "declined"
    HOLD = "hold"
    BLIND = "blind"
    ATTENDED = "attended"
    QUEUE = "queue"
    INTERNAL = "internal"
    CALLBACK = "callback"
    CALLBACK_MISSED = "callback_missed"


_ACTS: Final = {
    Act.ANSWERED: 3,
    Act.MISSED: 2,
    Act.BUSY: 1,
    Act.DECLINED: 1,
    Act.HOLD: 2,
    Act.BLIND: 3,
    Act.ATTENDED: 3,
    Act.QUEUE: 2,
    Act.INTERNAL: 1,
    Act.CALLBACK: 5,
    Act.CALLBACK_MISSED: 2,
}
STAGES: Final = 2
"""Each has two desk phones and customers of its own, and plays one scene after the other."""


class Kind(StrEnum):
    """What breaks."""

    KILL_DAEMON = "kill_daemon"
    """SIGKILL; a supervisor starts it again, as systemd would."""
    STOP_ASTERISK = "stop_asterisk"
    """``core stop now``."""
    KILL_ASTERISK = "kill_asterisk"
    """SIGKILL."""
    CUT_LINK = "cut_link"
    """The connection to the manager interface ends, and no new one is taken."""
    DROP_PACKETS = "drop_packets"
    """The packets of that connection vanish: it is half open."""
    LOCK_DATABASE = "lock_database"
    """Somebody else holds what is to be written."""
    FILL_DISK = "fill_disk"
    """No block is free where the recordings (and SQLite's database) are."""
    STEP_CLOCK = "step_clock"
    """The daemon's wall clock jumps, and jumps back."""
    TAKE_OVER = "take_over"
    """PostgreSQL only: the leader is gone (killed, stopped or hung), the standby takes over."""
    STOP_DATABASE = "stop_database"
    """PostgreSQL only: the server is away."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How often a kind of fault comes (mean seconds between two), and how long it lasts."""

    every: float
    shortest: float
    longest: float


RULES: Final = {
    Kind.KILL_DAEMON: Rule(22, 0, 0),
    Kind.STOP_ASTERISK: Rule(110, 0.5, 4),
    Kind.KILL_ASTERISK: Rule(110, 0.5, 4),
    Kind.CUT_LINK: Rule(70, 0.5, 12),
    Kind.DROP_PACKETS: Rule(90, 4, 30),
    Kind.LOCK_DATABASE: Rule(80, 2, 12),
    Kind.FILL_DISK: Rule(100, 3, 15),
    Kind.STEP_CLOCK: Rule(90, 5, 25),
    Kind.TAKE_OVER: Rule(50, 6, 14),
    Kind.STOP_DATABASE: Rule(120, 1, 8),
}
ON_SQLITE: Final = tuple(kind for kind in Kind if kind not in (Kind.TAKE_OVER, Kind.STOP_DATABASE))
ON_POSTGRESQL: Final = tuple(Kind)
_STEPS: Final = (-3600, -600, -90, -20, 20, 90, 600, 3600)
"""Seconds by which the clock jumps."""
_WAYS_TO_GO: Final = 3
"""Of a leader: killed, stopped, hung."""


@dataclass(frozen=True, slots=True)
class Wave:
    """Calls of one kind by one SIPp: the first ``at`` seconds after the beginning."""

    at: float
    way: Way
    numbers: tuple[str, ...]
    rate: int
    seconds: float
    """How long each lasts, ringing or talking."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene on one stage; ``at``: not before."""

    at: float
    stage: int
    act: Act
    customer: int
    """Which of the stage's customers."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Fault:
    """Something breaks ``at`` seconds after the beginning, for so many seconds."""

    at: float
    kind: Kind
    seconds: float
    amount: int = 0
    """Of STEP_CLOCK seconds; of TAKE_OVER how the leader goes (0 killed, 1 stopped, 2 hung)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One run."""

    seed: int
    waves: tuple[Wave, ...]
    scenes: tuple[Scene, ...]
    faults: tuple[Fault, ...]
    seconds: float

    @property
    def calls(self) -> int:
        """How many are to be made, by SIPp and on phones."""
        return sum(len(wave.numbers) for wave in self.waves) + len(self.scenes)

    def counted(self) -> Counter[Kind]:
        """The faults by kind."""
        return Counter(fault.kind for fault in self.faults)


def make_plan(seed: int, *, calls: int, kinds: Sequence[Kind]) -> Plan:
    """So many calls (a few more), with faults of these kinds among them, each at least once."""
    seconds = calls / (CALLS_PER_SECOND + STAGES / SCENE_SECONDS)
    waves = tuple(_waves(Random(f"{seed} calls"), seconds))
    scenes = tuple(_scenes(Random(f"{seed} scenes"), seconds))
    # The faults of a kind are the same whatever other kinds are asked for.
    faults = [fault for kind in kinds for fault in _faults(Random(f"{seed} {kind}"), kind, seconds)]
    return Plan(seed, waves, scenes, tuple(sorted(faults, key=lambda one: one.at)), seconds)


def _waves(random: Random, seconds: float) -> Iterator[Wave]:
    numbers = list(BULK_NUMBERS)
    random.shuffle(numbers)
    callers = cycle(numbers)
    first = cycle(_at_least_once(random, Way))
    begun = dict.fromkeys(Way, False)
    at = 0.5
    while at < seconds:
        way = _drawn(random, _WAYS)
        if not all(begun.values()) and begun[way]:
            way = next(one for one in first if not begun[one])
        begun[way] = True
        size = random.randint(4, 10)
        talk = round(random.uniform(2.0, LONGEST_CALL), 1)
        yield Wave(
            round(at, 2), way, tuple(next(callers) for _ in range(size)), random.randint(2, 6), talk
        )
        at += size / CALLS_PER_SECOND


def _scenes(random: Random, seconds: float) -> Iterator[Scene]:
    for stage in range(STAGES):
        acts = [act for act in Act for _ in range(_ACTS[act]) if stage == 0 or act != Act.QUEUE]
        at = 1.0 + stage * SCENE_SECONDS / STAGES
        left: list[Act] = []
        while at < seconds:
            if not left:
                left = [*acts]
                random.shuffle(left)
            yield Scene(
                round(at, 2),
                stage,
                left.pop(),
                random.randrange(3),
                round(random.uniform(1.5, 4.0), 1),
            )
            at += SCENE_SECONDS


def _faults(random: Random, kind: Kind, seconds: float) -> Iterator[Fault]:
    rule = RULES[kind]
    last = max(QUIET_SECONDS + 1, seconds - TAIL_SECONDS)
    count = max(1, round((last - QUIET_SECONDS) / rule.every))
    # One in each of so many equal parts of the time: spread, and yet at any moment.
    part = (last - QUIET_SECONDS) / count
    for number in range(count):
        at = QUIET_SECONDS + part * (number + random.random())
        yield Fault(
            round(at, 2),
            kind,
            round(random.uniform(rule.shortest, rule.longest), 2),
            _amount(random, kind),
        )


def _amount(random: Random, kind: Kind) -> int:
    if kind is Kind.STEP_CLOCK:
        return random.choice(_STEPS)
    if kind is Kind.TAKE_OVER:
        return random.randrange(_WAYS_TO_GO)
    return 0


def _drawn(random: Random, weights: dict[Way, int]) -> Way:
    return random.choices(list(weights), list(weights.values()))[0]


def _at_least_once(random: Random, ways: Iterable[Way]) -> list[Way]:
    order = list(ways)
    random.shuffle(order)
    return order
