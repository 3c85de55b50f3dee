"""``/api/v1/clients/{id}/timeline``: calls, notes, tasks and changes in one row, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from aiohttp_pydantic.oas.typing import r200, r400, r404
from pydantic import BaseModel, Field
from sqlalchemy import Column, ColumnElement, Connection, Table, and_, or_, select

from crm import fields
from crm.access import Right, Scope, Target
from crm.card_tables import client_change, note
from crm.changed import open_change, text_of
from crm.notes import read_note
from crm.tables import client, task
from crm.tasks import Task, open_text
from daemon.api.card_door import CardResource, known_target
from daemon.api.notes import NoteModel
from daemon.api.parameters import Id, Limit, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.calls.call import Direction, Disposition
from daemon.history.client_calls import client_calls
from daemon.history.tables import call
from store.types import from_microseconds, to_microseconds

Cursor = Annotated[str, Field(min_length=1, max_length=80)]
Place = tuple[datetime, UUID]


class CallEntry(BaseModel):
    """A call with the client."""

    kind: Literal["call"] = "call"
    at: datetime
    id: UUID
    direction: Direction
    disposition: Disposition | None
    """Null while it runs."""
    agent: str | None
    """Who talked with the client last."""
    talk_seconds: float


class NoteEntry(BaseModel):
    """A note."""

    kind: Literal["note"] = "note"
    at: datetime
    id: UUID
    note: NoteModel


class TaskEntry(BaseModel):
    """A task."""

    kind: Literal["task"] = "task"
    at: datetime
    id: UUID
    task: str
    """``callback``, ``todo``."""
    agent: str | None
    text: str | None
    due_at: datetime | None
    closed_at: datetime | None


class ChangeEntry(BaseModel):
    """Something on the card was changed."""

    kind: Literal["change"] = "change"
    at: datetime
    id: UUID
    field: str
    actor: str
    way: str
    """``edit``, ``import``, ``merge``, ``undo`` …"""
    before: str | None
    after: str | None
    digits: int | None
    """How many digits differ where a number was edited."""
    undone_by: UUID | None
    """The change that put it back."""


Entry = CallEntry | NoteEntry | TaskEntry | ChangeEntry


class Timeline(BaseModel):
    """What happened with a client, newest first."""

    items: list[Entry]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


@dataclass(frozen=True, slots=True)
class _Page:
    """Where a page begins and how long it is."""

    client_id: UUID
    before: Place | None
    limit: int

    def of(self, table: Table, at: Column[Any], *where: ColumnElement[bool]) -> Any:
        query = select(table).where(*where).order_by(at.desc(), table.c.id.desc()).limit(self.limit)
        if self.before is None:
            return query
        instant, id_ = self.before
        return query.where(or_(at < instant, and_(at == instant, table.c.id < id_)))


class TimelineResource(CardResource):
    """What happened with a client."""

    rights = rules(GET=Right.CLIENTS_READ)

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        after: Cursor | None = None,
        limit: Limit = 50,
    ) -> r200[Timeline] | r400[ProblemDocument] | r404[ProblemDocument]:
        """Calls, notes, tasks and changes that he may know of. What is hidden is not among them.

        Status codes:
            200: One page
            404: There is no such client
        """
        place = _place(after)
        await self.opened(id)
        page = _Page(id, place, limit + 1)

        def load(connection: Connection) -> list[Entry]:
            within = self.viewer.within(Right.CLIENTS_READ)
            target = known_target(connection, id, within)
            return [
                *self._calls(connection, page),
                *self._notes(connection, page, target),
                *self._tasks(connection, page, target),
                *self._changes(connection, page),
            ]

        async with self.context.database.read() as connection:
            found = await connection.run_sync(load)
        found.sort(key=lambda one: (one.at, one.id), reverse=True)
        shown = found[:limit]
        more = len(found) > limit
        return json_response(Timeline(items=shown, next=_cursor(shown[-1]) if more else None))

    def _calls(self, connection: Connection, page: _Page) -> Iterator[Entry]:
        if not self.viewer.has(Right.CALLS_READ):
            return
        ids = client_calls(
            connection,
            self.viewer.access,
            page.client_id,
            before=page.before,
            limit=page.limit,
        )
        for row in connection.execute(select(call).where(call.c.id.in_(ids))):
            yield CallEntry(
                at=row.started_at,
                id=row.id,
                direction=row.direction,
                disposition=row.disposition,
                agent=self.viewer.name(row.last_agent),
                talk_seconds=row.talk_seconds,
            )

    def _notes(self, connection: Connection, page: _Page, target: Target) -> Iterator[Entry]:
        if not self.viewer.sees(fields.NOTES):
            return
        query = page.of(note, note.c.created_at, note.c.client_id == page.client_id)
        for row in connection.execute(query):
            one = read_note(self.context.vault, row)
            yield NoteEntry(
                at=one.created_at, id=one.id, note=NoteModel.of(one, self.viewer, target)
            )

    def _tasks(self, connection: Connection, page: _Page, target: Target) -> Iterator[Entry]:
        viewer = self.viewer
        if not viewer.has(Right.TASKS_READ):
            return
        where = [task.c.client_id == page.client_id]
        if viewer.access.scope(Right.TASKS_READ) < Scope.ALL and not viewer.allows(
            Right.TASKS_READ, target
        ):
            where.append(task.c.agent == viewer.person)
        for row in connection.execute(page.of(task, task.c.created_at, *where)):
            one = Task(**row._mapping)
            yield TaskEntry(
                at=one.created_at,
                id=one.id,
                task=one.kind,
                agent=viewer.name(one.agent),
                text=viewer.text(open_text(self.context.vault, one)),
                due_at=one.due_at,
                closed_at=one.closed_at,
            )

    def _changes(self, connection: Connection, page: _Page) -> Iterator[Entry]:
        viewer = self.viewer
        merged = select(client.c.id).where(client.c.merged_into == page.client_id)
        where = [
            or_(
                client_change.c.client_id == page.client_id,
                client_change.c.client_id.in_(merged),
            ),
            # A note stands in the timeline itself.
            client_change.c.field.not_in(sorted({fields.NOTES, *viewer.access.hidden})),
        ]
        for row in connection.execute(page.of(client_change, client_change.c.at, *where)):
            one = open_change(self.context.vault, row)
            yield ChangeEntry(
                at=one.at,
                id=one.id,
                field=one.field,
                actor=one.actor,
                way=one.way.value,
                before=viewer.text(text_of(one.before)),
                after=viewer.text(text_of(one.after)),
                digits=one.digits,
                undone_by=one.undone_by,
            )


def _cursor(entry: Entry) -> str:
    return f"{to_microseconds(entry.at)}.{entry.id.hex}"


def _place(after: str | None) -> Place | None:
    if after is None:
        return None
    at, _, id_ = after.partition(".")
    try:
        return from_microseconds(int(at)), UUID(hex=id_)
    except (ValueError, OverflowError):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid_cursor", name="after") from None


ROUTES: Final = (("/api/v1/clients/{id}/timeline", TimelineResource),)
