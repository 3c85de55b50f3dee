"""The e-mails, addresses and messengers of a card, as people add, change and remove them."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, update

from crm.card_tables import contact
from crm.changed import Change, Item
from crm.clients import Contact
from crm.fields import CONTACT_KINDS
from crm.sealed import contact_index_text, open_sealed, seal
from crm.vault import Vault
from crm.writing import AlreadyThereError, ItemNotFoundError, Writing
from store.ids import uuid7

KIND_OF: Final = {name: kind for kind, name in CONTACT_KINDS.items()}
"""``contact.kind`` by the field of ``crm.fields``."""


def add_contact(
    connection: Connection,
    writing: Writing,
    client_id: UUID,
    kind: str,
    value: str,
    *,
    label: str | None,
) -> tuple[UUID, tuple[Change, ...]]:
    """Put a value that ``crm.values`` has checked on a card. ``AlreadyThereError``."""
    index = contact_index(writing.vault, kind, value)
    _refuse_twice(connection, client_id, kind, index)
    id_ = uuid7()
    connection.execute(
        insert(contact).values(
            id=id_,
            client_id=client_id,
            kind=kind,
            label=label,
            value=seal(writing.vault, contact.c.value, id_, value),
            blind_index=index,
            created_by=writing.actor,
            created_at=writing.at,
        )
    )
    after = Item(value=value, label=label, author=writing.actor, created_at=writing.at)
    change = Change(client_id=client_id, field=CONTACT_KINDS[kind], item_id=id_, after=after)
    return id_, writing.log(connection, client_id, [change])


def change_contact(
    connection: Connection,
    writing: Writing,
    client_id: UUID,
    id_: UUID,
    *,
    value: str | None = None,
    label: str | None,
) -> tuple[Change, ...]:
    """Give it another label, and another value where one is given. ``ItemNotFoundError``;
    ``AlreadyThereError``.
    """
    row = get_contact(connection, client_id, id_)
    before = _item(writing.vault, row)
    index = contact_index(writing.vault, row.kind, value or before.value)
    if index != row.blind_index:
        _refuse_twice(connection, client_id, row.kind, index)
    after = Item(
        value=value or before.value,
        label=label,
        author=before.author,
        created_at=before.created_at,
    )
    connection.execute(
        update(contact)
        .where(contact.c.id == id_)
        .values(
            label=label,
            value=seal(writing.vault, contact.c.value, id_, after.value),
            blind_index=index,
        )
    )
    change = Change(
        client_id=client_id,
        field=CONTACT_KINDS[row.kind],
        item_id=id_,
        before=before,
        after=after,
    )
    return writing.log(connection, client_id, [change])


def remove_contact(
    connection: Connection, writing: Writing, client_id: UUID, id_: UUID
) -> tuple[Change, ...]:
    """Take it off the card. ``ItemNotFoundError``."""
    row = get_contact(connection, client_id, id_)
    before = _item(writing.vault, row)
    connection.execute(delete(contact).where(contact.c.id == id_))
    change = Change(client_id=client_id, field=CONTACT_KINDS[row.kind], item_id=id_, before=before)
    return writing.log(connection, client_id, [change])


def get_contact(connection: Connection, client_id: UUID, id_: UUID) -> Row[Any]:
    """Its row of ``contact``; ``ItemNotFoundError`` where the card has none of that id."""
    row = connection.execute(
        select(contact).where(contact.c.id == id_, contact.c.client_id == client_id)
    ).first()
    if row is None:
        raise ItemNotFoundError(str(id_))
    return row


def read_contact(vault: Vault, row: Row[Any]) -> Contact:
    """What a row of ``contact`` holds."""
    value = open_sealed(vault, contact.c.value, row.id, row.value)
    return Contact(id=row.id, kind=row.kind, label=row.label, value=value)


def contact_index(vault: Vault, kind: str, value: str) -> bytes:
    """By which equal values of one kind are found."""
    return vault.blind_index(contact_index_text(kind, value))


def _refuse_twice(connection: Connection, client_id: UUID, kind: str, index: bytes) -> None:
    twice = select(contact.c.id).where(
        contact.c.blind_index == index, contact.c.client_id == client_id
    )
    if connection.execute(twice).first() is not None:
        raise AlreadyThereError(CONTACT_KINDS[kind])


def _item(vault: Vault, row: Row[Any]) -> Item:
    return Item(
        value=open_sealed(vault, contact.c.value, row.id, row.value),
        label=row.label,
        author=row.created_by,
        created_at=row.created_at,
    )
