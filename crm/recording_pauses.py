"""Recordings of running calls that were silent for a time, so that no card data stands in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, select

from crm.call_tables import recording_pause
from store.upsert import upsert_rows


class PauseEnd(StrEnum):
    """Why the recording went on."""

    PERSON = "person"
    """Somebody resumed it."""
    LIMIT = "limit"
    """By itself: it had lasted as long as it may."""
    CALL = "call"
    """It did not: the call ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """One pause of one call, over all that is recorded of it."""

    id: UUID
    call_id: UUID
    person: str
    """Who paused."""
    pbx: str
    channels: tuple[str, ...]
    """Asterisk's uniqueids of the recorded channels."""
    started_at: datetime
    until: datetime
    """When it ends by itself."""
    ended_at: datetime | None = None
    ended_by: PauseEnd | None = None
    resumed_by: str | None = None
    """With ``PauseEnd.PERSON``: who."""


def save(connection: Connection, one: Pause) -> None:
    """Store it as it is now."""
    row = {
        "id": one.id,
        "call_id": one.call_id,
        "person": one.person,
        "pbx": one.pbx,
        "channels": list(one.channels),
        "started_at": one.started_at,
        "until": one.until,
        "ended_at": one.ended_at,
        "ended_by": None if one.ended_by is None else one.ended_by.value,
        "resumed_by": one.resumed_by,
    }
    upsert_rows(connection, recording_pause, [row])


def forget(connection: Connection, id_: UUID) -> None:
    """It never came about: the PBX refused."""
    connection.execute(delete(recording_pause).where(recording_pause.c.id == id_))


def open_pauses(connection: Connection) -> list[Pause]:
    """Those that last, oldest first."""
    lasting = select(recording_pause).where(recording_pause.c.ended_at.is_(None))
    return [read_pause(row) for row in connection.execute(lasting.order_by(recording_pause.c.id))]


def pauses_of(
    connection: Connection, call_ids: Collection[UUID]
) -> Mapping[UUID, tuple[Pause, ...]]:
    """The pauses of each of these calls, oldest first; a call without any has no key."""
    query = select(recording_pause).where(recording_pause.c.call_id.in_(list(call_ids)))
    found: dict[UUID, tuple[Pause, ...]] = {}
    for row in connection.execute(query.order_by(recording_pause.c.started_at)):
        one = read_pause(row)
        found[one.call_id] = (*found.get(one.call_id, ()), one)
    return found


def read_pause(row: Row[Any]) -> Pause:
    """From a row of the table."""
    return Pause(
        id=row.id,
        call_id=row.call_id,
        person=row.person,
        pbx=row.pbx,
        channels=tuple(row.channels),
        started_at=row.started_at,
        until=row.until,
        ended_at=row.ended_at,
        ended_by=None if row.ended_by is None else PauseEnd(row.ended_by),
        resumed_by=row.resumed_by,
    )
