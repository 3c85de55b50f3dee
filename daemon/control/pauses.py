"""Who paused recordings how often and for how long, for those who look after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, false, select, true

from crm.access import Access, Right, Scope
from crm.call_tables import recording_pause
from crm.recording_pauses import Pause, PauseEnd, read_pause


@dataclass(frozen=True, slots=True, kw_only=True)
class PausesOf:
    """One person's pauses of a time."""

    person: str
    pauses: int
    calls: int
    """In so many calls."""
    seconds: float
    """All of them together."""
    longest: float
    not_resumed: int
    """Of them nobody let the recording go on: the limit did, or the call ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which pauses are looked at."""

    since: datetime
    until: datetime | None = None
    person: str | None = None


def list_pauses(
    connection: Connection,
    access: Access,
    asked: Asked,
    *,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Pause]:
    """Of people within his right to read reports, newest first. ``after``: the last id of the page
    before.
    """
    query = select(recording_pause).where(*_wanted(access, asked))
    if after is not None:
        query = query.where(recording_pause.c.id < after)
    rows = connection.execute(query.order_by(recording_pause.c.id.desc()).limit(limit))
    return [read_pause(row) for row in rows]


def count_pauses(
    connection: Connection, access: Access, asked: Asked, now: datetime
) -> list[PausesOf]:
    """The same, person by person: who was longest without a recording comes first."""
    people: dict[str, list[Pause]] = {}
    for row in connection.execute(select(recording_pause).where(*_wanted(access, asked))):
        one = read_pause(row)
        people.setdefault(one.person, []).append(one)
    counted = [_of(person, pauses, now) for person, pauses in people.items()]
    return sorted(counted, key=lambda one: (-one.seconds, one.person))


def _of(person: str, pauses: Sequence[Pause], now: datetime) -> PausesOf:
    seconds = [((one.ended_at or now) - one.started_at).total_seconds() for one in pauses]
    return PausesOf(
        person=person,
        pauses=len(pauses),
        calls=len({one.call_id for one in pauses}),
        seconds=sum(seconds),
        longest=max(seconds),
        not_resumed=sum(one.ended_by in {PauseEnd.LIMIT, PauseEnd.CALL} for one in pauses),
    )


def _wanted(access: Access, asked: Asked) -> list[ColumnElement[bool]]:
    wanted = [_readable(access), recording_pause.c.started_at >= asked.since]
    if asked.until is not None:
        wanted.append(recording_pause.c.started_at < asked.until)
    if asked.person is not None:
        wanted.append(recording_pause.c.person == asked.person)
    return wanted


def _readable(access: Access) -> ColumnElement[bool]:
    scope = access.scope(Right.REPORTS_READ)
    if scope is Scope.NONE:
        return false()
    if scope is Scope.ALL:
        return true()
    among = {access.person} | (access.colleagues if scope is Scope.DEPARTMENT else set())
    return recording_pause.c.person.in_(sorted(among))
