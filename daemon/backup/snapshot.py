"""The database as it is at one instant, copied while the daemon writes on."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, create_engine, inspect, select, text
from sqlalchemy.pool import NullPool

from crm.audit_head import Head, stored_head
from crm.key_file import stored_check_value
from daemon.backup import postgres
from daemon.backup.contents import DATABASES
from daemon.backup.errors import BackupError
from daemon.backup.tables import EMPTY, VERSION, own_tables
from recordings.models import RecordingState, recording
from store.database import Database
from store.migrations import HEAD

_PATIENCE_MS: Final = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A recording that the database names."""

    id: str
    path: str
    """Its key in the storage."""
    sha256: bytes | None
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A copy, and what is in it."""

    file: Path
    kind: str
    schema: str
    tables: dict[str, int]
    """Rows of each."""
    recordings: list[Stored]
    head: Head | None
    """The audit's newest entry."""
    vault_check: bytes
    major: int = 0
    """PostgreSQL's version."""


async def take_snapshot(database: Database, folder: Path) -> Snapshot:
    """Copy the database into ``folder``. ``BackupError``: it has another schema, or no data."""
    kind = database.url.get_backend_name()
    target = folder / DATABASES[kind]
    if kind == "sqlite":
        await asyncio.to_thread(_copy_sqlite, Path(database.name), target)
        return await asyncio.to_thread(_look_into, target, database.name)
    return await _dump(database, target)


@contextmanager
def opened(copy: Path) -> Iterator[Connection]:
    """A connection to a copy that nobody else uses."""
    engine = create_engine(URL.create("sqlite", database=str(copy)), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def count_rows(connection: Connection) -> dict[str, int]:
    """Rows of each of Callward's tables that are there."""
    there = set(inspect(connection).get_table_names())
    counted = [name for name in own_tables() if name in there and name not in EMPTY]
    quote = connection.dialect.identifier_preparer.quote
    return {
        # The names are our own.
        name: connection.execute(text(f"SELECT count(*) FROM {quote(name)}")).scalar_one()  # noqa: S608
        for name in counted
    }


def version_of(connection: Connection) -> str:
    """Of its schema; empty where there is none."""
    if not inspect(connection).has_table(VERSION):
        return ""
    query = text(f"SELECT version_num FROM {VERSION}")  # noqa: S608 - a name of ours
    return str(connection.execute(query).scalar() or "")


def _copy_sqlite(source: Path, target: Path) -> None:
    """By SQLite's online backup: it reads one state, and in WAL nobody who writes waits for it."""
    target.touch(mode=0o600)
    with (
        closing(sqlite3.connect(source, timeout=_PATIENCE_MS / 1000)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        # In one step: copied in parts, it would begin anew after each write of the daemon's.
        reading.backup(writing, pages=-1)
        # One file, without a log beside it.
        writing.execute("PRAGMA journal_mode = DELETE")
        there = writing.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for name in EMPTY & {row[0] for row in there}:
            writing.execute(f"DELETE FROM {name}")  # noqa: S608 - a name of ours
        writing.commit()


def _look_into(copy: Path, name: str) -> Snapshot:
    with opened(copy) as connection:
        return _snapshot(connection, copy, "sqlite", name)


async def _dump(database: Database, target: Path) -> Snapshot:
    """``pg_dump`` of the state that a transaction of ours sees, in which we count."""
    await asyncio.to_thread(target.touch, 0o600)
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
    async with engine.connect() as connection:
        taken = (await connection.execute(text("SELECT pg_export_snapshot()"))).scalar_one()
        number = (await connection.execute(text("SHOW server_version_num"))).scalar_one()
        major = int(number) // 10_000
        found = await connection.run_sync(
            _snapshot, target, "postgresql", database.name, major=major
        )
        there = await connection.run_sync(lambda one: set(inspect(one).get_table_names()))
        tables = [name for name in own_tables() if name in there]
        empty = sorted(EMPTY & there)
        await postgres.dump(
            database.url, target, major=major, snapshot=taken, tables=tables, empty=empty
        )
    return found


def _snapshot(
    connection: Connection, file: Path, kind: str, name: str, *, major: int = 0
) -> Snapshot:
    schema = version_of(connection)
    if not schema:
        raise BackupError("no_database", name=name)
    if schema != HEAD:
        raise BackupError("changed_database", version=schema, head=HEAD)
    check = stored_check_value(connection)
    if check is None:
        raise BackupError("no_database", name=name)
    rows = connection.execute(
        select(recording.c.id, recording.c.path, recording.c.sha256, recording.c.size_bytes)
        .where(recording.c.state == RecordingState.STORED.value, recording.c.path.is_not(None))
        .order_by(recording.c.path)
    )
    return Snapshot(
        file=file,
        kind=kind,
        schema=schema,
        tables=count_rows(connection),
        recordings=[
            Stored(id=str(row.id), path=row.path, sha256=row.sha256, size_bytes=row.size_bytes or 0)
            for row in rows
        ],
        head=stored_head(connection),
        vault_check=check,
        major=major,
    )
