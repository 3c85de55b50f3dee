"""From a ``Call`` to rows. A row is a dict of its table's columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from daemon.calls.call import Announcement, Call, Leg, PartyKind, RecordingRef, Transfer

Row = dict[str, Any]
RecordingKey = tuple[str, str]
"""Channel and name."""
PhoneIds = Callable[[str], UUID]
"""The phone id of a number that was looked up before."""

_MOST_EXTENSION_DIGITS = 6


@dataclass(slots=True)
class CallRows:
    """All rows of one call."""

    call: Row
    linkedids: frozenset[str] = frozenset()
    legs: dict[str, Row] = field(default_factory=dict)
    """By channel."""
    transfers: list[Row] = field(default_factory=list)
    recordings: dict[RecordingKey, Row] = field(default_factory=dict)
    announcements: list[Row] = field(default_factory=list)


def is_number(label: str | None) -> bool:
    """Whether a label must not stand in clear: anything longer than an extension can be."""
    if label is None:
        return False
    return label.startswith("+") or sum(map(str.isdigit, label)) > _MOST_EXTENSION_DIGITS


def numbers_of(call: Call) -> Iterator[tuple[str, PartyKind | None]]:
    """Every number in a call but the customer's, with the kind of party that it reaches."""
    if call.company_number is not None:
        yield call.company_number, None
    for leg in call.legs:
        if leg.party.number is not None:
            yield leg.party.number, leg.party.kind
        if leg.party.name is not None and is_number(leg.party.name):
            yield leg.party.name, leg.party.kind
    for label in (call.answered_by, call.last_agent):
        if label is not None and is_number(label):
            yield label, PartyKind.AGENT
    for transfer in call.transfers:
        if transfer.by is not None and is_number(transfer.by):
            yield transfer.by, PartyKind.AGENT
        if transfer.to is not None and is_number(transfer.to):
            yield transfer.to, PartyKind.EXTERNAL


def call_row(call: Call, phone_id: PhoneIds) -> Row:
    """The row of table ``call``."""
    answered_by, answered_by_phone_id = _agent(call.answered_by, call, phone_id)
    last_agent, last_agent_phone_id = _agent(call.last_agent, call, phone_id)
    return {
        "id": call.id,
        "pbx": call.pbx,
        "direction": call.direction.value,
        "origin": call.origin.value,
        "started_at": call.started_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
        "customer_phone_id": call.customer_number and phone_id(call.customer_number),
        "company_phone_id": call.company_number and phone_id(call.company_number),
        "queue": call.queue,
        "disposition": call.disposition and call.disposition.value,
        "answered_by": answered_by,
        "answered_by_phone_id": answered_by_phone_id,
        "last_agent": last_agent,
        "last_agent_phone_id": last_agent_phone_id,
        "hangup_by": call.hangup_by and call.hangup_by.value,
        "cause": call.cause,
        "ring_seconds": call.ring_seconds,
        "talk_seconds": call.talk_seconds,
        "hold_seconds": call.hold_seconds,
        "complete": call.complete,
        "gone": call.gone,
        "merged_into": None,
    }


def leg_row(call_id: UUID, position: int, leg: Leg, phone_id: PhoneIds) -> Row:
    """The row of table ``leg``."""
    agent, named = _split(leg.party.name, phone_id)
    number = leg.party.number
    return {
        "call_id": call_id,
        "channel": leg.channel,
        "position": position,
        "kind": leg.party.kind.value,
        "agent": agent,
        "phone_id": named if number is None else phone_id(number),
        "started_at": leg.started_at,
        "ringing_from": leg.ringing_from,
        "ringing_to": leg.ringing_to,
        "answered_at": leg.answered_at,
        "ended_at": leg.ended_at,
        "dial_status": leg.dial_status and leg.dial_status.value,
        "cause": leg.cause,
    }


def transfer_row(call_id: UUID, position: int, one: Transfer, phone_id: PhoneIds) -> Row:
    """The row of table ``transfer``."""
    by_agent, by_phone_id = _split(one.by, phone_id)
    to_exten, to_phone_id = _split(one.to, phone_id)
    return {
        "call_id": call_id,
        "position": position,
        "at": one.at,
        "kind": one.kind.value,
        "by_agent": by_agent,
        "by_phone_id": by_phone_id,
        "to_exten": to_exten,
        "to_phone_id": to_phone_id,
        "result": one.result and one.result.value,
    }


def recording_row(call: Call, ref: RecordingRef) -> Row:
    """The row of table ``call_recording``."""
    return {
        "call_id": call.id,
        "channel": ref.channel,
        "name": ref.name,
        "started_at": ref.started_at,
        "finished": call.gone,
    }


def announcement_row(call_id: UUID, position: int, one: Announcement) -> Row:
    """The row of table ``announcement``."""
    return {
        "call_id": call_id,
        "position": position,
        "channel": one.channel,
        "sound": one.sound,
        "language": one.language,
        "at": one.at,
        "whole": one.whole,
    }


def _split(label: str | None, phone_id: PhoneIds) -> tuple[str | None, UUID | None]:
    if label is None or not is_number(label):
        return label, None
    return None, phone_id(label)


def _agent(label: str | None, call: Call, phone_id: PhoneIds) -> tuple[str | None, UUID | None]:
    """An agent who was reached on a mobile goes by that number: kept are his name and its id."""
    name, id_ = _split(label, phone_id)
    if id_ is not None:
        name = next((leg.party.name for leg in call.legs if leg.party.number == label), None)
        if is_number(name):
            name = None
    return name, id_
