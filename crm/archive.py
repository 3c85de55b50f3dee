"""The archive: a deleted card goes there, and comes back, or goes for good after seven days.

Nothing of the card changes by it; lists, searches and routing leave it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, select, update

from crm.clients import ClientRow, load_rows
from crm.tables import client, phone

PURGE_AFTER: Final = timedelta(days=7)
"""From the order to delete for good until it is done: so long anybody who may can cancel it."""

_LITTLE: Final = timedelta(minutes=1)
"""What is ordered while others are looked at is not shortened by that."""

_WAITING = client.c.purge_at.is_not(None) & client.c.archived_at.is_not(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """One card in the archive."""

    card: ClientRow
    archived_at: datetime
    archived_by: str
    purge_at: datetime | None
    """When it goes for good; ``None``: nobody ordered that."""
    purge_by: str | None


def archive_client(connection: Connection, id_: UUID, *, by: str, at: datetime) -> bool:
    """Into the archive; ``False`` where it is there already or part of another card."""
    moved = (
        update(client)
        .where(client.c.id == id_, client.c.archived_at.is_(None), client.c.merged_into.is_(None))
        .values(archived_at=at, archived_by=by, purge_at=None, purge_by=None)
    )
    return connection.execute(moved).rowcount == 1


def restore_client(connection: Connection, id_: UUID) -> bool:
    """Back into use, also where it waited to go for good; ``False``: it is not in the archive."""
    restored = (
        update(client)
        .where(client.c.id == id_, client.c.archived_at.is_not(None))
        .values(archived_at=None, archived_by=None, purge_at=None, purge_by=None)
    )
    return connection.execute(restored).rowcount == 1


def order_purge(connection: Connection, id_: UUID, *, by: str, at: datetime) -> datetime | None:
    """Let it go for good after ``PURGE_AFTER``; when that is.

    Who orders twice shortens and lengthens nothing. ``None``: it is not in the archive.
    """
    ordered = (
        update(client)
        .where(client.c.id == id_, client.c.archived_at.is_not(None), client.c.purge_at.is_(None))
        .values(purge_at=at + PURGE_AFTER, purge_by=by)
    )
    connection.execute(ordered)
    due = select(client.c.purge_at).where(client.c.id == id_)
    return connection.execute(due).scalar_one_or_none()


def cancel_purge(connection: Connection, id_: UUID) -> bool:
    """It stays in the archive; ``False`` where nothing was ordered."""
    cancelled = update(client).where(client.c.id == id_, _WAITING)
    return connection.execute(cancelled.values(purge_at=None, purge_by=None)).rowcount == 1


def list_archive(
    connection: Connection,
    *,
    within: ColumnElement[bool],
    waiting: bool | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Archived]:
    """Cards in the archive for which ``within`` holds, the newest card first.

    ``waiting``: only those that are to go for good, or only the others.
    """
    query = (
        select(
            client.c.id,
            client.c.archived_at,
            client.c.archived_by,
            client.c.purge_at,
            client.c.purge_by,
        )
        .where(client.c.archived_at.is_not(None), client.c.merged_into.is_(None), within)
        .order_by(client.c.id.desc())
        .limit(limit)
    )
    if waiting is not None:
        query = query.where(client.c.purge_at.is_not(None) == waiting)
    if after is not None:
        query = query.where(client.c.id < after)
    rows = {row.id: row for row in connection.execute(query)}
    return [
        Archived(
            card=card,
            archived_at=rows[card.id].archived_at,
            archived_by=rows[card.id].archived_by,
            purge_at=rows[card.id].purge_at,
            purge_by=rows[card.id].purge_by,
        )
        for card in load_rows(connection, list(rows))
    ]


def come_back(connection: Connection, calls: Mapping[UUID, datetime]) -> list[UUID]:
    """Clients in the archive who called since they are there, and so are in use again.

    ``calls``: when the latest call from each phone began. Who waits to go for good stays there.
    One look at a small index where nothing is archived.
    """
    if not calls or not _any_archived(connection):
        return []
    query = (
        select(phone.c.id, client.c.id.label("client_id"), client.c.archived_at)
        .join(client, phone.c.client_id == client.c.id)
        .where(
            phone.c.id.in_(calls), client.c.archived_at.is_not(None), client.c.purge_at.is_(None)
        )
    )
    rows = connection.execute(query).all()
    back = {row.client_id for row in rows if calls[row.id] >= row.archived_at}
    return [id_ for id_ in sorted(back) if restore_client(connection, id_)]


def _any_archived(connection: Connection) -> bool:
    some = select(client.c.id).where(client.c.archived_at.is_not(None)).limit(1)
    return connection.execute(some).first() is not None


def due_for_purge(connection: Connection, now: datetime) -> dict[UUID, str]:
    """Clients whose seven days are over, each with by whose word."""
    due = select(client.c.id, client.c.purge_by).where(_WAITING, client.c.purge_at <= now)
    return {row.id: row.purge_by for row in connection.execute(due.order_by(client.c.id))}


def postpone_purges(connection: Connection, now: datetime, by: timedelta) -> int:
    """So much time does not count for who waits; how many wait. Nobody waits longer than
    ``PURGE_AFTER`` from now and a little, whatever the clock was when it was ordered.
    """
    waiting = connection.execute(select(client.c.id, client.c.purge_at).where(_WAITING)).all()
    for row in waiting:
        later = min(row.purge_at + by, now + PURGE_AFTER + _LITTLE)
        if later != row.purge_at:
            moved = update(client).where(client.c.id == row.id)
            connection.execute(moved.values(purge_at=later))
    return len(waiting)
