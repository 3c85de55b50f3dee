"""From rows back to a ``Call``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from daemon.calls.call import (
    Announcement,
    Call,
    DialStatus,
    Direction,
    Disposition,
    HangupBy,
    Leg,
    Origin,
    Party,
    PartyKind,
    RecordingRef,
    Transfer,
    TransferKind,
)
from daemon.history.rows import CallRows, Row

_ANNOUNCED = frozenset(field.name for field in fields(Announcement))

E = TypeVar("E", bound=StrEnum)
Numbers = Mapping[UUID, str]
"""Opened numbers by phone id; a number that is not there stays closed."""


def phone_ids(rows: CallRows) -> Iterator[UUID]:
    """Every phone that a call mentions."""
    for row in (rows.call, *rows.legs.values(), *rows.transfers):
        for key, value in row.items():
            if key.endswith("phone_id") and value is not None:
                yield value


def to_call(rows: CallRows, numbers: Numbers) -> Call:
    """The call; what is not in ``numbers`` is ``None``, or the agent's name where he has one."""
    row = rows.call
    names = {leg["phone_id"]: leg["agent"] for leg in rows.legs.values() if leg["phone_id"]}
    return Call(
        id=row["id"],
        pbx=row["pbx"],
        linkedids=rows.linkedids,
        direction=Direction(row["direction"]),
        origin=Origin(row["origin"]),
        started_at=row["started_at"],
        answered_at=row["answered_at"],
        ended_at=row["ended_at"],
        customer_number=numbers.get(row["customer_phone_id"]),
        company_number=numbers.get(row["company_phone_id"]),
        queue=row["queue"],
        legs=tuple(_leg(leg, numbers) for leg in rows.legs.values()),
        transfers=tuple(_transfer(transfer, numbers, names) for transfer in rows.transfers),
        recordings=tuple(
            RecordingRef(channel=one["channel"], name=one["name"], started_at=one["started_at"])
            for one in rows.recordings.values()
        ),
        announcements=tuple(
            Announcement(**{key: value for key, value in one.items() if key in _ANNOUNCED})
            for one in rows.announcements
        ),
        disposition=_maybe(Disposition, row["disposition"]),
        answered_by=numbers.get(row["answered_by_phone_id"], row["answered_by"]),
        last_agent=numbers.get(row["last_agent_phone_id"], row["last_agent"]),
        hangup_by=_maybe(HangupBy, row["hangup_by"]),
        cause=row["cause"],
        ring_seconds=row["ring_seconds"],
        talk_seconds=row["talk_seconds"],
        hold_seconds=row["hold_seconds"],
        complete=row["complete"],
        gone=row["gone"],
    )


def _leg(row: Row, numbers: Numbers) -> Leg:
    return Leg(
        channel=row["channel"],
        party=Party(
            kind=PartyKind(row["kind"]), name=row["agent"], number=numbers.get(row["phone_id"])
        ),
        started_at=row["started_at"],
        ringing_from=row["ringing_from"],
        ringing_to=row["ringing_to"],
        answered_at=row["answered_at"],
        ended_at=row["ended_at"],
        dial_status=_maybe(DialStatus, row["dial_status"]),
        cause=row["cause"],
    )


def _transfer(row: Row, numbers: Numbers, names: Mapping[UUID, str | None]) -> Transfer:
    return Transfer(
        at=row["at"],
        kind=TransferKind(row["kind"]),
        by=numbers.get(row["by_phone_id"], row["by_agent"] or names.get(row["by_phone_id"])),
        to=numbers.get(row["to_phone_id"], row["to_exten"] or names.get(row["to_phone_id"])),
        result=_maybe(Disposition, row["result"]),
    )


def _maybe(kind: type[E], value: str | None) -> E | None:
    return None if value is None else kind(value)
