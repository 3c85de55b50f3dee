"""What follows from calls: who was missed is called back, once; who is nobody's gets a curator."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import Connection, and_, exists, or_, select

from crm.tables import client, phone, task
from crm.tasks import CALLBACK, close_callback_tasks, open_callback_task
from daemon.calls.call import Direction, Disposition
from daemon.history.rows import Row
from daemon.history.tables import call
from daemon.watching.decoy_calls import watch_decoys


class Change(NamedTuple):
    """A call's row of table ``call``, and the one that stood before; ``None`` for a new call."""

    before: Row | None
    now: Row


class _Client(NamedTuple):
    id: UUID
    curator: str | None


class GivesOut(Protocol):
    """Gives clients whom nobody serves a curator: ``daemon.work.new_clients``."""

    def give_out(
        self, connection: Connection, appeared: Sequence[Row], talked: Sequence[Row]
    ) -> None:
        """Of calls that are new, and of those that were answered."""


def follow_up(
    connection: Connection, changes: Iterable[Change], new_clients: GivesOut | None = None
) -> None:
    """Open and close tasks for what has just been written, in the same transaction.

    Nobody answered a client: his curator (the group, if he has none) calls him back, unless
    somebody has talked with him since that call began. Somebody talks with a client, whoever
    called: what was to be done is done, also where it was this very call that at first looked
    missed. A call that was missed before, or has had its task, gets no other one.
    """
    changes = list(changes)
    watch_decoys(connection, changes)
    talked = [now for before, now in changes if _is_talk(now) and not _is_talk(before)]
    if new_clients is not None:
        appeared = [now for before, now in changes if before is None and _has_customer(now)]
        # First, so that what was missed is the new curator's to call back.
        new_clients.give_out(connection, appeared, talked)
    missed = [now for before, now in changes if _is_missed(now) and not _is_missed(before)]
    if not missed and not talked:
        return
    clients = _clients(connection, {row["customer_phone_id"] for row in (*missed, *talked)})
    for row in missed:
        who = clients.get(row["customer_phone_id"])
        if who is not None and not _talked_since(connection, who.id, row["started_at"]):
            open_callback_task(connection, who.id, who.curator, row["id"], row["ended_at"])
    if talked:
        _close(connection, talked, clients)


def _has_customer(row: Row) -> bool:
    return row["customer_phone_id"] is not None


def _is_missed(row: Row | None) -> bool:
    return (
        row is not None
        and row["gone"]
        and row["direction"] == Direction.INBOUND
        and row["answered_at"] is None
        and _has_customer(row)
    )


def _is_talk(row: Row | None) -> bool:
    return (
        row is not None
        and row["disposition"] == Disposition.ANSWERED
        and row["answered_at"] is not None
        and row["customer_phone_id"] is not None
    )


def who_talked(row: Row) -> str | None:
    """The first to have the client; of a call that an agent made, the last: nobody answered it."""
    name: str | None = row["answered_by"] or row["last_agent"]
    return name


def _clients(connection: Connection, phones: Collection[UUID]) -> dict[UUID, _Client]:
    """Whose phones these are; employees' and unknown ones are left out."""
    rows = connection.execute(
        select(phone.c.id, client.c.id, client.c.curator)
        .join(client, client.c.id == phone.c.client_id)
        .where(phone.c.id.in_(phones))
    )
    return {phone_id: _Client(client_id, curator) for phone_id, client_id, curator in rows}


def _talked_since(connection: Connection, client_id: UUID, began: datetime) -> bool:
    """Whether somebody talks with the client, or did when this call began or later."""
    phones = select(phone.c.id).where(phone.c.client_id == client_id)
    talk = and_(
        call.c.customer_phone_id.in_(phones),
        call.c.disposition == Disposition.ANSWERED.value,
        call.c.merged_into.is_(None),
        or_(call.c.ended_at.is_(None), call.c.ended_at >= began),
    )
    return bool(connection.execute(select(exists().where(talk))).scalar_one())


def _close(connection: Connection, talked: list[Row], clients: dict[UUID, _Client]) -> None:
    """A talk closes the tasks of calls that began before its end."""
    wanted = {who.id for row in talked if (who := clients.get(row["customer_phone_id"]))}
    tasks = {
        found.client_id: found
        for found in connection.execute(
            select(task.c.client_id, task.c.created_at, call.c.started_at)
            .join(call, call.c.id == task.c.call_id)
            .where(
                task.c.client_id.in_(wanted), task.c.kind == CALLBACK, task.c.closed_at.is_(None)
            )
        )
    }
    for row in talked:
        who = clients.get(row["customer_phone_id"])
        due = None if who is None else tasks.get(who.id)
        if due is not None and (row["ended_at"] is None or row["ended_at"] >= due.started_at):
            # Of two calls at once the one that was answered may have begun first.
            at = max(row["answered_at"], due.created_at)
            close_callback_tasks(connection, due.client_id, row["id"], at, who_talked(row))
