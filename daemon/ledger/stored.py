"""What the database holds of a day: calls, their recordings, their customers. In small batches.

Rows become objects on the event loop: a day of 10,000 calls in one go would hold up live ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, or_, select

from crm.numbers import NumberPlan, Owner
from crm.phones import open_numbers
from crm.tables import phone
from crm.vault import Vault
from daemon.calls.call import Origin
from daemon.calls.dialplan import recording_name
from daemon.history.changes import RECORDING_FINISHED
from daemon.history.tables import call, call_forgotten, call_linkedid, call_recording, leg
from daemon.ledger.matching import StoredCall
from daemon.outbox.tables import outbox
from recordings.finished import recording_id
from recordings.models import recording
from store.database import Database

T = TypeVar("T")

AT_ONCE: Final = 500
_NEVER_CLIENTS: Final = (Owner.COMPANY.value, Owner.EMPLOYEE.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCall:
    """One stored call, and whose it is."""

    stored: StoredCall
    customer: UUID | None
    """The phone's id."""
    has_card: bool
    needs_card: bool
    """He has none, and is neither the company's nor an employee's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A recording of which the PBX told, and what became of it."""

    call_id: UUID
    pbx: str
    channel: str
    name: str
    started_at: datetime
    finished: bool
    """It was handed to the outbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A row of ``recording``, without its waveform."""

    id: UUID
    call_id: UUID
    pbx: str
    channel: str
    name: str
    state: str
    error: str | None
    path: str | None
    sha256: bytes | None
    size_bytes: int | None
    started_at: datetime | None


async def load_calls(database: Database, begin: datetime, end: datetime) -> list[DayCall]:
    """Calls that began from ``begin`` on and before ``end``, oldest first."""
    return [one async for one in _load_calls(database, begin, end)]


async def load_recordings(
    database: Database, calls: Collection[UUID]
) -> tuple[list[Announced], list[Kept]]:
    """What was announced in these calls, and what is kept of them."""
    announced: list[Announced] = []
    kept: list[Kept] = []
    for ids in batches(calls):
        rows = await _rows(database, _announced(ids))
        announced += (Announced(**row._mapping) for row in rows)
        rows = await _rows(database, _KEPT.where(recording.c.call_id.in_(ids)))
        kept += (Kept(**row._mapping) for row in rows)
    return announced, kept


async def load_waiting(database: Database) -> set[tuple[str, str]]:
    """PBX and name of the recordings that wait to be taken in, or are being taken in."""
    waiting = select(outbox.c.payload).where(outbox.c.topic == RECORDING_FINISHED)
    rows = await _rows(database, waiting)
    return {(str(row.payload["pbx"]), str(row.payload["name"])) for row in rows}


async def known_paths(database: Database, paths: Iterable[str]) -> set[str]:
    """Those of these keys of the storage that a recording has."""
    found: set[str] = set()
    for some in batches(paths):
        query = select(recording.c.path).where(recording.c.path.in_(some))
        found |= {row.path for row in await _rows(database, query)}
    return found


async def known_names(database: Database, pbx: str, names: Iterable[str]) -> set[str]:
    """Those of these recordings of a PBX that were announced or are kept."""
    found: set[str] = set()
    for some in batches(names):
        announced = (
            select(call_recording.c.name)
            .join(call, call.c.id == call_recording.c.call_id)
            .where(call.c.pbx == pbx, call_recording.c.name.in_(some))
        )
        kept = select(recording.c.name).where(recording.c.pbx == pbx, recording.c.name.in_(some))
        for query in (announced, kept):
            found |= {row.name for row in await _rows(database, query)}
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One person's channel in a stored call."""

    call_id: UUID
    pbx: str
    channel: str
    started_at: datetime


async def load_channels(database: Database, begin: datetime, end: datetime) -> dict[UUID, Channel]:
    """Channels of calls that began within that time, by the id that a recording of them has.

    Nobody's whose client was deleted for good: a file of his that is still there is not his again.
    """
    query = (
        select(leg.c.call_id, call.c.pbx, leg.c.channel, leg.c.started_at)
        .join(call, call.c.id == leg.c.call_id)
        .outerjoin(call_forgotten, call_forgotten.c.call_id == call.c.id)
        .where(call.c.started_at >= begin, call.c.started_at < end)
        .where(call_forgotten.c.call_id.is_(None))
    )
    found: dict[UUID, Channel] = {}
    for some in batches(await _rows(database, query)):
        for row in some:
            one = Channel(**row._mapping)
            found[recording_id(one.pbx, recording_name(one.channel))] = one
        await asyncio.sleep(0)
    return found


async def calls_of_channels(
    database: Database, pbx: str, channels: Iterable[str]
) -> dict[str, UUID]:
    """Whose legs these channels (Asterisk's uniqueids) are."""
    found: dict[str, UUID] = {}
    for some in batches(channels):
        query = (
            select(leg.c.channel, leg.c.call_id)
            .join(call, call.c.id == leg.c.call_id)
            .outerjoin(call_forgotten, call_forgotten.c.call_id == call.c.id)
            .where(call.c.pbx == pbx, leg.c.channel.in_(some))
            .where(call_forgotten.c.call_id.is_(None))
        )
        found |= {row.channel: row.call_id for row in await _rows(database, query)}
    return found


def batches(items: Iterable[T], most: int = AT_ONCE) -> Iterator[list[T]]:
    """A few hundred at a time."""
    left = iter(items)
    while some := list(islice(left, most)):
        yield some


def never_clients(
    connection: Connection, vault: Vault, plan: NumberPlan, phones: Collection[UUID]
) -> set[UUID]:
    """Those of these phones that need no card: their number is gone for good, with their client,
    or it is the company's or an employee's by the settings of today.
    """
    numbers = open_numbers(connection, vault, phones)
    return {
        id_
        for id_, number in numbers.items()
        if not number or plan.owner(number) is not Owner.OUTSIDE
    }


async def _load_calls(database: Database, begin: datetime, end: datetime) -> AsyncIterator[DayCall]:
    after: tuple[datetime, UUID] | None = None
    while True:
        rows = await _rows(database, _calls(begin, end, after))
        linkedids: dict[UUID, set[str]] = {row.id: set() for row in rows}
        for row in await _rows(database, _linkedids(list(linkedids))):
            linkedids[row.call_id].add(row.linkedid)
        for row in rows:
            yield _call(row, frozenset(linkedids[row.id]))
        if len(rows) < AT_ONCE:
            return
        after = (rows[-1].started_at, rows[-1].id)


async def _rows(database: Database, query: Select[Any]) -> Sequence[Row[Any]]:
    async with database.read() as connection:
        rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
    await asyncio.sleep(0)
    return rows


def _calls(begin: datetime, end: datetime, after: tuple[datetime, UUID] | None) -> Select[Any]:
    query = (
        select(
            *(call.c.id, call.c.pbx, call.c.origin, call.c.started_at, call.c.answered_at),
            *(call.c.ended_at, call.c.disposition, call.c.complete, call.c.gone),
            *(call.c.customer_phone_id, phone.c.client_id, phone.c.owner),
            call_forgotten.c.call_id.is_not(None).label("forgotten"),
        )
        .select_from(
            call.outerjoin(phone, phone.c.id == call.c.customer_phone_id).outerjoin(
                call_forgotten, call_forgotten.c.call_id == call.c.id
            )
        )
        .where(call.c.started_at >= begin, call.c.started_at < end, call.c.merged_into.is_(None))
        .order_by(call.c.started_at, call.c.id)
        .limit(AT_ONCE)
    )
    if after is None:
        return query
    at, id_ = after
    later = and_(call.c.started_at == at, call.c.id > id_)
    return query.where(call.c.started_at >= at, or_(call.c.started_at > at, later))


def _linkedids(ids: Collection[UUID]) -> Select[Any]:
    return select(call_linkedid.c.call_id, call_linkedid.c.linkedid).where(
        call_linkedid.c.call_id.in_(ids)
    )


def _announced(ids: Sequence[UUID]) -> Select[Any]:
    own = call_recording.c
    return (
        select(own.call_id, call.c.pbx, own.channel, own.name, own.started_at, own.finished)
        .join(call, call.c.id == own.call_id)
        .where(own.call_id.in_(ids))
    )


_KEPT: Final = select(
    *(recording.c.id, recording.c.call_id, recording.c.pbx, recording.c.channel),
    *(recording.c.name, recording.c.state, recording.c.error, recording.c.path),
    *(recording.c.sha256, recording.c.size_bytes, recording.c.started_at),
)


def _call(row: Row[Any], linkedids: frozenset[str]) -> DayCall:
    return DayCall(
        stored=StoredCall(
            id=row.id,
            pbx=row.pbx,
            linkedids=linkedids,
            started_at=row.started_at,
            answered_at=row.answered_at,
            ended_at=row.ended_at,
            disposition=row.disposition,
            ordered=row.origin == Origin.ORIGINATED,
            complete=row.complete,
            gone=row.gone,
            forgotten=row.forgotten,
        ),
        customer=row.customer_phone_id,
        has_card=row.client_id is not None,
        needs_card=row.client_id is None
        and row.customer_phone_id is not None
        and row.owner not in _NEVER_CLIENTS,
    )
