"""Cards in a database in memory, edited as people edit them, and looked at as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, create_engine, event, select, true
from sqlalchemy.pool import StaticPool

import crm.call_tables
import crm.watch_tables  # noqa: F401 - its tables
import daemon.callbacks.tables
import daemon.history.tables
import daemon.outbox.tables  # noqa: F401
import recordings.models  # noqa: F401
from crm.access import Access, Right, Scope
from crm.cards import NewCard, change_card, create_card
from crm.claims import add_number
from crm.clients import load_client
from crm.contacts import add_contact
from crm.custom_fields import checked, save_custom_field
from crm.notes import list_notes
from crm.short_codes import ShortCodes
from crm.tables import short_code, task
from crm.vault import Vault
from crm.writing import Writing
from store.metadata import metadata

VAULT = Vault(bytes(range(32)))
CODES = ShortCodes(VAULT, 6)
BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
NUMBERS = tuple(f"+4420794601{number:02}" for number in range(20))
EVERYTHING = dict.fromkeys(Right, Scope.ALL)


class Clock:
    """Every look is a second later."""

    def __init__(self) -> None:
        self._seconds = count()
        self.now = BEGAN

    def __call__(self) -> datetime:
        self.now = BEGAN + timedelta(seconds=next(self._seconds))
        return self.now


@contextmanager
def empty_base() -> Iterator[Connection]:
    """A transaction on a fresh database with one custom field, ``size``."""
    engine = create_engine("sqlite://", poolclass=StaticPool)

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")

    with engine.begin() as connection:
        metadata.create_all(connection)
        save_custom_field(connection, checked("size", "Size", "text"))
        yield connection
    engine.dispose()


def director(name: str = "dora", **about: Any) -> Access:
    """Somebody who may do everything."""
    return Access(person=name, rights=EVERYTHING, **about)


def writing(actor: str, at: datetime) -> Writing:
    """His write."""
    return Writing(vault=VAULT, actor=actor, at=at)


def make_card(
    connection: Connection,
    at: datetime,
    *numbers: str,
    actor: str = "anna",
    email: str | None = None,
    **fields: Any,
) -> UUID:
    """A card with these numbers and values of fields."""
    by = writing(actor, at)
    id_, _ = create_card(connection, by, CODES, NewCard(changes=fields))
    for number in numbers:
        add_number(connection, by, id_, number, None, known=true())
    if email is not None:
        add_contact(connection, by, id_, "email", email, label=None)
    return id_


def edit(connection: Connection, client_id: UUID, actor: str, at: datetime, **fields: Any) -> None:
    """Change values of fields."""
    change_card(connection, writing(actor, at), client_id, fields)


def whole(connection: Connection, client_id: UUID) -> dict[str, Any]:
    """All that stands on a card and hangs on it, without when it was changed."""
    card = load_client(connection, client_id, vault=VAULT)
    assert card is not None
    notes = list_notes(connection, VAULT, client_id)
    codes = select(short_code.c.code).where(short_code.c.client_id == client_id)
    tasks = select(task.c.id, task.c.agent, task.c.closed_at).where(task.c.client_id == client_id)
    return {
        "name": card.name,
        "company": card.company,
        "curator": card.curator,
        "deputy": card.deputy,
        "private": card.private,
        "phones": {(phone.number, phone.label) for phone in card.phones},
        "contacts": {(one.id, one.kind, one.label, one.value) for one in card.contacts},
        "custom": dict(card.custom),
        "notes": {(one.id, one.text, one.author, one.created_at) for one in notes},
        "codes": set(connection.execute(codes).scalars()),
        "tasks": set(map(tuple, connection.execute(tasks))),
    }
