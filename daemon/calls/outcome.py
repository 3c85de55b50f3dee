"""How calls and transfers ended, and who ended them. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from daemon.calls.call import DialStatus, Direction, Disposition, HangupBy
from daemon.calls.state import CallState, Channel, HandOver, Spell

_BY_STATUS = {
    DialStatus.ANSWER: Disposition.CANCELLED,  # taken, and gone before anybody was heard
    DialStatus.BUSY: Disposition.BUSY,
    DialStatus.NOANSWER: Disposition.MISSED,
    DialStatus.CANCEL: Disposition.CANCELLED,
}
# Q.850 causes (include/asterisk/causes.h) of a leg whose DialEnd was not seen.
_BY_CAUSE = {
    16: Disposition.CANCELLED,  # normal clearing
    17: Disposition.BUSY,  # user busy
    18: Disposition.MISSED,  # no user responding
    19: Disposition.MISSED,  # no answer
    21: Disposition.BUSY,  # call rejected
    26: Disposition.CANCELLED,  # answered elsewhere
    127: Disposition.CANCELLED,  # interworking: a CANCEL over some drivers
}
# CEL tells who hung up a moment after the bridge was left.
_AT_ONCE = timedelta(seconds=0.5)


def how_it_ended(
    call: CallState, direction: Direction, answered: bool, *, gone: bool
) -> Disposition | None:
    """The call's disposition; ``None`` while it runs unanswered."""
    if answered:
        return Disposition.ANSWERED
    if not gone:
        return None
    if direction is Direction.INBOUND:
        return Disposition.MISSED
    first = call.first
    if first is not None and call.originated and first.answered_at is None:
        return _refused(first)
    called = [
        c for c in call.channels.values() if c.is_person and not c.incoming and c is not first
    ]
    if direction is Direction.OUTBOUND:
        if call.originated and not called:
            return Disposition.MISSED  # a mobile answered, and its owner did not take the call
        outside = [c for c in called if c.party is not None and c.party.name is None]
        called = outside or called
    return _worst(called) if called else Disposition.FAILED


def _refused(channel: Channel) -> Disposition:
    if channel.dial_status is DialStatus.NOANSWER and channel.hangup_requested_at is not None:
        # It was not our patience that ended: the far end said so. Queue calls even that NOANSWER.
        if channel.cause in (17, 21):
            return Disposition.BUSY
        return Disposition.FAILED if channel.rang_from() is None else Disposition.MISSED
    if channel.dial_status is not None:
        return _BY_STATUS.get(channel.dial_status, Disposition.FAILED)
    return _BY_CAUSE.get(channel.cause or 16, Disposition.FAILED)


def _worst(called: list[Channel]) -> Disposition:
    """Of several legs the one that came closest to an answer tells how the call went."""
    outcomes = {_refused(channel) for channel in called}
    for outcome in (Disposition.CANCELLED, Disposition.MISSED, Disposition.BUSY):
        if outcome in outcomes:
            return outcome
    return Disposition.FAILED


def ended_by(call: CallState, direction: Direction, spells: list[Spell]) -> HangupBy:
    """Who hung up: the side whose far end asked for it first, else the PBX."""
    customer = call.customer
    requests: list[tuple[datetime, HangupBy]] = []
    # One who was called and did not answer ends nothing: the PBX does, when it has tried.
    if (
        customer is not None
        and customer.hangup_requested_at is not None
        and (spells or customer.incoming)
    ):
        requests.append((customer.hangup_requested_at, HangupBy.CUSTOMER))
    last = max((s.ended_at for s in spells if s.ended_at is not None), default=None)
    for spell in spells:
        if last is None or spell.ended_at != last:
            continue
        for channel in (spell.one, spell.other):
            asked = channel.hangup_requested_at
            if channel is customer or asked is None or asked - last > _AT_ONCE:
                continue
            # The BYE of one who has just transferred only follows from that.
            if not any(h.by is channel for h in call.hand_overs):
                requests.append((asked, HangupBy.AGENT))
    first = call.first
    if not spells and first is not None and direction is not Direction.INBOUND:
        asked = first.hangup_requested_at
        if asked is not None and (first.incoming or first.answered_at is not None):
            requests.append((asked, HangupBy.AGENT))
    return min(requests)[1] if requests else HangupBy.PBX


def result_of(hand_over: HandOver, call: CallState, *, gone: bool) -> Disposition | None:
    """What became of a transfer; ``None`` while that is open."""
    if not hand_over.succeeded:
        return Disposition.FAILED
    later = [h.at for h in call.hand_overs if h.at > hand_over.at]
    until = min(later, default=None)
    for spell in call.spells:
        if hand_over.by.party in (spell.one.party, spell.other.party):
            continue  # he has the customer back: nobody took him
        if (until is None or spell.began_at < until) and (
            spell.ended_at is None or spell.ended_at > hand_over.at
        ):
            return Disposition.ANSWERED
    if not gone and until is None:
        return None
    called = [
        c
        for c in call.channels.values()
        if c.is_person
        and not c.incoming
        and c.party != hand_over.by.party
        and (_is_target(c, hand_over) or c.started_at >= hand_over.at)
        and (until is None or c.started_at < until)
    ]
    outcome = _worst(called) if called else Disposition.MISSED
    # Whether the customer's patience or the PBX's ended it: the target did not take the call.
    return Disposition.MISSED if outcome is Disposition.CANCELLED else outcome


def _is_target(channel: Channel, hand_over: HandOver) -> bool:
    """Whether a leg is the one to whom the call was handed, perhaps through a Local channel."""
    target = hand_over.target
    if target is None or channel is target:
        return channel is target
    return target.other_half is not None and channel.source is target.other_half
