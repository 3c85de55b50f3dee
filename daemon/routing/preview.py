"""What a call would do: the plan as people read it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Literal

from config.settings import Settings
from daemon.routing.people import People
from daemon.routing.plan import Step, plan_for_client

Role = Literal["curator", "deputy", "group"]
Last = Literal["voicemail", "closed", "nobody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Who is rung, for how long."""

    role: Role
    people: tuple[str, ...]
    """By name; all at the same time."""
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Everything that a call would go through."""

    closed: Literal["hours", "holiday"] | None
    """Why nobody works then; ``None``: it is open."""
    turns: tuple[Turn, ...]
    last: Last
    """What the caller gets whom nobody answers."""


def preview(
    people: People,
    settings: Settings,
    at: datetime,
    *,
    curator: str | None = None,
    deputy: str | None = None,
) -> Preview:
    """A client's call at an instant (aware), by these settings, with the people as they are now."""
    routing, zone = settings.routing, settings.company.timezone
    plan = plan_for_client(people, routing, at, zone, curator=curator, deputy=deputy)
    roles: dict[str, Role] = {}
    named: tuple[tuple[str | None, Role], ...] = ((curator, "curator"), (deputy, "deputy"))
    for name, role in named:
        agent = None if name is None else people.find(name)
        if agent is not None:
            roles.setdefault(agent.name, role)
    closed: Literal["hours", "holiday"] | None = None
    if plan.closed:
        closed = "holiday" if at.astimezone(zone).date() in routing.holidays else "hours"
    if routing.voicemail is not None:
        last: Last = "voicemail"
    else:
        last = "closed" if plan.closed else "nobody"
    return Preview(closed=closed, turns=tuple(_turns(plan.steps, roles)), last=last)


def _turns(steps: Iterable[Step], roles: Mapping[str, Role]) -> Iterator[Turn]:
    """Somebody whose phones ring one after the other has one turn."""
    turns: list[Turn] = []
    for step in steps:
        names = tuple(dict.fromkeys(ring.agent for ring in step.rings))
        alone = names[0] if len(names) == 1 else None
        turns.append(Turn(role=roles.get(alone or "", "group"), people=names, seconds=step.seconds))
    for _, same in groupby(turns, key=lambda turn: (turn.role, turn.people)):
        first, *others = same
        yield replace(first, seconds=first.seconds + sum(one.seconds for one in others))
