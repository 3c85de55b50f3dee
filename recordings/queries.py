"""Recordings as frozen records: found by call or id, and saved."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, column, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

from recordings.errors import ErrorCode
from recordings.models import RecordingState, recording
from store.types import Id
from store.upsert import upsert_rows


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
    expired_at: datetime | None = None
    """When its sound was deleted by rule."""


_NAMES = [field.name for field in fields(Recording)]
_COLUMNS = [recording.c[name] for name in _NAMES]
_call = table("call", column("id", Id), column("merged_into", Id))
"""The call history's table, as much of it as is needed here."""
_MERGED = select(_call.c.id, _call.c.merged_into).where(
    _call.c.merged_into.is_not(None), _call.c.id.in_(bindparam("ids", expanding=True))
)


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


async def find_states(
    connection: AsyncConnection, ids: Collection[UUID]
) -> dict[UUID, tuple[RecordingState, ErrorCode | None]]:
    """State and error of those of the recordings that have a row."""
    columns = (recording.c.id, recording.c.state, recording.c.error)
    rows = await connection.execute(select(*columns).where(recording.c.id.in_(ids)))
    return {row.id: (RecordingState(row.state), row.error and ErrorCode(row.error)) for row in rows}


def save_all(connection: Connection, records: Sequence[tuple[Recording, bytes | None]]) -> None:
    """Insert rows, each with its peaks, or replace them.

    A call that has meanwhile turned out to be part of another one hands its recording over.
    """
    call_ids = {record.call_id for record, _ in records}
    merged = dict(connection.execute(_MERGED, {"ids": call_ids}).all())
    rows = []
    for record, peaks in records:
        row: dict[str, Any] = {name: getattr(record, name) for name in _NAMES}
        row["call_id"] = merged.get(record.call_id, record.call_id)
        row["peaks"] = peaks
        rows.append(row)
    upsert_rows(connection, recording, rows)


def save(connection: Connection, record: Recording, peaks: bytes | None = None) -> None:
    """As ``save_all``, for one."""
    save_all(connection, [(record, peaks)])


def save_failure(connection: Connection, record: Recording) -> None:
    """As ``save``, unless the recording was stored already: a failed repetition takes nothing."""
    state = connection.execute(
        select(recording.c.state).where(recording.c.id == record.id)
    ).scalar_one_or_none()
    if state not in {RecordingState.STORED, RecordingState.EXPIRED}:
        save(connection, record)


def _record(row: Row[Any]) -> Recording:
    values = dict(row._mapping)
    values["state"] = RecordingState(values["state"])
    if values["error"] is not None:
        values["error"] = ErrorCode(values["error"])
    return Recording(**values)
