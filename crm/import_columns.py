"""What the columns of a brought table mean: guessed from headings, changed by people. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from crm.fields import (
    ADDRESSES,
    CATEGORY,
    COMPANY,
    CURATOR,
    DEPUTY,
    EMAILS,
    MESSENGERS,
    NAME,
    NOTES,
    PHONES,
    custom,
)
from crm.words import fold

TARGETS: Final = (
    NAME,
    PHONES,
    EMAILS,
    ADDRESSES,
    MESSENGERS,
    COMPANY,
    CATEGORY,
    CURATOR,
    DEPUTY,
    NOTES,
)
"""What a column can be, beside every custom field. Several columns can be phones, notes …"""
SINGLE: Final = frozenset({NAME, COMPANY, CATEGORY, CURATOR, DEPUTY})

_HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    NAME: ("name", "full name", "client", "customer", "contact", "имя", "фио", "клиент", "контакт"),
    PHONES: ("phone", "phones", "telephone", "tel", "mobile", "number", "телефон", "телефоны",
             "тел", "мобильный", "номер"),
    EMAILS: ("email", "emails", "e-mail", "e mail", "mail", "почта", "эл почта", "имейл"),
    ADDRESSES: ("address", "addresses", "city", "адрес", "адреса", "город"),
    MESSENGERS: ("messenger", "messengers", "telegram", "whatsapp", "viber", "мессенджер",
                 "мессенджеры", "телеграм"),
    COMPANY: ("company", "organisation", "organization", "firm", "компания", "организация",
              "фирма"),
    CATEGORY: ("category", "group", "segment", "категория", "группа"),
    CURATOR: ("curator", "manager", "owner", "responsible", "куратор", "менеджер",
              "ответственный"),
    DEPUTY: ("deputy", "заместитель"),
    NOTES: ("note", "notes", "comment", "comments", "заметка", "заметки", "комментарий",
            "примечание"),
}  # fmt: skip


class ColumnError(ValueError):
    """Columns that cannot be read so. ``reason`` is the end of a text's key."""

    def __init__(self, reason: str, column: str, **about: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column
        self.about = about


def guess(headings: Sequence[str], custom_labels: Mapping[str, str]) -> dict[str, str]:
    """A field for each heading that says what it is. ``custom_labels``: key by label."""
    known = {written: field for field, names in _HEADINGS.items() for written in names}
    known |= {_plain(label): custom(key) for label, key in custom_labels.items()}
    known |= {_plain(custom(key)): custom(key) for key in custom_labels.values()}
    guessed: dict[str, str] = {}
    for heading in headings:
        words = _plain(heading).split()
        # "Phone 2" is a phone, "Company name" is a company.
        tries = (" ".join(words), " ".join(words[:-1]), words[0] if words else "")
        field = next((known[one] for one in tries if one in known), None)
        if field is not None and not (field in SINGLE and field in guessed.values()):
            guessed[heading] = field
    return guessed


def check(
    headings: Sequence[str], wanted: Mapping[str, str], custom_keys: Iterable[str]
) -> dict[str, str]:
    """The columns as somebody says they are; ``ColumnError`` for what there is not."""
    fields = (*TARGETS, *map(custom, custom_keys))
    for heading, field in wanted.items():
        if heading not in headings:
            raise ColumnError("no_column", heading, allowed=", ".join(headings))
        if field not in fields:
            raise ColumnError("no_field", heading, allowed=", ".join(fields))
        twice = [other for other in wanted if wanted[other] == field]
        if len(twice) > 1 and field not in {PHONES, EMAILS, ADDRESSES, MESSENGERS, NOTES}:
            raise ColumnError("field_twice", heading, allowed=", ".join(twice))
    if not {NAME, PHONES, EMAILS} & set(wanted.values()):
        raise ColumnError("nobody", "—", allowed=", ".join((NAME, PHONES, EMAILS)))
    return dict(wanted)


def _plain(heading: str) -> str:
    return " ".join(fold(heading).replace(".", " ").replace("_", " ").split())
