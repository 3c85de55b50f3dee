"""A call as a row of the live board: what the eye asks of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from daemon.calls.call import Call, Direction, HeldBy, Leg, Origin, PartyKind


class LiveState(StrEnum):
    """How a call stands."""

    WAITING = "waiting"
    """Nobody's phone rings: in a queue, hears an announcement."""
    RINGING = "ringing"
    TALKING = "talking"
    ON_HOLD = "on_hold"
    ENDED = "ended"


class LiveWay(StrEnum):
    """How it came about."""

    COMPANY_NUMBER = "company_number"
    CALLBACK = "callback"
    """Ordered by a button or a short code."""
    DIALLED = "dialled"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Busy:
    """One agent in one call."""

    name: str
    talks: bool
    """``False``: his phone rings, or he rings somebody."""
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is shown of one call. Two rows that show the same are equal."""

    id: UUID
    direction: Direction
    state: LiveState
    since: datetime
    """Of a caller who waits: when he began to."""
    agents: tuple[str, ...]
    """Who talk, or make the call; of a call that ended, who did."""
    ringing: tuple[str, ...]
    queue: str | None
    way: LiveWay
    started_at: datetime
    answered_at: datetime | None
    held_by: HeldBy | None
    number: str | None = field(repr=False)
    """The customer's. Never shown: it says who he is."""
    call: Call = field(compare=False, repr=False)

    @property
    def waits(self) -> bool:
        """A customer waits for somebody to answer."""
        return self.direction is Direction.INBOUND and self.state in (
            LiveState.WAITING,
            LiveState.RINGING,
        )

    @property
    def is_recorded(self) -> bool:
        """Somebody in it, who has answered, is recorded."""
        there = {leg.channel for leg in self.call.legs if leg.ended_at is None}
        return self.answered_at is not None and any(
            one.channel in there for one in self.call.recordings
        )

    def is_with(self, person: str) -> bool:
        """Whether that agent has or had a leg in it."""
        return any(_is_agents(leg) and leg.party.name == person for leg in self.call.legs)

    @property
    def busy(self) -> tuple[Busy, ...]:
        """The agents in it now."""
        if self.call.gone:
            return ()
        return tuple(
            Busy(
                leg.party.name or "",
                talks=leg.answered_at is not None and self.answered_at is not None,
                since=leg.answered_at or leg.ringing_from or leg.started_at,
            )
            for leg in self.call.legs
            if _is_agents(leg) and leg.ended_at is None
        )


def row_of(call: Call) -> Row:
    """The row of a call, running or ended."""
    live = [leg for leg in call.legs if _is_agents(leg) and (call.gone or leg.ended_at is None)]
    ringing = [leg for leg in live if leg.answered_at is None and not _makes(leg, call)]
    if call.gone:
        agents, ringing = [leg for leg in live if leg.answered_at is not None], []
    else:
        agents = [leg for leg in live if leg not in ringing]
    state, since = _state(call, bool(ringing))
    return Row(
        id=call.id,
        direction=call.direction,
        state=state,
        since=since,
        agents=_names(agents),
        ringing=_names(ringing),
        queue=call.queue,
        way=_way(call),
        started_at=call.started_at,
        answered_at=call.answered_at,
        held_by=call.held_by,
        number=call.customer_number,
        call=call,
    )


def _state(call: Call, ringing: bool) -> tuple[LiveState, datetime]:
    if call.gone:
        return LiveState.ENDED, call.ended_at or call.started_at
    if call.held_from is not None:
        return LiveState.ON_HOLD, call.held_from
    if call.answered_at is not None:
        return LiveState.TALKING, call.answered_at
    rings = ringing or call.direction is not Direction.INBOUND
    return LiveState.RINGING if rings else LiveState.WAITING, call.started_at


def _way(call: Call) -> LiveWay:
    if call.direction is Direction.INTERNAL:
        return LiveWay.INTERNAL
    if call.direction is Direction.INBOUND:
        return LiveWay.COMPANY_NUMBER
    return LiveWay.CALLBACK if call.origin is Origin.ORIGINATED else LiveWay.DIALLED


def _makes(leg: Leg, call: Call) -> bool:
    """Whether it is the leg of who dialled: his own phone does not ring."""
    if call.direction is Direction.INBOUND or call.origin is Origin.ORIGINATED:
        return False
    return leg is min(call.legs, key=lambda one: one.started_at)


def _is_agents(leg: Leg) -> bool:
    return leg.party.kind is PartyKind.AGENT and leg.party.name is not None


def _names(legs: list[Leg]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(leg.party.name for leg in legs if leg.party.name is not None))
