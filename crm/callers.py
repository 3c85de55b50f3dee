"""Who is calling, and whom a code or a card leads to: what routing asks for each call.

One query each, on a synchronous connection; from an asynchronous one:
``await connection.run_sync(find_caller, vault, codes, number)``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, func, select

from crm.access import Access, Target
from crm.card_tables import phone_claim
from crm.numbers import Owner
from crm.phones import open_number
from crm.sealed import open_sealed
from crm.short_codes import ShortCodes
from crm.tables import client, phone, short_code
from crm.vault import Vault
from crm.visible import known


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A client, or somebody who may become one; without his number."""

    client_id: UUID | None = None
    """``None``: there is no card yet."""
    phone_id: UUID | None = None
    """The phone that he was found by, else the one to dial: his oldest. ``None``: not stored."""
    phone_ids: tuple[UUID, ...] = ()
    """All of the client's phones and claims, the oldest first; where he was found by card or
    code."""
    code: str | None = None
    """His short code; without a card, the one that it will have. ``None``: never a client."""
    name: str | None = None
    """As on the card: ``crm.names.shown_name`` says what of it may be shown."""
    curator: str | None = None
    deputy: str | None = None
    private: bool = False

    @property
    def target(self) -> Target:
        """Whose he is, for ``crm.access``."""
        return Target(curator=self.curator, deputy=self.deputy, private=self.private)


# The oldest code where cards were merged; the others go on leading to the card.
_CODE: Select[tuple[str]] = (
    select(short_code.c.code)
    .where(short_code.c.client_id == client.c.id)
    .order_by(short_code.c.issued_at, short_code.c.code)
    .limit(1)
)
_CARD: tuple[ColumnElement[object], ...] = (
    client.c.id,
    client.c.name,
    client.c.curator,
    client.c.deputy,
    client.c.private,
)
_IN_USE = client.c.archived_at.is_(None) & client.c.merged_into.is_(None)
_BY_NUMBER = (
    select(
        phone.c.id.label("phone_id"), phone.c.owner, *_CARD, _CODE.scalar_subquery().label("code")
    )
    .select_from(phone.outerjoin(client, client.c.id == phone.c.client_id))
    .where(phone.c.blind_index == bindparam("index"))
)
_BY_CLIENT = (
    select(phone.c.id.label("phone_id"), *_CARD, _CODE.scalar_subquery().label("code"))
    .select_from(client.outerjoin(phone, client.c.id == phone.c.client_id))
    .where(_IN_USE)
    .order_by(phone.c.id)
)
_merged = client.alias("merged")
# Whoever still holds the id of a card that became part of another one means that other one.
_BY_ID = _BY_CLIENT.where(
    client.c.id
    == select(func.coalesce(_merged.c.merged_into, _merged.c.id))
    .where(_merged.c.id == bindparam("client_id"))
    .scalar_subquery()
)
_BY_CODE = _BY_CLIENT.where(
    client.c.id
    == select(short_code.c.client_id)
    .where(short_code.c.code == bindparam("dialled"))
    .scalar_subquery()
)
_NUMBERS_OF_CLIENTS = (
    select(phone.c.blind_index)
    .join(client, client.c.id == phone.c.client_id)
    .where(phone.c.blind_index.in_(bindparam("indexes", expanding=True)))
)
_KNOWN = select(phone.c.blind_index, phone.c.client_id).where(
    phone.c.blind_index.in_(bindparam("indexes", expanding=True)), phone.c.client_id.is_not(None)
)
_NUMBER = select(phone.c.number).where(phone.c.id == bindparam("phone_id"))
# Numbers that a person added and another's card has: they are dialled like any other.
_CLAIMS = select(phone_claim.c.id).where(phone_claim.c.client_id == bindparam("client_id"))
_CLAIMED = select(phone_claim.c.number).where(phone_claim.c.id == bindparam("phone_id"))


def find_caller(connection: Connection, vault: Vault, codes: ShortCodes, number: str) -> Caller:
    """Who has this E.164 number. A stranger gets the code that his card will have."""
    row = connection.execute(_BY_NUMBER, {"index": vault.blind_index(number)}).first()
    if row is None:
        return Caller(code=codes.promised(connection, number))
    if row.id is None and row.owner in (Owner.COMPANY, Owner.EMPLOYEE):
        return Caller(phone_id=row.phone_id)
    return Caller(
        client_id=row.id,
        phone_id=row.phone_id,
        code=row.code or codes.promised(connection, number),
        name=row.name,
        curator=row.curator,
        deputy=row.deputy,
        private=bool(row.private),
    )


def find_by_code(connection: Connection, code: str) -> Caller | None:
    """Whose short code this is. ``None``: nobody's, or of a client who is gone or archived."""
    return _client(connection, connection.execute(_BY_CODE, {"dialled": code}).all())


def find_by_client(connection: Connection, client_id: UUID) -> Caller | None:
    """The client of this id with his phones; ``None`` where no such card is in use."""
    return _client(connection, connection.execute(_BY_ID, {"client_id": client_id}).all())


def private_indexes(
    connection: Connection, indexes: Collection[bytes], access: Access
) -> frozenset[bytes]:
    """Those of these blind indexes whose numbers are private clients' of whom he may not know."""
    shut = _NUMBERS_OF_CLIENTS.where(~known(access))
    return frozenset(connection.execute(shut, {"indexes": list(indexes)}).scalars())


def known_clients(connection: Connection, indexes: Collection[bytes]) -> dict[bytes, UUID]:
    """Whose the numbers with these blind indexes are, as far as they are a client's."""
    found = connection.execute(_KNOWN, {"indexes": list(indexes)})
    return {row.blind_index: row.client_id for row in found}


def get_number(connection: Connection, vault: Vault, phone_id: UUID) -> str:
    """The E.164 number of a phone or claim, to be dialled at once; ``LookupError``: it is gone."""
    number = connection.execute(_NUMBER, {"phone_id": phone_id}).scalar_one_or_none()
    if number is not None:
        return open_number(vault, phone_id, number)
    claimed = connection.execute(_CLAIMED, {"phone_id": phone_id}).scalar_one_or_none()
    if claimed is None:
        raise LookupError(str(phone_id))
    return open_sealed(vault, phone_claim.c.number, phone_id, claimed)


def _client(connection: Connection, rows: Sequence[Row[Any]]) -> Caller | None:
    if not rows:
        return None
    claims = connection.execute(_CLAIMS, {"client_id": rows[0].id}).scalars()
    own = (row.phone_id for row in rows if row.phone_id is not None)
    phones = tuple(sorted((*own, *claims)))
    return Caller(
        client_id=rows[0].id,
        phone_id=phones[0] if phones else None,
        phone_ids=phones,
        code=rows[0].code,
        name=rows[0].name,
        curator=rows[0].curator,
        deputy=rows[0].deputy,
        private=rows[0].private,
    )
