"""A customer on hold by a button: in the journal as if his manager's phone had held."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.calls import events as e
from daemon.calls.call import Call, Disposition, HangupBy, HeldBy
from daemon.calls.dialplan import HOLD_PREFIX
from tests.unit.daemon.calls.script import COMPANY, CUSTOMER, Script

PLAYER = f"{HOLD_PREFIX}7"
OTHER = f"{HOLD_PREFIX}7-2"
BETWEEN = "Local/between@callward-hold-00000001"


def _talk() -> Script:
    script = Script()
    script.new("1.1", "PJSIP/operator-00000001", calls_in=True, number=CUSTOMER, exten=COMPANY)
    script.new("1.2", "PJSIP/101-00000002", "1.1")
    script.dial("1.1", "1.2", "101")
    script.answers("1.1", "1.2")
    script.enter("b1", "1.1", "1.2")
    return script


def _plays(script: Script) -> None:
    # In no time: a phone's hold is one event.
    at = script.at
    script.new(PLAYER, f"{BETWEEN};1")
    script.new(OTHER, f"{BETWEEN};2", PLAYER)
    script.at = at
    script.feed(e.MusicStarted(at=at, channel=script.snapshot(PLAYER), to="1.1"))


def _holds(script: Script) -> None:
    script.feed(e.HoldStarted(at=script.at, channel=script.snapshot("1.2")))


def _unholds(script: Script) -> None:
    script.feed(e.HoldEnded(at=script.at, channel=script.snapshot("1.2")))


def _now(script: Script) -> Call:
    [call] = script.calls()
    return call


def _same(one: Script, other: Script) -> None:
    first, second = _now(one), _now(other)
    assert replace(first, linkedids=frozenset()) == replace(second, linkedids=frozenset())


def test_it_counts_as_a_hold_by_the_phone() -> None:
    by_button, by_phone = _talk(), _talk()
    _plays(by_button)
    _holds(by_phone)
    assert (_now(by_button).held_by, _now(by_phone).held_by) == (HeldBy.BUTTON, HeldBy.PHONE)
    assert _now(by_button).held_from == _now(by_phone).held_from
    by_button.hang_up(PLAYER, asked=False)
    _unholds(by_phone)
    assert _now(by_button).held_from is None is _now(by_phone).held_from
    assert _now(by_button).held_by is None
    by_button.at = by_phone.at
    for script in (by_button, by_phone):
        script.hang_up("1.1", "1.2")
    _same(by_button, by_phone)
    assert _now(by_button).hold_seconds == 0.1


@pytest.mark.parametrize(
    ("first", "then", "by"), [("1.1", "1.2", HangupBy.CUSTOMER), ("1.2", "1.1", HangupBy.AGENT)]
)
def test_a_call_that_ends_on_hold_is_one_answered_call(first: str, then: str, by: HangupBy) -> None:
    by_button, by_phone = _talk(), _talk()
    _plays(by_button)
    _holds(by_phone)
    for script in (by_button, by_phone):
        script.hang_up(first, then)
    by_button.hang_up(PLAYER, OTHER, asked=False)
    call, same = _now(by_button), _now(by_phone)
    # The music lasts until the customer is gone, too, a moment after his manager.
    assert abs(call.hold_seconds - same.hold_seconds) < 0.15
    again = replace(call, linkedids=frozenset(), hold_seconds=0)
    assert again == replace(same, linkedids=frozenset(), hold_seconds=0)
    assert (call.disposition, call.hangup_by) == (Disposition.ANSWERED, by)
    assert call.answered_by == "101"
    assert call.hold_seconds > 0


def test_where_the_phone_holds_too_it_is_the_phones() -> None:
    script = _talk()
    _plays(script)
    _holds(script)
    began = _now(script).held_from
    assert _now(script).held_by is HeldBy.PHONE
    script.hang_up(PLAYER, OTHER, asked=False)
    assert _now(script).held_by is HeldBy.PHONE
    assert began is not None and _now(script).held_from is not None
    _unholds(script)
    assert (_now(script).held_by, _now(script).held_from) == (None, None)


def test_the_customers_own_hold_is_nobodys() -> None:
    script = _talk()
    script.feed(e.HoldStarted(at=script.at, channel=script.snapshot("1.1")))
    assert _now(script).held_by is None
    assert _now(script).held_from is not None


def test_a_daemon_that_comes_later_finds_him_on_hold() -> None:
    """From a snapshot, whichever channel stands first in it."""
    before = _talk()
    _plays(before)
    script = Script()
    script._names = before._names
    for channel in (PLAYER, OTHER, "1.1", "1.2"):
        talks = channel in {"1.1", "1.2"}
        number = CUSTOMER if channel == "1.1" else ""
        seen = script.snapshot(channel, e.ChannelState.UP, caller_number=number)
        script.feed(
            e.ChannelListed(
                at=script.at,
                channel=seen,
                bridge="b1" if talks else "",
                plays_to="1.1" if channel == PLAYER else "",
            )
        )
    script.feed(e.BridgeListed(at=script.at, bridge="b1"))
    script.feed(e.SnapshotEnded(at=script.at))
    assert _now(script).held_by is HeldBy.BUTTON
    script.hang_up(PLAYER, OTHER, asked=False)
    assert _now(script).held_by is None


def test_music_that_ended_unseen_has_ended() -> None:
    script = _talk()
    _plays(script)
    script.feed(e.LinkLost(at=script.at))
    for channel in ("1.1", "1.2"):
        seen = script.snapshot(channel, e.ChannelState.UP)
        script.feed(e.ChannelListed(at=script.at, channel=seen, bridge="b1"))
    script.feed(e.SnapshotEnded(at=script.at))
    assert _now(script).held_by is None


def test_music_for_nobody_who_is_known_changes_nothing() -> None:
    script = _talk()
    script.new(PLAYER, f"{BETWEEN};1")
    script.feed(e.MusicStarted(at=script.at, channel=script.snapshot(PLAYER), to="9.9"))
    assert _now(script).held_by is None


def test_the_next_music_may_begin_before_the_last_is_gone() -> None:
    """Ended, and begun again at once."""
    script = _talk()
    _plays(script)
    again = f"{HOLD_PREFIX}8"
    script.new(again, "Local/between@callward-hold-00000002;1")
    script.feed(e.MusicStarted(at=script.at, channel=script.snapshot(again), to="1.1"))
    script.hang_up(PLAYER, OTHER, asked=False)
    assert _now(script).held_by is HeldBy.BUTTON
    script.hang_up(again, asked=False)
    assert _now(script).held_by is None
