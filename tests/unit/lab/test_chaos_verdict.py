"""The verdict of a chaos run finds what is wrong, and nothing else; a seed gives one plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lab.phones import PhoneEvent
from tests.lab.chaos.orders import Order
from tests.lab.chaos.plan import ON_POSTGRESQL, ON_SQLITE, Kind, Way, make_plan
from tests.lab.chaos.truth import Seen, Side, of_dialled, owed
from tests.lab.chaos.verdict import Down, Stored, Verdict, compare, deaf_seconds

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CUSTOMER = "+442079460301"


def at(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


SEEN = Seen(
    id="1-1@sipp",
    what="talks",
    direction="inbound",
    customer=CUSTOMER,
    from_at=at(0),
    to_at=at(0.1),
    reached=True,
    last_sign_at=at(6),
    answered_at=at(1),
    answered_by="Abbott",
    ended_at=at(6),
)
STORED = Stored(
    id="one",
    customer=CUSTOMER,
    agent=None,
    direction="inbound",
    disposition="answered",
    answered_by="Abbott",
    started_at=at(0.05),
    talk_seconds=5.0,
    running=False,
    complete=True,
    recordings=({"state": "stored", "duration_seconds": 5.0},),
)
KILLED = Down(at(3), at(8), killed=True)


def verdict(seen: list[Seen], stored: list[Stored], downs: tuple[Down, ...] = ()) -> dict[str, int]:
    found: Verdict = compare(seen, stored, [], downs, {})
    return {one.kind: found.found(one.kind) for one in found.differences}


def test_what_is_as_it_was_differs_in_nothing() -> None:
    assert verdict([SEEN], [STORED]) == {}


@pytest.mark.parametrize(
    ("stored", "kind"),
    [
        ([], "lost"),
        ([STORED, replace(STORED, id="two", started_at=at(0.4))], "doubled"),
        ([STORED, replace(STORED, id="two", customer="+442079460302")], "unseen"),
        ([replace(STORED, disposition="missed")], "disposition"),
        ([replace(STORED, answered_by="Dunn")], "agent"),
        ([replace(STORED, talk_seconds=9.0)], "talk"),
        ([replace(STORED, running=True)], "running"),
        ([replace(STORED, recordings=())], "recording"),
        ([replace(STORED, recordings=({"state": "missing"},))], "recording"),
        ([replace(STORED, recordings=({"state": "stored", "duration_seconds": 1},))], "recording"),
    ],
)
def test_each_difference_is_found(stored: list[Stored], kind: str) -> None:
    assert verdict([SEEN], stored) == {kind: 1}


def test_a_call_is_known_by_its_moment_and_not_by_its_number_alone() -> None:
    later = replace(SEEN, id="2", from_at=at(60), to_at=at(60), answered_at=at(61), ended_at=at(66))
    assert verdict([SEEN, later], [STORED]) == {"lost": 1}


def test_who_never_got_further_than_trying_may_be_there_or_not() -> None:
    trying = replace(SEEN, reached=False, answered_at=None, answered_by=None)
    assert verdict([trying], []) == {}
    assert verdict([trying], [replace(STORED, disposition="missed")]) == {}


def test_a_phone_that_gave_up_may_reach_a_pbx_that_comes_later() -> None:
    dialled = PhoneEvent(at(0), "customer1", 1, "dialled")
    gave_up = PhoneEvent(at(8), "customer1", 1, "hung_up", {"by": "self", "code": 487})
    seen = of_dialled("stage1.1", "talks", Side((dialled, gave_up)), [], names={}, number=CUSTOMER)
    missed = replace(STORED, disposition="missed", answered_by=None, talk_seconds=0.0)
    for later in (7.0, 31.5):
        assert verdict([seen], [replace(missed, started_at=at(later))]) == {}
    assert verdict([seen], []) == {}
    assert verdict([seen], [replace(missed, started_at=at(40))]) == {"unseen": 1}


def test_a_pbx_that_ran_and_answered_nobody_makes_a_run_void(tmp_path: Path) -> None:
    def said(second: float, way: str, first: str, method: str) -> str:
        return (
            f"{'-' * 47} {at(second).astimezone():%Y-%m-%d %H:%M:%S.%f}\n"
            f"UDP message {way} (1 bytes):\n\n{first}\n"
            f"From: <sip:{CUSTOMER}@127.0.0.1>\nCall-ID: 1@sipp\nCSeq: 1 {method}\n\n"
        )

    log = tmp_path / "0.messages"
    log.write_text(
        said(0, "sent", "INVITE sip:1@pbx SIP/2.0", "INVITE")
        + said(0.2, "received", "SIP/2.0 100 Trying", "INVITE")
        + said(1, "received", "SIP/2.0 200 OK", "INVITE")
        + said(2, "sent", "BYE sip:1@pbx SIP/2.0", "BYE")
        + said(2.5, "sent", "BYE sip:1@pbx SIP/2.0", "BYE")
        + said(22, "sent", "BYE sip:1@pbx SIP/2.0", "BYE")
    )
    assert owed(log) == [(at(0), at(0.2)), (at(2), at(22))]
    assert deaf_seconds(owed(log), []) == 20
    assert deaf_seconds(owed(log), [KILLED]) == 20 - 5 - 2
    assert deaf_seconds(owed(log), [Down(at(1), at(30), killed=True)]) < 1


def test_of_a_call_that_was_killed_the_talk_ends_at_the_last_known_moment() -> None:
    cut = replace(SEEN, ended_at=at(30))
    for talk, found in ((0.0, {}), (2.0, {}), (9.0, {"talk": 1})):
        stored = replace(STORED, talk_seconds=talk, complete=False, recordings=())
        assert verdict([cut], [stored], (KILLED,)) == found


def test_what_was_answered_as_asterisk_was_killed_may_be_written_down_or_not() -> None:
    edge = replace(SEEN, from_at=at(1), to_at=at(1), answered_at=at(2.9), ended_at=at(30))
    missed = replace(STORED, started_at=at(1), disposition="missed", talk_seconds=0.0)
    assert verdict([edge], [missed], (KILLED,)) == {}
    assert verdict([replace(edge, answered_at=at(1.5))], [missed], (KILLED,)) == {"disposition": 1}
    assert verdict([replace(edge, from_at=at(2.8), to_at=at(2.9))], [], (KILLED,)) == {}
    assert verdict([edge], [], (KILLED,)) == {"lost": 1}


@pytest.mark.parametrize(
    ("order", "rows", "found"),
    [
        (Order("k", "Quist", CUSTOMER, {"a"}, [201], 1, 1), {"k": 1}, 0),
        (Order("k", "Quist", CUSTOMER, set(), [0, 503], 0, 0), {}, 0),
        (Order("k", "Quist", CUSTOMER, {"a"}, [0, 201], 2, 1), {"k": 1}, 1),
        (Order("k", "Quist", CUSTOMER, {"a"}, [201], 1, 2), {"k": 1}, 1),
        (Order("k", "Quist", CUSTOMER, {"a", "b"}, [201, 201], 1, 1), {"k": 2}, 1),
        (Order("k", "Quist", CUSTOMER, {"a"}, [201], 1, 1), {}, 1),
    ],
)
def test_one_press_makes_one_callback(order: Order, rows: dict[str, int], found: int) -> None:
    assert compare([], [], [order], (), rows).found("callback") == found


def test_a_seed_gives_one_plan_and_another_seed_another() -> None:
    first = make_plan(1822, calls=300, kinds=ON_SQLITE)
    assert first == make_plan(1822, calls=300, kinds=ON_SQLITE)
    assert first != make_plan(1823, calls=300, kinds=ON_SQLITE)


@pytest.mark.parametrize("kinds", [ON_SQLITE, ON_POSTGRESQL])
def test_a_short_plan_has_each_way_and_each_fault(kinds: tuple[Kind, ...]) -> None:
    plan = make_plan(1822, calls=100, kinds=kinds)
    assert {wave.way for wave in plan.waves} == set(Way)
    assert set(plan.counted()) == set(kinds)


def test_the_same_faults_come_whatever_others_are_asked_for() -> None:
    every = make_plan(7, calls=500, kinds=ON_POSTGRESQL).faults
    only = make_plan(7, calls=500, kinds=[Kind.TAKE_OVER]).faults
    assert only == tuple(one for one in every if one.kind is Kind.TAKE_OVER)


def test_a_long_run_kills_the_daemon_often_enough() -> None:
    plans = [make_plan(1822, calls=1300, kinds=kinds) for kinds in (ON_SQLITE, ON_POSTGRESQL)]
    assert sum(plan.calls for plan in plans) >= 2000
    assert sum(plan.counted()[Kind.KILL_DAEMON] for plan in plans) >= 30
