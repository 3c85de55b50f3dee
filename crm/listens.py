"""Who listened to a recording, and when: from the audit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, literal, select

from crm.audit_actions import Action
from crm.people_tables import audit

_ONE_LISTEN = timedelta(minutes=10)
"""A player asks for a file part by part: requests closer than this are one listening."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Somebody had the sound of a recording played, or took the file."""

    person: str
    via: str | None
    """As in the audit: ``session:ID``, ``token:ID``, ``command:USER``."""
    address: str | None
    began_at: datetime
    last_at: datetime
    """When he last asked for a part of it."""


def listens_to(
    connection: Connection,
    recording_id: UUID,
    *,
    people: Collection[str] | None = None,
    limit: int = 500,
) -> list[Listen]:
    """The newest first. ``people``: only these; ``None``: everybody.

    Made of the latest entries, ten for each of ``limit``.
    """
    query = (
        select(audit.c.actor, audit.c.via, audit.c.address, audit.c.at)
        .where(
            audit.c.object == str(recording_id),
            # Written out: an index has these entries alone.
            audit.c.action == literal(Action.RECORDING_LISTENED.value, literal_execute=True),
        )
        .order_by(audit.c.seq.desc())
        .limit(10 * limit)
    )
    if people is not None:
        query = query.where(audit.c.actor.in_(sorted(people)))
    asked = (
        Listen(person=row.actor, via=row.via, address=row.address, began_at=row.at, last_at=row.at)
        for row in connection.execute(query)
    )
    return together(asked)[:limit]


def together(asked: Iterable[Listen]) -> list[Listen]:
    """Single requests, newest first, as listenings, newest first. Pure."""
    found: list[Listen] = []
    open_: dict[tuple[str, str | None, str | None], int] = {}
    """Where the listening stands that an earlier request of the same kind may belong to."""
    for one in asked:
        key = (one.person, one.via, one.address)
        at = open_.get(key)
        if at is not None and found[at].began_at - one.last_at <= _ONE_LISTEN:
            found[at] = replace(found[at], began_at=one.began_at)
        else:
            open_[key] = len(found)
            found.append(one)
    return found
