"""A call seen live and the same call from the PBX's log are one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from daemon.calls.call import Call, Direction, Disposition
from daemon.calls.reconcile import lacks, reconcile
from tests.unit.daemon.calls.script import COMPANY, CUSTOMER, Script


def answered(uniqueid: str = "1.1") -> Call:
    script = Script()
    script.new(uniqueid, "PJSIP/operator-1", calls_in=True, number=CUSTOMER, exten=COMPANY)
    script.new("1.2", "PJSIP/101-2", uniqueid)
    script.dial(uniqueid, "1.2")
    script.answers(uniqueid, "1.2")
    script.enter("b1", uniqueid, "1.2")
    script.hang_up(uniqueid, "1.2")
    [call] = script.calls()
    return call


def test_what_was_seen_whole_stays_as_it_is() -> None:
    live = answered()
    logged = replace(live, disposition=Disposition.MISSED)
    assert reconcile([live], [logged]) == [live]


def test_what_was_missed_comes_from_the_log() -> None:
    logged = answered()
    assert reconcile([], [logged]) == [logged]


def test_half_a_call_becomes_whole_and_keeps_its_id_and_ringing() -> None:
    logged = answered()
    half = replace(logged, seen_whole=False, complete=False, disposition=None, answered_at=None)
    silent = replace(
        logged,
        id=answered("9.9").id,
        legs=tuple(replace(x, ringing_from=None) for x in logged.legs),
    )
    [call] = reconcile([half], [silent])
    assert call.id == half.id
    assert call.disposition is Disposition.ANSWERED
    assert call.rang == ("101",)


def test_a_log_that_stops_in_the_middle_takes_nothing_back() -> None:
    live = replace(answered(), seen_whole=False)
    cut = replace(
        live, complete=False, disposition=None, talk_seconds=0.0, ended_at=live.started_at
    )
    assert reconcile([live], [cut]) == [live]


def test_two_halves_of_one_call_become_one() -> None:
    logged = answered()
    one = replace(logged, seen_whole=False, complete=False, legs=logged.legs[:1])
    other = replace(
        one,
        id=answered("8.8").id,
        linkedids=frozenset(),
        legs=logged.legs[1:],
        started_at=logged.started_at + timedelta(seconds=1),
    )
    [call] = reconcile([one, other], [logged])
    assert (call.id, len(call.legs)) == (one.id, 2)


def test_for_whom_an_order_was_is_kept_where_the_log_does_not_tell() -> None:
    logged = replace(
        answered(), direction=Direction.INTERNAL, customer_number=None, company_number=None
    )
    order = replace(
        logged,
        direction=Direction.OUTBOUND,
        customer_number=CUSTOMER,
        company_number=COMPANY,
        complete=False,
        seen_whole=False,
    )
    [call] = reconcile([order], [logged])
    assert (call.direction, call.customer_number) == (Direction.OUTBOUND, CUSTOMER)
    assert call.company_number == COMPANY
    # Without a customer it was only taken for an outbound call.
    [call] = reconcile([replace(order, customer_number=None)], [logged])
    assert call.direction is Direction.INTERNAL


def test_of_a_call_whose_end_alone_was_seen_the_log_knows_more() -> None:
    """It is stored as one that ended, and who saw the end may have been killed a moment later."""
    logged = answered()
    assert not lacks(logged, logged)
    assert lacks(replace(logged, customer_number=None), logged)
    assert lacks(replace(logged, answered_at=None), logged)
    assert lacks(replace(logged, legs=logged.legs[:1]), logged)
    # It was seen to begin and to end, and not what lies between.
    assert lacks(logged, replace(logged, talk_seconds=logged.talk_seconds + 7.5))
    # Who came just in time for its end knows of no talk at all.
    assert lacks(replace(logged, talk_seconds=0.0), replace(logged, talk_seconds=2.5))
    assert not lacks(replace(logged, talk_seconds=0.0), replace(logged, talk_seconds=1.0))
    # A log in whole seconds, and a live call that ended a moment before its channel did.
    assert not lacks(logged, replace(logged, talk_seconds=logged.talk_seconds + 1.9))
    # What only the manager interface tells is nothing that the log misses.
    assert not lacks(logged, replace(logged, customer_number=None, legs=logged.legs[:1]))
