"""What each agent does now, seen from the running calls. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from daemon.live.row import Row


class Presence(StrEnum):
    """What an agent does."""

    FREE = "free"
    RINGING = "ringing"
    """His phone rings, or he rings somebody."""
    TALKING = "talking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One agent as he stands."""

    name: str
    extension: str | None
    state: Presence
    since: datetime | None
    """``None``: free since before anybody looked."""
    call_id: UUID | None


def presence(
    rows: Iterable[Row], agents: Mapping[str, str | None], free_since: Mapping[str, datetime]
) -> dict[str, Person]:
    """Every agent of ``agents`` (by name, with his extension).

    Who talks in one call while another rings at him, talks.
    """
    found = {
        name: Person(
            name=name,
            extension=extension,
            state=Presence.FREE,
            since=free_since.get(name),
            call_id=None,
        )
        for name, extension in agents.items()
    }
    for row in rows:
        for busy in row.busy:
            known = found.get(busy.name)
            if known is None or (known.state is Presence.TALKING and not busy.talks):
                continue
            found[busy.name] = Person(
                name=busy.name,
                extension=known.extension,
                state=Presence.TALKING if busy.talks else Presence.RINGING,
                since=busy.since,
                call_id=row.id,
            )
    return found
