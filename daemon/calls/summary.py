"""From what the tracker saw to what the call was. Pure; computed when somebody asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from daemon.calls.call import (
    Call,
    Direction,
    HeldBy,
    Leg,
    Origin,
    Party,
    PartyKind,
    Transfer,
)
from daemon.calls.dialplan import callback_of
from daemon.calls.directory import Directory
from daemon.calls.outcome import ended_by, how_it_ended, result_of
from daemon.calls.state import CallState, Channel, HandOver, Spell

Interval = tuple[datetime, datetime]

# Nobody waits while Asterisk moves him from one bridge to the next.
_MOVE = timedelta(seconds=0.2)


def summarise(call: CallState, directory: Directory) -> Call:
    """The call's record as it stands now. The call must have at least one person in it."""
    customer, first = call.customer, call.first
    assert first is not None
    # Of a call that was ordered for an agent who did not answer only the order tells the customer.
    wanted = directory.outside_number(call.ordered_for) if customer is None else None
    ordered = wanted is not None or (customer is None and callback_of(call.linkedids) is not None)
    direction = Direction.OUTBOUND if ordered else _direction(customer)
    spells = [spell for spell in call.spells if _counts(spell, call)]
    answered_at = min((spell.began_at for spell in spells), default=None)
    if answered_at is None and direction is Direction.INTERNAL and not _called(call, besides=first):
        # A feature code, a conference: the PBX itself answered.
        answered_at = first.answered_at
    origin = Origin.ORIGINATED if call.originated else Origin.DIALLED
    gone = call.alive == 0
    end = _last_to_leave(call, customer, answered=answered_at is not None)
    started_at = min(channel.started_at for channel in call.channels.values())
    ended_at = _last(end.ended_at or call.last_event_at, answered_at, started_at) if gone else None
    until = ended_at or call.last_event_at or first.started_at
    disposition = how_it_ended(call, direction, answered_at is not None, gone=gone)
    last_spell = max(spells, key=lambda s: (s.ended_at or until, s.began_at), default=None)
    return Call(
        id=call.id,
        pbx=call.pbx,
        linkedids=frozenset(call.linkedids),
        direction=direction,
        origin=origin,
        started_at=started_at,
        answered_at=answered_at,
        ended_at=ended_at,
        customer_number=_customer_number(call, customer) or wanted,
        company_number=None
        if direction is Direction.INTERNAL
        else _company_number(customer, directory),
        queue=call.queue,
        legs=tuple(_leg(c, customer) for c in call.channels.values() if c.party is not None),
        transfers=tuple(
            _transfer(h, call, directory, gone=gone)
            for h in call.hand_overs
            if not h.three_way or _left_early(h, call)
        ),
        recordings=tuple(call.recordings.values()),
        announcements=tuple(one for _, one in sorted(call.announcements.items()))
        if call.announcements
        else (),
        disposition=disposition,
        answered_by=_answered_by(direction, origin, spells, call),
        last_agent=None if last_spell is None else _agent_label(last_spell.other),
        hangup_by=ended_by(call, direction, spells) if gone else None,
        cause=end.cause,
        ring_seconds=_ring_seconds(call, direction, answered_at, until),
        talk_seconds=_talk_seconds(spells, until),
        hold_seconds=_hold_seconds(call, spells, until),
        held_from=None if gone else _held_from(call, spells),
        held_by=None if gone else _held_by(call),
        complete=gone and end.ended_at is not None,
        gone=gone,
        seen_whole=call.seen_whole,
    )


def _last(*instants: datetime | None) -> datetime:
    """No call ends before it began, even where the PBX's clock was set back meanwhile."""
    return max(at for at in instants if at is not None)


def _direction(customer: Channel | None) -> Direction:
    if customer is None:
        return Direction.INTERNAL
    return Direction.INBOUND if customer.incoming else Direction.OUTBOUND


def _counts(spell: Spell, call: CallState) -> bool:
    """Whether a spell was a conversation: two customers in one conference have none."""
    other = spell.other
    return other.call is call or (other.party is not None and other.party.kind is PartyKind.AGENT)


def _called(call: CallState, besides: Channel | None = None) -> list[Channel]:
    return [
        c for c in call.channels.values() if c.is_person and not c.incoming and c is not besides
    ]


def _last_to_leave(call: CallState, customer: Channel | None, *, answered: bool) -> Channel:
    """The channel whose end is the call's end."""
    if customer is not None and (customer.incoming or answered):
        return customer
    people = [c for c in call.channels.values() if c.is_person]
    lost = [c for c in people if c.gone and c.ended_at is None]
    if lost:
        return lost[-1]
    return max(people, key=lambda c: (c.ended_at is None, c.ended_at or c.started_at))


def _customer_number(call: CallState, customer: Channel | None) -> str | None:
    """His number, perhaps told by another attempt to reach him than the one that did."""
    if customer is None:
        return None
    attempts = (c for c in call.channels.values() if _is_attempt(c, customer))
    parties = (c.party for c in (customer, *attempts) if c.party is not None)
    return next((party.number for party in parties if party.number is not None), None)


def _company_number(customer: Channel | None, directory: Directory) -> str | None:
    if customer is None:
        return directory.only_company_number
    shown = customer.exten if customer.incoming else customer.shown_number
    return directory.company_number(shown) or directory.only_company_number


def _leg(channel: Channel, customer: Channel | None) -> Leg:
    party = channel.party or Party(kind=PartyKind.EXTERNAL)
    if channel is customer or (customer is not None and _is_attempt(channel, customer)):
        party = replace(party, kind=PartyKind.CUSTOMER)
    return Leg(
        channel=channel.uniqueid,
        party=party,
        started_at=channel.started_at,
        ringing_from=channel.rang_from(),
        ringing_to=channel.rang_to(),
        answered_at=channel.answered_at,
        ended_at=channel.ended_at,
        dial_status=channel.dial_status,
        cause=channel.cause,
    )


def _is_attempt(channel: Channel, customer: Channel) -> bool:
    """Whether a leg was called in order to reach the customer, before he answered."""
    if customer.incoming or channel.incoming or not channel.is_outsider:
        return False
    return customer.answered_at is None or channel.started_at < customer.answered_at


def _transfer(
    hand_over: HandOver, call: CallState, directory: Directory, *, gone: bool
) -> Transfer:
    to: str | None = None
    if hand_over.target is not None and hand_over.target.party is not None:
        to = hand_over.target.party.label
    elif hand_over.target is not None:
        to = hand_over.target.endpoint.exten or None
    if to is None and hand_over.exten:
        to = directory.outside_number(hand_over.exten) or hand_over.exten
    return Transfer(
        at=hand_over.at,
        kind=hand_over.kind,
        by=_agent_label(hand_over.by),
        to=to,
        result=result_of(hand_over, call, gone=gone),
    )


def _left_early(hand_over: HandOver, call: CallState) -> bool:
    """Whether the others went on talking after the one who had brought them together left."""
    left_at = hand_over.by.ended_at
    return left_at is not None and any(
        spell.other is not hand_over.by
        and (spell.ended_at is None or spell.ended_at - left_at > _MOVE)
        for spell in call.spells
    )


def _agent_label(channel: Channel) -> str | None:
    return None if channel.party is None else channel.party.label


def _answered_by(
    direction: Direction, origin: Origin, spells: list[Spell], call: CallState
) -> str | None:
    """The agent who took the call; nobody did in an outbound call that he dialled himself."""
    if direction is not Direction.OUTBOUND:
        taken = min(spells, key=lambda s: s.began_at, default=None)
        return None if taken is None else _agent_label(taken.other)
    if origin is Origin.DIALLED:
        return None
    if not spells and call.oldest.answered_at is None:
        return None  # a mobile answered, and its owner did not take the call
    answered = [
        (channel.answered_at, channel.party.label)
        for channel in _called(call)
        if channel.answered_at is not None
        if channel.party is not None and channel.party.kind is PartyKind.AGENT
    ]
    return min(answered)[1] if answered else None


def _ring_seconds(
    call: CallState, direction: Direction, answered_at: datetime | None, until: datetime
) -> float:
    """How long somebody's phone rang before the call was answered."""
    intervals: list[Interval] = []
    for channel in _called(call):
        if direction is Direction.OUTBOUND and not channel.is_outsider:
            continue
        began = channel.rang_from()
        limit = answered_at or until
        if began is not None and began < limit:
            intervals.append((began, min(channel.rang_to() or limit, limit)))
    return _total(intervals)


def _talk_seconds(spells: list[Spell], until: datetime) -> float:
    """From the answer to the last word that somebody heard."""
    if not spells:
        return 0.0
    ended_at = max(spell.ended_at or until for spell in spells)
    return _total([(min(spell.began_at for spell in spells), ended_at)])


def _hold_seconds(call: CallState, spells: list[Spell], until: datetime) -> float:
    """On hold, parked, or waiting for the next to answer: in the call and heard by nobody."""
    intervals = [*call.holds]
    intervals += [(since, until) for since in _open_holds(call)]
    heard_until: datetime | None = None
    for began_at, ended_at in sorted((s.began_at, s.ended_at or until) for s in spells):
        if heard_until is not None and began_at - heard_until > _MOVE:
            intervals.append((heard_until, began_at))
        heard_until = ended_at if heard_until is None else max(heard_until, ended_at)
    if heard_until is not None and until - heard_until > _MOVE:
        intervals.append((heard_until, until))
    return _total(intervals)


def _held_from(call: CallState, spells: list[Spell]) -> datetime | None:
    """Since when nobody is heard; ``None``: somebody is, or nobody was yet."""
    if not spells:
        return None
    holds = _open_holds(call)
    if holds:
        return min(holds)
    ends = [spell.ended_at for spell in spells if spell.ended_at is not None]
    return max(ends) if len(ends) == len(spells) else None


def _open_holds(call: CallState) -> list[datetime]:
    """When the holds began that last."""
    begun = [at for c in call.channels.values() for at in (c.hold_from, c.music_from)]
    return [at for at in begun if at is not None]


def _held_by(call: CallState) -> HeldBy | None:
    """How the hold that lasts was begun; where one came to the other, it is the phone's."""
    channels = call.channels.values()
    parties = (c.party for c in channels if c.hold_from is not None)
    if any(party is not None and party.kind is PartyKind.AGENT for party in parties):
        return HeldBy.PHONE
    return HeldBy.BUTTON if any(c.music_from is not None for c in channels) else None


def _total(intervals: Iterable[Interval]) -> float:
    """Seconds covered by at least one of the intervals."""
    total, covered = 0.0, None
    for began, ended in sorted(intervals):
        start = began if covered is None else max(began, covered)
        if ended > start:
            total += (ended - start).total_seconds()
        covered = ended if covered is None else max(covered, ended)
    return round(total, 3)
