"""``/api/v1/clients``: finding, making, reading and changing cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from aiohttp import hdrs
from aiohttp_pydantic.oas.typing import r200, r201, r204, r400, r403, r404, r409
from pydantic import Field
from sqlalchemy import Connection

from crm import fields, values
from crm.access import Right, Target
from crm.audit import Action
from crm.cards import NewCard, change_card, check_changes, create_card
from crm.changed import Change
from crm.claims import add_number
from crm.client_query import Order
from crm.clients import load_names, load_rows
from crm.contacts import add_contact
from crm.custom_fields import read_value
from crm.search import find_clients
from crm.values import BadValueError
from crm.writing import Writing
from daemon.api.archive import archive_card
from daemon.api.card_door import CardResource, EditedDocument, read_since
from daemon.api.client_asking import AskingResource, asked, narrowed, place
from daemon.api.client_models import (
    ClientChanges,
    ClientModel,
    ClientPage,
    ClientRowModel,
    ClientWanted,
    Suggestion,
    Suggestions,
)
from daemon.api.parameters import Flag, Id, Instant, Limit, Text, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response

Cursor = Annotated[str, Field(min_length=1, max_length=800)]

_SUGGESTED: Final = 10


class ClientsResource(AskingResource):
    """The client base."""

    rights = rules(GET=Right.CLIENTS_READ, POST=Right.CLIENTS_CREATE)

    async def get(  # noqa: PLR0917 - aiohttp-pydantic passes them by name
        self,
        q: Text | None = None,
        number: Text | None = None,
        email: Text | None = None,
        code: Text | None = None,
        curator: Text | None = None,
        category: Text | None = None,
        company: Text | None = None,
        unassigned: Flag = False,
        open_task: Flag = False,
        created_since: Instant | None = None,
        sort: Literal["created", "name"] | None = None,
        after: Cursor | None = None,
        limit: Limit = 50,
    ) -> r200[ClientPage] | r400[ProblemDocument] | r403[ProblemDocument]:
        """Clients whom he may know of. ``q``: the beginnings of words of name and company, in any
        order; ``number`` and ``email`` in full. The newest first, unless ``sort`` says otherwise.

        Status codes:
            200: One page
            400: A parameter is unknown or has a value that is not allowed
            403: A field that is hidden from him was searched or filtered by
        """
        order = Order(sort or "created")
        ids = self.by_contact(number, email, code)
        query = self.check_filters(
            replace(
                self.names_and_companies(q),
                company=company,
                category=category,
                curator=curator,
                unassigned=unassigned,
                open_task=open_task,
                created_since=created_since,
            )
        )
        begin = place(after)

        def find(connection: Connection) -> tuple[list[Any], str | None]:
            found = find_clients(
                connection,
                self.viewer.access,
                narrowed(query, ids(connection)),
                order=order,
                after=begin,
                limit=limit + 1,
            )
            page = found[:limit]
            more = str(page[-1]) if len(found) > limit else None
            return load_rows(connection, [one.id for one in page]), more

        async with self.context.database.read() as connection:
            rows, more = await connection.run_sync(find)
        searched = any(one is not None for one in (q, number, email, code, company))
        await self.context.reading.listed(
            self.viewer,
            rows,
            Action.CLIENTS_SEARCHED if searched else Action.CLIENTS_LISTED,
            asked(self.request.query),
        )
        items = [ClientRowModel.of(row, self.viewer) for row in rows]
        return json_response(ClientPage(items=items, next=more))

    async def post(
        self, wanted: ClientWanted
    ) -> r201[ClientModel] | r400[ProblemDocument] | r403[ProblemDocument] | r409[ProblemDocument]:
        """Write a client down. Who does it is the curator, unless another is named.

        Status codes:
            201: The card
            400: A field has a value that is not allowed
            403: A field is hidden from him, or he may not assign clients to another
            409: A card that he may know of has one of the numbers; Location says which
        """
        self._refuse_hidden(wanted)

        def create(connection: Connection) -> UUID:
            writing = self.writing()
            changes = check_changes(connection, self._serving(wanted.wanted()))
            numbers = [values.number(self.context.plan, one.number) for one in wanted.phones]
            if not (numbers or changes.get(fields.NAME) or changes.get(fields.COMPANY)):
                raise BadValueError(fields.NAME, "name_or_phone")
            card = NewCard(changes=changes, number=next(iter(numbers), None))
            id_, made = create_card(connection, writing, self.context.codes, card)
            made += self._add_items(connection, writing, id_, wanted)
            entries = self.told(id_, made, Action.CLIENT_CREATED)
            self.context.audit.add(connection, *entries)
            return id_

        id_ = await self.transact(create)
        self.context.routing_changed()
        response = await self.card(id_, HTTPStatus.CREATED)
        response.headers[hdrs.LOCATION] = f"/api/v1/clients/{id_}"
        return response

    def _refuse_hidden(self, wanted: ClientWanted) -> None:
        if wanted.phones:
            self.refuse_hidden(fields.PHONES)
        self.refuse_hidden(*(fields.CONTACT_KINDS[one.kind] for one in wanted.contacts))
        self.refuse_hidden(*wanted.wanted())

    def _serving(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """With him as the curator where none is named; a 403 problem where he may not say whom."""
        viewer = self.viewer
        himself = None if viewer.is_operator else viewer.person
        curator = wanted.setdefault(fields.CURATOR, himself)
        given = {curator, wanted.get(fields.DEPUTY)} - {None, himself}
        if given or (curator is None and not viewer.has(Right.CLIENTS_UNASSIGNED)):
            if not viewer.has(Right.CLIENTS_ASSIGN):
                raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")
            self.check_serving(wanted)
        if wanted.get(fields.PRIVATE):
            self._check_private(curator)
        return wanted

    def _check_private(self, curator: str | None) -> None:
        viewer = self.viewer
        if not viewer.has(Right.CLIENTS_PRIVATE) or not viewer.access.owns(curator):
            raise ProblemError(HTTPStatus.FORBIDDEN, "not_your_private")

    def _add_items(
        self, connection: Connection, writing: Writing, id_: UUID, wanted: ClientWanted
    ) -> tuple[Change, ...]:
        made: tuple[Change, ...] = ()
        known = self.viewer.within(Right.CLIENTS_READ)
        for phone in wanted.phones:
            number = values.number(self.context.plan, phone.number)
            label = values.optional("label", phone.label, values.LONGEST_LABEL)
            _, changes = add_number(connection, writing, id_, number, label, known=known)
            made += changes
        for one in wanted.contacts:
            value = values.contact(fields.CONTACT_KINDS[one.kind], one.value)
            label = values.optional("label", one.label, values.LONGEST_LABEL)
            _, changes = add_contact(connection, writing, id_, one.kind, value, label=label)
            made += changes
        return made


class SuggestResource(AskingResource):
    """Clients to choose from while somebody types."""

    rights = rules(GET=Right.CLIENTS_READ)

    async def get(self, q: Text) -> r200[Suggestions] | r400[ProblemDocument]:
        """The newest clients who have words that begin so: names and codes only.

        Status codes:
            200: Ten at most
            400: There is no word in it
        """
        query = self.names_and_companies(q)

        def find(connection: Connection) -> list[Any]:
            found = find_clients(
                connection, self.viewer.access, query, order=Order.CREATED, limit=_SUGGESTED
            )
            names = load_names(connection, [one.id for one in found])
            return [names[one.id] for one in found]

        async with self.context.database.read() as connection:
            names = await connection.run_sync(find)
        await self.context.reading.listed(
            self.viewer, names, Action.CLIENTS_SEARCHED, asked(self.request.query)
        )
        return json_response(Suggestions(items=[Suggestion.of(one, self.viewer) for one in names]))


class ClientResource(CardResource):
    """One client card."""

    rights = rules(GET=Right.CLIENTS_READ, PATCH=Right.CLIENTS_CHANGE, DELETE=Right.CLIENTS_ARCHIVE)

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r200[ClientModel] | r400[ProblemDocument] | r404[ProblemDocument]:
        """One client card. ``ETag`` is for ``If-Match`` of a change.

        Status codes:
            200: The card
            404: There is no such client
        """
        await self.opened(id)
        return await self.card(id)

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r204 | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]:
        """Delete a card: it goes to the archive, and can be restored from there.

        Status codes:
            204: It is in the archive
            403: His rights do not allow this
            404: There is no such client
        """
        return await archive_card(self, id)

    async def patch(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        changes: ClientChanges,
        *,
        if_match: Text | None = None,
    ) -> (
        r200[ClientModel]
        | r400[ProblemDocument]
        | r403[ProblemDocument]
        | r404[ProblemDocument]
        | r409[EditedDocument]
    ):
        """Change a card; what is left out stays. Open tasks go to the new curator.

        Status codes:
            200: The card as it is now
            400: A field has a value that is not allowed
            403: A field is hidden from him, or his rights do not allow this change
            404: There is no such client
            409: Somebody else changed the card since (``If-Match``, ``changed_at``)
        """
        wanted = changes.wanted()
        self.refuse_hidden(*wanted)
        since = changes.changed_at or read_since(if_match)
        await self.opened(id)

        def change(connection: Connection, writing: Writing, target: Target) -> None:
            self._check_rights(wanted, target)
            self._check_blotted(connection, id, wanted)
            made = change_card(connection, writing, id, check_changes(connection, wanted))
            self.context.audit.add(connection, *self.told(id, made))

        await self.write(id, Right.CLIENTS_CHANGE, change, unchanged_since=since)
        if {fields.NAME, fields.CURATOR, fields.DEPUTY, fields.PRIVATE} & wanted.keys():
            self.context.routing_changed()
        return await self._answer(id)

    async def _answer(self, id_: UUID) -> Any:
        """The card; a client whom he gave away and may no more know of is answered without one."""
        try:
            return await self.card(id_)
        except ProblemError as problem:
            if problem.status is not HTTPStatus.NOT_FOUND:
                raise
            raise ProblemError(HTTPStatus.NOT_FOUND, "given_away") from None

    def _check_rights(self, wanted: Mapping[str, Any], target: Target) -> None:
        viewer = self.viewer
        serving = {fields.CURATOR, fields.DEPUTY} & wanted.keys()
        if serving:
            if not viewer.allows(Right.CLIENTS_ASSIGN, target):
                raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")
            self.check_serving(wanted)
        if fields.PRIVATE in wanted and wanted[fields.PRIVATE] != target.private:
            his = viewer.access.owns(target.curator) and viewer.has(Right.CLIENTS_PRIVATE)
            if not his:
                raise ProblemError(HTTPStatus.FORBIDDEN, "not_your_private")

    def _check_blotted(self, connection: Connection, id_: UUID, wanted: Mapping[str, Any]) -> None:
        """What he sees only in part he does not overwrite."""
        before = load_rows(connection, [id_])[0]
        for field in wanted:
            if field == fields.NAME:
                self.refuse_blotted(before.name)
            elif field == fields.COMPANY:
                self.refuse_blotted(before.company)
            elif fields.is_custom(field):
                key = field.removeprefix(fields.CUSTOM)
                self.refuse_blotted(read_value(connection, self.context.vault, id_, key))


ROUTES: Final = (
    ("/api/v1/clients", ClientsResource),
    ("/api/v1/clients/suggest", SuggestResource),
    ("/api/v1/clients/{id}", ClientResource),
)
