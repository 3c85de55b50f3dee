"""What is left of a call for who may read no number. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crm.names import shown_name
from daemon.calls.call import Call, Party


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


def _names(call: Call) -> Iterator[tuple[str, str]]:
    for leg in call.legs:
        if leg.party.number is not None and leg.party.name is not None:
            yield leg.party.number, leg.party.name
