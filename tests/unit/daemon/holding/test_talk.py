"""Who could put whom on hold."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from daemon.calls.call import PartyKind
from daemon.calls.dialplan import spy_channel
from daemon.holding.talk import Talk, talk_of
from tests.unit.daemon.live.test_row import CUSTOMER, a_call, agent, at

CUSTOMERS = replace(CUSTOMER, answered_at=at(4))
ANNA = agent("anna", 1, answered_at=at(4))
BORIS = agent("boris", 1, answered_at=at(5))
TALKS = a_call(ANNA, legs=(CUSTOMERS, ANNA), answered_at=at(4))


def test_who_talks_with_the_customer_alone() -> None:
    assert talk_of(TALKS, "anna") == Talk("customer", ANNA.channel)
    assert talk_of(replace(TALKS, legs=(ANNA, CUSTOMERS)), "anna") is not None
    left = replace(BORIS, ended_at=at(9))
    rings = agent("clara", 8)
    assert talk_of(replace(TALKS, legs=(CUSTOMERS, ANNA, left, rings)), "anna") is not None


def test_nobody_else() -> None:
    assert talk_of(TALKS, "boris") is None
    assert talk_of(TALKS, "") is None
    assert talk_of(replace(TALKS, legs=(CUSTOMERS, ANNA, BORIS)), "anna") is None
    inside = replace(BORIS, party=replace(BORIS.party, kind=PartyKind.AGENT))
    assert talk_of(replace(TALKS, legs=(ANNA, inside)), "anna") is None


def test_not_before_the_answer_and_not_after_the_end() -> None:
    assert talk_of(replace(TALKS, answered_at=None), "anna") is None
    assert talk_of(replace(TALKS, gone=True), "anna") is None


def test_not_who_has_taken_the_call_over() -> None:
    taken = replace(ANNA, channel=spy_channel(UUID(int=7), "anna"))
    assert talk_of(replace(TALKS, legs=(CUSTOMERS, taken)), "anna") is None
