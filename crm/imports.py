"""Lines of a brought table onto cards: whom a line means, and what becomes of his card.

A line's client is who has one of its numbers or e-mails, among those whom the importer may know of;
else it makes a card. A number of a card that he may not know of makes a claim (``crm.claims``), so
that an import tells nobody who is in the base.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, select, union_all

from crm.card_tables import contact, phone_claim
from crm.cards import NewCard, change_card, create_card, lock_card
from crm.claims import add_number
from crm.contacts import add_contact, contact_index
from crm.custom_fields import read_value
from crm.fields import CONTACT_KINDS, CURATOR, CUSTOM, DEPUTY, EMAILS, PHONES, is_custom
from crm.import_rows import Broken, ImportRow
from crm.notes import add_note, list_notes
from crm.short_codes import ShortCodes
from crm.tables import client, phone
from crm.values import BadValueError
from crm.writing import AlreadyThereError, DuplicateError, Writing

SOURCE = "import"
"""A card's ``source`` where an import made it."""


class Existing(StrEnum):
    """What becomes of a card that is there already."""

    FILL = "fill"
    """What is empty is filled; phones, e-mails and the like are added."""
    OVERWRITE = "overwrite"
    """What the table says replaces a single value; several are added, none is taken away."""
    SKIP = "skip"


class Outcome(StrEnum):
    """What became of a line."""

    CREATED = "created"
    CHANGED = "changed"
    SAME = "same"


class BrokenRowError(Exception):
    """The line cannot be taken."""

    def __init__(self, broken: Broken) -> None:
        super().__init__(broken.code)
        self.broken = broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """Who imports, and what he may."""

    writing: Writing
    codes: ShortCodes
    existing: Existing
    curator: str | None
    """Of new cards whose line names none."""
    known: ColumnElement[bool] = field(repr=False)
    """Rows of ``client`` of which he may know."""
    changeable: ColumnElement[bool] = field(repr=False)
    """Rows of ``client`` that he may change."""
    assignable: ColumnElement[bool] = field(repr=False)
    """Rows of ``client`` to which he may give another curator or deputy."""
    may_get: Callable[[str], bool] = field(repr=False)
    """Whether he may give clients to that person."""
    whole: Callable[[str | None], bool] = field(repr=False)
    """Whether he sees all of a text: what he sees only in part he does not overwrite."""

    def apply(self, connection: Connection, row: ImportRow) -> tuple[UUID, Outcome]:
        """Make or change the line's card. ``BrokenRowError``: nothing of it was kept."""
        try:
            with connection.begin_nested():
                return self._apply(connection, row)
        except (BadValueError, DuplicateError) as error:
            name = error.field if isinstance(error, BadValueError) else PHONES
            code = f"value.{error.code}" if isinstance(error, BadValueError) else "import.two_cards"
            about = error.about if isinstance(error, BadValueError) else {}
            heading = row.columns.get(name, "—")
            raise BrokenRowError(Broken(row.line, heading, code, about)) from None

    def would(self, connection: Connection, row: ImportRow) -> Outcome:
        """What ``apply`` would do, as far as reading tells. ``BrokenRowError`` as it raises."""
        id_ = self._find(connection, row)
        self._check_serving(connection, id_, row)
        if id_ is None:
            return Outcome.CREATED
        return Outcome.SAME if self.existing is Existing.SKIP else Outcome.CHANGED

    def _apply(self, connection: Connection, row: ImportRow) -> tuple[UUID, Outcome]:
        id_ = self._find(connection, row)
        if id_ is None:
            self._check_serving(connection, None, row)
            return self._create(connection, row), Outcome.CREATED
        if self.existing is Existing.SKIP:
            return id_, Outcome.SAME
        changes = self._changes(connection, id_, row)
        self._check_serving(connection, id_, row)
        changed = bool(change_card(connection, self.writing, id_, changes))
        return id_, Outcome.CHANGED if self._add(connection, id_, row) or changed else Outcome.SAME

    def _find(self, connection: Connection, row: ImportRow) -> UUID | None:
        """The card that the line means, of those that he may know of."""
        vault = self.writing.vault
        indexes = [vault.blind_index(one) for one in row.phones]
        # A claim of his counts as any phone: else two lines of one number would tell it apart.
        by_phone = union_all(
            *(
                select(table.c.client_id).where(table.c.blind_index.in_(indexes))
                for table in (phone, phone_claim)
            )
        )
        emails = [
            contact_index(vault, "email", one) for name, one in row.contacts if name == EMAILS
        ]
        by_email = select(contact.c.client_id).where(contact.c.blind_index.in_(emails))
        for found, name in ((by_phone, PHONES), (by_email, EMAILS)):
            query = select(client.c.id).where(client.c.id.in_(found), self.known).limit(2)
            ids: list[UUID] = list(connection.execute(query).scalars())
            if len(ids) > 1:
                raise BrokenRowError(Broken(row.line, row.columns[name], "import.two_cards"))
            if ids:
                self._check_may_change(connection, ids[0], row, name)
                return ids[0]
        return None

    def _check_may_change(
        self, connection: Connection, id_: UUID, row: ImportRow, name: str
    ) -> None:
        if self.existing is Existing.SKIP:
            return
        allowed = select(client.c.id).where(client.c.id == id_, self.changeable)
        if connection.execute(allowed).first() is None:
            raise BrokenRowError(Broken(row.line, row.columns[name], "import.not_allowed"))

    def _check_serving(self, connection: Connection, id_: UUID | None, row: ImportRow) -> None:
        """Break a line that gives away whom he may not give, or to whom he may not give."""
        given = self._given(connection, id_, row)
        if not given:
            return
        within = select(client.c.id).where(client.c.id == id_, self.assignable)
        his = id_ is None or connection.execute(within).first() is not None
        for name, person in given.items():
            if not (his and self.may_get(person)):
                raise BrokenRowError(Broken(row.line, row.columns[name], "import.not_allowed"))

    def _given(self, connection: Connection, id_: UUID | None, row: ImportRow) -> Mapping[str, str]:
        """Who the line makes curator and deputy that is not."""
        named = {name: row.plain[name] for name in (CURATOR, DEPUTY) if name in row.plain}
        if not named or id_ is None:
            return named
        query = select(client.c.curator, client.c.deputy).where(client.c.id == id_)
        stands = connection.execute(query).one()._mapping
        replaced = {
            Existing.OVERWRITE: named.keys(),
            Existing.FILL: {name for name in named if stands[name] is None},
            Existing.SKIP: frozenset[str](),
        }[self.existing]
        return {
            name: person
            for name, person in named.items()
            if name in replaced and person != stands[name]
        }

    def _create(self, connection: Connection, row: ImportRow) -> UUID:
        plain = dict(row.plain)
        plain.setdefault(CURATOR, self.curator)
        if plain.get(DEPUTY) == plain[CURATOR]:
            plain.pop(DEPUTY, None)
        number = row.phones[0] if row.phones else None
        card = NewCard(changes=plain, number=number, source=SOURCE)
        id_, _ = create_card(connection, self.writing, self.codes, card)
        self._add(connection, id_, row)
        return id_

    def _changes(self, connection: Connection, id_: UUID, row: ImportRow) -> Mapping[str, Any]:
        """What of the line's single values goes onto a card that is there."""
        stands = lock_card(connection, id_)._mapping
        vault = self.writing.vault
        before = {
            name: read_value(connection, vault, id_, name.removeprefix(CUSTOM))
            if is_custom(name)
            else stands[name]
            for name in row.plain
        }
        if self.existing is not Existing.OVERWRITE:
            return {name: value for name, value in row.plain.items() if before[name] is None}
        for name, text in before.items():
            if not self.whole(text):
                heading = row.columns.get(name, "—")
                raise BrokenRowError(Broken(row.line, heading, "import.not_allowed"))
        return row.plain

    def _add(self, connection: Connection, id_: UUID, row: ImportRow) -> bool:
        """What a field holds several of; whether anything was new."""
        kinds = {name: kind for kind, name in CONTACT_KINDS.items()}
        new = False
        for number in row.phones:
            try:
                add_number(connection, self.writing, id_, number, None, known=self.known)
                new = True
            except AlreadyThereError:
                pass
        for name, value in row.contacts:
            try:
                add_contact(connection, self.writing, id_, kinds[name], value, label=None)
                new = True
            except AlreadyThereError:
                pass
        there = {note.text for note in list_notes(connection, self.writing.vault, id_)}
        for text in row.notes:
            if text not in there:
                add_note(connection, self.writing, id_, text)
                new = True
        return new
