"""One line of a brought table: what it says of a client, or what is wrong with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crm import values
from crm.custom_fields import CustomField
from crm.fields import (
    ADDRESSES,
    CATEGORY,
    CURATOR,
    CUSTOM,
    DEPUTY,
    EMAILS,
    MESSENGERS,
    NAME,
    NOTES,
    PHONES,
    is_custom,
)
from crm.numbers import NumberPlan
from crm.sheets import LONGEST_CELL, Line
from crm.values import BadValueError

_SEVERAL: Final = re.compile(r"[;\n]+|,(?!\d)")
"""Between several phones or e-mails of one cell."""


@dataclass(frozen=True, slots=True)
class Broken:
    """What is wrong with a line. What the cell held is not repeated."""

    line: int
    column: str
    """Its heading."""
    code: str
    """A key of the texts: ``value.…`` or ``import.…``."""
    about: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """What a line says. The values are as they will be kept."""

    line: int
    plain: Mapping[str, Any]
    """Fields that hold one value, by name; empty cells are left out."""
    phones: tuple[str, ...] = field(repr=False)
    """E.164."""
    contacts: tuple[tuple[str, str], ...] = field(repr=False)
    """Field and value."""
    notes: tuple[str, ...] = field(repr=False)
    columns: Mapping[str, str] = field(repr=False)
    """By field, the heading where it stood: for what turns out wrong later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads lines of one table."""

    headings: tuple[str, ...]
    columns: Mapping[str, str]
    """Fields by heading."""
    plan: NumberPlan
    custom: Mapping[str, CustomField]
    """By key."""
    categories: Collection[str]
    people: Collection[str]
    """Who can be a curator."""

    def read(self, line: Line) -> ImportRow | list[Broken]:
        """The row, or everything that is wrong with it."""
        if len(line.cells) > len(self.headings):
            return [Broken(line.number, str(len(self.headings) + 1), "import.extra_cell")]
        plain: dict[str, Any] = {}
        found: dict[str, list[str]] = {PHONES: [], EMAILS: [], ADDRESSES: [], MESSENGERS: []}
        notes: list[str] = []
        where: dict[str, str] = {}
        broken: list[Broken] = []
        for heading, cell in zip(self.headings, line.cells, strict=True):
            name = self.columns.get(heading)
            if name is None or not cell:
                continue
            where[name] = heading
            try:
                if len(cell) > LONGEST_CELL:
                    raise BadValueError(name, "length", most=LONGEST_CELL)  # noqa: TRY301
                if name in found:
                    found[name].extend(self._several(name, cell))
                elif name == NOTES:
                    notes.append(values.note(cell))
                else:
                    plain[name] = self._one(name, cell)
            except BadValueError as error:
                code = f"value.{error.code}"
                broken.append(Broken(line.number, heading, code, error.about))
        if not broken and not (plain.get(NAME) or found[PHONES] or found[EMAILS]):
            broken.append(Broken(line.number, "—", "import.nobody"))
        if not broken and plain.get(DEPUTY) and plain.get(DEPUTY) == plain.get(CURATOR):
            broken.append(Broken(line.number, where[DEPUTY], "value.own_deputy"))
        if broken:
            return broken
        contacts = [(name, one) for name in (EMAILS, ADDRESSES, MESSENGERS) for one in found[name]]
        return ImportRow(
            line=line.number,
            plain=plain,
            phones=tuple(dict.fromkeys(found[PHONES])),
            contacts=tuple(dict.fromkeys(contacts)),
            notes=tuple(notes),
            columns=where,
        )

    def _several(self, name: str, cell: str) -> Iterator[str]:
        if name in {ADDRESSES, MESSENGERS}:
            yield values.contact(name, cell)
            return
        for part in filter(None, map(str.strip, _SEVERAL.split(cell))):
            yield values.number(self.plan, part) if name == PHONES else values.contact(name, part)

    def _one(self, name: str, cell: str) -> str:
        if is_custom(name):
            known = self.custom[name.removeprefix(CUSTOM)]
            return values.custom(name, known.kind, cell, known.choices)
        if name in {CURATOR, DEPUTY}:
            return self._among(name, cell, self.people, "no_person")
        if name == CATEGORY:
            return self._among(name, cell, self.categories, "no_category")
        return values.plain(name, cell)

    @staticmethod
    def _among(name: str, cell: str, known: Collection[str], code: str) -> str:
        by_case = {one.casefold(): one for one in known}
        try:
            return by_case[cell.casefold()]
        except KeyError:
            allowed = ", ".join(sorted(known)[:20]) or "—"
            raise BadValueError(name, code, allowed=allowed) from None
