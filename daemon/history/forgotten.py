"""Calls whose client was deleted for good. What the PBX's log still tells of them stays there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from daemon.calls.call import Call
from daemon.history.tables import call_forgotten
from store.upsert import upsert_rows


def forget(connection: Connection, ids: Collection[UUID], at: datetime) -> None:
    """From now on nothing is written about these calls."""
    upsert_rows(connection, call_forgotten, [{"call_id": id_, "at": at} for id_ in ids])


def without_forgotten(
    connection: Connection, calls: Collection[Call], merged: Mapping[UUID, UUID]
) -> tuple[Collection[Call], Mapping[UUID, UUID]]:
    """The calls and merges of `HistoryWriter.write` that concern nobody who was forgotten."""
    touched = {one.id for one in calls} | merged.keys() | set(merged.values())
    query = select(call_forgotten.c.call_id).where(call_forgotten.c.call_id.in_(touched))
    forgotten = set(connection.execute(query).scalars())
    if not forgotten:
        return calls, merged
    spared = forgotten | {kept for gone, kept in merged.items() if gone in forgotten}
    left = {gone: kept for gone, kept in merged.items() if not spared & {gone, kept}}
    return [one for one in calls if one.id not in spared], left
