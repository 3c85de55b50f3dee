"""Calls of dialplans that the lab does not have."""

from __future__ import annotations

from datetime import timedelta

import pytest

from daemon.calls import events as e
from daemon.calls.call import (
    DialStatus,
    Direction,
    Disposition,
    HangupBy,
    Origin,
    PartyKind,
    TransferKind,
)
from daemon.calls.facts import CallEnded, CallMerged, CallStarted
from tests.unit.daemon.calls.script import (
    COMPANY,
    CUSTOMER,
    MOBILE,
    OTHER_CUSTOMER,
    Script,
    directory,
)


@pytest.mark.parametrize(
    ("trunk", "pattern"),
    [
        ("PJSIP/operator-0000000a", "operator"),
        ("SIP/trunk-out-0000000a", "SIP/trunk-*"),
        ("DAHDI/i1/02079460101-1", "DAHDI/*"),
        ("IAX2/carrier-1234", "carrier"),
    ],
)
def test_a_trunk_is_what_the_settings_say(trunk: str, pattern: str) -> None:
    script = Script(directory(trunks=(pattern,)))
    script.new("1.1", trunk, calls_in=True, number=CUSTOMER, exten=COMPANY)
    script.hang_up("1.1")
    [call] = script.calls()
    assert call.direction is Direction.INBOUND
    assert call.customer_number == CUSTOMER
    assert call.company_number == COMPANY
    assert call.disposition is Disposition.MISSED
    assert call.hangup_by is HangupBy.CUSTOMER


def test_click_to_dial_through_a_local_channel() -> None:
    """FreePBX's way: Local/101@from-internal, then the number."""
    script = Script()
    script.new("1.1", "Local/101@from-internal-00000001;1")
    script.new("1.2", "Local/101@from-internal-00000001;2", "1.1", calls_in=True)
    script.dial(None, "1.1", "101@from-internal")
    script.new("1.3", "PJSIP/101-00000001", "1.1")
    script.dial("1.2", "1.3", "101")
    script.answers("1.2", "1.3")
    script.enter("b1", "1.2", "1.3")
    script.new("1.4", "PJSIP/operator-00000002", "1.1")
    script.dial("1.1", "1.4", f"{CUSTOMER}@operator")
    script.answers("1.1", "1.4")
    script.enter("b2", "1.1", "1.4")
    script.hang_up("1.4", "1.1", "1.2", "1.3")
    [call] = script.calls()
    assert (call.direction, call.origin) == (Direction.OUTBOUND, Origin.ORIGINATED)
    assert call.customer_number == CUSTOMER
    assert (call.rang, call.answered_by, call.last_agent) == (("101",), "101", "101")
    assert call.disposition is Disposition.ANSWERED
    assert call.hangup_by is HangupBy.CUSTOMER


def test_an_order_that_its_local_channel_failed_to_carry_out_tells_the_customer() -> None:
    """OriginateResponse names no channel then, but what was dialled."""
    script = Script()
    script.new("1.1", "Local/101@from-internal-00000001;1")
    script.new("1.2", "Local/101@from-internal-00000001;2", "1.1", calls_in=True)
    script.dial(None, "1.1", "101@from-internal/n")
    script.new("1.3", "PJSIP/101-00000001", "1.1")
    script.dial("1.2", "1.3", "101")
    script.dialled("1.2", "1.3", DialStatus.BUSY)
    script.feed(
        e.OriginateEnded(
            at=script.at,
            uniqueid="",
            address="Local/101@from-internal/n",
            answered=False,
            exten=CUSTOMER,
        )
    )
    script.hang_up("1.3", "1.2", "1.1")
    [call] = script.calls()
    assert (call.direction, call.customer_number) == (Direction.OUTBOUND, CUSTOMER)
    assert (call.disposition, call.hangup_by) == (Disposition.BUSY, HangupBy.PBX)


def test_an_order_for_a_conference_was_answered() -> None:
    script = Script()
    script.new("1.1", "PJSIP/101-00000001")
    script.dial(None, "1.1", "101")
    script.answers(None, "1.1")
    script.enter("conf", "1.1", conference=True)
    script.hang_up("1.1")
    [call] = script.calls()
    assert (call.direction, call.disposition) == (Direction.INTERNAL, Disposition.ANSWERED)


def test_the_second_trunk_reaches_the_customer() -> None:
    """The first attempt rang nobody; both were for him, so neither is an agent who rang."""
    script = Script(directory(trunks=("trunk-*",)))
    script.new("1.1", "PJSIP/101-00000001", calls_in=True, exten=CUSTOMER)
    for leg, status in (("1.2", DialStatus.NOANSWER), ("1.3", DialStatus.ANSWER)):
        script.new(leg, f"PJSIP/trunk-{leg}-00000002", "1.1")
        script.dial("1.1", leg, f"{CUSTOMER}@trunk-{leg}")
        script.rings(leg)
        script.dialled("1.1", leg, status)
    script.hang_up("1.2", asked=False)
    script.enter("b1", "1.1", "1.3")
    script.hang_up("1.3", "1.1")
    [call] = script.calls()
    assert (call.direction, call.customer_number) == (Direction.OUTBOUND, CUSTOMER)
    assert (call.disposition, call.hangup_by) == (Disposition.ANSWERED, HangupBy.CUSTOMER)
    assert (call.rang, call.last_agent) == ((), "101")
    assert call.ring_seconds == pytest.approx(0.2, abs=0.01)


def test_a_trunk_that_delivers_to_s_shows_the_company_number_later() -> None:
    other = "+442079460001"
    script = Script(directory(numbers=(COMPANY, other)))
    script.new("1.1", "PJSIP/operator-00000001", calls_in=True, number=CUSTOMER, exten="s")
    seen = script.snapshot("1.1", e.ChannelState.UP, exten=other)
    script.feed(e.QueueJoined(at=script.at, channel=seen, queue="sales"))
    seen = script.snapshot("1.1", e.ChannelState.UP, exten=COMPANY)
    script.feed(e.ChannelStateChanged(at=script.at, channel=seen))
    script.hang_up("1.1")
    [call] = script.calls()
    assert call.company_number == other


def test_after_a_gap_the_snapshot_tells_what_the_customer_dialled() -> None:
    other = "+442079460001"
    script = Script(directory(numbers=(COMPANY, other)))
    script.new("1.1", "PJSIP/operator-00000001", calls_in=True, number=CUSTOMER, exten="s")
    script.feed(e.LinkLost(at=script.at))
    seen = script.snapshot("1.1", e.ChannelState.UP, exten="macro-dial")
    script.feed(e.ChannelListed(at=script.at, channel=seen))
    script.feed(e.SnapshotEnded(at=script.at))
    script.feed(e.ChannelTimed(at=script.at, channel=seen, dialled=other))
    script.hang_up("1.1")
    [call] = script.calls()
    assert call.company_number == other


def test_what_ends_while_the_snapshot_is_told_is_over_with_it() -> None:
    """A PBX that falls silent then tells of nothing by which a moment could be seen to pass."""
    script = Script()
    script.new("1.1", "PJSIP/operator-00000001", calls_in=True, number=CUSTOMER, exten=COMPANY)
    [id_] = script.tracker.running()
    script.feed(e.LinkLost(at=script.at))
    script.hang_up("1.1")
    assert script.tracker.running() == (id_,)
    script.feed(e.SnapshotEnded(at=script.at))
    assert script.tracker.running() == ()
    assert script.facts[-1] == CallEnded(id_)


def test_an_attended_transfer_into_a_queue_is_to_none_of_those_who_ring() -> None:
    script = Script()
    script.new("1.1", "PJSIP/operator-00000001", calls_in=True, number=CUSTOMER, exten=COMPANY)
    script.new("1.2", "PJSIP/101-00000002", "1.1")
    script.dial("1.1", "1.2")
    script.answers("1.1", "1.2")
    script.enter("b1", "1.1", "1.2")
    script.new("1.3", "PJSIP/101-00000003", calls_in=True, exten="600")
    for leg, name in (("1.4", "PJSIP/102-00000004"), ("1.5", "PJSIP/103-00000005")):
        script.new(leg, name, "1.3")
        script.dial("1.3", leg)
        script.rings(leg)
    original, second = script.snapshot("1.2"), script.snapshot("1.3", exten="600")
    script.feed(
        e.AttendedTransferred(
            at=script.at,
            original=original,
            consultation=second,
            transferee=script.snapshot("1.1"),
        )
    )
    script.hang_up("1.2", "1.3", asked=False)
    script.dialled("1.1", "1.4", DialStatus.ANSWER)
    script.enter("b1", "1.4")
    script.hang_up("1.5", asked=False)
    script.hang_up("1.1", "1.4")
    [call] = script.calls()
    [transfer] = call.transfers
    assert (transfer.kind, transfer.by, transfer.to) == (TransferKind.BLONDE, "101", "600")
    assert transfer.result is Disposition.ANSWERED


def test_a_customer_who_is_called_first_is_no_agent() -> None:
    script = Script()
    script.new("1.1", "PJSIP/operator-00000001")
    script.dial(None, "1.1", f"{CUSTOMER}@operator")
    script.answers(None, "1.1")
    script.new("1.2", "PJSIP/102-00000002", "1.1")
    script.dial("1.1", "1.2", "102")
    script.answers("1.1", "1.2")
    script.enter("b1", "1.1", "1.2")
    script.hang_up("1.2", "1.1")
    [call] = script.calls()
    assert (call.direction, call.origin) == (Direction.OUTBOUND, Origin.ORIGINATED)
    assert (call.rang, call.answered_by) == (("102",), "102")
    assert call.hangup_by is HangupBy.AGENT


def test_two_customers_who_are_joined_are_two_calls() -> None:
    script = Script()
    script.new("1.1", "PJSIP/operator-00000001", calls_in=True, number=CUSTOMER, exten=COMPANY)
    script.new("1.2", "PJSIP/101-00000002", "1.1")
    script.dial("1.1", "1.2")
    script.answers("1.1", "1.2")
    script.enter("b1", "1.1", "1.2")
    script.new("1.3", "PJSIP/101-00000003", calls_in=True, exten=OTHER_CUSTOMER)
    script.new("1.4", "PJSIP/operator-00000004", "1.3")
    script.dial("1.3", "1.4", f"{OTHER_CUSTOMER}@operator")
    script.answers("1.3", "1.4")
    script.enter("b2", "1.3", "1.4")
    script.feed(
        e.AttendedTransferred(
            at=script.at,
            original=script.snapshot("1.2"),
            consultation=script.snapshot("1.3"),
            transferee=script.snapshot("1.1"),
            target=script.snapshot("1.4"),
        )
    )
    script.enter("b1", "1.4")
    script.hang_up("1.2", "1.3", asked=False)
    script.hang_up("1.1", "1.4")
    first, second = script.calls()
    assert (first.customer_number, second.customer_number) == (CUSTOMER, OTHER_CUSTOMER)
    assert (first.direction, second.direction) == (Direction.INBOUND, Direction.OUTBOUND)
    assert [t.to for t in first.transfers] == [OTHER_CUSTOMER]
    assert not any(isinstance(fact, CallMerged) for fact in script.facts)


def test_calls_that_meet_in_a_conference_stay_two() -> None:
    script = Script()
    script.new("1.1", "PJSIP/operator-00000001", calls_in=True, number=CUSTOMER, exten=COMPANY)
    script.enter("conf", "1.1", conference=True)
    script.new("1.2", "PJSIP/101-00000002", calls_in=True, exten="800")
    script.enter("conf", "1.2", conference=True)
    script.hang_up("1.1")
    script.hang_up("1.2")
    inbound, internal = script.calls()
    assert (inbound.disposition, inbound.answered_by) == (Disposition.ANSWERED, "101")
    assert (internal.direction, internal.customer_number) == (Direction.INTERNAL, None)


def test_an_employee_from_his_mobile_is_no_customer() -> None:
    script = Script()
    script.new("1.1", "PJSIP/operator-00000001", calls_in=True, number=MOBILE, exten=COMPANY)
    script.hang_up("1.1")
    [call] = script.calls()
    assert (call.direction, call.customer_number) == (Direction.INTERNAL, None)
    assert call.legs[0].party.kind is PartyKind.AGENT


@pytest.mark.parametrize("number", ["anonymous", "", "Anonymous", COMPANY, "101", "unavailable"])
def test_a_caller_without_a_usable_number_is_a_call_without_one(number: str) -> None:
    script = Script()
    script.new("1.1", "PJSIP/operator-00000001", calls_in=True, number=number, exten=COMPANY)
    script.hang_up("1.1")
    [call] = script.calls()
    assert (call.direction, call.customer_number) == (Direction.INBOUND, None)


def test_the_pbx_talking_to_itself_is_no_call() -> None:
    script = Script()
    script.new("1.1", "Local/7@announcements-00000001;1")
    script.new("1.2", "Local/7@announcements-00000001;2", "1.1", calls_in=True)
    script.new("1.3", "Message/ast_msg_queue", "1.3")
    script.hang_up("1.1", "1.2", "1.3")
    assert script.facts == []


def test_a_trunk_that_tells_no_ringing_has_rung() -> None:
    """Early media instead of 180: a mobile network's own announcement or tone."""
    script = Script()
    script.new("1.1", "PJSIP/operator-00000001", calls_in=True, number=CUSTOMER, exten=COMPANY)
    script.new("1.2", "PJSIP/operator-00000002", "1.1")
    script.dial("1.1", "1.2", f"{MOBILE}@operator")
    script.at += timedelta(seconds=5)
    script.dialled("1.1", "1.2", DialStatus.NOANSWER)
    script.hang_up("1.2", asked=False)
    script.hang_up("1.1", asked=False)
    [call] = script.calls()
    assert call.rang == (MOBILE,)
    assert call.ring_seconds == pytest.approx(5.1, abs=0.05)
    assert call.hangup_by is HangupBy.PBX


def test_an_unreachable_phone_has_not_rung() -> None:
    script = Script()
    script.new("1.1", "PJSIP/operator-00000001", calls_in=True, number=CUSTOMER, exten=COMPANY)
    script.new("1.2", "PJSIP/102-00000002", "1.1")
    script.dial("1.1", "1.2", "102")
    script.at += timedelta(seconds=20)
    script.dialled("1.1", "1.2", DialStatus.NOANSWER)
    script.hang_up("1.2", "1.1", asked=False)
    [call] = script.calls()
    assert (call.rang, call.ring_seconds) == ((), 0.0)


def test_a_channel_that_was_gone_after_the_gap_ends_its_call_unknown() -> None:
    script = Script()
    script.new("1.1", "PJSIP/operator-00000001", calls_in=True, number=CUSTOMER, exten=COMPANY)
    lost_at = script.at
    script.feed(e.LinkLost(at=lost_at))
    script.at += timedelta(minutes=5)
    script.feed(e.SnapshotEnded(at=script.at))
    script.feed(e.ChannelHungUp(at=script.at, channel=script.snapshot("1.1"), cause=16))
    [call] = script.calls()
    assert (call.gone, call.complete, call.ended_at) == (True, False, lost_at)
    assert sum(isinstance(fact, CallEnded) for fact in script.facts) == 1


def test_a_call_that_survived_the_gap_goes_on() -> None:
    script = Script()
    script.new("1.1", "PJSIP/operator-00000001", calls_in=True, number=CUSTOMER, exten=COMPANY)
    script.feed(e.LinkLost(at=script.at))
    listed = script.snapshot("1.1", e.ChannelState.RING)
    script.feed(e.ChannelListed(at=script.at, channel=listed))
    script.feed(e.SnapshotEnded(at=script.at))
    [call] = script.calls()
    assert not call.gone
    script.hang_up("1.1")
    [call] = script.calls()
    assert (call.gone, call.complete) == (True, True)
    assert sum(isinstance(fact, CallStarted) for fact in script.facts) == 1


def test_long_ago_ended_calls_are_forgotten_but_not_reopened() -> None:
    script = Script()
    script.new("1.1", "PJSIP/operator-00000001", calls_in=True, number=CUSTOMER, exten=COMPANY)
    script.hang_up("1.1")
    [old] = script.calls()
    script.at += timedelta(minutes=5)
    script.new("2.1", "PJSIP/operator-00000002", calls_in=True, number=CUSTOMER, exten=COMPANY)
    script.hang_up("2.1")
    with pytest.raises(KeyError):
        script.tracker.call(old.id)
    before = len(script.facts)
    script.feed(e.ChannelHungUp(at=script.at, channel=script.snapshot("1.1"), cause=16))
    assert len(script.facts) == before


@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(hours=1), timedelta(days=-400)])
def test_a_clock_that_is_set_in_mid_call_loses_nothing(step: timedelta) -> None:
    script = Script()
    script.new("1.1", "PJSIP/operator-00000001", calls_in=True, number=CUSTOMER, exten=COMPANY)
    script.new("1.2", "PJSIP/101-00000002", "1.1")
    script.dial("1.1", "1.2")
    script.answers("1.1", "1.2")
    script.enter("b1", "1.1", "1.2")
    script.at += step
    script.hang_up("1.1", "1.2")
    script.new("2.1", "PJSIP/operator-00000003", calls_in=True, number=CUSTOMER, exten=COMPANY)
    script.hang_up("2.1")
    assert len(script.calls()) == 2
    [call] = [call for call in script.calls() if call.answered_by == "101"]
    assert (call.complete, call.disposition) == (True, Disposition.ANSWERED)
    assert call.ended_at is not None
    assert call.answered_at is not None
    assert call.started_at <= call.answered_at <= call.ended_at
    assert call.talk_seconds >= 0
    assert sum(isinstance(fact, CallEnded) for fact in script.facts) == 2


def test_no_record_shows_a_number_when_it_is_printed() -> None:
    script = Script()
    script.new("1.1", "PJSIP/operator-00000001", calls_in=True, number=CUSTOMER, exten=COMPANY)
    script.new("1.2", "PJSIP/operator-00000002", "1.1")
    script.dial("1.1", "1.2", f"{MOBILE}@operator")
    script.answers("1.1", "1.2")
    script.enter("b1", "1.1", "1.2")
    [call] = script.calls()
    assert CUSTOMER[-7:] not in repr(call)
    assert MOBILE[-7:] not in repr(call)
