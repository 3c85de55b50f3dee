"""Stored rows of calls, as they stand in the tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Connection, Select, Table, bindparam, select

from daemon.history.rows import CallRows, Row
from daemon.history.tables import (
    announcement,
    call,
    call_linkedid,
    call_recording,
    leg,
    transfer,
)


def load_rows(connection: Connection, ids: Collection[UUID]) -> dict[UUID, CallRows]:
    """All rows of these calls; those that are not stored are left out. At most some thousands."""
    calls = {row["id"]: CallRows(call=row) for row in _rows(connection, call, "id", ids)}
    if not calls:
        return {}
    linkedids: dict[UUID, set[str]] = {}
    for row in _rows(connection, call_linkedid, "call_id", calls):
        linkedids.setdefault(row["call_id"], set()).add(row["linkedid"])
    for id_, known in linkedids.items():
        calls[id_].linkedids = frozenset(known)
    for row in _rows(connection, leg, "call_id", calls, "position"):
        calls[row["call_id"]].legs[row["channel"]] = row
    for row in _rows(connection, transfer, "call_id", calls, "position"):
        calls[row["call_id"]].transfers.append(row)
    for row in _rows(connection, call_recording, "call_id", calls, "started_at"):
        calls[row["call_id"]].recordings[row["channel"], row["name"]] = row
    for row in _rows(connection, announcement, "call_id", calls, "position"):
        calls[row["call_id"]].announcements.append(row)
    return calls


def _rows(
    connection: Connection, table: Table, key: str, ids: Collection[UUID], *order: str
) -> Iterator[Row]:
    if not ids:
        return
    query = _query(table, key, order)
    for row in connection.execute(query, {"ids": list(ids)}).mappings():
        yield dict(row)


@lru_cache
def _query(table: Table, key: str, order: tuple[str, ...]) -> Select[Any]:
    wanted: BindParameter[Any] = bindparam("ids", expanding=True)
    return (
        select(table).where(table.c[key].in_(wanted)).order_by(*(table.c[name] for name in order))
    )
