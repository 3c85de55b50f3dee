"""Calls whose numbers our dialplan hides, and what it says of them."""

from __future__ import annotations

import pytest

from daemon.calls import events as e
from daemon.calls.call import DialStatus, Direction, Disposition, Origin, PartyKind
from tests.unit.daemon.calls.script import COMPANY, CUSTOMER, MOBILE, Script


def played(script: Script, uniqueid: str, *, whole: bool = True) -> e.AnnouncementPlayed:
    return e.AnnouncementPlayed(
        at=script.at,
        channel=script.snapshot(uniqueid),
        sound="callward/recorded",
        language="en",
        whole=whole,
    )


def test_what_was_played_stays_with_the_call_it_was_played_in() -> None:
    script = Script()
    script.new("1.1", "PJSIP/operator-0000000a", calls_in=True, number=CUSTOMER, exten=COMPANY)
    script.new("2.1", "PJSIP/101-0000000b", calls_in=True)
    event = played(script, "1.1")
    for _ in range(2):
        script.feed(event)
    script.feed(played(script, "1.1", whole=False))
    # They meet: the older call is both of them.
    script.enter("b1", "1.1", "2.1")
    script.hang_up("1.1", "2.1")
    [call] = script.calls()
    told = [(one.channel, one.sound, one.language, one.whole) for one in call.announcements]
    recorded = ("1.1", "callward/recorded", "en")
    assert told == [(*recorded, True), (*recorded, False)]


def test_what_is_said_of_an_unknown_channel_makes_no_call() -> None:
    script = Script()
    script._names["7.7"] = ("PJSIP/operator-00000007", "7.7")
    script.feed(played(script, "7.7"))
    assert script.calls() == []
    assert script.facts == []


def listed(script: Script, uniqueid: str, party: str, number: str = "24622") -> None:
    """A snapshot shows a channel whose number our dialplan hides."""
    seen = script.snapshot(uniqueid, e.ChannelState.UP, caller_number=number)
    script.feed(e.ChannelListed(at=script.at, channel=seen))
    script.feed(e.ChannelTimed(at=script.at, channel=seen, party=party))


@pytest.mark.parametrize("party", [CUSTOMER, f"PJSIP/{CUSTOMER}@operator"])
def test_a_snapshot_tells_the_number_behind_a_short_code(party: str) -> None:
    script = Script()
    script._names["1.1"] = ("PJSIP/operator-0000000a", "1.1")
    listed(script, "1.1", party)
    [call] = script.calls()
    assert (call.direction, call.customer_number) == (Direction.INBOUND, CUSTOMER)


def test_a_snapshot_tells_that_somebody_outside_is_an_employee() -> None:
    script = Script()
    script._names["1.1"] = ("PJSIP/operator-0000000a", "1.1")
    script._names["1.2"] = ("PJSIP/operator-0000000b", "1.1")
    listed(script, "1.1", MOBILE, COMPANY)
    listed(script, "1.2", f"PJSIP/{CUSTOMER}@operator")
    [call] = script.calls()
    assert (call.direction, call.customer_number) == (Direction.OUTBOUND, CUSTOMER)
    assert [leg.party.kind for leg in call.legs] == [PartyKind.AGENT, PartyKind.CUSTOMER]


def test_an_order_of_ours_that_nobody_took_is_an_outbound_call() -> None:
    script = Script()
    first = "callward-01a20085-88a8-784e-981c-6b2c71adca2b"
    script.new(first, "PJSIP/101-0000000a")
    script.dial(None, first, "101")
    script.rings(first)
    script.dialled(None, first, DialStatus.NOANSWER)
    script.hang_up(first, asked=False)
    [call] = script.calls()
    assert (call.direction, call.origin) == (Direction.OUTBOUND, Origin.ORIGINATED)
    assert (call.disposition, call.answered_by) == (Disposition.MISSED, None)
