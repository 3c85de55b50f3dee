"""Reading calls: by id and by filter, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from config.settings import Reach
from crm.clients import ClientName, find_names, reachable
from crm.phones import open_numbers
from crm.tables import client, phone
from crm.vault import Vault
from daemon.calls.call import Call, Direction, Disposition, PartyKind
from daemon.history.load import load_rows
from daemon.history.records import phone_ids, to_call
from daemon.history.rows import CallRows
from daemon.history.tables import call, leg
from store.types import from_microseconds, to_microseconds


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


@dataclass(frozen=True, slots=True)
class Concerning:
    """Calls that rang at an agent, in which he talked, or whose client he may call."""

    agent: str
    reach: Reach


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
    concerning: Concerning | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCall:
    """A call as it is kept."""

    call: Call
    """Numbers are ``None`` where no vault was given; an agent on a mobile then goes by name."""
    client: ClientName | None

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
    query = (
        select(call.c.id)
        .where(call.c.merged_into.is_(None), *_conditions(wanted or CallFilter()))
        .order_by(call.c.started_at.desc(), call.c.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(
            or_(
                call.c.started_at < after.started_at,
                and_(call.c.started_at == after.started_at, call.c.id < after.id),
            )
        )
    ids = (await connection.execute(query)).scalars().all()
    return await _load(connection, ids, vault)


async def find_call(
    connection: AsyncConnection,
    id_: UUID,
    *,
    vault: Vault | None = None,
    concerning: Concerning | None = None,
) -> StoredCall | None:
    """One call, or ``None``. The id of a call that joined another gives that other one."""
    kept = await connection.execute(select(call.c.merged_into).where(call.c.id == id_))
    found_id = kept.scalar_one_or_none() or id_
    if concerning is not None:
        seen = await connection.execute(
            select(call.c.id).where(call.c.id == found_id, _concerns(concerning))
        )
        if seen.first() is None:
            return None
    found = await _load(connection, [found_id], vault)
    return found[0] if found else None


async def get_call(
    connection: AsyncConnection, id_: UUID, *, vault: Vault | None = None
) -> StoredCall:
    """One call; ``CallNotFoundError`` where there is none."""
    found = await find_call(connection, id_, vault=vault)
    if found is None:
        raise CallNotFoundError(str(id_))
    return found


def _conditions(wanted: CallFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.since is not None:
        yield call.c.started_at >= wanted.since
    if wanted.until is not None:
        yield call.c.started_at < wanted.until
    if wanted.direction is not None:
        yield call.c.direction == wanted.direction.value
    if wanted.disposition is not None:
        yield call.c.disposition == wanted.disposition.value
    if wanted.pbx is not None:
        yield call.c.pbx == wanted.pbx
    if wanted.running:
        yield call.c.gone == false()
    if wanted.client_id is not None:
        yield call.c.customer_phone_id.in_(
            select(phone.c.id).where(phone.c.client_id == wanted.client_id)
        )
    if wanted.number is not None:
        yield call.c.customer_phone_id.in_(
            select(phone.c.id).where(phone.c.blind_index == wanted.number)
        )
    if wanted.agent is not None:
        yield _took_part(wanted.agent)
    if wanted.concerning is not None:
        yield _concerns(wanted.concerning)


def _took_part(agent: str) -> ColumnElement[bool]:
    return exists().where(
        leg.c.call_id == call.c.id, leg.c.agent == agent, leg.c.kind == PartyKind.AGENT.value
    )


def _concerns(wanted: Concerning) -> ColumnElement[bool]:
    of_his_client = exists().where(
        phone.c.id == call.c.customer_phone_id,
        client.c.id == phone.c.client_id,
        reachable(wanted.agent, wanted.reach),
    )
    return or_(_took_part(wanted.agent), of_his_client)


async def _load(
    connection: AsyncConnection, ids: Sequence[UUID], vault: Vault | None
) -> list[StoredCall]:
    stored = await connection.run_sync(load_rows, ids)
    numbers: Mapping[UUID, str] = {}
    if vault is not None:
        wanted = {id_ for rows in stored.values() for id_ in phone_ids(rows)}
        numbers = await connection.run_sync(open_numbers, vault, wanted)
    clients = await _clients(connection, stored.values())
    return [
        StoredCall(
            call=to_call(stored[id_], numbers),
            client=clients.get(stored[id_].call["customer_phone_id"]),
        )
        for id_ in ids
        if id_ in stored
    ]


async def _clients(
    connection: AsyncConnection, stored: Iterable[CallRows]
) -> dict[UUID, ClientName]:
    """Whose the customers' phones are."""
    customers = {rows.call["customer_phone_id"] for rows in stored} - {None}
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
