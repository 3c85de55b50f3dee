"""What the API says of client cards, and takes to make and change them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, Strict

from crm import fields
from crm.access import Right
from crm.clients import Client, ClientName, ClientPhone, ClientRow, Contact
from crm.custom_fields import CustomField
from crm.values import custom_value
from daemon.api.parameters import Instant
from daemon.api.viewer import Viewer

Written = Annotated[str, Field(max_length=2000)]
"""A line that somebody typed: ``crm.values`` says what is wrong with it."""
Prose = Annotated[str, Field(max_length=20_000)]
"""Several lines."""
ContactKind = Literal["email", "address", "messenger"]

_ACTIONS = {
    "call": Right.CALLS_MAKE,
    "change": Right.CLIENTS_CHANGE,
    "assign": Right.CLIENTS_ASSIGN,
    "merge": Right.CLIENTS_MERGE,
    "archive": Right.CLIENTS_ARCHIVE,
    "export": Right.CLIENTS_EXPORT,
    "task": Right.TASKS_CHANGE,
    "undo": Right.CHANGES_UNDO,
}


class PhoneModel(BaseModel):
    """One of a client's numbers."""

    id: UUID
    number: str
    """E.164."""
    label: str | None


class ContactModel(BaseModel):
    """An e-mail, address or messenger."""

    id: UUID
    value: str
    """Without what could be a number or an e-mail that is hidden."""
    label: str | None

    @classmethod
    def of(cls, contact: Contact, viewer: Viewer) -> Self:
        """From the card; its field is not hidden."""
        return cls(
            id=contact.id, value=viewer.text(contact.value) or "", label=viewer.text(contact.label)
        )


class ClientRowModel(BaseModel):
    """One client in a list: no contact detail; the card has those."""

    id: UUID
    short_code: str | None
    """Whoever dials it on a phone of the company calls this client."""
    name: str | None
    company: str | None
    category: str | None
    curator: str | None
    """The person whose client this is."""
    deputy: str | None
    private: bool
    """For its curator alone."""
    source: str
    """What made the card: ``call``, ``manual``, ``import``."""
    created_at: datetime
    changed_at: datetime
    """Give it back with a change: what another changed meanwhile is then not overwritten."""

    @classmethod
    def row(cls, client: ClientRow, viewer: Viewer) -> dict[str, Any]:
        """The values of a row."""
        seen = viewer.sees(fields.COMPANY)
        return {
            "id": client.id,
            "short_code": client.short_code,
            "name": viewer.name(client.name),
            "company": viewer.text(client.company) if seen else None,
            "category": viewer.name(client.category),
            "curator": viewer.name(client.curator),
            "deputy": viewer.name(client.deputy),
            "private": client.private,
            "source": client.source,
            "created_at": client.created_at,
            "changed_at": client.changed_at or client.created_at,
        }

    @classmethod
    def of(cls, client: ClientRow, viewer: Viewer) -> Self:
        """From the card."""
        return cls(**cls.row(client, viewer))


class ClientModel(ClientRowModel):
    """One client card. What is hidden is null, and named in ``hidden``."""

    phones: list[PhoneModel] | None
    emails: list[ContactModel] | None
    addresses: list[ContactModel] | None
    messengers: list[ContactModel] | None
    custom: dict[str, str | bool | float | int]
    """Values of the company's own fields, by key; what is empty or hidden is left out."""
    hidden: list[str]
    """Names of the fields that are hidden from who asks."""
    may: list[str]
    """What he may do with this card: ``call``, ``change``, ``assign`` …"""

    @classmethod
    def card(cls, client: Client, custom: Iterable[CustomField], viewer: Viewer) -> Self:
        """From the card, as it was opened for that viewer."""
        return cls(
            **cls.row(client, viewer),
            phones=_phones(client.phones, viewer),
            emails=_contacts(client, "email", viewer),
            addresses=_contacts(client, "address", viewer),
            messengers=_contacts(client, "messenger", viewer),
            custom=_custom(client.custom, custom, viewer),
            hidden=sorted(viewer.access.hidden),
            may=list(actions_of(client, viewer)),
        )


class ClientPage(BaseModel):
    """Clients, in the order that was asked for."""

    items: list[ClientRowModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class Suggestion(BaseModel):
    """A client to choose."""

    id: UUID
    short_code: str | None
    name: str | None

    @classmethod
    def of(cls, client: ClientName, viewer: Viewer) -> Self:
        """Who it is."""
        return cls(id=client.id, short_code=client.short_code, name=viewer.name(client.name))


class Suggestions(BaseModel):
    """Clients whose names begin like that, by name."""

    items: list[Suggestion]


class PhoneWanted(BaseModel):
    """A number to put on a card."""

    model_config = ConfigDict(extra="forbid")

    number: Written
    """International (+442079460101) or national."""
    label: Written | None = None


class ContactWanted(BaseModel):
    """An e-mail, address or messenger to put on a card."""

    model_config = ConfigDict(extra="forbid")

    kind: ContactKind
    value: Written
    label: Written | None = None


class ItemChanges(BaseModel):
    """What to change of a phone or contact; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    label: Written | None = None
    """Null takes it away."""


class PhoneChanges(ItemChanges):
    """What to change of a phone."""

    number: Written | None = None


class ContactChanges(ItemChanges):
    """What to change of a contact."""

    value: Written | None = None


class CardFields(BaseModel):
    """What people write on a card."""

    model_config = ConfigDict(extra="forbid")

    name: Written | None = None
    """Null takes it away. A name holds no number: at most 6 digits."""
    company: Written | None = None
    category: Written | None = None
    curator: Written | None = None
    """A person's name; null: nobody's client. Needs ``clients.assign``."""
    deputy: Written | None = None
    private: Annotated[bool, Strict()] = False
    """For its curator alone, who alone can say so; needs ``clients.private``."""
    custom: dict[str, str | bool | int | float | None] = Field(default_factory=dict)
    """Values of the company's own fields by key; null takes one away."""

    def wanted(self) -> dict[str, Any]:
        """What was sent, by field of ``crm.fields``."""
        sent = {
            name: getattr(self, name)
            for name in self.model_fields_set & {*CardFields.model_fields} - {"custom"}
        }
        return sent | {fields.custom(key): value for key, value in self.custom.items()}


class ClientWanted(CardFields):
    """A client to write down: a name, a company or a number at least."""

    phones: list[PhoneWanted] = Field(default_factory=list, max_length=20)
    contacts: list[ContactWanted] = Field(default_factory=list, max_length=50)


class ClientChanges(CardFields):
    """What to change of a card; what is left out stays."""

    changed_at: Instant | None = None
    """As the card said it: the change is refused where another changed the card since."""


def _phones(phones: Iterable[ClientPhone], viewer: Viewer) -> list[PhoneModel] | None:
    if not viewer.sees(fields.PHONES):
        return None
    return [PhoneModel(id=one.id, number=one.number or "", label=one.label) for one in phones]


def _contacts(client: Client, kind: str, viewer: Viewer) -> list[ContactModel] | None:
    if not viewer.sees(fields.CONTACT_KINDS[kind]):
        return None
    return [ContactModel.of(one, viewer) for one in client.contacts if one.kind == kind]


def _custom(
    held: Mapping[str, str], known: Iterable[CustomField], viewer: Viewer
) -> dict[str, str | bool | float | int]:
    shown: dict[str, str | bool | float | int] = {}
    for field in known:
        text = viewer.text(held.get(field.key))
        if text is not None and viewer.sees(field.field):
            whole = text == held[field.key]
            shown[field.key] = custom_value(field.kind, text) if whole else text
    return shown


def actions_of(client: Client, viewer: Viewer) -> Iterable[str]:
    """What he may do with that card."""
    for action, right in _ACTIONS.items():
        if viewer.allows(right, client.target) and (action != "call" or client.phones):
            yield action
    if viewer.access.owns(client.curator) and viewer.has(Right.CLIENTS_PRIVATE):
        yield "private"
    if viewer.sees(fields.NOTES):
        yield "note"
