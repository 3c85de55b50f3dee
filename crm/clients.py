"""Client cards: reading them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.phones import open_number
from crm.tables import client, phone
from crm.vault import Vault


class ClientNotFoundError(LookupError):
    """There is no such card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPhone:
    """One of a client's numbers; opened only for who holds the vault."""

    id: UUID
    number: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One card."""

    id: UUID
    name: str | None
    source: str
    created_at: datetime
    phones: tuple[ClientPhone, ...] = ()


async def find_client(
    connection: AsyncConnection, id_: UUID, *, vault: Vault | None = None
) -> Client | None:
    """The card, or ``None``; numbers are opened where a vault is given."""
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


async def list_clients(
    connection: AsyncConnection,
    *,
    limit: int = 50,
    after: UUID | None = None,
    vault: Vault | None = None,
) -> list[Client]:
    """Cards, newest first. ``after``: the last id of the page before."""
    query = select(client.c.id).order_by(client.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(client.c.id < after)
    ids = (await connection.execute(query)).scalars().all()
    return await _load(connection, ids, vault)


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
    rows = await connection.execute(
        select(client).where(client.c.id.in_(ids)).order_by(client.c.id.desc())
    )
    return [
        Client(
            id=row.id,
            name=row.name,
            source=row.source,
            created_at=row.created_at,
            phones=tuple(numbers.get(row.id, ())),
        )
        for row in rows
    ]
