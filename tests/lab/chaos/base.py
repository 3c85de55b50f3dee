"""What lies in the base, the storage and on the PBX when all is over: rows, objects, files."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import UUID

from lab.postgres import Postgres
from tests.lab.chaos.verdict import Difference

_SPOOL: Final = ".incoming"
_KEPT_STATES: Final = frozenset({"failed"})
"""Of such a recording the PBX's files are kept on purpose, as they are of one with an error."""


class Base(Protocol):
    """A database that can be asked, and held up."""

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Of a SELECT; ids as text."""


class SqliteBase:
    """One file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def rows(self, query: str) -> list[dict[str, Any]]:
        with sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=10) as database:
            database.row_factory = sqlite3.Row
            found = database.execute(query).fetchall()
        database.close()
        return [{key: _plain(row[key]) for key in tuple(row.keys())} for row in found]


class PostgresBase:
    """One database of a server of the lab's."""

    def __init__(self, server: Postgres, name: str) -> None:
        self.server = server
        self.name = name

    def rows(self, query: str) -> list[dict[str, Any]]:
        told = self.server.run(
            "psql",
            *("--dbname", self.name, "--tuples-only", "--no-align", "--command"),
            f"SELECT coalesce(json_agg(one), '[]') FROM ({query}) AS one",
        )
        found: list[dict[str, Any]] = json.loads(told)
        return found


def _plain(value: object) -> object:
    return str(UUID(bytes=value)) if isinstance(value, bytes) and len(value) == 16 else value


def outbox(base: Base) -> Counter[str]:
    """What is still to be done, by topic."""
    return Counter(row["topic"] for row in base.rows("SELECT topic FROM outbox"))


def callbacks_by_key(base: Base) -> Counter[str]:
    """How many callbacks there are for each key."""
    rows = base.rows("SELECT idempotency_key FROM callback WHERE idempotency_key IS NOT NULL")
    return Counter(row["idempotency_key"] for row in rows)


def open_callbacks(base: Base) -> int:
    """Those that have not ended."""
    return len(base.rows("SELECT id FROM callback WHERE ended_at IS NULL"))


def recordings_by_call(base: Base) -> dict[str, list[Mapping[str, Any]]]:
    """Their rows."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    query = "SELECT call_id, name, state, error, path, duration_seconds FROM recording"
    for row in base.rows(query):
        found.setdefault(row["call_id"], []).append(row)
    return found


def orphans(base: Base, storage: Path, originals: Path) -> list[Difference]:
    """Sound without a row, rows without sound, and files that nobody fetched from the PBX."""
    rows = base.rows("SELECT id, call_id, name, state, error, path FROM recording")
    calls = {row["id"] for row in base.rows("SELECT id FROM call WHERE merged_into IS NULL")}
    kept = {row["path"] for row in rows if row["state"] == "stored"}
    objects = {
        path.relative_to(storage).as_posix()
        for path in storage.rglob("*")
        if path.is_file() and path.relative_to(storage).parts[0] != _SPOOL
    }
    drafts = [path for path in (storage / _SPOOL).glob("*") if path.is_file()]
    found = [Difference("orphan", f"object without a row: {one}") for one in objects - kept]
    found += [Difference("orphan", f"row without its object: {one}") for one in kept - objects]
    found += [Difference("orphan", f"draft left over: {one.name}", _at(one)) for one in drafts]
    found += [
        Difference("orphan", f"recording {row['name']} of no call ({row['call_id']})")
        for row in rows
        if row["call_id"] not in calls
    ]
    explained = {row["name"] for row in rows if row["state"] in _KEPT_STATES or row["error"]}
    found += [
        Difference(
            "orphan", f"left on the PBX: {path.name}, {path.stat().st_size} bytes", _at(path)
        )
        for path in sorted(originals.glob("*.wav"))
        if path.name.rsplit(".", 2)[0] not in explained
    ]
    return found


def _at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def settled(base: Base) -> bool:
    """Nothing is left to be done: no call runs, no callback, and the outbox is empty."""
    running = base.rows("SELECT id FROM call WHERE NOT gone AND merged_into IS NULL")
    return not running and not outbox(base) and not open_callbacks(base)


def wait_until_settled(base: Base, seconds: float) -> bool:
    """Whether it came to that."""
    end = time.monotonic() + seconds
    while not settled(base):
        if time.monotonic() > end:
            return False
        time.sleep(0.5)
    return True
