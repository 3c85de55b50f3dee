"""Calls that ran when the daemon last looked, and of whose end it knows nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, false, select
from sqlalchemy.ext.asyncio import AsyncConnection

from daemon.calls.call import Direction, Disposition
from daemon.history.changes import Changes
from daemon.history.follow_up import Change, follow_up
from daemon.history.load import load_rows
from daemon.history.rows import CallRows, Row
from daemon.history.tables import call


async def open_calls(connection: AsyncConnection, pbx: str) -> set[UUID]:
    """Ids of the PBX's calls that are stored as running."""
    rows = await connection.execute(
        select(call.c.id).where(
            call.c.pbx == pbx, call.c.gone == false(), call.c.merged_into.is_(None)
        )
    )
    return set(rows.scalars())


def close_lost(connection: Connection, ids: Collection[UUID], at: datetime | None) -> None:
    """Mark those of the calls that are stored as running as ended, their end unknown.

    ``at``: until when they are known to have run, if they had begun by then; where more is known of
    one, its own last instant counts.

    Runs in the caller's transaction; wake the outbox after it. What the PBX's log tells later
    of such a call still counts.
    """
    changes = Changes()
    closed = []
    for rows in load_rows(connection, ids).values():
        if not rows.call["gone"]:
            now = _closed(rows, _last_known(rows, at))
            changes.add(rows, now)
            closed.append(Change(rows.call, now.call))
    changes.write(connection)
    follow_up(connection, closed)


def _last_known(rows: CallRows, at: datetime | None) -> datetime:
    keys = ("started_at", "ringing_from", "ringing_to", "answered_at", "ended_at")
    known: list[datetime | None] = [leg[key] for leg in rows.legs.values() for key in keys]
    known += [rows.call["started_at"], rows.call["answered_at"], at]
    return max(instant for instant in known if instant is not None)


def _closed(rows: CallRows, at: datetime) -> CallRows:
    ended = {
        "gone": True,
        "complete": False,
        "ended_at": rows.call["ended_at"] or at,
        "disposition": _disposition(rows.call),
    }
    return CallRows(
        call={**rows.call, **ended},
        linkedids=rows.linkedids,
        legs=rows.legs,
        transfers=rows.transfers,
        recordings={key: {**row, "finished": True} for key, row in rows.recordings.items()},
        announcements=rows.announcements,
    )


def _disposition(row: Row) -> str:
    if row["disposition"] is not None:
        return str(row["disposition"])
    if row["answered_at"] is not None:
        return Disposition.ANSWERED.value
    if row["direction"] == Direction.INBOUND:
        return Disposition.MISSED.value
    return Disposition.FAILED.value
