"""Who could put whom on hold. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from daemon.calls.call import Call, PartyKind
from daemon.calls.dialplan import is_spy


@dataclass(frozen=True, slots=True)
class Talk:
    """A manager and a customer, by the uniqueids of their channels."""

    customer: str
    manager: str


def talk_of(call: Call, person: str) -> Talk | None:
    """His talk with a customer; ``None``: there is none, or a third one takes part in it."""
    there = [leg for leg in call.legs if leg.ended_at is None and leg.answered_at is not None]
    if call.gone or call.answered_at is None or len(there) != 2:
        return None
    customer, manager = sorted(there, key=lambda leg: leg.party.kind is not PartyKind.CUSTOMER)
    if customer.party.kind is not PartyKind.CUSTOMER or is_spy(manager.channel):
        return None
    if manager.party.kind is not PartyKind.AGENT or manager.party.name != person:
        return None
    return Talk(customer.channel, manager.channel)
