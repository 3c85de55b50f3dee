"""Every sealed column: to what its values are bound, and how its blind index is made. Pure.

A sealed value opens only where it was stored: its context names the column and the row. All who
seal or open a column's values do so through here; the rotation of the key, too, knows columns from
here. A column that is missing fails a test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column

from crm import call_tables, card_tables, people_tables, tables, watch_tables
from crm.vault import Sealed, Vault

Key = UUID | int | str
"""One value of a primary key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedColumn:
    """A column of ``EncryptedText``."""

    column: Column[Any]
    context: Callable[[tuple[Key, ...]], bytes]
    """Of a row's primary key, in the order of the table's columns."""
    indexed: Callable[[Mapping[str, Any], str], str] | None = None
    """What the row's ``blind_index`` is made of, from its other columns and the opened text."""


def _named(column: Column[Any]) -> Callable[[tuple[Key, ...]], bytes]:
    prefix = f"{column.table.name}.{column.name} ".encode()
    return lambda keys: prefix + b"".join(map(_bytes, keys))


def _bytes(key: Key) -> bytes:
    if isinstance(key, UUID):
        return key.bytes
    return key.to_bytes(8) if isinstance(key, int) else key.encode()


def _plain(
    column: Column[Any], indexed: Callable[[Mapping[str, Any], str], str] | None = None
) -> SealedColumn:
    return SealedColumn(column=column, context=_named(column), indexed=indexed)


def _number(_row: Mapping[str, Any], number: str) -> str:
    return number


def contact_index_text(kind: str, value: str) -> str:
    """Of what a contact's blind index is made: equal ones find each other, of one kind only."""
    return f"{kind} {' '.join(value.split()).casefold()}"


def _contact(row: Mapping[str, Any], value: str) -> str:
    return contact_index_text(row["kind"], value)


COLUMNS: Final[tuple[SealedColumn, ...]] = (
    _plain(tables.phone.c.number, _number),
    _plain(tables.task.c.text),
    _plain(people_tables.person.c.totp_secret),
    _plain(people_tables.kept_secret.c.value),
    _plain(people_tables.audit.c.details),
    _plain(card_tables.contact.c.value, _contact),
    _plain(card_tables.phone_claim.c.number, _number),
    _plain(card_tables.custom_value.c.value),
    _plain(card_tables.note.c.text),
    _plain(card_tables.client_change.c.before),
    _plain(card_tables.client_change.c.after),
    _plain(card_tables.takeover.c.reason),
    _plain(watch_tables.alert.c.settled_note),
    _plain(watch_tables.export.c.filter),
    _plain(call_tables.monitoring.c.reason),
    _plain(call_tables.question.c.text),
    _plain(call_tables.question.c.answer),
    _plain(call_tables.question.c.reason),
    _plain(call_tables.call_note.c.text),
    _plain(call_tables.saved_view.c.query),
    _plain(call_tables.legal_hold.c.reason),
    _plain(call_tables.legal_hold.c.lift_reason),
)

_BY_COLUMN: Final = {one.column: one for one in COLUMNS}


def seal(vault: Vault, column: Column[Any], key: Key | tuple[Key, ...], text: str) -> Sealed:
    """Seal a value for that column of the row with that primary key."""
    return vault.seal(text, _context(column, key))


def open_sealed(
    vault: Vault, column: Column[Any], key: Key | tuple[Key, ...], sealed: Sealed
) -> str:
    """Open what stands there; ``VaultError`` where it was altered, moved or sealed otherwise."""
    return vault.open(sealed, _context(column, key))


def _context(column: Column[Any], key: Key | tuple[Key, ...]) -> bytes:
    return _BY_COLUMN[column].context(key if isinstance(key, tuple) else (key,))
