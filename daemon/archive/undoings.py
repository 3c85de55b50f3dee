"""Undoing all that a person changed since a date: batch by batch, while others work on."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy import Connection, func, select

from crm.audit import Action, AuditLog, Entry
from crm.undo import Undoer, Undone, select_touched, touched_clients, undo_person
from crm.vault import Vault
from store.database import Database
from store.ids import uuid7

_REMEMBERED = 100

_log = structlog.get_logger(__name__)


class UndoingState(StrEnum):
    """How far it is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """It broke off; what was put back stays so, and asking again goes on with the rest."""


@dataclass(slots=True, kw_only=True)
class Undoing:
    """One."""

    undoer: Undoer
    person: str
    """Whose changes."""
    since: datetime
    preview: bool
    total: int
    """Clients to look at."""
    id: UUID = field(default_factory=uuid7)
    looked_at: int = 0
    state: UndoingState = UndoingState.RUNNING
    result: Undone = field(default_factory=Undone)


class Undoings:
    """Those that run and the latest that ended, in memory."""

    def __init__(self) -> None:
        self._known: OrderedDict[UUID, Undoing] = OrderedDict()
        self._running: dict[UUID, asyncio.Task[None]] = {}

    def find(self, id_: UUID) -> Undoing | None:
        """By its id."""
        return self._known.get(id_)

    async def begin(
        self,
        database: Database,
        vault: Vault,
        audit: AuditLog,
        *,
        undoer: Undoer,
        told: Entry,
        person: str,
        since: datetime,
        preview: bool,
        done: Callable[[], None] = lambda: None,
    ) -> Undoing:
        """Start one. ``told``: the entry by which the audit is told of each client.

        ``done`` is called after each batch that changed something.
        """
        async with database.read() as connection:
            total = await connection.run_sync(_count, undoer, person, since)
        one = Undoing(undoer=undoer, person=person, since=since, preview=preview, total=total)
        self._known[one.id] = one
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        work = _Work(database, vault, audit, told, done)
        task = asyncio.create_task(work.run(one), name=f"undoing {one.id}")
        self._running[one.id] = task
        task.add_done_callback(lambda _: self._running.pop(one.id, None))
        return one

    async def wait(self, one: Undoing, seconds: float) -> None:
        """Until it has ended, or so long."""
        task = self._running.get(one.id)
        if task is not None:
            await asyncio.wait({task}, timeout=seconds)


@dataclass(frozen=True, slots=True)
class _Work:
    database: Database
    vault: Vault
    audit: AuditLog
    told: Entry
    done: Callable[[], None]

    async def run(self, one: Undoing) -> None:
        try:
            after: UUID | None = None
            while clients := await self._next(one, after):
                undone = await self._batch(one, clients)
                one.result.add(undone)
                one.looked_at += len(clients)
                after = clients[-1]
                if undone.changes:
                    self.done()
        except Exception as error:
            one.state = UndoingState.FAILED
            _log.exception("undoing broke off", undoing=str(one.id), error=type(error).__name__)
        else:
            one.state = UndoingState.DONE

    async def _next(self, one: Undoing, after: UUID | None) -> list[UUID]:
        async with self.database.read() as connection:
            return await connection.run_sync(
                partial(touched_clients, after=after), one.undoer, one.person, one.since
            )

    async def _batch(self, one: Undoing, clients: Sequence[UUID]) -> Undone:
        undo = partial(undo_person, clients=clients, preview=one.preview)
        if one.preview:
            async with self.database.read() as connection:
                return await connection.run_sync(
                    undo, self.vault, one.undoer, one.person, one.since
                )

        def work(connection: Connection) -> Undone:
            undone = undo(connection, self.vault, one.undoer, one.person, one.since)
            told = (self._entry(id_, one) for id_ in sorted(undone.clients))
            self.audit.add(connection, *told)
            return undone

        return await self.database.write(work)

    def _entry(self, client_id: UUID, one: Undoing) -> Entry:
        return Entry(
            action=Action.CHANGE_UNDONE,
            actor=self.told.actor,
            via=self.told.via,
            address=self.told.address,
            client_id=client_id,
            object=one.person,
            details={"undoing": str(one.id), "since": one.since.isoformat()},
        )


def _count(connection: Connection, undoer: Undoer, person: str, since: datetime) -> int:
    touched = select_touched(undoer, person, since).subquery()
    return connection.execute(select(func.count()).select_from(touched)).scalar_one()
