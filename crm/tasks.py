"""Tasks on clients: who called in vain is to be called back; and what people set themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Insert, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from crm.sealed import open_sealed, seal
from crm.tables import client, task
from crm.vault import Sealed, Vault

CALLBACK: Final = "callback"
"""A task's ``kind``: nobody answered this client."""
TODO: Final = "todo"
"""A task's ``kind``: a person set it."""


class CallbackOpenError(ValueError):
    """A callback cannot be opened again: the client has another open one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task."""

    id: UUID
    kind: str
    client_id: UUID
    agent: str | None
    """Whose it is; ``None``: the group's."""
    call_id: UUID | None
    """The call that made it; ``None``: a person did."""
    created_at: datetime
    closed_at: datetime | None
    closed_by_call_id: UUID | None
    """The call that closed it; ``None`` where a person did."""
    text: Sealed | None = field(default=None, repr=False)
    due_at: datetime | None = None
    remind_at: datetime | None = None
    reminded_at: datetime | None = None
    """When he was told; ``None``: not yet."""
    created_by: str | None = None
    closed_by: str | None = None
    """Who closed it, by hand or by talking with the client."""

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should be done by now, and is not."""
        return self.closed_at is None and self.due_at is not None and self.due_at < now


# ── what calls do ────────────────────────────────────────────────────────────────────────────────


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
    connection: Connection, client_id: UUID, call_id: UUID, at: datetime, by: str | None = None
) -> int:
    """Somebody (``by``) talked to the client at ``at``: what was missed before is done; how many.

    What people set stays: they say themselves when it is done.
    """
    return connection.execute(
        update(task)
        .where(
            task.c.client_id == client_id,
            task.c.kind == CALLBACK,
            task.c.closed_at.is_(None),
            task.c.created_at <= at,
        )
        .values(closed_at=at, closed_by_call_id=call_id, closed_by=by)
    ).rowcount


# ── what people do ───────────────────────────────────────────────────────────────────────────────


def add_task(
    connection: Connection,
    vault: Vault,
    *,
    id_: UUID,
    client_id: UUID,
    agent: str | None,
    text: str,
    due_at: datetime | None,
    remind_at: datetime | None,
    by: str,
    at: datetime,
) -> None:
    """A person sets a task. Whether he may, the caller saw to."""
    connection.execute(
        task.insert().values(
            id=id_,
            kind=TODO,
            client_id=client_id,
            agent=agent,
            created_at=at,
            text=seal(vault, task.c.text, id_, text),
            due_at=due_at,
            remind_at=remind_at,
            created_by=by,
        )
    )


def change_task(
    connection: Connection, vault: Vault, id_: UUID, changes: Mapping[str, Any]
) -> None:
    """Set ``agent``, ``text``, ``due_at``, ``remind_at``. Another reminder is told anew."""
    values = dict(changes)
    if values.get("text") is not None:
        values["text"] = seal(vault, task.c.text, id_, values["text"])
    if "remind_at" in values:
        values["reminded_at"] = None
    if values:
        connection.execute(update(task).where(task.c.id == id_).values(**values))


def close_task(connection: Connection, id_: UUID, at: datetime, by: str | None = None) -> bool:
    """A person closes a task; whether it was open."""
    closed = connection.execute(
        update(task)
        .where(task.c.id == id_, task.c.closed_at.is_(None))
        .values(closed_at=at, closed_by=by)
    )
    return closed.rowcount == 1


def reopen_task(connection: Connection, id_: UUID) -> bool:
    """A person opens it again; whether it was closed. ``CallbackOpenError``."""
    found = connection.execute(
        select(task.c.kind, task.c.client_id).where(task.c.id == id_, task.c.closed_at.is_not(None))
    ).first()
    if found is None:
        return False
    other = select(
        exists().where(
            task.c.client_id == found.client_id,
            task.c.kind == CALLBACK,
            task.c.closed_at.is_(None),
        )
    )
    if found.kind == CALLBACK and connection.execute(other).scalar_one():
        raise CallbackOpenError
    connection.execute(
        update(task)
        .where(task.c.id == id_)
        .values(closed_at=None, closed_by=None, closed_by_call_id=None)
    )
    return True


def hand_over_tasks(
    connection: Connection,
    clients: Collection[UUID],
    before: Collection[str | None],
    to: str | None,
) -> int:
    """Open tasks on these clients go to the new curator: those of the old ones and the group's.

    What others set for themselves, or were set, stays theirs; how many went.
    """
    names = sorted(name for name in before if name is not None)
    return connection.execute(
        update(task)
        .where(
            task.c.client_id.in_(clients),
            task.c.closed_at.is_(None),
            or_(task.c.agent.in_(names), task.c.agent.is_(None)),
        )
        .values(agent=to)
    ).rowcount


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def open_text(vault: Vault, one: Task) -> str | None:
    """What is to be done; ``None`` for a callback."""
    return None if one.text is None else open_sealed(vault, task.c.text, one.id, one.text)


def find_task(
    connection: Connection, id_: UUID, within: ColumnElement[bool] | None = None
) -> Task | None:
    """One task, if ``within`` holds for its client; ``None`` also where there is none."""
    query = select(task).where(task.c.id == id_)
    if within is not None:
        query = query.where(exists().where(client.c.id == task.c.client_id, within))
    row = connection.execute(query).first()
    return None if row is None else Task(**row._mapping)


def list_tasks(
    connection: Connection,
    *,
    agent: str | None = None,
    only_his: bool = False,
    client_id: UUID | None = None,
    is_open: bool | None = None,
    due_before: datetime | None = None,
    limit: int = 50,
    after: UUID | None = None,
    within: ColumnElement[bool] | None = None,
) -> list[Task]:
    """Tasks, newest first. ``agent``: his and the group's, or ``only_his``.

    ``due_before``: to be done before that instant. ``after``: the last id of the page before.
    ``within`` narrows to clients for which it holds, as ``crm.visible.visible`` does.
    """
    query = select(task).order_by(task.c.id.desc()).limit(limit)
    if agent is not None:
        his = task.c.agent == agent
        query = query.where(his if only_his else or_(his, task.c.agent.is_(None)))
    if client_id is not None:
        query = query.where(task.c.client_id == client_id)
    if is_open is not None:
        query = query.where(task.c.closed_at.is_(None) == is_open)
    if due_before is not None:
        query = query.where(task.c.due_at < due_before)
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
