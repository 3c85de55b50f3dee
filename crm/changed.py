"""A change of a card: what stood in a field before and after, and how that is stored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from dataclasses import field as part
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, select

from crm.card_tables import client_change
from crm.vault import Sealed, Vault


class Way(StrEnum):
    """How a change came about."""

    EDIT = "edit"
    IMPORT = "import"
    MERGE = "merge"
    UNDO = "undo"
    CALL = "call"
    DIVISION = "division"
    LEAVER = "leaver"
    TAKEOVER = "takeover"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One phone, contact or note, with all that is needed to put it back."""

    value: str = part(repr=False)
    """The number (E.164), the e-mail, address, messenger, or the note's text."""
    label: str | None = None
    author: str | None = None
    """Whose it is: ``created_by``, or a note's author."""
    call_id: UUID | None = None
    """The call that a note is about."""
    created_at: datetime | None = None


Value = str | Item | None
"""A field's plain value: text, or an ``Item`` of a field that holds several. ``None``: nothing.

``private`` is ``true`` or ``false``; a custom value is the text that is sealed for it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field (or one item of it) that was changed."""

    client_id: UUID
    field: str
    """As in ``crm.fields``."""
    item_id: UUID | None = None
    """The row's id of a phone, claim, contact or note."""
    before: Value = part(default=None, repr=False)
    after: Value = part(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged(Change):
    """A change as it was stored."""

    id: UUID
    at: datetime
    actor: str
    way: Way
    digits: int | None
    """How many digits differ where a number was edited."""
    undone_by: UUID | None
    """The change that put it back."""


def text_of(value: Value) -> str | None:
    """What a person reads of it."""
    return value.value if isinstance(value, Item) else value


def find_change(connection: Connection, vault: Vault, id_: UUID) -> Logged | None:
    """One change, opened. Who may see it, the caller asks."""
    row = connection.execute(select(client_change).where(client_change.c.id == id_)).first()
    return None if row is None else open_change(vault, row)


def load_changes(connection: Connection, vault: Vault, *where: ColumnElement[bool]) -> list[Logged]:
    """The changes that meet every condition on ``client_change``, the oldest first, opened."""
    rows = connection.execute(select(client_change).where(*where).order_by(client_change.c.id))
    return [open_change(vault, row) for row in rows]


def open_change(vault: Vault, row: Row[Any]) -> Logged:
    """One row of ``client_change``, opened."""
    return Logged(
        id=row.id,
        client_id=row.client_id,
        at=row.at,
        actor=row.actor,
        way=Way(row.way),
        field=row.field,
        item_id=row.item_id,
        before=_open(vault, row.before, "before", row.id),
        after=_open(vault, row.after, "after", row.id),
        digits=row.digits,
        undone_by=row.undone_by,
    )


def seal_value(vault: Vault, value: Value, column: str, id_: UUID) -> Sealed | None:
    """As it stands in ``before`` or ``after`` of the change of that id."""
    return None if value is None else vault.seal(_write(value), _context(column, id_))


def _open(vault: Vault, sealed: Sealed | None, column: str, id_: UUID) -> Value:
    return None if sealed is None else _read(vault.open(sealed, _context(column, id_)))


def _context(column: str, id_: UUID) -> bytes:
    return f"client_change.{column} ".encode() + id_.bytes


def _write(value: str | Item) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    held = {
        "label": value.label,
        "author": value.author,
        "call_id": value.call_id and str(value.call_id),
        "created_at": value.created_at and value.created_at.isoformat(),
    }
    kept = {key: one for key, one in held.items() if one is not None}
    return json.dumps({"value": value.value, **kept}, ensure_ascii=False)


def _read(text: str) -> Value:
    held = json.loads(text)
    if isinstance(held, str):
        return held
    call_id, created_at = held.get("call_id"), held.get("created_at")
    return Item(
        value=held["value"],
        label=held.get("label"),
        author=held.get("author"),
        call_id=None if call_id is None else UUID(call_id),
        created_at=None if created_at is None else datetime.fromisoformat(created_at),
    )
