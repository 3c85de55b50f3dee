"""Who is calling, and whom a code or a card leads to: what routing asks for each call.

One query each, on a synchronous connection; from an asynchronous one:
``await connection.run_sync(find_caller, vault, codes, number)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, select

from crm.numbers import Owner
from crm.phones import open_number
from crm.short_codes import ShortCodes
from crm.tables import client, phone, short_code
from crm.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A client, or somebody who may become one; without his number."""

    client_id: UUID | None = None
    """``None``: there is no card yet."""
    phone_id: UUID | None = None
    """The phone that he was found by, else the one to dial: his oldest. ``None``: not stored."""
    phone_ids: tuple[UUID, ...] = ()
    """All of the client's phones, the oldest first; only where he was found by card or code."""
    code: str | None = None
    """His short code; without a card, the one that it will have. ``None``: never a client."""
    name: str | None = None
    """As on the card: ``crm.names.shown_name`` says what of it may be shown."""
    curator: str | None = None
    deputy: str | None = None


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
)
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
    .order_by(phone.c.id)
)
_BY_ID = _BY_CLIENT.where(client.c.id == bindparam("client_id"))
_BY_CODE = _BY_CLIENT.where(
    client.c.id
    == select(short_code.c.client_id)
    .where(short_code.c.code == bindparam("dialled"))
    .scalar_subquery()
)
_NUMBER = select(phone.c.number).where(phone.c.id == bindparam("phone_id"))


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
    )


def find_by_code(connection: Connection, code: str) -> Caller | None:
    """Whose short code this is. ``None``: nobody's, or of a client who is gone."""
    return _client(connection.execute(_BY_CODE, {"dialled": code}).all())


def find_by_client(connection: Connection, client_id: UUID) -> Caller | None:
    """The client of this id with his phones; ``None`` where there is no such card."""
    return _client(connection.execute(_BY_ID, {"client_id": client_id}).all())


def get_number(connection: Connection, vault: Vault, phone_id: UUID) -> str:
    """The E.164 number of a phone, to be dialled at once; ``LookupError`` where it is gone."""
    number = connection.execute(_NUMBER, {"phone_id": phone_id}).scalar_one_or_none()
    if number is None:
        raise LookupError(str(phone_id))
    return open_number(vault, phone_id, number)


def _client(rows: Sequence[Row[Any]]) -> Caller | None:
    if not rows:
        return None
    phones = tuple(row.phone_id for row in rows if row.phone_id is not None)
    return Caller(
        client_id=rows[0].id,
        phone_id=phones[0] if phones else None,
        phone_ids=phones,
        code=rows[0].code,
        name=rows[0].name,
        curator=rows[0].curator,
        deputy=rows[0].deputy,
    )
