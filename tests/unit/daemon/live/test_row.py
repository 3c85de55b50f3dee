"""What a row says of a call at each moment, and what the agents do then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from daemon.calls.call import Call, Direction, Leg, Origin, Party, PartyKind
from daemon.live.people import Presence, presence
from daemon.live.row import LiveState, LiveWay, row_of

AT = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def agent(name: str, began: float = 0, **changes: object) -> Leg:
    leg = Leg(
        channel=f"{name}.{began}",
        party=Party(kind=PartyKind.AGENT, name=name),
        started_at=at(began),
        ringing_from=at(began),
    )
    return replace(leg, **changes)  # type: ignore[arg-type]


CUSTOMER = Leg(
    channel="customer", party=Party(kind=PartyKind.CUSTOMER, number="+442079460101"), started_at=AT
)


def a_call(*legs: Leg, **changes: object) -> Call:
    call = Call(
        id=uuid4(),
        pbx="pbx",
        linkedids=frozenset({"1"}),
        direction=Direction.INBOUND,
        origin=Origin.DIALLED,
        started_at=AT,
        customer_number="+442079460101",
        legs=(CUSTOMER, *legs),
    )
    return replace(call, **changes)  # type: ignore[arg-type]


def test_a_caller_whom_nobodys_phone_rings_for_waits() -> None:
    row = row_of(a_call(queue="sales"))
    assert (row.state, row.since, row.queue, row.way) == (
        LiveState.WAITING,
        AT,
        "sales",
        LiveWay.COMPANY_NUMBER,
    )
    assert row.waits


def test_it_rings_at_two() -> None:
    row = row_of(a_call(agent("anna", 1), agent("boris", 1)))
    assert (row.state, row.since, row.ringing, row.agents) == (
        LiveState.RINGING,
        AT,
        ("anna", "boris"),
        (),
    )
    assert row.waits


def test_one_of_them_takes_it() -> None:
    taken = agent("anna", 1, answered_at=at(4), ringing_to=at(4))
    other = agent("boris", 1, ended_at=at(4), ringing_to=at(4))
    row = row_of(a_call(taken, other, answered_at=at(4)))
    assert (row.state, row.since, row.ringing, row.agents) == (
        LiveState.TALKING,
        at(4),
        (),
        ("anna",),
    )
    assert not row.waits


def test_on_hold() -> None:
    taken = agent("anna", 1, answered_at=at(4))
    row = row_of(a_call(taken, answered_at=at(4), held_from=at(9)))
    assert (row.state, row.since, row.agents) == (LiveState.ON_HOLD, at(9), ("anna",))


def test_over() -> None:
    taken = agent("anna", 1, answered_at=at(4), ended_at=at(20))
    rung = agent("boris", 1, ended_at=at(4))
    call = a_call(taken, rung, answered_at=at(4), ended_at=at(20), gone=True)
    row = row_of(call)
    assert (row.state, row.since, row.agents, row.ringing) == (
        LiveState.ENDED,
        at(20),
        ("anna",),
        (),
    )
    assert row.busy == ()


def test_who_dials_is_not_rung() -> None:
    dialling = agent("anna", ringing_from=None)
    row = row_of(
        a_call(direction=Direction.OUTBOUND, legs=(dialling, replace(CUSTOMER, started_at=at(1))))
    )
    assert (row.state, row.agents, row.ringing, row.way) == (
        LiveState.RINGING,
        ("anna",),
        (),
        LiveWay.DIALLED,
    )
    assert not row.waits


def test_a_callback_rings_at_its_manager_first() -> None:
    row = row_of(
        a_call(direction=Direction.OUTBOUND, origin=Origin.ORIGINATED, legs=(agent("anna"),))
    )
    assert (row.ringing, row.agents, row.way) == (("anna",), (), LiveWay.CALLBACK)


def test_a_mobile_stands_there_by_its_owners_name() -> None:
    party = Party(kind=PartyKind.AGENT, name="anna", number="+447700900101")
    row = row_of(a_call(replace(agent("anna"), party=party)))
    assert row.ringing == ("anna",)


@pytest.mark.parametrize(
    "change",
    [
        lambda call: replace(call, ring_seconds=4.0),
        lambda call: replace(call, linkedids=frozenset({"1", "2"})),
    ],
)
def test_what_is_not_shown_makes_no_other_row(change: Callable[[Call], Call]) -> None:
    call = a_call(agent("anna"))
    assert row_of(change(call)) == row_of(call)


def test_people() -> None:
    talking = row_of(a_call(agent("anna", 1, answered_at=at(4)), answered_at=at(4)))
    second = row_of(a_call(agent("anna", 9), agent("boris", 9)))
    agents = {"anna": "101", "boris": None, "vera": "103", "gone": "104"}
    people = presence([talking, second], agents, {"vera": at(-60)})
    assert (people["anna"].state, people["anna"].since) == (Presence.TALKING, at(4))
    assert people["anna"].call_id == talking.id
    assert (people["boris"].state, people["boris"].call_id) == (Presence.RINGING, second.id)
    assert (people["vera"].state, people["vera"].since) == (Presence.FREE, at(-60))
    assert people["gone"].since is None
    # A phone that no agent lists is in its call, and nobody's line.
    stranger = row_of(a_call(agent("199")))
    assert presence([stranger], agents, {}).keys() == agents.keys()
