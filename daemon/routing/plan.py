"""Whom a call rings, in which order, on which phones: curator, deputy, group. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from config.settings import Order, RoutingSettings
from daemon.routing.hours import is_working
from daemon.routing.people import Agent, AgentPhone, People

_SHORTEST_TURN_SECONDS = 10
"""Of a phone that is rung in turn: a mobile is found seconds after it is dialled."""


@dataclass(frozen=True, slots=True)
class Ring:
    """One phone of one agent."""

    agent: str
    phone: AgentPhone


@dataclass(frozen=True, slots=True)
class Step:
    """Phones that ring together, for so many seconds."""

    seconds: int
    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps, one after the other; none where nobody may be rung."""

    steps: tuple[Step, ...]
    closed: bool
    """The company's working hours are over."""


def plan_for_client(
    people: People,
    routing: RoutingSettings,
    at: datetime,
    zone: ZoneInfo,
    *,
    curator: str | None = None,
    deputy: str | None = None,
    without: Collection[str] = (),
) -> Plan:
    """Whom a client's call rings at an instant (aware). ``zone``: the company's.

    ``without``: agents who are not rung. Nobody is rung twice, nobody who is away, and nobody
    outside of his working hours (his own, else the company's) unless ``routing.after_hours`` says
    so once the company's are over.
    """
    closed = not is_working(routing.hours, routing.holidays, at, zone)
    after_hours = routing.after_hours if closed else "nobody"

    def rung(agent: Agent, *, own: bool) -> bool:
        """``own``: the client is his."""
        exempt = after_hours == "all" or (after_hours == "curator" and own)
        working = exempt or is_working(agent.hours, routing.holidays, at, zone)
        return agent.name not in taken and working and not people.is_away(agent.name)

    taken = set(without)
    steps: list[Step] = []
    for name, seconds in ((curator, routing.curator_seconds), (deputy, routing.deputy_seconds)):
        agent = None if name is None else people.find(name)
        if agent is not None and rung(agent, own=True):
            taken.add(agent.name)
            steps += ring_agent(agent, seconds)
    group = [agent for agent in people.group if rung(agent, own=False)]
    steps += _ring_group(group, routing.group_seconds, routing.group_order)
    return Plan(tuple(_no_phone_twice(steps)), closed)


def ring_agent(agent: Agent, seconds: int) -> tuple[Step, ...]:
    """The phones that he chose, as he chose: together, or in turn and then a share each."""
    return _in_order(
        [[Ring(agent.name, phone)] for phone in agent.ringing], seconds, agent.ring_order
    )


def _ring_group(agents: Iterable[Agent], seconds: int, order: Order) -> tuple[Step, ...]:
    # Each one's phones together also where he chose otherwise: he is one of many who are rung.
    return _in_order(
        [[Ring(agent.name, phone) for phone in agent.ringing] for agent in agents], seconds, order
    )


def _in_order(rings: Iterable[Sequence[Ring]], seconds: int, order: Order) -> tuple[Step, ...]:
    turns = [tuple(turn) for turn in rings if turn]
    if not turns:
        return ()
    if order == "together":
        return (Step(seconds, tuple(ring for turn in turns for ring in turn)),)
    share = max(seconds // len(turns), min(seconds, _SHORTEST_TURN_SECONDS))
    return tuple(Step(share, turn) for turn in turns)


def _no_phone_twice(steps: Iterable[Step]) -> Iterator[Step]:
    """Two agents may share a phone."""
    rung: set[tuple[str | None, str | None]] = set()
    for step in steps:
        rings = []
        for ring in step.rings:
            phone = (ring.phone.endpoint, ring.phone.number)
            if phone not in rung:
                rung.add(phone)
                rings.append(ring)
        if rings:
            yield replace(step, rings=tuple(rings))
