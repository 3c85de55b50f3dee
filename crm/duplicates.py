"""Cards that may be one client: the same number, the same e-mail, the same name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Select, and_, or_, select

from crm.access import Access, Right
from crm.card_tables import contact, phone_claim
from crm.fields import EMAILS, PHONES
from crm.tables import client, phone
from crm.visible import visible
from crm.words import NAMELESS

_EMAIL: Final = "email"


class Likeness(StrEnum):
    """Why two cards may be one."""

    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two cards, both within reach; the older one first."""

    first: UUID
    second: UUID
    why: Likeness


def find_duplicates(
    connection: Connection, access: Access, *, client_id: UUID | None = None, limit: int = 50
) -> list[Candidate]:
    """Pairs of which that person may merge both, of one card or of all; surest first.

    What is hidden from him makes no pair: that two cards share it would tell of it.
    """
    within = select(client.c.id).where(visible(access, Right.CLIENTS_MERGE))
    found: dict[tuple[UUID, UUID], Likeness] = {}
    queries = []
    if access.sees(PHONES):
        queries += [(Likeness.PHONE, _by_claim()), (Likeness.PHONE, _by_common_claim())]
    if access.sees(EMAILS):
        queries.append((Likeness.EMAIL, _by_email()))
    queries.append((Likeness.NAME, _by_name()))
    for why, query in queries:
        if len(found) >= limit:
            break
        one, other = query.selected_columns[0], query.selected_columns[1]
        narrowed = query.where(one.in_(within), other.in_(within)).limit(limit)
        if client_id is not None:
            narrowed = narrowed.where(or_(one == client_id, other == client_id))
        for pair in connection.execute(narrowed):
            first, second = sorted(pair)
            found.setdefault((first, second), why)
    return [Candidate(*pair, why) for pair, why in found.items()][:limit]


def _by_claim() -> Select[tuple[Any, ...]]:
    return (
        select(phone_claim.c.client_id, phone.c.client_id)
        .join(phone, phone.c.blind_index == phone_claim.c.blind_index)
        .where(phone.c.client_id != phone_claim.c.client_id)
        .order_by(phone_claim.c.id)
    )


def _by_common_claim() -> Select[tuple[Any, ...]]:
    other = phone_claim.alias()
    return (
        select(phone_claim.c.client_id, other.c.client_id)
        .join(other, other.c.blind_index == phone_claim.c.blind_index)
        .where(phone_claim.c.client_id < other.c.client_id)
        .order_by(phone_claim.c.id)
    )


def _by_email() -> Select[tuple[Any, ...]]:
    other = contact.alias()
    return (
        select(contact.c.client_id, other.c.client_id)
        .join(
            other,
            and_(other.c.blind_index == contact.c.blind_index, other.c.kind == contact.c.kind),
        )
        .where(contact.c.kind == _EMAIL, contact.c.client_id < other.c.client_id)
        .order_by(contact.c.id)
    )


def _by_name() -> Select[tuple[Any, ...]]:
    other = client.alias()
    return (
        select(client.c.id, other.c.id)
        .join(other, other.c.sort_name == client.c.sort_name)
        .where(
            client.c.id < other.c.id,
            client.c.sort_name.is_not(None),
            client.c.sort_name != NAMELESS,
        )
    )
