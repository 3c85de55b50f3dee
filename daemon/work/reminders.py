"""Reminders of tasks: told once, when they are due; late rather than never."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from crm.access import Right, Target, allows
from crm.notices import tell
from crm.staff import Staff
from crm.tables import client, task
from store.database import Database

REMINDER: Final = "task_reminder"
DUE: Final = "task_due"
"""Kinds of notices: ``about`` has ``task`` and ``client``; of ``DUE``, ``due`` (ISO 8601) too."""
_LONGEST_WAIT_SECONDS: Final = 30.0
"""Another process may set tasks, of which nobody tells this one; and clocks are set."""
_AT_ONCE: Final = 200


class Reminders:
    """Looks for what is due. That it was told is stored with the notice, in one transaction."""

    def __init__(
        self,
        database: Database,
        staff: Callable[[], Staff],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._staff = staff
        self._clock = clock
        self._changed = asyncio.Event()

    def poke(self) -> None:
        """A reminder was set or changed. From the event loop."""
        self._changed.set()

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            self._changed.clear()
            next_at = await self.tell_due()
            seconds = _LONGEST_WAIT_SECONDS
            if next_at is not None:
                seconds = min(seconds, (next_at - self._clock()).total_seconds())
            # Not wait_for: before Python 3.12 it loses a cancellation that comes with the event.
            with suppress(TimeoutError):
                async with asyncio.timeout(max(seconds, 0.0)):
                    await self._changed.wait()

    async def tell_due(self) -> datetime | None:
        """Tell all that is due now; when the next one is, ``None``: there is none."""
        while True:
            now = self._clock()
            next_at = await self._database.look(_next_at)
            if next_at is None or next_at > now:
                return next_at
            await self._database.write(
                lambda connection, now=now: self._tell(connection, now)  # type: ignore[misc]
            )

    def _tell(self, connection: Connection, now: datetime) -> None:
        staff = self._staff()
        due = connection.execute(
            select(
                task.c.id,
                task.c.client_id,
                task.c.agent,
                task.c.created_by,
                task.c.due_at,
                client.c.curator,
                client.c.deputy,
                client.c.private,
            )
            .join(client, client.c.id == task.c.client_id)
            .where(_WAITS, task.c.remind_at <= now)
            .order_by(task.c.remind_at, task.c.id)
            .limit(_AT_ONCE)
        ).all()
        for row in due:
            person = _whom(staff, row)
            if person is not None:
                about = {"task": str(row.id), "client": str(row.client_id)}
                if row.due_at is None:
                    tell(connection, person, REMINDER, about, now)
                else:
                    tell(connection, person, DUE, {**about, "due": row.due_at.isoformat()}, now)
        connection.execute(
            update(task).where(task.c.id.in_([row.id for row in due])).values(reminded_at=now)
        )


_WAITS: Final = (
    task.c.closed_at.is_(None) & task.c.reminded_at.is_(None) & task.c.remind_at.is_not(None)
)


def _next_at(connection: Connection) -> datetime | None:
    at: datetime | None = connection.execute(
        select(task.c.remind_at).where(_WAITS).order_by(task.c.remind_at).limit(1)
    ).scalar_one_or_none()
    return at


def _whom(staff: Staff, row: Row[*tuple[Any, ...]]) -> str | None:
    """Whose task it is, the curator, who set it: the first who may read it. ``None``: nobody."""
    client_ = Target(curator=row.curator, deputy=row.deputy, private=row.private)
    for name in (row.agent, row.curator, row.created_by):
        access = None if name is None else staff.access_of(name)
        if access is not None and allows(access, Right.TASKS_READ, client_):
            return access.person
    return None
