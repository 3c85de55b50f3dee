"""``/api/v1/clients/{id}/phones`` and ``contacts``: by what a client can be reached."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r201, r204, r400, r403, r404, r409
from sqlalchemy import Connection

from crm import fields, values
from crm.access import Right, Target
from crm.claims import add_number, change_number, get_number, remove_number
from crm.contacts import add_contact, change_contact, get_contact, read_contact, remove_contact
from crm.writing import ItemNotFoundError, Writing
from daemon.api.card_door import CardResource, read_since
from daemon.api.client_models import (
    ContactChanges,
    ContactModel,
    ContactWanted,
    ItemChanges,
    PhoneChanges,
    PhoneModel,
    PhoneWanted,
)
from daemon.api.parameters import Id, Text, rules
from daemon.api.phone_ids import outside_id, row_id
from daemon.api.problems import ProblemDocument, Refused
from daemon.api.responses import json_response


class PhonesResource(CardResource):
    """The numbers of a card."""

    rights = rules(POST=Right.CLIENTS_CHANGE)

    async def post(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        wanted: PhoneWanted,
    ) -> r201[PhoneModel] | Refused:
        """Put a number on the card.

        Status codes:
            201: The number
            400: It is no number, or the company's or an employee's own
            403: Numbers are hidden from him, or he may not change this card
            404: There is no such client
            409: This card has it already, or another one that he may know of: Location says which
        """
        self.refuse_hidden(fields.PHONES)

        def add(connection: Connection, writing: Writing, _target: Target) -> PhoneModel:
            number = values.number(self.context.plan, wanted.number, "number")
            label = values.optional("label", wanted.label, values.LONGEST_LABEL)
            known = self.viewer.within(Right.CLIENTS_READ)
            _, made = add_number(connection, writing, id, number, label, known=known)
            self.context.audit.add(connection, *self.told(id, made))
            return PhoneModel(id=outside_id(writing.vault, id, number), number=number, label=label)

        model = await self.write(id, Right.CLIENTS_CHANGE, add)
        self.context.routing_changed()
        return json_response(model, HTTPStatus.CREATED)


class PhoneResource(CardResource):
    """One number of a card."""

    rights = rules(PATCH=Right.CLIENTS_CHANGE, DELETE=Right.CLIENTS_CHANGE)

    async def patch(
        self,
        id: Id,  # noqa: A002 - the name in the path
        phone_id: Id,
        /,
        changes: PhoneChanges,
        *,
        if_match: Text | None = None,
    ) -> r200[PhoneModel] | Refused:
        """Give it another label or number. Another number has another id: calls keep the old one.

        Status codes:
            200: The number as it is now
            400: It is no number, or the company's or an employee's own
            403: Numbers are hidden from him, or he may not change this card
            404: There is no such client, or the card has no such number
            409: This card has it already, or another one that he may know of: Location says which;
                or somebody changed the card since (``If-Match``); or a legal hold stands on the
                client, and his number stays
        """
        self.refuse_hidden(fields.PHONES)
        await self.opened(id)

        def change(connection: Connection, writing: Writing, _target: Target) -> PhoneModel:
            row = row_id(connection, writing.vault, id, phone_id)
            before = get_number(connection, writing.vault, id, row)
            number = before.number
            if changes.number is not None:
                number = values.number(self.context.plan, changes.number, "number")
            label = _label(changes, before.label)
            _, made = change_number(
                connection,
                writing,
                id,
                row,
                number=number,
                label=label,
                known=self.viewer.within(Right.CLIENTS_READ),
            )
            self.context.phones_changed()
            self.context.audit.add(connection, *self.told(id, made))
            return PhoneModel(id=outside_id(writing.vault, id, number), number=number, label=label)

        model = await self.write(
            id, Right.CLIENTS_CHANGE, change, unchanged_since=read_since(if_match)
        )
        self.context.routing_changed()
        return json_response(model)

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        phone_id: Id,
        /,
    ) -> (
        r204
        | r400[ProblemDocument]
        | r403[ProblemDocument]
        | r404[ProblemDocument]
        | r409[ProblemDocument]
    ):
        """Take it off the card, also the last one. Calls with it stay.

        Status codes:
            204: It is gone
            403: Numbers are hidden from him, or he may not change this card
            404: There is no such client, or the card has no such number
            409: A legal hold stands on the client
        """
        self.refuse_hidden(fields.PHONES)

        def remove(connection: Connection, writing: Writing, _target: Target) -> None:
            row = row_id(connection, writing.vault, id, phone_id)
            made = remove_number(connection, writing, id, row)
            self.context.phones_changed()
            self.context.audit.add(connection, *self.told(id, made))

        await self.write(id, Right.CLIENTS_CHANGE, remove)
        self.context.routing_changed()
        return web.Response(status=HTTPStatus.NO_CONTENT)


class _ContactResource(CardResource):
    def model(self, connection: Connection, id_: UUID, contact_id: UUID) -> ContactModel:
        """As it stands on the card now."""
        row = get_contact(connection, id_, contact_id)
        return ContactModel.of(read_contact(self.context.vault, row), self.viewer)

    def refuse_unseen(self, field: str) -> None:
        """A 404 problem: what is hidden from him has no id for him either."""
        if not self.viewer.sees(field):
            raise ItemNotFoundError(field)


class ContactsResource(_ContactResource):
    """The e-mails, addresses and messengers of a card."""

    rights = rules(POST=Right.CLIENTS_CHANGE)

    async def post(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        wanted: ContactWanted,
    ) -> r201[ContactModel] | Refused:
        """Put one on the card.

        Status codes:
            201: It
            400: It has a value that is not allowed
            403: Its field is hidden from him, or he may not change this card
            404: There is no such client
            409: This card has it already
        """
        field = fields.CONTACT_KINDS[wanted.kind]
        self.refuse_hidden(field)

        def add(connection: Connection, writing: Writing, _target: Target) -> ContactModel:
            value = values.contact(field, wanted.value)
            label = values.optional("label", wanted.label, values.LONGEST_LABEL)
            contact_id, made = add_contact(connection, writing, id, wanted.kind, value, label=label)
            self.context.audit.add(connection, *self.told(id, made))
            return self.model(connection, id, contact_id)

        model = await self.write(id, Right.CLIENTS_CHANGE, add)
        return json_response(model, HTTPStatus.CREATED)


class ContactResource(_ContactResource):
    """One e-mail, address or messenger of a card."""

    rights = rules(PATCH=Right.CLIENTS_CHANGE, DELETE=Right.CLIENTS_CHANGE)

    async def patch(
        self,
        id: Id,  # noqa: A002 - the name in the path
        contact_id: Id,
        /,
        changes: ContactChanges,
        *,
        if_match: Text | None = None,
    ) -> r200[ContactModel] | Refused:
        """Give it another label or value.

        Status codes:
            200: It as it is now
            400: It has a value that is not allowed
            403: He may not change this card, or sees that value only in part
            404: There is no such client, or the card has no such contact that he sees
            409: This card has that value already, or somebody changed the card since
                (``If-Match``)
        """
        await self.opened(id)

        def change(connection: Connection, writing: Writing, _target: Target) -> ContactModel:
            row = get_contact(connection, id, contact_id)
            field = fields.CONTACT_KINDS[row.kind]
            self.refuse_unseen(field)
            before = read_contact(writing.vault, row)
            value = None
            if changes.value is not None:
                self.refuse_blotted(before.value)
                value = values.contact(field, changes.value)
            made = change_contact(
                connection,
                writing,
                id,
                contact_id,
                value=value,
                label=_label(changes, before.label),
            )
            self.context.audit.add(connection, *self.told(id, made))
            return self.model(connection, id, contact_id)

        model = await self.write(
            id, Right.CLIENTS_CHANGE, change, unchanged_since=read_since(if_match)
        )
        return json_response(model)

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        contact_id: Id,
        /,
    ) -> r204 | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]:
        """Take it off the card.

        Status codes:
            204: It is gone
            403: He may not change this card, or sees that value only in part
            404: There is no such client, or the card has no such contact that he sees
        """

        def remove(connection: Connection, writing: Writing, _target: Target) -> None:
            row = get_contact(connection, id, contact_id)
            self.refuse_unseen(fields.CONTACT_KINDS[row.kind])
            self.refuse_blotted(read_contact(writing.vault, row).value)
            made = remove_contact(connection, writing, id, contact_id)
            self.context.audit.add(connection, *self.told(id, made))

        await self.write(id, Right.CLIENTS_CHANGE, remove)
        return web.Response(status=HTTPStatus.NO_CONTENT)


def _label(changes: ItemChanges, before: str | None) -> str | None:
    if "label" not in changes.model_fields_set:
        return before
    return values.optional("label", changes.label, values.LONGEST_LABEL)


ROUTES: Final = (
    ("/api/v1/clients/{id}/phones", PhonesResource),
    ("/api/v1/clients/{id}/phones/{phone_id}", PhoneResource),
    ("/api/v1/clients/{id}/contacts", ContactsResource),
    ("/api/v1/clients/{id}/contacts/{contact_id}", ContactResource),
)
