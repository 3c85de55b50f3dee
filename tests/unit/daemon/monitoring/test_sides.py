from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from daemon.calls.call import Call, Direction, Leg, Origin, Party, PartyKind
from daemon.calls.dialplan import is_spy, spy_channel, spy_person
from daemon.monitoring.sides import Side, is_in_it, sides_of

AT = datetime(2026, 1, 2, 9, tzinfo=UTC)


def _leg(channel: str, name: str | None, *, ended: bool = False, answered: bool = True) -> Leg:
    kind = PartyKind.CUSTOMER if name is None else PartyKind.AGENT
    return Leg(
        channel=channel,
        party=Party(kind=kind, name=name),
        started_at=AT,
        answered_at=AT if answered else None,
        ended_at=AT if ended else None,
    )


def _call(*legs: Leg, last: str | None) -> Call:
    return Call(
        id=uuid4(),
        pbx="pbx",
        linkedids=frozenset({"1.0"}),
        direction=Direction.INBOUND,
        origin=Origin.DIALLED,
        started_at=AT,
        legs=legs,
        last_agent=last,
    )


def test_the_customer_is_far_and_who_talks_with_him_near() -> None:
    call = _call(
        _leg("1.0", None), _leg("1.1", "anna", ended=True), _leg("1.2", "boris"), last="boris"
    )
    sides = sides_of(call)
    assert sides.channels == {Side.FAR: "1.0", Side.NEAR: "1.2"}
    assert sides.customer is call.legs[0]


def test_nobody_is_near_while_phones_ring() -> None:
    call = _call(_leg("1.0", None), _leg("1.1", "anna", answered=False), last=None)
    assert sides_of(call).channels == {Side.FAR: "1.0"}


def test_among_colleagues_the_last_who_talked_is_near_and_nobody_is_a_customer() -> None:
    call = _call(_leg("1.0", "anna"), _leg("1.1", "boris"), last="boris")
    sides = sides_of(call)
    assert sides.channels == {Side.FAR: "1.0", Side.NEAR: "1.1"}
    assert sides.customer is None


def test_who_has_taken_over_does_not_listen_to_himself() -> None:
    spy = spy_channel(uuid4(), "chief")
    call = _call(_leg("1.0", None), _leg(spy, "chief"), last="chief")
    assert sides_of(call).near == call.legs[1]
    assert sides_of(call, besides="chief").channels == {Side.FAR: "1.0"}


def test_somebody_is_in_a_call_by_his_phone_not_by_listening() -> None:
    call = _call(_leg("1.0", None), _leg("1.1", "anna", answered=False), last=None)
    assert is_in_it(call, "anna")
    assert not is_in_it(call, "boris")
    gone = replace(call, legs=(call.legs[0], replace(call.legs[1], ended_at=AT)))
    assert not is_in_it(gone, "anna")


def test_a_spys_channel_tells_whose_it_is() -> None:
    for person in ("Анна Сергеевна Петрова-Водкина", "x", "o'Neil / 7"):
        channel = spy_channel(uuid4(), person)
        assert is_spy(channel)
        assert len(channel) <= 149
        assert spy_person(channel) == person
    long = spy_channel(uuid4(), "ж" * 60)
    assert is_spy(long) and spy_person(long) is None
    assert not is_spy("callward-0190aaaa")
    assert spy_person("callward-spy-zz-%%%") is None
