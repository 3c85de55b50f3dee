"""Who listens is nobody in a call, until he takes it over."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from daemon.calls import events as e
from daemon.calls.call import Call, PartyKind
from daemon.calls.dialplan import spy_channel
from daemon.calls.facts import CallStarted
from tests.unit.daemon.calls.script import COMPANY, CUSTOMER, Script

SPY = spy_channel(UUID(int=7), "Анна")
BROWSER = "AudioSocket/127.0.0.1:9092-4b4c2a9e-0000"
PHONE = "PJSIP/102-00000009"


def _talk() -> Script:
    script = Script()
    script.new("1.1", "PJSIP/operator-00000001", calls_in=True, number=CUSTOMER, exten=COMPANY)
    script.new("1.2", "PJSIP/101-00000002", "1.1")
    script.dial("1.1", "1.2", "101")
    script.answers("1.1", "1.2")
    script.enter("b1", "1.1", "1.2")
    return script


def _listens(script: Script, name: str) -> None:
    script.new(SPY, name)
    script.dial(None, SPY, name)
    script.answers(None, SPY)
    script.feed(
        e.SpyStarted(at=script.at, channel=script.snapshot(SPY), target=script.snapshot("1.2"))
    )
    script.feed(
        e.OriginateEnded(
            at=script.at, uniqueid=SPY, address=name.rpartition("-")[0], answered=True, exten="spy"
        )
    )


def _takes_over(script: Script) -> None:
    for event in (
        e.BridgeLeft(at=script.at, channel=script.snapshot("1.1"), bridge="b1"),
        e.BridgeEntered(at=script.at, channel=script.snapshot("1.1"), bridge="b2"),
        e.BridgeLeft(at=script.at, channel=script.snapshot("1.2"), bridge="b1"),
    ):
        script.feed(replace(event, at=script.at))
    script.hang_up("1.2", asked=False)
    script.enter("b2", SPY)


@pytest.mark.parametrize("name", [BROWSER, PHONE])
def test_listening_changes_nothing_of_a_call_and_is_none(name: str) -> None:
    plain, listened = _talk(), _talk()
    _listens(listened, name)
    listened.hang_up(SPY)
    listened.at = plain.at
    for script in (plain, listened):
        script.hang_up("1.1", "1.2")
    [call], [same] = plain.calls(), listened.calls()
    assert replace(call, linkedids=frozenset()) == replace(same, linkedids=frozenset())
    assert [fact for fact in listened.facts if isinstance(fact, CallStarted)] == [
        CallStarted(call.id)
    ]


@pytest.mark.parametrize("name", [BROWSER, PHONE])
def test_who_takes_over_is_who_talked_last(name: str) -> None:
    script = _talk()
    _listens(script, name)
    _takes_over(script)
    [running] = script.calls()
    _is_taken(running)
    script.hang_up("1.1", SPY)
    [call] = script.calls()
    _is_taken(call)
    assert call.answered_by == "101"
    assert call.hold_seconds < 1
    assert call.talk_seconds > 0.5


def _is_taken(call: Call) -> None:
    assert call.last_agent == "Анна"
    assert call.rang == ("101",)
    leg = call.legs[-1]
    assert (leg.channel, leg.party.kind, leg.party.name) == (SPY, PartyKind.AGENT, "Анна")
    assert leg.ringing_from is None and leg.dial_status is None
    assert leg.answered_at == leg.started_at


def test_a_daemon_that_comes_later_finds_who_has_taken_over() -> None:
    """From a snapshot alone."""
    before = _talk()
    _listens(before, PHONE)
    script = Script()
    script._names = {**before._names, SPY: (PHONE, "1.1")}
    for channel in ("1.1", SPY):
        seen = script.snapshot(
            channel, e.ChannelState.UP, caller_number=CUSTOMER if channel == "1.1" else ""
        )
        script.feed(e.ChannelListed(at=script.at, channel=seen, bridge="b2"))
    script.feed(e.BridgeListed(at=script.at, bridge="b2"))
    script.feed(e.SnapshotEnded(at=script.at))
    [call] = script.calls()
    assert [leg.party.name for leg in call.legs] == [None, "Анна"]
    assert call.last_agent == "Анна"


def test_a_daemon_that_comes_later_takes_no_listening_for_a_call() -> None:
    script = Script()
    script._names = {SPY: (PHONE, SPY)}
    seen = script.snapshot(SPY, e.ChannelState.UP)
    script.feed(e.ChannelListed(at=script.at, channel=seen))
    script.feed(e.SnapshotEnded(at=script.at))
    script.hang_up(SPY)
    assert script.calls() == []
