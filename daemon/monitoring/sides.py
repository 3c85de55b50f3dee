"""Whose channels are listened to: the customer's, and that of who talks with him. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from daemon.calls.call import Call, Leg, PartyKind
from daemon.calls.dialplan import is_spy


class Side(Enum):
    """Of a conversation; the value is the sound's channel for the page."""

    FAR = 0
    """The customer; in an internal call, who talks with the manager at whom somebody listens."""
    NEAR = 1
    """The manager: who alone hears a whisper."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Those who are in the call now, by their legs."""

    far: Leg | None
    near: Leg | None

    @property
    def customer(self) -> Leg | None:
        """The far side, where a customer is there."""
        far = self.far
        return far if far is not None and far.party.kind is PartyKind.CUSTOMER else None

    @property
    def channels(self) -> Mapping[Side, str]:
        """The uniqueids of those who are there."""
        both = {Side.FAR: self.far, Side.NEAR: self.near}
        return {side: leg.channel for side, leg in both.items() if leg is not None}


def sides_of(call: Call, *, besides: str | None = None) -> Sides:
    """Who is there now; ``besides``: not that person, nor on whichever leg he is."""
    living = [leg for leg in call.legs if leg.ended_at is None and leg.answered_at is not None]
    customer = next((leg for leg in living if leg.party.kind is PartyKind.CUSTOMER), None)
    others = [leg for leg in living if leg is not customer and leg.party.name != besides]
    talking = [leg for leg in others if leg.party.label == call.last_agent]
    near = next(iter(talking[-1:] or others[-1:]), None)
    far = customer or next((leg for leg in others if leg is not near), None)
    return Sides(far, near)


def is_in_it(call: Call, person: str) -> bool:
    """Whether somebody talks or rings there himself."""
    return any(
        leg.party.kind is PartyKind.AGENT
        and leg.party.name == person
        and leg.ended_at is None
        and not is_spy(leg.channel)
        for leg in call.legs
    )
