"""Notes on a call: what people wrote about it, and markers in its recordings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, insert, select

from crm.call_tables import call_note
from crm.sealed import open_sealed, seal
from crm.values import BadValueError
from crm.vault import Vault
from store.ids import uuid7

REMOVED_WITHIN: Final = timedelta(days=1)
"""So long its author may remove a note; then it stands."""
MOST: Final = 500
"""Of one call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNote:
    """One note; with ``recording_id`` and ``at_seconds`` a marker in that recording."""

    id: UUID
    call_id: UUID
    person: str
    text: str = field(repr=False)
    created_at: datetime
    recording_id: UUID | None = None
    at_seconds: float | None = None
    """From the recording's beginning."""

    def may_be_removed(self, person: str, now: datetime) -> bool:
        """Whether that person wrote it, and not long ago."""
        return self.person == person and now < self.created_at + REMOVED_WITHIN


def add_call_note(
    connection: Connection,
    vault: Vault,
    call_id: UUID,
    text: str,
    *,
    by: str,
    at: datetime,
    marker: tuple[UUID, float] | None = None,
) -> CallNote:
    """Write a note that ``crm.values`` has checked. ``marker``: a recording and seconds into it.

    ``BadValueError`` where the call has as many as it can hold.
    """
    count = select(func.count()).select_from(call_note).where(call_note.c.call_id == call_id)
    if connection.execute(count).scalar_one() >= MOST:
        raise BadValueError("text", "too_many", most=MOST)
    recording_id, at_seconds = marker or (None, None)
    id_ = uuid7()
    connection.execute(
        insert(call_note).values(
            id=id_,
            call_id=call_id,
            recording_id=recording_id,
            at_seconds=at_seconds,
            person=by,
            text=seal(vault, call_note.c.text, id_, text),
            created_at=at,
        )
    )
    return CallNote(
        id=id_,
        call_id=call_id,
        person=by,
        text=text,
        created_at=at,
        recording_id=recording_id,
        at_seconds=at_seconds,
    )


def call_notes(connection: Connection, vault: Vault, call_id: UUID) -> list[CallNote]:
    """A call's notes, oldest first."""
    rows = connection.execute(
        select(call_note).where(call_note.c.call_id == call_id).order_by(call_note.c.id)
    )
    return [_read(vault, row) for row in rows]


def find_call_note(
    connection: Connection, vault: Vault, call_id: UUID, id_: UUID
) -> CallNote | None:
    """One note of a call."""
    row = connection.execute(
        select(call_note).where(call_note.c.id == id_, call_note.c.call_id == call_id)
    ).first()
    return None if row is None else _read(vault, row)


def remove_call_note(connection: Connection, id_: UUID) -> None:
    """Take it off the call."""
    connection.execute(delete(call_note).where(call_note.c.id == id_))


def forget_call_notes(connection: Connection, calls: Collection[UUID]) -> None:
    """All notes of these calls: their client goes for good."""
    connection.execute(delete(call_note).where(call_note.c.call_id.in_(calls)))


def _read(vault: Vault, row: Row[Any]) -> CallNote:
    return CallNote(
        id=row.id,
        call_id=row.call_id,
        person=row.person,
        text=open_sealed(vault, call_note.c.text, row.id, row.text),
        created_at=row.created_at,
        recording_id=row.recording_id,
        at_seconds=row.at_seconds,
    )
