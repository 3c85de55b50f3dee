"""``/api/v1/clients/{id}/notes``: what people wrote about a client."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final, Self
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r201, r204, r400, r403, r404
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from crm import fields, values
from crm.access import Right, Scope, Target
from crm.audit import Action
from crm.notes import Note, add_note, change_note, get_note, list_notes, remove_note
from crm.writing import Writing
from daemon.api.card_door import CardResource
from daemon.api.client_models import Prose
from daemon.api.parameters import Id, Limit, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer


class NoteModel(BaseModel):
    """One note."""

    id: UUID
    author: str
    text: str
    """Without what could be a number or an e-mail that is hidden."""
    call_id: UUID | None
    """The call that it is about."""
    created_at: datetime
    changed_at: datetime | None
    may: list[str]
    """``change`` for its author within a day; ``remove`` for him and for supervisors."""

    @classmethod
    def of(cls, note: Note, viewer: Viewer, target: Target) -> Self:
        """From the note of a client."""
        own = note.may_be_changed(viewer.actor, datetime.now(UTC))
        whole = viewer.text(note.text) == note.text
        may = [
            *(["change"] if own and whole else []),
            *(["remove"] if own or _supervises(viewer, target) else []),
        ]
        return cls(
            id=note.id,
            author=note.author,
            text=viewer.text(note.text) or "",
            call_id=note.call_id,
            created_at=note.created_at,
            changed_at=note.changed_at,
            may=may,
        )


class NotePage(BaseModel):
    """Notes, newest first."""

    items: list[NoteModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class NoteWanted(BaseModel):
    """A note to write."""

    model_config = ConfigDict(extra="forbid")

    text: Prose
    call_id: Id | None = None
    """The call that it is about."""


class NoteChanges(BaseModel):
    """What the note is to say."""

    model_config = ConfigDict(extra="forbid")

    text: Prose


class _NoteResource(CardResource):
    def tell(self, connection: Connection, action: Action, note: Note) -> None:
        """The audit what was done with it."""
        entry = self.viewer.entry(action, client_id=note.client_id, object=str(note.id))
        self.context.audit.add(connection, entry)


class NotesResource(_NoteResource):
    """The notes of a card. Whoever reads the card reads and writes them."""

    rights = rules(GET=Right.CLIENTS_READ, POST=Right.CLIENTS_READ)

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        after: Id | None = None,
        limit: Limit = 50,
    ) -> r200[NotePage] | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]:
        """Notes, newest first.

        Status codes:
            200: One page
            403: Notes are hidden from him
            404: There is no such client
        """
        self.refuse_hidden(fields.NOTES)
        client = await self.opened(id)
        async with self.context.database.read() as connection:
            found = await connection.run_sync(
                list_notes, self.context.vault, id, limit=limit + 1, after=after
            )
        page = found[:limit]
        return json_response(
            NotePage(
                items=[NoteModel.of(one, self.viewer, client.target) for one in page],
                next=str(page[-1].id) if len(found) > limit else None,
            )
        )

    async def post(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        wanted: NoteWanted,
    ) -> r201[NoteModel] | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]:
        """Write a note.

        Status codes:
            201: The note
            400: The text is not allowed
            403: Notes are hidden from him
            404: There is no such client
        """
        self.refuse_hidden(fields.NOTES)

        def add(connection: Connection, writing: Writing, target: Target) -> NoteModel:
            text = values.note(wanted.text, "text")
            note = add_note(connection, writing, id, text, wanted.call_id)
            self.tell(connection, Action.NOTE_ADDED, note)
            return NoteModel.of(note, self.viewer, target)

        model = await self.write(id, Right.CLIENTS_READ, add)
        return json_response(model, HTTPStatus.CREATED)


class NoteResource(_NoteResource):
    """One note."""

    rights = rules(PATCH=Right.CLIENTS_READ, DELETE=Right.CLIENTS_READ)

    async def patch(
        self,
        id: Id,  # noqa: A002 - the name in the path
        note_id: Id,
        /,
        changes: NoteChanges,
    ) -> r200[NoteModel] | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]:
        """Let it say something else: for its author, within a day.

        Status codes:
            200: The note as it is now
            400: The text is not allowed
            403: Notes are hidden from him, he sees this one only in part, or it stands
            404: There is no such client, or no such note
        """
        self.refuse_hidden(fields.NOTES)

        def change(connection: Connection, writing: Writing, target: Target) -> NoteModel:
            before = get_note(connection, writing.vault, id, note_id)
            if not before.may_be_changed(self.viewer.actor, writing.at):
                raise ProblemError(HTTPStatus.FORBIDDEN, "note_stands")
            self.refuse_blotted(before.text)
            change_note(connection, writing, before, values.note(changes.text, "text"))
            self.tell(connection, Action.NOTE_CHANGED, before)
            after = get_note(connection, writing.vault, id, note_id)
            return NoteModel.of(after, self.viewer, target)

        return json_response(await self.write(id, Right.CLIENTS_READ, change))

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        note_id: Id,
        /,
    ) -> r204 | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]:
        """Remove it: for its author within a day, and for supervisors. The log of changes keeps it.

        Status codes:
            204: It is gone
            403: Notes are hidden from him, or it stands
            404: There is no such client, or no such note
        """
        self.refuse_hidden(fields.NOTES)

        def remove(connection: Connection, writing: Writing, target: Target) -> None:
            before = get_note(connection, writing.vault, id, note_id)
            own = before.may_be_changed(self.viewer.actor, writing.at)
            if not own and not _supervises(self.viewer, target):
                raise ProblemError(HTTPStatus.FORBIDDEN, "note_stands")
            remove_note(connection, writing, before)
            self.tell(connection, Action.NOTE_REMOVED, before)

        await self.write(id, Right.CLIENTS_READ, remove)
        return web.Response(status=HTTPStatus.NO_CONTENT)


def _supervises(viewer: Viewer, target: Target) -> bool:
    """Whether he may change that client as his department's or anybody's, not only as his own."""
    wider = viewer.access.scope(Right.CLIENTS_CHANGE) > Scope.OWN
    return wider and viewer.allows(Right.CLIENTS_CHANGE, target)


ROUTES: Final = (
    ("/api/v1/clients/{id}/notes", NotesResource),
    ("/api/v1/clients/{id}/notes/{note_id}", NoteResource),
)
