"""Reading calls: by id and by filter, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.access import Right, allows
from crm.clients import ClientName, find_names
from crm.phones import open_numbers
from crm.tables import phone
from crm.vault import Vault
from daemon.calls.call import Call, Direction, Disposition
from daemon.history.load import load_rows
from daemon.history.records import phone_ids, to_call
from daemon.history.rows import CallRows
from daemon.history.seen import Seen, took_part
from daemon.history.sought import newest, of_few
from daemon.history.tables import call
from recordings.models import RecordingState, recording
from store.types import from_microseconds, to_microseconds

_UNANSWERED = tuple(one.value for one in Disposition if one is not Disposition.ANSWERED)


class CallNotFoundError(LookupError):
    """There is no such call."""


@dataclass(frozen=True, slots=True)
class CallCursor:
    """A place in the list: the last call of the page before."""

    started_at: datetime
    id: UUID

    @classmethod
    def parse(cls, token: str) -> Self:
        """Read what ``str`` gave; ``ValueError`` for anything else."""
        at, _, id_ = token.partition(".")
        try:
            return cls(from_microseconds(int(at)), UUID(hex=id_))
        except (ValueError, OverflowError):
            raise ValueError("not a cursor of this list") from None

    def __str__(self) -> str:
        return f"{to_microseconds(self.started_at)}.{self.id.hex}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilter:
    """Which calls. What is left out does not matter."""

    since: datetime | None = None
    """Started at this instant or later."""
    until: datetime | None = None
    """Started before this instant."""
    direction: Direction | None = None
    disposition: Disposition | None = None
    agent: str | None = None
    """Rang or talked in it."""
    client_id: UUID | None = None
    number: bytes | None = None
    """Blind index of the customer's number."""
    pbx: str | None = None
    running: bool = False
    """Only calls that run."""
    missed: bool = False
    """Only calls of customers whom nobody answered, whatever the reason."""
    queue: str | None = None
    company: bytes | None = None
    """Blind index of the company's number."""
    answered_by: str | None = None
    """Answered first."""
    least_talk_seconds: int | None = None
    recorded: bool | None = None
    """Whether it has a recording: of those that he may hear where ``heard`` says who."""
    heard: Seen | None = None
    seen: Seen | None = None
    """Only what this person may know of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCall:
    """A call as it is kept."""

    call: Call
    """Numbers are ``None`` where no vault was given; an agent on a mobile then goes by name."""
    client: ClientName | None
    """Who is told to have called or been called; ``None``: nobody of whom he may know."""
    owner: ClientName | None = None
    """Whose the customer's number is: for ``crm.access`` and the audit, not to be told."""
    private: bool = False
    """The customer is another's private client: who he was is not told, and nothing is heard."""

    @property
    def client_id(self) -> UUID | None:
        """Whose call it was; ``None`` where the customer is nobody's card."""
        return self.client.id if self.client else None

    @property
    def cursor(self) -> CallCursor:
        """The place in the list after this call."""
        return CallCursor(self.call.started_at, self.call.id)


async def list_calls(
    connection: AsyncConnection,
    wanted: CallFilter | None = None,
    *,
    limit: int = 50,
    after: CallCursor | None = None,
    vault: Vault | None = None,
) -> list[StoredCall]:
    """Calls, newest first; numbers are opened where a vault is given."""
    wanted = wanted or CallFilter()
    conditions = [call.c.merged_into.is_(None), *_conditions(wanted)]
    # One customer's are few by themselves, and an index has them.
    of_one = wanted.client_id is not None or wanted.number is not None
    few = None if of_one else of_few(wanted.agent, wanted.seen)
    ids = await newest(connection, list(_span(wanted, after)), conditions, few, limit)
    return await load_calls(connection, ids, vault, wanted.seen)


async def find_call(
    connection: AsyncConnection,
    id_: UUID,
    *,
    vault: Vault | None = None,
    seen: Seen | None = None,
) -> StoredCall | None:
    """One call, or ``None``. The id of a call that joined another gives that other one.

    ``seen``: for whom; nothing that he may not know of.
    """
    kept = await connection.execute(select(call.c.merged_into).where(call.c.id == id_))
    found_id = kept.scalar_one_or_none() or id_
    if seen is not None:
        among = select(call.c.id).where(call.c.id == found_id, seen.condition)
        if (await connection.execute(among)).first() is None:
            return None
    found = await load_calls(connection, [found_id], vault, seen)
    return found[0] if found else None


async def get_call(
    connection: AsyncConnection, id_: UUID, *, vault: Vault | None = None
) -> StoredCall:
    """One call; ``CallNotFoundError`` where there is none."""
    found = await find_call(connection, id_, vault=vault)
    if found is None:
        raise CallNotFoundError(str(id_))
    return found


def _span(wanted: CallFilter, after: CallCursor | None) -> Iterable[ColumnElement[bool]]:
    if wanted.since is not None:
        yield call.c.started_at >= wanted.since
    if wanted.until is not None:
        yield call.c.started_at < wanted.until
    if after is not None:
        same = and_(call.c.started_at == after.started_at, call.c.id < after.id)
        yield or_(call.c.started_at < after.started_at, same)


def _conditions(wanted: CallFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.direction is not None:
        yield call.c.direction == wanted.direction.value
    if wanted.disposition is not None:
        yield call.c.disposition == wanted.disposition.value
    if wanted.pbx is not None:
        yield call.c.pbx == wanted.pbx
    if wanted.running:
        yield call.c.gone == false()
    yield from _of_the_journal(wanted)
    if wanted.client_id is not None and wanted.seen is not None:
        yield wanted.seen.with_client(wanted.client_id)
    elif wanted.client_id is not None:
        yield call.c.customer_phone_id.in_(
            select(phone.c.id).where(phone.c.client_id == wanted.client_id)
        )
    if wanted.number is not None:
        yield call.c.customer_phone_id.in_(
            select(phone.c.id).where(phone.c.blind_index == wanted.number)
        )
    if wanted.agent is not None:
        yield took_part({wanted.agent})
    if wanted.seen is not None:
        yield wanted.seen.condition
        if wanted.number is not None:
            yield wanted.seen.identified


def _of_the_journal(wanted: CallFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.missed:
        yield call.c.direction == Direction.INBOUND.value
        yield call.c.disposition.in_(_UNANSWERED)
    if wanted.queue is not None:
        yield call.c.queue == wanted.queue
    if wanted.company is not None:
        yield call.c.company_phone_id.in_(
            select(phone.c.id).where(phone.c.blind_index == wanted.company)
        )
    if wanted.answered_by is not None:
        yield call.c.answered_by == wanted.answered_by
    if wanted.least_talk_seconds is not None:
        yield call.c.talk_seconds >= wanted.least_talk_seconds
    if wanted.recorded is not None:
        has: ColumnElement[bool] = exists().where(
            recording.c.call_id == call.c.id, recording.c.state == RecordingState.STORED.value
        )
        if wanted.heard is not None:
            has = and_(has, wanted.heard.condition, wanted.heard.unhidden)
        yield has if wanted.recorded else ~has


async def load_calls(
    connection: AsyncConnection, ids: Sequence[UUID], vault: Vault | None, seen: Seen | None
) -> list[StoredCall]:
    """Calls by their ids, in that order; ``seen``: for whom, who is told and what is private.

    Whether he may know of the calls at all, the caller asks.
    """
    stored = await connection.run_sync(load_rows, ids)
    owners = await _owners(connection, stored.values())
    clients, private = await _shown(connection, stored, owners, seen)
    open_ = [stored[id_] for id_ in ids if id_ in stored and id_ not in private]
    numbers: Mapping[UUID, str] = {}
    if vault is not None:
        wanted = {id_ for rows in open_ for id_ in phone_ids(rows)}
        numbers = await connection.run_sync(open_numbers, vault, wanted)
    return [
        StoredCall(
            call=to_call(stored[id_], {} if id_ in private else numbers),
            client=clients.get(id_),
            owner=owners.get(_customer(stored[id_])),
            private=id_ in private,
        )
        for id_ in ids
        if id_ in stored
    ]


async def _shown(
    connection: AsyncConnection,
    stored: Mapping[UUID, CallRows],
    owners: Mapping[UUID | None, ClientName],
    seen: Seen | None,
) -> tuple[dict[UUID, ClientName], set[UUID]]:
    """By call, the client who is told; and the calls of others' private clients."""
    whose = {
        id_: owners[_customer(rows)] for id_, rows in stored.items() if _customer(rows) in owners
    }
    if seen is None:
        return whose, set()
    access = seen.access
    told = {
        id_: one for id_, one in whose.items() if allows(access, Right.CLIENTS_READ, one.target)
    }
    unknown = whose.keys() - told.keys()
    if unknown:
        claims = await connection.execute(seen.claimed().where(call.c.id.in_(unknown)))
        cards: dict[UUID, UUID] = {}
        for row in claims:
            cards.setdefault(row.call_id, row.client_id)
        names = await find_names(connection, set(cards.values()))
        told |= {id_: names[card] for id_, card in cards.items()}
    private = {
        id_
        for id_, one in whose.items()
        if id_ not in told and one.private and not access.owns(one.curator)
    }
    return told, private


def _customer(rows: CallRows) -> UUID | None:
    id_: UUID | None = rows.call["customer_phone_id"]
    return id_


async def _owners(
    connection: AsyncConnection, stored: Iterable[CallRows]
) -> dict[UUID | None, ClientName]:
    """Whose the customers' phones are."""
    customers = {_customer(rows) for rows in stored} - {None}
    if not customers:
        return {}
    rows = await connection.execute(
        select(phone.c.id, phone.c.client_id).where(
            phone.c.id.in_(customers), phone.c.client_id.is_not(None)
        )
    )
    owners: dict[UUID, UUID] = {row.id: row.client_id for row in rows}
    names = await find_names(connection, set(owners.values()))
    return {phone_id: names[client_id] for phone_id, client_id in owners.items()}
