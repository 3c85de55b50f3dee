"""``/api/v1/calls/{id}/notes``: what people wrote about a call, and markers in its recordings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Final, Self
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r201, r204, r400, r403, r404
from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError
from sqlalchemy import Connection, select

from crm import fields, values
from crm.access import Right, Scope
from crm.audit import Action
from crm.call_notes import (
    CallNote,
    add_call_note,
    call_notes,
    find_call_note,
    remove_call_note,
)
from crm.tables import phone
from daemon.api.calls import heard_of
from daemon.api.card_door import CardResource
from daemon.api.client_models import Prose
from daemon.api.models import Seconds
from daemon.api.parameters import Id, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer
from daemon.history.queries import StoredCall, find_call
from daemon.history.seen import Seen, sees_call
from daemon.history.tables import call
from recordings.queries import Recording

_ROUNDED: Final = 0.5
"""Seconds by which a player may think a recording longer than it is."""


def _seconds(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("seconds", "not allowed")
    return value


class CallNoteModel(BaseModel):
    """One note; with ``recording_id`` and ``at_seconds`` a marker in that recording."""

    id: UUID
    person: str
    """Who wrote it."""
    text: str
    """Without what could be a number or an e-mail that is hidden."""
    recording_id: UUID | None
    """Null too where you may not listen to the recording."""
    at_seconds: Seconds | None
    """From the recording's beginning."""
    created_at: datetime
    may_remove: bool
    """Its author within a day, and supervisors."""

    @classmethod
    def of(
        cls, note: CallNote, viewer: Viewer, heard: Collection[UUID], *, supervises: bool
    ) -> Self:
        """From the note of a call; ``heard``: recordings to which he may listen."""
        is_heard = note.recording_id in heard
        own = note.may_be_removed(viewer.actor, datetime.now(UTC))
        return cls(
            id=note.id,
            person=viewer.called(note.person),
            text=viewer.text(note.text) or "",
            recording_id=note.recording_id if is_heard else None,
            at_seconds=note.at_seconds if is_heard else None,
            created_at=note.created_at,
            may_remove=own or supervises,
        )


class CallNoteList(BaseModel):
    """Notes, oldest first."""

    items: list[CallNoteModel]


class CallNoteWanted(BaseModel):
    """A note to write."""

    model_config = ConfigDict(extra="forbid")

    text: Prose
    recording_id: Id | None = None
    at_seconds: Annotated[float, BeforeValidator(_seconds)] | None = None
    """Both or none: a marker in that recording, so far from its beginning."""


class _OfCall(CardResource):
    """What all of these need: the call, as far as he may know of it."""

    async def found(self, id_: UUID) -> tuple[StoredCall, dict[UUID, Recording]]:
        """The call, and what of it he may hear. A 404 problem where he may not know of it."""
        self.refuse_hidden(fields.NOTES)
        seen = Seen(self.viewer.access, Right.CALLS_READ)
        async with self.context.database.read() as connection:
            stored = await find_call(connection, id_, seen=seen)
            if stored is None:
                raise ProblemError(HTTPStatus.NOT_FOUND, "call_not_found")
            heard = await heard_of(connection, [stored], self.viewer)
        return stored, {one.id: one for one in heard.get(stored.call.id, ())}

    def supervises(self, stored: StoredCall) -> bool:
        """Whether he answers for others' work on that call, not only for his own."""
        access, right = self.viewer.access, Right.CLIENTS_CHANGE
        target = None if stored.owner is None else stored.owner.target
        wider = access.scope(right) > Scope.OWN
        return wider and sees_call(access, right, stored.call, target)

    def still(self, connection: Connection, stored: StoredCall) -> None:
        """A 404 problem where the call, or its client, went meanwhile: nothing is to stay then."""
        query = select(call.c.id).where(call.c.id == stored.call.id, call.c.merged_into.is_(None))
        if stored.owner is not None:
            query = query.join(phone, phone.c.id == call.c.customer_phone_id).where(
                phone.c.client_id.is_not(None)
            )
        if connection.execute(query).first() is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "call_not_found")


class CallNotesResource(_OfCall):
    """The notes of a call. Whoever may know of the call and its client reads and writes them."""

    rights = rules(GET=Right.CALLS_READ, POST=Right.CALLS_READ)

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r200[CallNoteList] | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]:
        """All of them, oldest first; none of a call with another's private client.

        Status codes:
            200: The notes
            403: Notes are hidden from you
            404: There is no such call
        """
        stored, heard = await self.found(id)
        found: list[CallNote] = []
        if not stored.private:
            async with self.context.database.read() as connection:
                found = await connection.run_sync(call_notes, self.context.vault, stored.call.id)
        await self.context.reading.listed(
            self.viewer,
            [] if stored.client is None else [stored.client],
            Action.CALL_OPENED,
            {"call": str(stored.call.id)},
        )
        supervises = self.supervises(stored)
        return json_response(
            CallNoteList(
                items=[
                    CallNoteModel.of(one, self.viewer, heard, supervises=supervises)
                    for one in found
                ]
            )
        )

    async def post(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        wanted: CallNoteWanted,
    ) -> (
        r201[CallNoteModel] | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]
    ):
        """Write a note, or set a marker.

        Status codes:
            201: The note
            400: The text or the place is not allowed
            403: Notes are hidden from you, or the call was with another's private client
            404: There is no such call, or no such recording of it
        """
        stored, heard = await self.found(id)
        if stored.private:
            raise ProblemError(HTTPStatus.FORBIDDEN, "private_call")

        def add(connection: Connection) -> CallNote:
            marker = _marker(wanted, heard)
            self.still(connection, stored)
            note = add_call_note(
                connection,
                self.context.vault,
                stored.call.id,
                values.note(wanted.text, "text"),
                by=self.viewer.actor,
                at=datetime.now(UTC),
                marker=marker,
            )
            entry = self.viewer.entry(
                Action.CALL_NOTED, client_id=_client_id(stored), object=str(stored.call.id)
            )
            self.context.audit.add(connection, entry)
            return note

        note = await self.transact(add)
        model = CallNoteModel.of(note, self.viewer, heard, supervises=self.supervises(stored))
        return json_response(model, HTTPStatus.CREATED)


class CallNoteResource(_OfCall):
    """One note."""

    rights = rules(DELETE=Right.CALLS_READ)

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        note_id: Id,
        /,
    ) -> r204 | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]:
        """Remove it: for its author within a day, and for supervisors. The audit keeps its text.

        Status codes:
            204: It is gone
            403: Notes are hidden from you, or it stands
            404: There is no such call, or no such note
        """
        stored, _ = await self.found(id)

        def remove(connection: Connection) -> None:
            note = None
            if not stored.private:
                note = find_call_note(connection, self.context.vault, stored.call.id, note_id)
            if note is None:
                raise ProblemError(HTTPStatus.NOT_FOUND, "item_not_found")
            own = note.may_be_removed(self.viewer.actor, datetime.now(UTC))
            if not own and not self.supervises(stored):
                raise ProblemError(HTTPStatus.FORBIDDEN, "note_stands")
            remove_call_note(connection, note.id)
            entry = self.viewer.entry(
                Action.CALL_NOTE_REMOVED,
                client_id=_client_id(stored),
                object=str(stored.call.id),
                details={"by": note.person, "before": {fields.NOTES: note.text}},
            )
            self.context.audit.add(connection, entry)

        await self.transact(remove)
        return web.Response(status=HTTPStatus.NO_CONTENT)


def _marker(wanted: CallNoteWanted, heard: Mapping[UUID, Recording]) -> tuple[UUID, float] | None:
    id_, seconds = wanted.recording_id, wanted.at_seconds
    if id_ is None and seconds is None:
        return None
    if id_ is None or seconds is None:
        name = "recording_id" if id_ is None else "at_seconds"
        raise values.BadValueError(name, "half_marker")
    recording = heard.get(id_)
    if recording is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "recording_not_found")
    longest = recording.duration_seconds or 0.0
    if not 0 <= seconds <= longest + _ROUNDED:
        raise values.BadValueError("at_seconds", "past_the_end", most=round(longest, 1))
    return id_, min(seconds, longest)


def _client_id(stored: StoredCall) -> UUID | None:
    return None if stored.owner is None else stored.owner.id


ROUTES: Final = (
    ("/api/v1/calls/{id}/notes", CallNotesResource),
    ("/api/v1/calls/{id}/notes/{note_id}", CallNoteResource),
)
