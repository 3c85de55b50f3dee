from __future__ import annotations

import re

import pytest

from daemon.ami.actions import Action, ActionError, login, originate
from daemon.ami.filters import CALL_EVENTS, PBX_EVENTS, login_filters
from daemon.ami.message import Message
from daemon.ami.snapshot import bridge_details


def test_an_action_on_the_wire() -> None:
    action = Action("Setvar", (("Variable", "A"), ("Value", "привет: 1"), ("Variable", "B")))
    assert action.encode("x-1").decode() == (
        "Action: Setvar\r\nActionID: x-1\r\nVariable: A\r\nValue: привет: 1\r\nVariable: B\r\n\r\n"
    )


@pytest.mark.parametrize("breaker", ["\r\n", "\r", "\n", "\0"])
def test_a_line_break_in_a_value_is_rejected_and_the_value_is_not_told(breaker: str) -> None:
    with pytest.raises(ActionError) as caught:
        Action("Setvar", (("Value", f"+442079460123{breaker}Action: Originate"),))
    assert "header Value" in str(caught.value)
    assert "442079460123" not in str(caught.value)
    with pytest.raises(ActionError):
        Action(f"Ping{breaker}Action: Originate")
    with pytest.raises(ActionError):
        Action("Setvar", ((f"Value{breaker}X", "1"),))


@pytest.mark.parametrize("header", ["", "A: B", "A B", "Ключ"])
def test_a_header_has_a_name(header: str) -> None:
    with pytest.raises(ActionError):
        Action("Setvar", ((header, "1"),))


def test_a_line_that_asterisk_would_throw_away_is_rejected() -> None:
    with pytest.raises(ActionError, match="header Value is 1023 bytes long; at most 1022"):
        Action("Setvar", (("Value", "x" * 1016),))
    Action("Setvar", (("Value", "x" * 1015),))


def test_a_secret_does_not_show() -> None:
    assert "geheim" not in repr(login("callward", "geheim", ("call",)))


def test_an_originate_is_asynchronous_and_has_an_id_of_ours() -> None:
    action = originate(
        channel="PJSIP/101",
        channel_id="callward-1",
        context="clicktodial",
        exten="token",
        variables={"A": "1", "B": "2"},
    )
    headers = dict(action.headers)
    assert headers["Async"] == "true"
    assert headers["ChannelId"] == "callward-1"
    assert headers["Timeout"] == "30000"
    assert [value for name, value in action.headers if name == "Variable"] == ["A=1", "B=2"]


def passes(*lines: str) -> bool:
    """As Asterisk matches: a POSIX extended expression, no REG_NEWLINE, against the whole event."""
    patterns = [dict(action.headers)["Filter"] for action in login_filters()]
    text = "".join(line + "\r\n" for line in lines)
    return any(
        re.search(pattern.replace("[[:cntrl:]]", r"[\x00-\x1f\x7f]"), text, re.DOTALL)
        for pattern in patterns
    )


@pytest.mark.parametrize("name", sorted(CALL_EVENTS | PBX_EVENTS))
def test_wanted_events_pass_the_filter(name: str) -> None:
    assert passes(f"Event: {name}", "Privilege: call,all")


@pytest.mark.parametrize(
    "name", ["VarSet", "Newexten", "HangupHandlerRun", "RTCPSent", "QueueCallerJoins", "xHangup"]
)
def test_unwanted_events_do_not(name: str) -> None:
    assert not passes(f"Event: {name}", "Privilege: call,all", "Value: x", "Event: Hangup")


def test_of_user_events_only_ours_pass() -> None:
    assert passes("Event: UserEvent", "Privilege: user,all", "UserEvent: CallwardRecording", "N: 1")
    assert passes("Event: UserEvent", "Privilege: user,all", "UserEvent: CallwardAnnouncement")
    assert not passes("Event: UserEvent", "Privilege: user,all", "UserEvent: CallwardRecordings")
    assert not passes("Event: UserEvent", "Privilege: user,all", "UserEvent: Other")
    assert not passes("Event: UserEvent", "XUserEvent: CallwardRecording", "UserEvent: Other")


def test_bridges_are_asked_one_by_one() -> None:
    listed = [Message({"Event": "BridgeListItem", "BridgeUniqueid": "b1"}), Message({"Event": "X"})]
    assert bridge_details(listed) == (Action("BridgeInfo", (("BridgeUniqueid", "b1"),)),)
