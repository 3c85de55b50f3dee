"""Reading and writing one place of a card, so that an undo leaves it as it once was."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from crm.card_tables import contact, custom_field, custom_value, note, phone_claim
from crm.changed import Item, Value, text_of
from crm.claims import detach
from crm.client_words import write_words
from crm.fields import (
    CATEGORY,
    COMPANY,
    CONTACT_KINDS,
    CURATOR,
    CUSTOM,
    DEPUTY,
    NAME,
    NOTES,
    PHONES,
    PRIVATE,
    is_custom,
)
from crm.numbers import Owner
from crm.phones import NewPhone, add_phones, find_phones
from crm.sealed import contact_index_text, open_sealed, seal
from crm.slots import Slot
from crm.tables import client, phone
from crm.vault import Vault
from store.ids import uuid7
from store.upsert import upsert_rows

PLAIN: Final = {
    NAME: client.c.name,
    COMPANY: client.c.company,
    CATEGORY: client.c.category,
    CURATOR: client.c.curator,
    DEPUTY: client.c.deputy,
}
_KIND_OF: Final = {name: kind for kind, name in CONTACT_KINDS.items()}


class UnknownPlaceError(LookupError):
    """A field that there is no more: a custom one that was removed."""


def read_slot(connection: Connection, vault: Vault, slot: Slot) -> Value:
    """What stands there now; ``UnknownPlaceError``."""
    field = slot.field
    if field in PLAIN or field == PRIVATE:
        column = client.c.private if field == PRIVATE else PLAIN[field]
        value = connection.execute(
            select(column).where(client.c.id == slot.client_id)
        ).scalar_one_or_none()
        return ("true" if value else "false") if field == PRIVATE else value
    if field == PHONES:
        return _read_phone(connection, vault, slot)
    if field in _KIND_OF or field == NOTES:
        return _read_row(connection, vault, slot)
    return _read_custom(connection, vault, slot)


def write_slot(
    connection: Connection, vault: Vault, slot: Slot, value: Value, *, by: str, at: datetime
) -> None:
    """Let that value stand there, with all that it had: its author, its label, when it came.

    A number that another card has meanwhile becomes a claim on this one.
    """
    field, text = slot.field, text_of(value)
    if field in PLAIN:
        _write_plain(connection, slot.client_id, field, text)
    elif field == PRIVATE:
        connection.execute(
            update(client).where(client.c.id == slot.client_id).values(private=text == "true")
        )
    elif field == PHONES:
        _write_phone(connection, vault, slot, value, by=by, at=at)
    elif field == NOTES:
        _write_note(connection, vault, slot, value, by=by, at=at)
    elif field in _KIND_OF:
        _write_contact(connection, vault, slot, value, by=by, at=at)
    else:
        _write_custom(connection, vault, slot, text)
    connection.execute(update(client).where(client.c.id == slot.client_id).values(changed_at=at))


def _write_plain(connection: Connection, client_id: UUID, field: str, text: str | None) -> None:
    values = {PLAIN[field].name: text}
    connection.execute(update(client).where(client.c.id == client_id).values(values))
    if field in {NAME, COMPANY}:
        write_words(connection, client_id)


def _read_phone(connection: Connection, vault: Vault, slot: Slot) -> Item | None:
    index = vault.blind_index(str(slot.key))
    for table in (phone, phone_claim):
        row = connection.execute(
            select(table.c.label, table.c.created_by, table.c.created_at).where(
                table.c.blind_index == index, table.c.client_id == slot.client_id
            )
        ).first()
        if row is not None:
            return Item(
                value=str(slot.key),
                label=row.label,
                author=row.created_by,
                created_at=row.created_at,
            )
    return None


def _write_phone(
    connection: Connection, vault: Vault, slot: Slot, value: Value, *, by: str, at: datetime
) -> None:
    number, client_id = str(slot.key), slot.client_id
    index = vault.blind_index(number)
    mine = (phone.c.blind_index == index) & (phone.c.client_id == client_id)
    claimed = (phone_claim.c.blind_index == index) & (phone_claim.c.client_id == client_id)
    if value is None:
        connection.execute(delete(phone_claim).where(claimed))
        for id_ in connection.execute(select(phone.c.id).where(mine)).scalars().all():
            detach(connection, id_)
        return
    label = value.label if isinstance(value, Item) else None
    author = value.author if isinstance(value, Item) else by
    since = (value.created_at if isinstance(value, Item) else None) or at
    if connection.execute(update(phone).where(mine).values(label=label)).rowcount:
        return
    if connection.execute(update(phone_claim).where(claimed).values(label=label)).rowcount:
        return
    new = NewPhone(number, Owner.CLIENT, client_id)
    stands = find_phones(connection, [index]) or add_phones(connection, vault, {index: new})
    row = stands[index]
    if row.client_id in {None, client_id}:
        connection.execute(
            update(phone)
            .where(phone.c.id == row.id)
            .values(
                client_id=client_id,
                owner=Owner.CLIENT.value,
                label=label,
                created_by=author,
                created_at=since,
            )
        )
        return
    id_ = uuid7()
    connection.execute(
        insert(phone_claim).values(
            id=id_,
            client_id=client_id,
            label=label,
            number=seal(vault, phone_claim.c.number, id_, number),
            blind_index=index,
            created_by=author or by,
            created_at=since,
        )
    )


def _read_row(connection: Connection, vault: Vault, slot: Slot) -> Item | None:
    if slot.field == NOTES:
        row = connection.execute(
            select(note).where(note.c.id == slot.key, note.c.client_id == slot.client_id)
        ).first()
        if row is None:
            return None
        return Item(
            value=open_sealed(vault, note.c.text, row.id, row.text),
            author=row.author,
            call_id=row.call_id,
            created_at=row.created_at,
        )
    row = connection.execute(
        select(contact).where(contact.c.id == slot.key, contact.c.client_id == slot.client_id)
    ).first()
    if row is None:
        return None
    return Item(
        value=open_sealed(vault, contact.c.value, row.id, row.value),
        label=row.label,
        author=row.created_by,
        created_at=row.created_at,
    )


def _write_note(
    connection: Connection, vault: Vault, slot: Slot, value: Value, *, by: str, at: datetime
) -> None:
    id_ = _row_id(slot)
    text = text_of(value)
    if text is None:
        connection.execute(delete(note).where(note.c.id == id_))
        return
    sealed = seal(vault, note.c.text, id_, text)
    changed = update(note).where(note.c.id == id_).values(text=sealed, changed_at=at)
    if connection.execute(changed).rowcount:
        return
    item = value if isinstance(value, Item) else Item(value=text)
    connection.execute(
        insert(note).values(
            id=id_,
            client_id=slot.client_id,
            author=item.author or by,
            text=sealed,
            call_id=item.call_id,
            created_at=item.created_at or at,
            changed_at=None,
        )
    )


def _write_contact(
    connection: Connection, vault: Vault, slot: Slot, value: Value, *, by: str, at: datetime
) -> None:
    id_, kind = _row_id(slot), _KIND_OF[slot.field]
    text = text_of(value)
    if text is None:
        connection.execute(delete(contact).where(contact.c.id == id_))
        return
    item = value if isinstance(value, Item) else Item(value=text)
    held = {
        "label": item.label,
        "value": seal(vault, contact.c.value, id_, text),
        "blind_index": vault.blind_index(contact_index_text(kind, text)),
    }
    if connection.execute(update(contact).where(contact.c.id == id_).values(**held)).rowcount:
        return
    connection.execute(
        insert(contact).values(
            id=id_,
            client_id=slot.client_id,
            kind=kind,
            created_by=item.author or by,
            created_at=item.created_at or at,
            **held,
        )
    )


def _read_custom(connection: Connection, vault: Vault, slot: Slot) -> str | None:
    client_id, key = slot.client_id, _custom_key(slot)
    known = select(custom_field.c.key).where(
        custom_field.c.key == key, custom_field.c.removed_at.is_(None)
    )
    if connection.execute(known).first() is None:
        raise UnknownPlaceError(key)
    sealed = connection.execute(
        select(custom_value.c.value).where(
            custom_value.c.client_id == client_id, custom_value.c.key == key
        )
    ).scalar_one_or_none()
    if sealed is None:
        return None
    return open_sealed(vault, custom_value.c.value, (client_id, key), sealed)


def _write_custom(connection: Connection, vault: Vault, slot: Slot, text: str | None) -> None:
    client_id, key = slot.client_id, _custom_key(slot)
    if text is None:
        connection.execute(
            delete(custom_value).where(
                custom_value.c.client_id == client_id, custom_value.c.key == key
            )
        )
        return
    sealed = seal(vault, custom_value.c.value, (client_id, key), text)
    upsert_rows(connection, custom_value, [{"client_id": client_id, "key": key, "value": sealed}])


def _custom_key(slot: Slot) -> str:
    if not is_custom(slot.field):
        raise UnknownPlaceError(slot.field)
    return slot.field.removeprefix(CUSTOM)


def _row_id(slot: Slot) -> UUID:
    if not isinstance(slot.key, UUID):
        raise UnknownPlaceError(slot.field)
    return slot.key
