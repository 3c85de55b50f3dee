"""Notes on a card: what people wrote about a client, or about one call with him."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, update

from crm.card_tables import note
from crm.changed import Change, Item
from crm.fields import NOTES
from crm.sealed import open_sealed, seal
from crm.vault import Vault
from crm.writing import ItemNotFoundError, Writing
from store.ids import uuid7

CHANGED_WITHIN: Final = timedelta(days=1)
"""So long its author may change or remove a note; then it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One note."""

    id: UUID
    client_id: UUID
    author: str
    text: str = field(repr=False)
    call_id: UUID | None
    """The call that it is about."""
    created_at: datetime
    changed_at: datetime | None

    def may_be_changed(self, person: str, now: datetime) -> bool:
        """Whether that person wrote it, and not long ago."""
        return self.author == person and now < self.created_at + CHANGED_WITHIN

    @property
    def item(self) -> Item:
        """For the log of changes."""
        return Item(
            value=self.text,
            author=self.author,
            call_id=self.call_id,
            created_at=self.created_at,
        )


def add_note(
    connection: Connection,
    writing: Writing,
    client_id: UUID,
    text: str,
    call_id: UUID | None = None,
) -> Note:
    """Write a note that ``crm.values`` has checked, of ``writing.actor``."""
    id_ = uuid7()
    added = Note(
        id=id_,
        client_id=client_id,
        author=writing.actor,
        text=text,
        call_id=call_id,
        created_at=writing.at,
        changed_at=None,
    )
    connection.execute(
        insert(note).values(
            id=id_,
            client_id=client_id,
            author=writing.actor,
            text=seal(writing.vault, note.c.text, id_, text),
            call_id=call_id,
            created_at=writing.at,
            changed_at=None,
        )
    )
    change = Change(client_id=client_id, field=NOTES, item_id=id_, after=added.item)
    writing.log(connection, client_id, [change], of_card=False)
    return added


def change_note(connection: Connection, writing: Writing, before: Note, text: str) -> None:
    """Let it say something else."""
    connection.execute(
        update(note)
        .where(note.c.id == before.id)
        .values(text=seal(writing.vault, note.c.text, before.id, text), changed_at=writing.at)
    )
    after = Item(
        value=text,
        author=before.author,
        call_id=before.call_id,
        created_at=before.created_at,
    )
    change = Change(
        client_id=before.client_id,
        field=NOTES,
        item_id=before.id,
        before=before.item,
        after=after,
    )
    writing.log(connection, before.client_id, [change], of_card=False)


def remove_note(connection: Connection, writing: Writing, before: Note) -> None:
    """Take it off the card; the log of changes keeps it."""
    connection.execute(delete(note).where(note.c.id == before.id))
    change = Change(client_id=before.client_id, field=NOTES, item_id=before.id, before=before.item)
    writing.log(connection, before.client_id, [change], of_card=False)


def get_note(connection: Connection, vault: Vault, client_id: UUID, id_: UUID) -> Note:
    """One note of a card; ``ItemNotFoundError``."""
    row = connection.execute(
        select(note).where(note.c.id == id_, note.c.client_id == client_id)
    ).first()
    if row is None:
        raise ItemNotFoundError(str(id_))
    return read_note(vault, row)


def list_notes(
    connection: Connection,
    vault: Vault,
    client_id: UUID,
    *,
    limit: int = 50,
    after: UUID | None = None,
) -> list[Note]:
    """A card's notes, newest first. ``after``: the last id of the page before."""
    query = (
        select(note).where(note.c.client_id == client_id).order_by(note.c.id.desc()).limit(limit)
    )
    if after is not None:
        query = query.where(note.c.id < after)
    return [read_note(vault, row) for row in connection.execute(query)]


def read_note(vault: Vault, row: Row[Any]) -> Note:
    """What a row of ``note`` holds."""
    return Note(
        id=row.id,
        client_id=row.client_id,
        author=row.author,
        text=open_sealed(vault, note.c.text, row.id, row.text),
        call_id=row.call_id,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )
