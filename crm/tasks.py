"""Tasks on clients: who called in vain is to be called back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Insert, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from crm.tables import client, task

CALLBACK = "callback"
"""A task's ``kind``: nobody answered this client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task."""

    id: UUID
    kind: str
    client_id: UUID
    agent: str | None
    """Whose it is; ``None``: the group's."""
    call_id: UUID
    """The call that made it."""
    created_at: datetime
    closed_at: datetime | None
    closed_by_call_id: UUID | None
    """The call that closed it; ``None`` where a person did."""


def open_callback_task(
    connection: Connection, client_id: UUID, agent: str | None, call_id: UUID, at: datetime
) -> bool:
    """A missed call's task. Once for each call, and a client has one open one at most.

    Whether it was made now.
    """
    # The call's id, so that a call that is stored again does not open again what was closed.
    row = {
        "id": call_id,
        "kind": CALLBACK,
        "client_id": client_id,
        "agent": agent,
        "call_id": call_id,
        "created_at": at,
    }
    return connection.execute(_insert_new(connection.dialect.name).values(row)).rowcount == 1


def close_callback_tasks(
    connection: Connection, client_id: UUID, call_id: UUID, at: datetime
) -> int:
    """Somebody talked to the client at ``at``: what was missed before is done; how many."""
    return connection.execute(
        update(task)
        .where(
            task.c.client_id == client_id,
            task.c.kind == CALLBACK,
            task.c.closed_at.is_(None),
            task.c.created_at <= at,
        )
        .values(closed_at=at, closed_by_call_id=call_id)
    ).rowcount


def close_task(connection: Connection, id_: UUID, at: datetime) -> bool:
    """A person closes a task; whether it was open."""
    closed = connection.execute(
        update(task).where(task.c.id == id_, task.c.closed_at.is_(None)).values(closed_at=at)
    )
    return closed.rowcount == 1


def list_tasks(
    connection: Connection,
    *,
    agent: str | None = None,
    client_id: UUID | None = None,
    is_open: bool | None = None,
    limit: int = 50,
    after: UUID | None = None,
    within: ColumnElement[bool] | None = None,
) -> list[Task]:
    """Tasks, newest first. ``agent``: his and the group's. ``after``: the last id before.

    ``within`` narrows to clients for which it holds, as ``crm.clients.reachable`` does.
    """
    query = select(task).order_by(task.c.id.desc()).limit(limit)
    if agent is not None:
        query = query.where(or_(task.c.agent == agent, task.c.agent.is_(None)))
    if client_id is not None:
        query = query.where(task.c.client_id == client_id)
    if is_open is not None:
        query = query.where(task.c.closed_at.is_(None) == is_open)
    if after is not None:
        query = query.where(task.c.id < after)
    if within is not None:
        query = query.where(exists().where(client.c.id == task.c.client_id, within))
    return [Task(**row._mapping) for row in connection.execute(query)]


def _insert_new(dialect: str) -> Insert:
    """Against any key: that of the call, and that of one open task for a client."""
    if dialect == "postgresql":
        return postgresql.insert(task).on_conflict_do_nothing()
    return sqlite.insert(task).on_conflict_do_nothing()
