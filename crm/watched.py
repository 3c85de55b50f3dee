"""Clients of somebody who left: what becomes of them is looked at for half a year.

What can be measured is who used to talk with the company and does so no more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, delete, false, insert, literal, select, update

from crm.tables import client
from crm.watch_tables import watched_client

FOLLOWED_FOR: Final = timedelta(days=180)
BEFORE: Final = timedelta(days=180)
"""How far back a client's habit is looked at."""
LEAST_TALKS: Final = 3
"""Who talked less often has no habit that could change."""
LEAST_QUIET: Final = timedelta(days=14)
_LONGER_THAN_USUAL: Final = 3
"""So many times his usual pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """A client who used to talk with the company, and fell quiet."""

    talks: int
    """In the ``BEFORE`` before that person left."""
    usual_days: int
    """His pause from one talk to the next: half of them were shorter."""
    quiet_days: int
    """Since his last talk."""


def fell_quiet(talks: Sequence[datetime], left_at: datetime, now: datetime) -> Quiet | None:
    """From the beginnings of a client's talks, before and after that person left. Pure."""
    before = sorted(at for at in talks if left_at - BEFORE <= at < left_at)
    if len(before) < LEAST_TALKS:
        return None
    pauses = sorted(later - earlier for earlier, later in pairwise(before))
    usual = pauses[len(pauses) // 2]
    quiet = now - max(talks)
    if quiet < max(LEAST_QUIET, _LONGER_THAN_USUAL * usual):
        return None
    return Quiet(talks=len(before), usual_days=usual.days, quiet_days=quiet.days)


def follow(connection: Connection, person: str, since: datetime) -> None:
    """Look at what becomes of his clients from now on, but for private ones."""
    connection.execute(delete(watched_client).where(watched_client.c.person == person))
    his = select(
        client.c.id,
        literal(person),
        literal(since, watched_client.c.since.type),
        literal(since + FOLLOWED_FOR, watched_client.c.until.type),
        false(),
    ).where(client.c.curator == person, client.c.private.is_(False), client.c.merged_into.is_(None))
    connection.execute(
        insert(watched_client).from_select(["client_id", "person", "since", "until", "told"], his)
    )


def followed(connection: Connection, now: datetime) -> dict[str, datetime]:
    """Whose clients are looked at, and since when."""
    rows = connection.execute(
        select(watched_client.c.person, watched_client.c.since)
        .where(watched_client.c.until > now)
        .distinct()
    )
    return {row.person: row.since for row in rows}


def note_told(connection: Connection, person: str, clients: Collection[UUID]) -> None:
    """Of these it was told that they fell quiet."""
    connection.execute(
        update(watched_client)
        .where(watched_client.c.person == person, watched_client.c.client_id.in_(clients))
        .values(told=True)
    )
