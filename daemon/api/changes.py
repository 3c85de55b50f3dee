"""``/api/v1/clients/{id}/changes`` and what puts changes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final, Self
from uuid import UUID

from aiohttp_pydantic.oas.typing import r200, r400, r403, r404, r409
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, or_

from crm import fields
from crm.access import Right
from crm.audit import Action
from crm.changed import Item, Logged, Value, Way, find_change, text_of
from crm.clients import ClientName, load_names
from crm.history import DigitEdit, changes_of_client, digit_edits
from crm.undo import (
    AlreadyUndoneError,
    CannotUndoError,
    Left,
    Undoer,
    Undone,
    undo_change,
    undo_client,
)
from crm.visible import archived
from daemon.api.card_events import tell_change, whose
from daemon.api.cards import Card, get_card
from daemon.api.parameters import Id, Instant, Limit, Resource, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer

_USUAL_REPORT: Final = timedelta(days=30)


class ChangeModel(BaseModel):
    """One field, or one item of it, that was changed."""

    id: UUID
    client_id: UUID
    at: datetime
    actor: str
    """A person's name; ``operator``; ``callward`` itself."""
    way: Way
    field: str
    item_id: UUID | None
    """Which contact or note, where a field holds several; phones are told apart by the number."""
    before: str | None
    after: str | None
    label_before: str | None
    label_after: str | None
    digits: int | None
    """How many digits differ where a number was edited."""
    undone_by: UUID | None
    """The change that put it back."""

    @classmethod
    def of(cls, change: Logged, viewer: Viewer) -> Self:
        """For him who may see that field."""
        return cls(
            id=change.id,
            client_id=change.client_id,
            at=change.at,
            actor=change.actor,
            way=change.way,
            field=change.field,
            item_id=None if change.field == fields.PHONES else change.item_id,
            before=viewer.text(text_of(change.before)),
            after=viewer.text(text_of(change.after)),
            label_before=_label(change.before),
            label_after=_label(change.after),
            digits=change.digits,
            undone_by=change.undone_by,
        )


class ChangePage(BaseModel):
    """Changes, newest first."""

    items: list[ChangeModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class DigitEditModel(BaseModel):
    """One edit of digits."""

    change_id: UUID
    client_id: UUID
    """The card on which it stands now."""
    client_name: str | None
    at: datetime
    actor: str
    way: Way
    field: str
    digits: int
    """How many digits are others."""
    places: list[int]
    """Which, counted from the left from 1."""
    of: int
    """How many digits there were."""
    before: str | None
    """Null for who may not see that field."""
    after: str | None
    undone_by: UUID | None

    @classmethod
    def of_edit(cls, edit: DigitEdit, viewer: Viewer) -> Self:
        """As that person may read it."""
        change, difference = edit.change, edit.difference
        return cls(
            change_id=change.id,
            client_id=edit.card_id,
            client_name=viewer.name(edit.name),
            at=change.at,
            actor=change.actor,
            way=change.way,
            field=change.field,
            digits=difference.count,
            places=list(difference.places),
            of=difference.of,
            before=viewer.text(edit.before),
            after=viewer.text(edit.after),
            undone_by=change.undone_by,
        )


class DigitEditPage(BaseModel):
    """Edits of digits, newest first."""

    items: list[DigitEditModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class Since(BaseModel):
    """To which instant a card is put back."""

    model_config = ConfigDict(extra="forbid")

    since: Instant
    preview: bool = False
    """Only say what would be done."""


class UndoneModel(BaseModel):
    """What an undo did, or would do."""

    clients: int
    fields: dict[str, int]
    """How much was put back, by field."""
    left: dict[str, int]
    """How much was left as it is, by reason: ``changed_since``, ``hidden``, ``not_allowed``,
    ``person_left``, ``field_gone``, ``legal_hold``."""
    changes: list[UUID]
    """The changes that the undo made: each can be undone. Empty in a preview."""

    @classmethod
    def of(cls, undone: Undone) -> Self:
        """Counted."""
        return cls(
            clients=len(undone.clients),
            fields=dict(undone.fields),
            left={reason.value: count for reason, count in undone.left.items()},
            changes=undone.changes,
        )


def undoer_of(resource: Resource) -> Undoer:
    """Who undoes, now."""
    staff = resource.context.staff.now
    return Undoer(
        access=resource.viewer.access,
        actor=resource.viewer.actor,
        at=datetime.now(UTC),
        is_active=lambda name: staff.access_of(name) is not None,
    )


class ClientChangesResource(Resource):
    """What was changed on a card."""

    rights = rules(GET=Right.CLIENTS_READ)

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        after: Id | None = None,
        limit: Limit = 50,
    ) -> r200[ChangePage] | r404[ProblemDocument]:
        """Changes of a card, newest first; without those of fields that are hidden from you.

        Status codes:
            200: One page
            404: There is no such client
        """
        viewer, vault = self.viewer, self.context.vault

        def work(connection: Connection) -> tuple[ClientName, list[Logged]]:
            get_card(connection, viewer, id, Right.CLIENTS_READ)
            return load_names(connection, [id])[id], changes_of_client(
                connection, vault, id, access=viewer.access, after=after, limit=limit + 1
            )

        async with self.context.database.read() as connection:
            client, found = await connection.run_sync(work)
        page = found[:limit]
        # What stood and stands on the card is in them.
        await self.context.reading.opened(viewer, client)
        await self.context.audit.tell(
            viewer.entry(Action.CHANGES_LISTED, client_id=id, count=len(page))
        )
        items = [ChangeModel.of(change, viewer) for change in page]
        more = str(page[-1].id) if len(found) > limit else None
        return json_response(ChangePage(items=items, next=more))


class _OfCard(Resource):
    async def _tell(self, before: Card) -> None:
        """Who has the card open hears that it was changed."""
        async with self.context.database.read() as connection:
            after = await connection.run_sync(whose, [before.id])
        tell_change(self.request, self.viewer, {before.id: before.target}, after)


class ClientUndoResource(_OfCard):
    """A card, back to how it was."""

    rights = rules(POST=Right.CHANGES_UNDO)

    async def post(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        wanted: Since,
    ) -> r200[UndoneModel] | r404[ProblemDocument]:
        """Put back what was changed on a card since an instant, by whomever.

        Status codes:
            200: What was put back and what was left, and why
            404: There is no such client
        """
        viewer, context, undoer = self.viewer, self.context, undoer_of(self)

        def work(connection: Connection) -> tuple[Undone, Card]:
            card = get_card(connection, viewer, id, Right.CHANGES_UNDO)
            undone = undo_client(
                connection, context.vault, undoer, id, wanted.since, preview=wanted.preview
            )
            if undone.changes:
                details = {"since": wanted.since.isoformat(), "fields": sorted(undone.fields)}
                context.audit.add(
                    connection, viewer.entry(Action.CHANGE_UNDONE, client_id=id, details=details)
                )
            return undone, card

        undone, before = await context.database.write(work)
        if undone.changes:
            context.routing_changed()
            await self._tell(before)
        return json_response(UndoneModel.of(undone))


class ChangeUndoResource(_OfCard):
    """One change, put back."""

    rights = rules(POST=Right.CHANGES_UNDO)

    async def post(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r200[UndoneModel] | r403[ProblemDocument] | r404[ProblemDocument] | r409[ProblemDocument]:
        """Put one change back. An undo is a change too, and can be undone.

        Status codes:
            200: What was put back
            403: It would change what is not yours to change
            404: There is no such change
            409: It was put back already, or somebody changed that field since; or it would take a
                number off the card of a client on legal hold
        """
        undone, before = await self.context.database.write(
            lambda connection: self._undo(connection, id)
        )
        self.context.routing_changed()
        await self._tell(before)
        return json_response(UndoneModel.of(undone))

    def _undo(self, connection: Connection, id_: UUID) -> tuple[Undone, Card]:
        viewer, context = self.viewer, self.context
        change = find_change(connection, context.vault, id_)
        if change is None or not viewer.sees(change.field):
            raise ProblemError(HTTPStatus.NOT_FOUND, "change_not_found")
        try:
            card = get_card(connection, viewer, change.client_id, Right.CHANGES_UNDO)
        except ProblemError as problem:
            if problem.status is HTTPStatus.NOT_FOUND:
                raise ProblemError(HTTPStatus.NOT_FOUND, "change_not_found") from None
            raise
        try:
            undone = undo_change(connection, context.vault, undoer_of(self), change)
        except AlreadyUndoneError:
            raise ProblemError(HTTPStatus.CONFLICT, "already_undone") from None
        except CannotUndoError as error:
            held = error.reason is Left.LEGAL_HOLD
            code = "legal_hold" if held else f"undo_{error.reason.value}"
            raise ProblemError(HTTPStatus.CONFLICT, code) from None
        entry = viewer.entry(
            Action.CHANGE_UNDONE,
            client_id=change.client_id,
            object=str(change.id),
            details={"fields": [change.field]},
        )
        context.audit.add(connection, entry)
        return undone, card


class DigitEditsResource(Resource):
    """Who changed digits of numbers."""

    rights = rules(GET=Right.REPORTS_READ)

    async def get(
        self,
        since: Instant | None = None,
        until: Instant | None = None,
        after: Id | None = None,
        limit: Limit = 50,
    ) -> r200[DigitEditPage] | r400[ProblemDocument]:
        """Edits of digits, newest first, of the last 30 days unless ``since`` says otherwise.

        Also those that were hidden in deleting a number and adding nearly the same one.

        Status codes:
            200: One page
            400: A parameter is unknown or has a value that is not allowed
        """
        viewer, context = self.viewer, self.context
        end = until or datetime.now(UTC) + timedelta(minutes=1)
        begin = since or end - _USUAL_REPORT
        within = or_(viewer.within(Right.REPORTS_READ), archived(viewer.access, Right.REPORTS_READ))
        async with context.database.read() as connection:
            found = await connection.run_sync(
                lambda one: digit_edits(
                    one,
                    context.vault,
                    access=viewer.access,
                    within=within,
                    since=begin,
                    until=end,
                    after=after,
                    limit=limit + 1,
                )
            )
        page = found[:limit]
        await context.reading.listed(
            viewer,
            [ClientName(id=one.card_id, name=one.name, short_code=None) for one in page],
            Action.REPORT_OPENED,
            object="digit-edits",
            count=len(page),
        )
        items = [DigitEditModel.of_edit(edit, viewer) for edit in page]
        more = str(page[-1].change.id) if len(found) > limit else None
        return json_response(DigitEditPage(items=items, next=more))


def _label(value: Value) -> str | None:
    return value.label if isinstance(value, Item) else None


ROUTES: Final = (
    ("/api/v1/clients/{id}/changes", ClientChangesResource),
    ("/api/v1/clients/{id}/undo", ClientUndoResource),
    ("/api/v1/changes/{id}/undo", ChangeUndoResource),
    ("/api/v1/reports/digit-edits", DigitEditsResource),
)
