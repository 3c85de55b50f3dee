"""What is left of a call for who may read no number. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from crm.names import shown_name
from daemon.calls.call import Call, Party

_BLOT: Final = "•••"
_DIGIT: Final = r"[\d\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089\u2460-\u2468\u24ea]"
"""Of any script; raised, lowered and circled ones too."""
_UNSEEN: Final = (
    r"\u00ad\u0300-\u036f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u20d0-\u20ff\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef"
)
"""Signs that take no room, and those that stand over or around another."""
_BETWEEN: Final = rf"[{_UNSEEN}]*(?:(?:[^\w{_UNSEEN}]|_)[{_UNSEEN}]*){{0,3}}"
_NUMBER: Final = re.compile(rf"{_DIGIT}(?:{_BETWEEN}{_DIGIT}){{6,}}")
"""Seven digits or more in any script, with signs between them."""
_ADDRESS: Final = re.compile(r"[^\s@<>()]+@[^\s@<>()]+")


def without_numbers(call: Call) -> Call:
    """The call with every number out of it; who was reached by one goes by name, if he has one."""
    names = dict(_names(call))

    def label(text: str | None) -> str | None:
        return safe_text(names.get(text, text)) if text else None

    return replace(
        call,
        customer_number=None,
        company_number=None,
        queue=safe_text(call.queue),
        legs=tuple(
            replace(leg, party=Party(kind=leg.party.kind, name=safe_text(leg.party.name)))
            for leg in call.legs
        ),
        transfers=tuple(
            replace(transfer, by=label(transfer.by), to=label(transfer.to))
            for transfer in call.transfers
        ),
        answered_by=label(call.answered_by),
        last_agent=label(call.last_agent),
    )


def safe_text(text: str | None) -> str | None:
    """A text as it is, or ``None`` where its digits could be a number."""
    return text if shown_name(text) else None


def blot_numbers(text: str) -> str:
    """A text in which whatever could be a number, however grouped, is dots."""
    return _NUMBER.sub(_BLOT, text)


def blot_addresses(text: str) -> str:
    """A text in which e-mail addresses are dots."""
    return _ADDRESS.sub(_BLOT, text)


def _names(call: Call) -> Iterator[tuple[str, str]]:
    for leg in call.legs:
        if leg.party.number is not None and leg.party.name is not None:
            yield leg.party.number, leg.party.name
