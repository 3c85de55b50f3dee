"""What each agent does now, seen from the running calls. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crm.absence import Away, AwayReason
from daemon.live.row import Row


class Presence(StrEnum):
    """What an agent does."""

    FREE = "free"
    RINGING = "ringing"
    """His phone rings, or he rings somebody."""
    TALKING = "talking"
    AWAY = "away"
    """In no call, and none rings at him."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One agent as he stands."""

    name: str
    extension: str | None
    state: Presence
    since: datetime | None
    """``None``: free since before anybody looked."""
    call_id: UUID | None
    away: Away | None = None
    """Also while he talks: calling makes nobody present."""

    @property
    def reason(self) -> AwayReason | None:
        """Why he is away, where it is told."""
        return None if self.away is None else self.away.reason

    @property
    def until(self) -> datetime | None:
        """When he is back, where that is known."""
        return None if self.away is None else self.away.until


def presence(
    rows: Iterable[Row],
    agents: Mapping[str, str | None],
    free_since: Mapping[str, datetime],
    away_of: Callable[[str], Away | None] = lambda _name: None,
) -> dict[str, Person]:
    """Every agent of ``agents`` (by name, with his extension).

    Who talks in one call while another rings at him, talks; who is away and talks, talks.
    """
    found = {}
    for name, extension in agents.items():
        away = away_of(name)
        found[name] = Person(
            name=name,
            extension=extension,
            state=Presence.FREE if away is None else Presence.AWAY,
            since=free_since.get(name) if away is None else away.since,
            call_id=None,
            away=away,
        )
    for row in rows:
        for busy in row.busy:
            known = found.get(busy.name)
            if known is None or (known.state is Presence.TALKING and not busy.talks):
                continue
            found[busy.name] = replace(
                known,
                state=Presence.TALKING if busy.talks else Presence.RINGING,
                since=busy.since,
                call_id=row.id,
            )
    return found
