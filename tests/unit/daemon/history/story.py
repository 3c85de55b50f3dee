"""Calls for the tests, as the tracker would tell them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from daemon.calls.call import (
    Call,
    DialStatus,
    Direction,
    Disposition,
    HangupBy,
    Leg,
    Origin,
    Party,
    PartyKind,
    RecordingRef,
    Transfer,
    TransferKind,
)
from store.ids import uuid7

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
CUSTOMER = "+442079460101"
COMPANY = "+442079460000"
MOBILE = "+447700900101"


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def leg(channel: str, kind: PartyKind, label: str | None = None, number: str | None = None) -> Leg:
    party = Party(kind=kind, name=label, number=number)
    return Leg(channel=channel, party=party, started_at=START)


def ringing(number: str | None = CUSTOMER, *, channel: str = "pbx-1.0", second: int = 0) -> Call:
    """A customer calls and 101, 102 and a manager's mobile ring."""
    customer = leg(channel, PartyKind.CUSTOMER, number=number)
    agents = [
        replace(leg(f"{channel}{suffix}", PartyKind.AGENT, name, mobile), ringing_from=at(1))
        for suffix, name, mobile in (
            ("a", "101", None),
            ("b", "102", None),
            ("c", "Anna", MOBILE),
        )
    ]
    return Call(
        id=uuid7(),
        pbx="pbx",
        linkedids=frozenset({channel}),
        direction=Direction.INBOUND,
        origin=Origin.DIALLED,
        started_at=at(second),
        customer_number=number,
        company_number=COMPANY,
        queue="sales",
        legs=(customer, *agents),
    )


def answered(call: Call) -> Call:
    """101 answers; the call is being recorded."""
    customer, first, *others = call.legs
    first = replace(first, ringing_to=at(3), answered_at=at(3), dial_status=DialStatus.ANSWER)
    rest = tuple(
        replace(leg, ringing_to=at(3), ended_at=at(3), dial_status=DialStatus.CANCEL)
        for leg in others
    )
    return replace(
        call,
        legs=(replace(customer, answered_at=at(3)), first, *rest),
        answered_at=at(3),
        answered_by="101",
        last_agent="101",
        disposition=Disposition.ANSWERED,
        ring_seconds=2.0,
        recordings=(
            RecordingRef(channel=customer.channel, name=customer.channel, started_at=at(3)),
        ),
    )


def transferred(call: Call) -> Call:
    """101 sends the customer to the manager's mobile."""
    mobile = replace(
        leg(f"{call.legs[0].channel}d", PartyKind.AGENT, "Anna", MOBILE),
        started_at=at(5),
        ringing_from=at(5),
        answered_at=at(6),
    )
    return replace(
        call,
        legs=(*call.legs, mobile),
        last_agent=MOBILE,
        transfers=(
            Transfer(
                at=at(5),
                kind=TransferKind.BLIND,
                by="101",
                to=MOBILE,
                result=Disposition.ANSWERED,
            ),
        ),
    )


def ended(call: Call, second: float = 60) -> Call:
    """The customer hangs up."""
    return replace(
        call,
        legs=tuple(replace(leg, ended_at=leg.ended_at or at(second)) for leg in call.legs),
        ended_at=at(second),
        disposition=call.disposition or Disposition.MISSED,
        hangup_by=HangupBy.CUSTOMER,
        cause=16,
        talk_seconds=57.0 if call.answered_at else 0.0,
        complete=True,
        gone=True,
    )
