"""How far a callback is, from the record of its call. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from daemon.callbacks.callback import EndReason, State
from daemon.calls.call import Call, DialStatus, HangupBy, Leg

_BUSY: Final = frozenset({17})
_REJECTED: Final = frozenset({21})
_SILENT: Final = frozenset({18, 19})
_NO_WAY: Final = frozenset({1, 2, 3, 20, 22, 27, 28, 34, 38, 41, 42, 44})
"""Q.850 causes (include/asterisk/causes.h): user busy; call rejected; no response, no answer; no
such number, no route, out of order, congestion. Asterisk's dial status of most of the last is
NOANSWER too (main/channel.c, ast_hangup_cause_to_dial_status)."""
_BY_STATUS: Final = {
    DialStatus.BUSY: "busy",
    DialStatus.NOANSWER: "no_answer",
    DialStatus.CANCEL: "no_answer",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """A state, and at the end its reason."""

    state: State
    reason: EndReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a callback beside its call."""

    originate: bool | None = None
    """AMI ``OriginateResponse``: whether the first channel answered. ``None``: not told yet."""
    stopped: EndReason | None = None
    """The reason where Callward itself has asked the PBX to end it."""
    lost: EndReason = EndReason.LINK_LOST
    """The reason where nobody saw the end."""


def progress(call: Call | None, known: Known) -> Progress:
    """Where a callback stands. ``call`` is ``None`` for as long as it has none.

    The first leg is the manager's, whatever comes later is the client's (or was added by a
    transfer while they talked).
    """
    if call is None or not call.legs:
        if known.originate is False:
            return _ended(EndReason.AGENT_UNREACHABLE, known)
        return Progress(State.AGENT_ANSWERED if known.originate else State.RINGING_AGENT)
    agent, others = call.legs[0], call.legs[1:]
    talked = call.answered_at is not None and bool(others)
    if call.gone:
        return _over(call, agent, others, known, talked=talked)
    if talked:
        return Progress(State.TALKING)
    if others:
        return Progress(State.RINGING_CLIENT)
    return Progress(State.RINGING_AGENT if agent.answered_at is None else State.AGENT_ANSWERED)


def _over(
    call: Call, agent: Leg, others: tuple[Leg, ...], known: Known, *, talked: bool
) -> Progress:
    if talked:
        return Progress(State.ENDED, EndReason.TALKED)
    if not call.complete:
        return _ended(known.lost, known)
    if others:
        return _ended(_of_client(call, others), known)
    if agent.answered_at is None:
        return _ended(_of_agent(agent), known)
    if not known.originate:
        # His mobile was answered, by him or by its voicemail, and the key was not pressed; or
        # whoever was told how the order ended is gone.
        unheard = known.originate is None and known.lost is EndReason.DAEMON_RESTARTED
        return _ended(known.lost if unheard else EndReason.AGENT_DECLINED, known)
    gave_up = call.hangup_by is HangupBy.AGENT
    return _ended(EndReason.AGENT_HUNG_UP if gave_up else EndReason.CLIENT_UNREACHABLE, known)


def _of_agent(leg: Leg) -> EndReason:
    if leg.cause in _REJECTED:
        return EndReason.AGENT_DECLINED
    if leg.cause in _BUSY:
        return EndReason.AGENT_BUSY
    if leg.dial_status is None and leg.cause in _SILENT:
        return EndReason.AGENT_NO_ANSWER
    return EndReason(f"agent_{_not_reached(leg)}")


def _of_client(call: Call, attempts: tuple[Leg, ...]) -> EndReason:
    """Of several attempts to reach him the one that came closest."""
    reasons = {_of_attempt(leg) for leg in attempts}
    if EndReason.AGENT_HUNG_UP in reasons or call.hangup_by is HangupBy.AGENT:
        return EndReason.AGENT_HUNG_UP
    for reason in (EndReason.CLIENT_NO_ANSWER, EndReason.CLIENT_BUSY):
        if reason in reasons:
            return reason
    return EndReason.CLIENT_UNREACHABLE


def _of_attempt(leg: Leg) -> EndReason:
    if leg.dial_status is DialStatus.CANCEL:
        return EndReason.AGENT_HUNG_UP
    if leg.cause in _BUSY or leg.cause in _REJECTED:
        return EndReason.CLIENT_BUSY
    if leg.dial_status is DialStatus.ANSWER or (leg.dial_status is None and leg.cause in _SILENT):
        return EndReason.CLIENT_NO_ANSWER
    return EndReason(f"client_{_not_reached(leg)}")


def _not_reached(leg: Leg) -> str:
    if leg.cause in _NO_WAY or leg.dial_status is None:
        return "unreachable"
    return _BY_STATUS.get(leg.dial_status, "unreachable")


def _ended(reason: EndReason, known: Known) -> Progress:
    return Progress(State.ENDED, known.stopped or reason)
