"""Recordings as frozen records: found by call or id, and saved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, column, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

from recordings.errors import ErrorCode
from recordings.models import RecordingState, recording
from store.types import Id
from store.upsert import insert_or_update


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One row of the ``recording`` table but for its peaks."""

    id: UUID
    call_id: UUID
    pbx: str
    channel: str
    name: str
    state: RecordingState
    error: ErrorCode | None = None
    truncated: bool = False
    path: str | None = None
    """Key in the storage."""
    sha256: bytes | None = None
    size_bytes: int | None = None
    sample_rate: int | None = None
    duration_seconds: float | None = None
    customer_silent: bool | None = None
    company_silent: bool | None = None
    started_at: datetime | None = None
    stored_at: datetime | None = None


_COLUMNS = [recording.c[field.name] for field in fields(Recording)]
_call = table("call", column("id", Id), column("merged_into", Id))
"""The call history's table, as much of it as is needed here."""


async def recordings_of(
    connection: AsyncConnection, call_ids: Collection[UUID]
) -> Mapping[UUID, tuple[Recording, ...]]:
    """The recordings of each of these calls, oldest first; a call without any has no key."""
    rows = await connection.execute(
        select(*_COLUMNS)
        .where(recording.c.call_id.in_(call_ids))
        .order_by(recording.c.started_at, recording.c.id)
    )
    found: dict[UUID, tuple[Recording, ...]] = {}
    for row in rows:
        found[row.call_id] = (*found.get(row.call_id, ()), _record(row))
    return found


async def find_recording(connection: AsyncConnection, recording_id: UUID) -> Recording | None:
    """The recording of this id."""
    rows = await connection.execute(select(*_COLUMNS).where(recording.c.id == recording_id))
    row = rows.one_or_none()
    return None if row is None else _record(row)


async def find_peaks(connection: AsyncConnection, recording_id: UUID) -> bytes | None:
    """The waveform: one byte a bucket, the customer's half and then the company's."""
    rows = await connection.execute(select(recording.c.peaks).where(recording.c.id == recording_id))
    peaks: bytes | None = rows.scalar_one_or_none()
    return peaks


def save(connection: Connection, record: Recording, peaks: bytes | None = None) -> None:
    """Insert the row, or replace it.

    A call that has meanwhile turned out to be part of another one hands its recording over.
    """
    values = asdict(record) | {"peaks": peaks}
    standing = connection.execute(
        select(_call.c.merged_into).where(_call.c.id == record.call_id)
    ).scalar_one_or_none()
    if standing is not None:
        values["call_id"] = standing
    connection.execute(insert_or_update(connection.dialect.name, recording), values)


def save_failure(connection: Connection, record: Recording) -> None:
    """As ``save``, unless the recording is stored already: a failed repetition takes nothing."""
    state = connection.execute(
        select(recording.c.state).where(recording.c.id == record.id)
    ).scalar_one_or_none()
    if state != RecordingState.STORED:
        save(connection, record)


def _record(row: Row[Any]) -> Recording:
    values = dict(row._mapping)
    values["state"] = RecordingState(values["state"])
    if values["error"] is not None:
        values["error"] = ErrorCode(values["error"])
    return Recording(**values)
