"""Client cards: reading them, and whose they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from config.settings import Reach
from crm.phones import open_number
from crm.tables import client, phone, short_code, task
from crm.vault import Vault


class ClientNotFoundError(LookupError):
    """There is no such card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPhone:
    """One of a client's numbers; opened only for who holds the vault."""

    id: UUID
    number: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientName:
    """Who it is, wherever a client is only mentioned."""

    id: UUID
    name: str | None
    short_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Client(ClientName):
    """One card."""

    curator: str | None
    """The agent whose client this is."""
    deputy: str | None
    source: str
    created_at: datetime
    phones: tuple[ClientPhone, ...] = ()


def reachable(agent: str, reach: Reach) -> ColumnElement[bool]:
    """Whether that agent may call a row of ``client``: ``crm.access.may_call`` for a query."""
    if reach == "all":
        return true()
    return or_(
        client.c.curator == agent,
        client.c.deputy == agent,
        and_(client.c.curator.is_(None), client.c.deputy.is_(None)),
    )


async def find_client(
    connection: AsyncConnection,
    id_: UUID,
    *,
    vault: Vault | None = None,
    within: ColumnElement[bool] | None = None,
) -> Client | None:
    """The card, or ``None``; numbers are opened where a vault is given.

    ``within`` narrows to those clients for which it holds, as ``reachable`` does.
    """
    if within is not None:
        found = await connection.execute(select(client.c.id).where(client.c.id == id_, within))
        if found.first() is None:
            return None
    cards = await _load(connection, [id_], vault)
    return cards[0] if cards else None


async def get_client(
    connection: AsyncConnection, id_: UUID, *, vault: Vault | None = None
) -> Client:
    """The card; ``ClientNotFoundError`` where there is none."""
    card = await find_client(connection, id_, vault=vault)
    if card is None:
        raise ClientNotFoundError(str(id_))
    return card


async def find_client_by_number(
    connection: AsyncConnection, number: str, *, vault: Vault
) -> Client | None:
    """The card of an E.164 number, found by its blind index, or ``None``."""
    found = await connection.execute(
        select(phone.c.client_id).where(phone.c.blind_index == vault.blind_index(number))
    )
    id_ = found.scalar_one_or_none()
    return None if id_ is None else await find_client(connection, id_, vault=vault)


async def find_client_by_code(
    connection: AsyncConnection,
    code: str,
    *,
    vault: Vault | None = None,
    within: ColumnElement[bool] | None = None,
) -> Client | None:
    """The card of a short code, or ``None``; ``within`` as for ``find_client``."""
    found = await connection.execute(
        select(short_code.c.client_id).where(short_code.c.code == code)
    )
    id_ = found.scalar_one_or_none()
    if id_ is None:
        return None
    return await find_client(connection, id_, vault=vault, within=within)


async def list_clients(
    connection: AsyncConnection,
    *,
    limit: int = 50,
    after: UUID | None = None,
    vault: Vault | None = None,
    within: ColumnElement[bool] | None = None,
) -> list[Client]:
    """Cards, newest first. ``after``: the last id of the page before; ``within`` as above."""
    query = select(client.c.id).order_by(client.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(client.c.id < after)
    if within is not None:
        query = query.where(within)
    ids = (await connection.execute(query)).scalars().all()
    return await _load(connection, ids, vault)


async def find_names(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, ClientName]:
    """Those of the clients that are stored, by id."""
    if not ids:
        return {}
    codes = await _codes(connection, ids)
    rows = await connection.execute(select(client.c.id, client.c.name).where(client.c.id.in_(ids)))
    return {
        row.id: ClientName(id=row.id, name=row.name, short_code=codes.get(row.id)) for row in rows
    }


def change_client(connection: Connection, id_: UUID, changes: Mapping[str, str | None]) -> bool:
    """Set ``name``, ``curator`` or ``deputy``; ``False`` where there is no such card.

    Open tasks of a client go to his new curator.
    """
    if changes:
        connection.execute(update(client).where(client.c.id == id_).values(**changes))
    if "curator" in changes:
        connection.execute(
            update(task)
            .where(task.c.client_id == id_, task.c.closed_at.is_(None))
            .values(agent=changes["curator"])
        )
    return connection.execute(select(client.c.id).where(client.c.id == id_)).first() is not None


async def _codes(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, str]:
    """The oldest short code of each client: cards that were merged keep theirs besides."""
    rows = await connection.execute(
        select(short_code.c.client_id, short_code.c.code)
        .where(short_code.c.client_id.in_(ids))
        .order_by(short_code.c.issued_at.desc(), short_code.c.code.desc())
    )
    return {row.client_id: row.code for row in rows}


async def _load(
    connection: AsyncConnection, ids: Sequence[UUID], vault: Vault | None
) -> list[Client]:
    if not ids:
        return []
    numbers: dict[UUID, list[ClientPhone]] = {}
    stored = await connection.execute(
        select(phone.c.client_id, phone.c.id, phone.c.number)
        .where(phone.c.client_id.in_(ids))
        .order_by(phone.c.id)
    )
    for client_id, phone_id, number in stored:
        opened = None if vault is None else open_number(vault, phone_id, number)
        numbers.setdefault(client_id, []).append(ClientPhone(id=phone_id, number=opened))
    codes = await _codes(connection, ids)
    rows = await connection.execute(
        select(client).where(client.c.id.in_(ids)).order_by(client.c.id.desc())
    )
    return [
        Client(
            id=row.id,
            name=row.name,
            short_code=codes.get(row.id),
            curator=row.curator,
            deputy=row.deputy,
            source=row.source,
            created_at=row.created_at,
            phones=tuple(numbers.get(row.id, ())),
        )
        for row in rows
    ]
