"""Rows of ``client_import``: what is known of an import after the table itself is gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from crm.names import holds_number
from crm.watch_tables import client_import


class ImportState(StrEnum):
    """How far an import is."""

    PREVIEW = "preview"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """A line was broken and all or nothing was asked: nothing was kept."""
    CANCELLED = "cancelled"
    """What was done until then stands."""
    BROKEN_OFF = "broken_off"
    """Callward was stopped meanwhile; what was done until then stands."""


class ImportMode(StrEnum):
    """What becomes of a table with broken lines."""

    ALL = "all"
    """All lines or none."""
    GOOD = "good"
    """The good ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of the lines."""

    done: int = 0
    created: int = 0
    changed: int = 0
    broken: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob:
    """One import."""

    id: UUID
    actor: str
    at: datetime
    state: ImportState
    columns: Mapping[str, str]
    """Fields by heading."""
    mode: ImportMode
    rows: int
    counts: Counts
    finished_at: datetime | None


def store_job(connection: Connection, job: ImportJob) -> None:
    """Write an import down, or anew."""
    values = {
        "actor": job.actor,
        "at": job.at,
        "state": job.state.value,
        "columns": {_heading(one, at): name for at, (one, name) in enumerate(job.columns.items())},
        "mode": job.mode.value,
        "rows": job.rows,
        "done": job.counts.done,
        "created": job.counts.created,
        "changed": job.counts.changed,
        "broken": job.counts.broken,
        "finished_at": job.finished_at,
    }
    changed = connection.execute(
        update(client_import).where(client_import.c.id == job.id).values(**values)
    )
    if not changed.rowcount:
        connection.execute(insert(client_import).values(id=job.id, **values))


def _heading(written: str, position: int) -> str:
    """As it is kept: a table without a heading has a client's number or address in its place."""
    return f"#{position + 1}" if holds_number(written) or "@" in written else written


def find_job(connection: Connection, id_: UUID, actor: str) -> ImportJob | None:
    """That person's import of this id."""
    query = select(client_import).where(client_import.c.id == id_, client_import.c.actor == actor)
    found = _read(connection, query)
    return found[0] if found else None


def list_jobs(connection: Connection, actor: str, limit: int) -> list[ImportJob]:
    """That person's imports, newest first."""
    query = (
        select(client_import)
        .where(client_import.c.actor == actor)
        .order_by(client_import.c.id.desc())
        .limit(limit)
    )
    return _read(connection, query)


def break_off(connection: Connection, at: datetime) -> int:
    """At a start: what ran when the last run of Callward ended does so no more; how many."""
    return connection.execute(
        update(client_import)
        .where(client_import.c.state.in_([ImportState.RUNNING, ImportState.PREVIEW]))
        .values(state=ImportState.BROKEN_OFF.value, finished_at=at)
    ).rowcount


def _read(connection: Connection, query: object) -> list[ImportJob]:
    return [
        ImportJob(
            id=row.id,
            actor=row.actor,
            at=row.at,
            state=ImportState(row.state),
            columns=row.columns,
            mode=ImportMode(row.mode),
            rows=row.rows,
            counts=Counts(
                done=row.done, created=row.created, changed=row.changed, broken=row.broken
            ),
            finished_at=row.finished_at,
        )
        for row in connection.execute(query)  # type: ignore[call-overload]
    ]
