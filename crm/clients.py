"""Client cards: reading them. ``crm.cards`` changes them, ``crm.search`` finds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.access import Target
from crm.card_tables import contact, custom_field, custom_value, phone_claim
from crm.fields import CONTACT_KINDS, PHONES, custom
from crm.phones import open_number
from crm.sealed import open_sealed
from crm.tables import client, phone, short_code
from crm.vault import Sealed, Vault

NOTHING_HIDDEN: Final[frozenset[str]] = frozenset()


class ClientNotFoundError(LookupError):
    """There is no such card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPhone:
    """One of a client's numbers; opened only for who holds the vault."""

    id: UUID
    number: str | None = field(repr=False)
    label: str | None = None
    since: datetime | None = None
    """From when on it stands on the card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An e-mail, address or messenger; opened only for who holds the vault."""

    id: UUID
    kind: str
    """``email``, ``address``, ``messenger``."""
    label: str | None
    value: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientName:
    """Who it is and whose, wherever a client is only mentioned."""

    id: UUID
    name: str | None
    short_code: str | None
    curator: str | None = None
    """The person whose client this is."""
    deputy: str | None = None
    private: bool = False

    @property
    def target(self) -> Target:
        """Whose he is, for ``crm.access``."""
        return Target(curator=self.curator, deputy=self.deputy, private=self.private)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow(ClientName):
    """One card in a list: no contact detail."""

    company: str | None = None
    category: str | None = None
    source: str
    created_at: datetime
    changed_at: datetime | None = None
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Client(ClientRow):
    """One card in full."""

    phones: tuple[ClientPhone, ...] = ()
    """Claims (``crm.claims``) among them: nobody can tell them apart."""
    contacts: tuple[Contact, ...] = ()
    custom: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    """Values of custom fields that are in use, by key; only for who holds the vault."""


async def find_client(
    connection: AsyncConnection,
    id_: UUID,
    *,
    vault: Vault | None = None,
    hidden: Collection[str] = NOTHING_HIDDEN,
    within: ColumnElement[bool] | None = None,
) -> Client | None:
    """The card, or ``None``; what is not ``hidden`` is opened where a vault is given.

    ``within`` narrows to those clients for which it holds, as ``crm.visible`` does.
    """
    return await connection.run_sync(load_client, id_, vault=vault, hidden=hidden, within=within)


async def get_client(
    connection: AsyncConnection, id_: UUID, *, vault: Vault | None = None
) -> Client:
    """The card; ``ClientNotFoundError`` where there is none."""
    card = await find_client(connection, id_, vault=vault)
    if card is None:
        raise ClientNotFoundError(str(id_))
    return card


async def find_client_by_number(
    connection: AsyncConnection, number: str, *, vault: Vault
) -> Client | None:
    """The card of an E.164 number, found by its blind index, or ``None``."""
    found = await connection.execute(
        select(phone.c.client_id).where(phone.c.blind_index == vault.blind_index(number))
    )
    id_ = found.scalar_one_or_none()
    return None if id_ is None else await find_client(connection, id_, vault=vault)


async def find_names(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, ClientName]:
    """Those of the clients that are stored, by id. Whether he may know of them, the caller asks."""
    return await connection.run_sync(load_names, ids)


def load_names(connection: Connection, ids: Collection[UUID]) -> dict[UUID, ClientName]:
    """As ``find_names``."""
    if not ids:
        return {}
    codes = load_codes(connection, ids)
    rows = connection.execute(
        select(
            client.c.id, client.c.name, client.c.curator, client.c.deputy, client.c.private
        ).where(client.c.id.in_(ids))
    )
    return {row.id: ClientName(short_code=codes.get(row.id), **row._mapping) for row in rows}


def load_codes(connection: Connection, ids: Collection[UUID]) -> dict[UUID, str]:
    """The oldest short code of each client: cards that were merged keep theirs besides."""
    rows = connection.execute(
        select(short_code.c.client_id, short_code.c.code)
        .where(short_code.c.client_id.in_(ids))
        .order_by(short_code.c.issued_at.desc(), short_code.c.code.desc())
    )
    return {row.client_id: row.code for row in rows}


def load_rows(connection: Connection, ids: Sequence[UUID]) -> list[ClientRow]:
    """Cards for a list, in the order of the ids."""
    if not ids:
        return []
    codes = load_codes(connection, ids)
    rows = connection.execute(select(client).where(client.c.id.in_(ids)))
    found = {row.id: ClientRow(**_row(row, codes)) for row in rows}
    return [found[id_] for id_ in ids if id_ in found]


def load_client(
    connection: Connection,
    id_: UUID,
    *,
    vault: Vault | None = None,
    hidden: Collection[str] = NOTHING_HIDDEN,
    within: ColumnElement[bool] | None = None,
) -> Client | None:
    """As ``find_client``."""
    query = select(client).where(client.c.id == id_)
    row = connection.execute(query if within is None else query.where(within)).first()
    if row is None:
        return None
    return _cards(connection, [row], vault, hidden)[0]


def load_clients(
    connection: Connection,
    ids: Sequence[UUID],
    *,
    vault: Vault | None = None,
    hidden: Collection[str] = NOTHING_HIDDEN,
) -> list[Client]:
    """Cards in full, in the order of the ids: for exports and the like."""
    if not ids:
        return []
    rows = {row.id: row for row in connection.execute(select(client).where(client.c.id.in_(ids)))}
    return _cards(connection, [rows[id_] for id_ in ids if id_ in rows], vault, hidden)


def _cards(
    connection: Connection, rows: Sequence[Row[Any]], vault: Vault | None, hidden: Collection[str]
) -> list[Client]:
    ids = [row.id for row in rows]
    codes = load_codes(connection, ids)
    phones = _phones(connection, ids, None if PHONES in hidden else vault)
    contacts = _contacts(connection, ids, vault, hidden)
    values = _custom(connection, ids, vault, hidden)
    return [
        Client(
            phones=tuple(phones.get(row.id, ())),
            contacts=tuple(contacts.get(row.id, ())),
            custom=values.get(row.id, {}),
            **_row(row, codes),
        )
        for row in rows
    ]


def _row(row: Row[Any], codes: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "short_code": codes.get(row.id),
        "curator": row.curator,
        "deputy": row.deputy,
        "private": row.private,
        "company": row.company,
        "category": row.category,
        "source": row.source,
        "created_at": row.created_at,
        "changed_at": row.changed_at,
        "archived_at": row.archived_at,
    }


def _phones(
    connection: Connection, ids: Sequence[UUID], vault: Vault | None
) -> dict[UUID, list[ClientPhone]]:
    """Phones and claims in one order, that in which they came to the card."""
    found: defaultdict[UUID, list[ClientPhone]] = defaultdict(list)
    for table in (phone, phone_claim):
        rows = connection.execute(
            select(
                table.c.client_id, table.c.id, table.c.number, table.c.label, table.c.created_at
            ).where(table.c.client_id.in_(ids))
        )
        for client_id, id_, number, label, since in rows:
            opened = None
            if vault is not None and table is phone:
                opened = open_number(vault, id_, number)
            elif vault is not None:
                opened = open_sealed(vault, phone_claim.c.number, id_, number)
            found[client_id].append(ClientPhone(id=id_, number=opened, label=label, since=since))
    for phones in found.values():
        # Of the same moment: not by id, which is older where another once had the number.
        phones.sort(key=lambda one: (one.since, one.number or ""))
    return found


def _contacts(
    connection: Connection, ids: Sequence[UUID], vault: Vault | None, hidden: Collection[str]
) -> dict[UUID, list[Contact]]:
    found: defaultdict[UUID, list[Contact]] = defaultdict(list)
    stored = connection.execute(
        select(contact.c.client_id, contact.c.id, contact.c.kind, contact.c.label, contact.c.value)
        .where(contact.c.client_id.in_(ids))
        .order_by(contact.c.id)
    )
    for client_id, id_, kind, label, value in stored:
        opened = None
        if vault is not None and CONTACT_KINDS[kind] not in hidden:
            opened = open_sealed(vault, contact.c.value, id_, value)
        found[client_id].append(Contact(id=id_, kind=kind, label=label, value=opened))
    return found


def _custom(
    connection: Connection, ids: Sequence[UUID], vault: Vault | None, hidden: Collection[str]
) -> dict[UUID, dict[str, str]]:
    found: defaultdict[UUID, dict[str, str]] = defaultdict(dict)
    if vault is None:
        return found
    stored = connection.execute(
        select(custom_value.c.client_id, custom_value.c.key, custom_value.c.value)
        .join(custom_field, custom_field.c.key == custom_value.c.key)
        .where(custom_value.c.client_id.in_(ids), custom_field.c.removed_at.is_(None))
        .order_by(custom_field.c.position, custom_field.c.key)
    )
    for client_id, key, value in stored:
        if custom(key) not in hidden:
            found[client_id][key] = open_custom(vault, client_id, key, value)
    return found


def open_custom(vault: Vault, client_id: UUID, key: str, value: Sealed) -> str:
    """One value of a custom field."""
    return open_sealed(vault, custom_value.c.value, (client_id, key), value)
