"""How far a callback is, from its call's record alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from daemon.callbacks.callback import EndReason, State, callback_of, channel_of
from daemon.callbacks.progress import Known, Progress, progress
from daemon.calls.call import (
    Call,
    DialStatus,
    Direction,
    HangupBy,
    Leg,
    Origin,
    Party,
    PartyKind,
)

BEGAN = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
LATER = BEGAN + timedelta(seconds=5)
AGENT = Leg(
    channel="callward-x",
    party=Party(kind=PartyKind.AGENT, name="Alice"),
    started_at=BEGAN,
)


def agent(**changes: Any) -> Leg:
    return Leg(**{**{f: getattr(AGENT, f) for f in AGENT.__slots__}, **changes})


def client(**changes: Any) -> Leg:
    return agent(channel="1767344400.2", party=Party(kind=PartyKind.CUSTOMER), **changes)


def call(*legs: Leg, **changes: Any) -> Call:
    return Call(
        **{
            "id": uuid4(),
            "pbx": "pbx",
            "linkedids": frozenset({"callward-x"}),
            "direction": Direction.OUTBOUND,
            "origin": Origin.ORIGINATED,
            "started_at": BEGAN,
            "legs": legs,
            **changes,
        }
    )


def over(*legs: Leg, **changes: Any) -> Call:
    return call(*legs, **{"gone": True, "complete": True, "ended_at": LATER, **changes})


ANSWERED = agent(answered_at=BEGAN)


@pytest.mark.parametrize(
    ("record", "originate", "state"),
    [
        (None, None, State.RINGING_AGENT),
        (None, True, State.AGENT_ANSWERED),
        (call(), None, State.RINGING_AGENT),
        (call(AGENT), None, State.RINGING_AGENT),
        (call(ANSWERED), None, State.AGENT_ANSWERED),
        (call(ANSWERED, client()), True, State.RINGING_CLIENT),
        (call(ANSWERED, client(answered_at=LATER)), True, State.RINGING_CLIENT),
        (call(ANSWERED, client(), answered_at=LATER), True, State.TALKING),
        # Alone on the line, an internal call counts as answered by the PBX.
        (call(ANSWERED, answered_at=BEGAN), True, State.AGENT_ANSWERED),
    ],
)
def test_while_it_goes_on(record: Call | None, originate: bool | None, state: State) -> None:
    assert progress(record, Known(originate=originate)) == Progress(state)


@pytest.mark.parametrize(
    ("originate", "reason"),
    [(None, EndReason.DAEMON_RESTARTED), (False, EndReason.AGENT_DECLINED)],
)
def test_who_was_not_there_does_not_say_that_the_manager_declined(
    originate: bool | None, reason: EndReason
) -> None:
    known = Known(originate=originate, lost=EndReason.DAEMON_RESTARTED)
    assert progress(over(ANSWERED), known) == Progress(State.ENDED, reason)


@pytest.mark.parametrize(
    ("record", "originate", "reason"),
    [
        (None, False, EndReason.AGENT_UNREACHABLE),
        (over(agent(dial_status=DialStatus.BUSY, cause=17)), False, EndReason.AGENT_BUSY),
        (over(agent(dial_status=DialStatus.BUSY, cause=21)), False, EndReason.AGENT_DECLINED),
        (over(agent(dial_status=DialStatus.NOANSWER)), False, EndReason.AGENT_NO_ANSWER),
        (over(agent(dial_status=DialStatus.CONGESTION)), False, EndReason.AGENT_UNREACHABLE),
        (over(agent(cause=19)), None, EndReason.AGENT_NO_ANSWER),
        (over(agent(cause=27)), None, EndReason.AGENT_UNREACHABLE),
        (over(ANSWERED), False, EndReason.AGENT_DECLINED),
        (over(ANSWERED, hangup_by=HangupBy.AGENT), True, EndReason.AGENT_HUNG_UP),
        (over(ANSWERED, hangup_by=HangupBy.PBX), True, EndReason.CLIENT_UNREACHABLE),
        (
            over(ANSWERED, client(dial_status=DialStatus.BUSY, cause=17)),
            True,
            EndReason.CLIENT_BUSY,
        ),
        (
            over(ANSWERED, client(dial_status=DialStatus.NOANSWER)),
            True,
            EndReason.CLIENT_NO_ANSWER,
        ),
        # Asterisk says NOANSWER of a number that does not exist.
        (
            over(ANSWERED, client(dial_status=DialStatus.NOANSWER, cause=1)),
            True,
            EndReason.CLIENT_UNREACHABLE,
        ),
        (
            over(ANSWERED, client(dial_status=DialStatus.CANCEL)),
            True,
            EndReason.AGENT_HUNG_UP,
        ),
        # The first trunk was down, over the second he was busy.
        (
            over(
                ANSWERED,
                client(dial_status=DialStatus.CHANUNAVAIL),
                client(dial_status=DialStatus.BUSY, cause=17),
            ),
            True,
            EndReason.CLIENT_BUSY,
        ),
        (over(ANSWERED, client(), answered_at=LATER), True, EndReason.TALKED),
        # Nobody saw the end.
        (over(AGENT, complete=False), None, EndReason.LINK_LOST),
        (over(ANSWERED, client(), complete=False), True, EndReason.LINK_LOST),
        (over(ANSWERED, client(), answered_at=LATER, complete=False), True, EndReason.TALKED),
    ],
)
def test_the_end(record: Call | None, originate: bool | None, reason: EndReason) -> None:
    assert progress(record, Known(originate=originate)) == Progress(State.ENDED, reason)


def test_what_callward_itself_ended() -> None:
    known = Known(stopped=EndReason.CANCELLED)
    busy = over(agent(dial_status=DialStatus.BUSY))
    assert progress(busy, known).reason is EndReason.CANCELLED
    assert progress(call(AGENT), known).state is State.RINGING_AGENT
    talked = over(ANSWERED, client(), answered_at=LATER)
    assert progress(talked, known).reason is EndReason.TALKED


def test_whose_channel_it_is() -> None:
    id_ = uuid4()
    assert callback_of(channel_of(id_)) == id_
    assert callback_of(f"callward-{id_}") == id_
    # FreePBX's table of its event log keeps 32 characters, the second half's two among them.
    assert len(f"{channel_of(id_)};2") <= 32
    # The second half of a Local channel, and channels of others.
    others = ("cw-", "cw-x", "cw-Ж", "callward-", "callward-x", "1767344400.2", "")
    for other in (f"{channel_of(id_)};2", *others):
        assert callback_of(other) is None
