"""What may stand on a card: each value checked, and brought into the form that is kept. Pure.

Names stand in the database as they are, so that cards can be sorted and found by them: they hold
no number and no e-mail address. What people type freely is sealed, and may hold anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from email_validator import EmailNotValidError, validate_email

from crm.fields import ADDRESSES, EMAILS, MESSENGERS, NOTES, PHONES
from crm.names import holds_number
from crm.numbers import NumberPlan, Owner

LONGEST_NAME: Final = 120
LONGEST_LABEL: Final = 40
LONGEST_CONTACT: Final = {EMAILS: 254, ADDRESSES: 500, MESSENGERS: 200}
LONGEST_NOTE: Final = 10_000
LONGEST_CUSTOM: Final = 1000
LONGEST_KEY: Final = 30

_ADDRESS = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+")
_KEY = re.compile(rf"[a-z][a-z0-9_]{{0,{LONGEST_KEY - 1}}}")
_LINES = frozenset("\n\t")


class BadValueError(ValueError):
    """A value that cannot stand in a field; its text is not repeated."""

    def __init__(self, field: str, code: str, **about: object) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code
        """A key of the texts, without ``value.``."""
        self.about = about
        """What is allowed."""


def plain(field: str, text: str, most: int = LONGEST_NAME) -> str:
    """A name, company, label …: one line that holds no number and no address."""
    kept = _line(field, text, most)
    if holds_number(kept):
        raise BadValueError(field, "holds_number")
    if _ADDRESS.search(kept):
        raise BadValueError(field, "holds_address")
    return kept


def optional(field: str, text: str | None, most: int = LONGEST_NAME) -> str | None:
    """As ``plain``; ``None``: none."""
    return None if text is None else plain(field, text, most)


def number(plan: NumberPlan, raw: str, field: str = PHONES) -> str:
    """E.164 of a client's number as somebody wrote it; none of the company's or an employee's."""
    e164 = plan.normalise(raw)
    if e164 is None:
        raise BadValueError(field, "not_a_number")
    if plan.owner(e164) is not Owner.OUTSIDE:
        raise BadValueError(field, "own_number")
    return e164


def contact(field: str, text: str) -> str:
    """An e-mail, address or messenger."""
    if field == EMAILS:
        return _email(text)
    if field == ADDRESSES:
        return _text(field, text, LONGEST_CONTACT[field])
    return _line(field, text, LONGEST_CONTACT[field])


def note(text: str, field: str = NOTES) -> str:
    """A note's text, with its lines."""
    return _text(field, text, LONGEST_NOTE)


def custom(field: str, kind: str, value: object, choices: Collection[str] = ()) -> str:
    """The text that is kept of a custom field's value: what ``custom_value`` reads."""
    if kind == "flag":
        if not isinstance(value, bool) and value not in {"true", "false"}:
            raise BadValueError(field, "not_a_flag")
        return str(value).lower()
    if kind == "number":
        return _decimal(field, value)
    if not isinstance(value, str):
        raise BadValueError(field, "not_a_text", most=LONGEST_CUSTOM)
    if kind == "date":
        return _date(field, value)
    text = _text(field, value, LONGEST_CUSTOM)
    if kind == "choice" and text not in choices:
        raise BadValueError(field, "not_a_choice", allowed=", ".join(choices))
    return text


def custom_value(kind: str, text: str) -> str | bool | float | int:
    """A custom field's value as programs read it."""
    if kind == "flag":
        return text == "true"
    if kind == "number":
        value = Decimal(text)
        return int(value) if value == value.to_integral_value() else float(value)
    return text


def key(field: str, text: str) -> str:
    """The key of a custom field: of small letters, digits and ``_``."""
    if not is_key(text):
        raise BadValueError(field, "not_a_key", most=LONGEST_KEY)
    if holds_number(text):
        raise BadValueError(field, "holds_number")
    return text


def is_key(text: str) -> bool:
    """Whether this is written like the key of a custom field."""
    return _KEY.fullmatch(text) is not None


def _email(text: str) -> str:
    try:
        checked = validate_email(text.strip(), check_deliverability=False)
    except (EmailNotValidError, UnicodeError):
        raise BadValueError(EMAILS, "not_an_email") from None
    if len(checked.normalized) > LONGEST_CONTACT[EMAILS]:
        raise BadValueError(EMAILS, "not_an_email")
    return checked.normalized


def _line(field: str, text: str, most: int) -> str:
    return _text(field, " ".join(text.split()), most)


def _text(field: str, text: str, most: int) -> str:
    kept = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if not kept or len(kept) > most:
        raise BadValueError(field, "length", most=most)
    if any(unicodedata.category(one) in {"Cc", "Cs"} and one not in _LINES for one in kept):
        raise BadValueError(field, "unprintable")
    return kept


def _decimal(field: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise BadValueError(field, "not_a_decimal")
    written = str(value).strip().replace(",", ".")
    try:
        decimal = Decimal(written)
    except InvalidOperation:
        raise BadValueError(field, "not_a_decimal") from None
    if not decimal.is_finite() or len(written) > LONGEST_KEY or abs(decimal.adjusted()) > 18:
        raise BadValueError(field, "not_a_decimal")
    return f"{decimal.normalize():f}"


def _date(field: str, value: str) -> str:
    try:
        return date.fromisoformat(value.strip()).isoformat()
    except ValueError:
        raise BadValueError(field, "not_a_date") from None
