"""Calls seen live and the same calls from the PBX's own log become one list. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from uuid import UUID

from daemon.calls.call import Call, Leg, Origin

_MORE_TALK_SECONDS = 3.0
_ANY_TALK_SECONDS = 1.0
"""A log may tell times in whole seconds: beyond that its talk is more, or is any at all."""


def reconcile(
    live: Iterable[Call], logged: Iterable[Call], merged: Collection[UUID] = ()
) -> list[Call]:
    """Every call once, oldest first. ``merged``: ids that the log found to be no calls.

    A call that was seen whole and live stays as it is: AMI tells more than the log. One that was
    seen in part is taken from the log where that is whole, and keeps what only AMI knows.
    """
    calls = {call.id: call for call in live if call.complete or call.id not in merged}
    by_channel: dict[tuple[str, str], set[UUID]] = {}
    for call in calls.values():
        for channel in _channels(call):
            by_channel.setdefault((call.pbx, channel), set()).add(call.id)
    for call in logged:
        ids = {id_ for c in _channels(call) for id_ in by_channel.get((call.pbx, c), ())}
        known = [calls.pop(id_) for id_ in ids if id_ in calls]
        # Of a call that was cut in two, one half may have been seen whole.
        whole = all(c.seen_whole and c.complete for c in known)
        if known and (whole or not _knows_more(call, known)):
            calls.update((c.id, c) for c in known)
            continue
        complete = _enrich(call, known)
        calls[complete.id] = complete
        by_channel.update(((call.pbx, channel), {complete.id}) for channel in _channels(complete))
    return sorted(calls.values(), key=lambda call: (call.started_at, call.id))


def lacks(stored: Call, logged: Call) -> bool:
    """Whether the log tells of what a stored call has not: caller, answer, talk, leg or transfer.

    Then no more than a part of it was seen, though its end was.
    """
    return (
        (stored.customer_number is None and logged.customer_number is not None)
        or (stored.answered_at is None and logged.answered_at is not None)
        or logged.talk_seconds - stored.talk_seconds > _MORE_TALK_SECONDS
        or (not stored.talk_seconds and logged.talk_seconds > _ANY_TALK_SECONDS)
        or len(stored.transfers) < len(logged.transfers)
        or not _channels(logged) <= _channels(stored)
    )


def _channels(call: Call) -> set[str]:
    return {leg.channel for leg in call.legs} | call.linkedids


def _knows_more(logged: Call, known: list[Call]) -> bool:
    return logged.complete or not any(call.complete for call in known)


def _enrich(logged: Call, known: list[Call]) -> Call:
    """The log's record with what was seen live of the same legs."""
    if not known:
        return logged
    oldest = min(known, key=lambda call: (call.started_at, call.id))
    seen = {leg.channel: leg for call in known for leg in call.legs}
    legs = tuple(_leg(leg, seen.get(leg.channel)) for leg in logged.legs)
    # A log that stops in the middle does not take back what was seen.
    ended_at = max((c.ended_at for c in (logged, *known) if c.ended_at is not None), default=None)
    best = max(known, key=lambda call: call.talk_seconds)
    if not logged.complete and best.talk_seconds > logged.talk_seconds:
        return replace(best, id=oldest.id, ended_at=ended_at)
    # For whom an order was stands in no log, where its own agent did not take it.
    order = next((call for call in known if call.customer_number), None)
    direction = order.direction if order and not logged.customer_number else logged.direction
    # Who came in the middle may have taken the customer for him who answered.
    answered_by = best.answered_by if best.direction is direction else None
    return replace(
        logged,
        id=oldest.id,
        direction=direction,
        customer_number=logged.customer_number or (order.customer_number if order else None),
        company_number=logged.company_number
        or next((c.company_number for c in known if c.company_number), None),
        answered_by=logged.answered_by or answered_by,
        linkedids=logged.linkedids.union(*(call.linkedids for call in known)),
        origin=_origin((logged, *known)),
        legs=legs,
        queue=logged.queue or oldest.queue,
        recordings=tuple({r.channel: r for c in known for r in c.recordings}.values())
        or logged.recordings,
        announcements=logged.announcements
        or tuple(sorted((a for c in known for a in c.announcements), key=lambda one: one.at)),
        ended_at=logged.ended_at if logged.complete else ended_at,
    )


def _origin(seen: Iterable[Call]) -> Origin:
    """Ordered, if any of them saw the order: the others were cut off when it came."""
    ordered = any(call.origin is Origin.ORIGINATED for call in seen)
    return Origin.ORIGINATED if ordered else Origin.DIALLED


def _leg(logged: Leg, seen: Leg | None) -> Leg:
    if seen is None or seen.ringing_from is None:
        return logged
    return replace(
        logged,
        ringing_from=seen.ringing_from,
        ringing_to=seen.ringing_to or logged.ringing_to,
        dial_status=seen.dial_status or logged.dial_status,
    )
