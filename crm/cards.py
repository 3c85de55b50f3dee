"""Making and changing cards. Every write is logged in its transaction (``crm.writing``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update

from crm import values
from crm.categories import check_category
from crm.changed import Change
from crm.client_words import add_words, write_words
from crm.custom_fields import find_custom_field, read_value, write_value
from crm.fields import (
    CATEGORY,
    COMPANY,
    CURATOR,
    CUSTOM,
    DEPUTY,
    NAME,
    PRIVATE,
    is_custom,
)
from crm.made_private import watch_private
from crm.short_codes import ShortCodes
from crm.tables import client
from crm.tasks import hand_over_tasks
from crm.values import BadValueError
from crm.words import sort_name
from crm.writing import Writing
from store.ids import uuid7

MANUAL: Final = "manual"
"""A card's ``source`` when a person made it."""
PLAIN: Final = (NAME, COMPANY, CATEGORY, CURATOR, DEPUTY)


class EditedSinceError(ValueError):
    """Somebody else changed the card after it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCard:
    """A card to make. The values are those that ``check_changes`` gave back."""

    changes: Mapping[str, Any]
    number: str | None = None
    """The first of its E.164 numbers: from it follows its short code."""
    source: str = MANUAL


def check_changes(connection: Connection, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Values of fields as they will be kept, by field of ``crm.fields``; ``BadValueError``.

    ``None`` takes a value away. Whether the curator and deputy are people, the caller asks.
    """
    checked: dict[str, Any] = {}
    for field, value in wanted.items():
        if is_custom(field):
            checked[field] = _check_custom(connection, field, value)
        elif field == CATEGORY and value is not None:
            checked[field] = check_category(connection, value)
        elif field in {NAME, COMPANY}:
            checked[field] = values.optional(field, value)
        elif field in {CATEGORY, CURATOR, DEPUTY, PRIVATE}:
            checked[field] = value
        else:
            raise BadValueError(field, "unknown_field")
    return checked


def create_card(
    connection: Connection, writing: Writing, codes: ShortCodes, card: NewCard
) -> tuple[UUID, tuple[Change, ...]]:
    """Make a card with its short code; its id and what is logged. Phones and contacts come after.

    Also a card without a phone has a code: from its id.
    """
    id_ = uuid7()
    _check_serving(card.changes.get(CURATOR), card.changes.get(DEPUTY))
    plain = {field: card.changes.get(field) for field in PLAIN}
    connection.execute(
        insert(client).values(
            id=id_,
            source=card.source,
            sort_name=sort_name(plain[NAME]),
            private=bool(card.changes.get(PRIVATE)),
            created_at=writing.at,
            **plain,
        )
    )
    add_words(connection, id_, plain[NAME], plain[COMPANY])
    codes.issue(connection, {id_: card.number or f"client {id_}"})
    made = [Change(client_id=id_, field=field, after=value) for field, value in plain.items()]
    if card.changes.get(PRIVATE):
        made.append(Change(client_id=id_, field=PRIVATE, before="false", after="true"))
    for field, value in card.changes.items():
        if is_custom(field) and value is not None:
            write_value(connection, writing.vault, id_, _key(field), value)
            made.append(Change(client_id=id_, field=field, after=value))
    logged = writing.log(connection, id_, made)
    if card.changes.get(PRIVATE) and plain[CURATOR]:
        watch_private(connection, plain[CURATOR], writing.at)
    return id_, logged


def change_card(
    connection: Connection, writing: Writing, id_: UUID, changes: Mapping[str, Any]
) -> tuple[Change, ...]:
    """Give fields of a card the values that ``check_changes`` gave back; what is logged.

    Open tasks go to the new curator; a deputy who becomes the curator is the deputy no more.
    ``BadValueError`` where the curator would be his own deputy, or a private client would get
    another curator.
    """
    row = lock_card(connection, id_)
    wanted = dict(changes)
    curator = wanted.get(CURATOR, row.curator)
    if CURATOR in wanted and DEPUTY not in wanted and row.deputy == curator:
        wanted[DEPUTY] = None
    _check_serving(curator, wanted.get(DEPUTY, row.deputy))
    if wanted.get(PRIVATE, row.private) and curator != row.curator:
        raise BadValueError(CURATOR, "private_client")
    made = [
        _change(id_, field, getattr(row, field), wanted[field])
        for field in PLAIN
        if field in wanted
    ]
    if PRIVATE in wanted:
        made.append(_change(id_, PRIVATE, _flag(row.private), _flag(wanted[PRIVATE])))
    stored = {field: wanted[field] for field in (*PLAIN, PRIVATE) if field in wanted}
    if stored:
        connection.execute(update(client).where(client.c.id == id_).values(**stored))
    if NAME in wanted or COMPANY in wanted:
        write_words(connection, id_)
    if CURATOR in wanted and curator != row.curator:
        hand_over_tasks(connection, [id_], {row.curator}, curator)
    for field, value in wanted.items():
        if is_custom(field):
            before = read_value(connection, writing.vault, id_, _key(field))
            write_value(connection, writing.vault, id_, _key(field), value)
            made.append(Change(client_id=id_, field=field, before=before, after=value))
    logged = writing.log(connection, id_, made)
    if wanted.get(PRIVATE) and not row.private and curator:
        watch_private(connection, curator, writing.at)
    return logged


def check_unchanged(connection: Connection, id_: UUID, expected: datetime) -> None:
    """``EditedSinceError`` where the card was changed after that; for who read it then."""
    row = lock_card(connection, id_)
    if (row.changed_at or row.created_at) != expected:
        raise EditedSinceError(str(id_))


def lock_card(connection: Connection, id_: UUID) -> Row[Any]:
    """The card's row; nobody else changes it before this transaction ends. It must be there."""
    query = select(client).where(client.c.id == id_).with_for_update()
    return connection.execute(query).one()


def _check_serving(curator: str | None, deputy: str | None) -> None:
    if curator is not None and curator == deputy:
        raise BadValueError(DEPUTY, "own_deputy")


def _check_custom(connection: Connection, field: str, value: object) -> str | None:
    key = _key(field)
    known = find_custom_field(connection, key) if values.is_key(key) else None
    if known is None:
        raise BadValueError(field, "unknown_field")
    if value is None or value == "":
        return None
    return values.custom(field, known.kind, value, known.choices)


def _change(id_: UUID, field: str, before: str | None, after: str | None) -> Change:
    return Change(client_id=id_, field=field, before=before, after=after)


def _flag(value: object) -> str:
    return "true" if value else "false"


def _key(field: str) -> str:
    return field.removeprefix(CUSTOM)
