"""Legal holds: what is not to be deleted, whatever rule or order says, until somebody lifts it.

A hold stands on a call, or on a client: then on all calls with him, also those to come. Whoever
deletes asks in the transaction in which he deletes, after ``guard``: a hold that is set meanwhile
comes before or after, never between.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, exists, func, insert, or_, select, update

from crm.call_tables import legal_hold
from crm.sealed import open_sealed, seal
from crm.tables import client, phone
from crm.vault import Vault
from store.ids import uuid7

_LOCK: Final = 0x63616C6C_686F6C64
"""PostgreSQL's advisory lock. SQLite has one writer as it is."""
_ACTIVE: Final = legal_hold.c.lifted_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class On:
    """On what a hold stands: one of both."""

    call_id: UUID | None = None
    client_id: UUID | None = None

    @classmethod
    def call(cls, id_: UUID) -> Self:
        """On a call."""
        return cls(call_id=id_)

    @classmethod
    def client(cls, id_: UUID) -> Self:
        """On a client, with all cards that became part of his."""
        return cls(client_id=id_)

    @property
    def condition(self) -> ColumnElement[bool]:
        """For a query over ``legal_hold``."""
        if self.call_id is not None:
            return legal_hold.c.call_id == self.call_id
        # A card that became part of this one cannot be asked for by itself any more.
        whole = or_(client.c.id == self.client_id, client.c.merged_into == self.client_id)
        return legal_hold.c.client_id.in_(select(client.c.id).where(whole))


class LegalHoldError(ValueError):
    """It would take calls out of a legal hold, which stands on their client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHold:
    """One."""

    id: UUID
    on: On
    reason: str = field(repr=False)
    set_by: str
    set_at: datetime
    lift_reason: str | None = field(default=None, repr=False)
    lifted_by: str | None = None
    lifted_at: datetime | None = None


def guard(connection: Connection) -> None:
    """Until this transaction ends nobody else sets a hold, lifts one, or deletes."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def set_hold(
    connection: Connection, vault: Vault, on: On, *, reason: str, by: str, at: datetime
) -> LegalHold | None:
    """Set one; ``None`` where one stands."""
    guard(connection)
    if find_hold(connection, vault, on) is not None:
        return None
    id_ = uuid7()
    connection.execute(
        insert(legal_hold).values(
            id=id_,
            call_id=on.call_id,
            client_id=on.client_id,
            reason=seal(vault, legal_hold.c.reason, id_, reason),
            set_by=by,
            set_at=at,
        )
    )
    return LegalHold(id=id_, on=on, reason=reason, set_by=by, set_at=at)


def lift_holds(
    connection: Connection, vault: Vault, on: On, *, reason: str, by: str, at: datetime
) -> int:
    """Lift what stands; how many that were: more than one of calls that turned out to be one."""
    guard(connection)
    ids = connection.execute(select(legal_hold.c.id).where(_ACTIVE, on.condition)).scalars().all()
    for id_ in ids:
        lifted = update(legal_hold).where(legal_hold.c.id == id_)
        sealed = seal(vault, legal_hold.c.lift_reason, id_, reason)
        connection.execute(lifted.values(lift_reason=sealed, lifted_by=by, lifted_at=at))
    return len(ids)


def find_hold(connection: Connection, vault: Vault, on: On) -> LegalHold | None:
    """The one that stands."""
    query = select(legal_hold).where(_ACTIVE, on.condition).order_by(legal_hold.c.id).limit(1)
    row = connection.execute(query).first()
    return None if row is None else _read(vault, row)


def list_holds(
    connection: Connection,
    vault: Vault,
    *,
    within: ColumnElement[bool],
    lifted: bool = False,
    after: UUID | None = None,
    limit: int = 50,
) -> list[LegalHold]:
    """Those that stand, the newest first; ``lifted``: those that were lifted too.

    ``within``: a condition over ``legal_hold``. ``after``: the last id of the page before.
    """
    query = select(legal_hold).where(within).order_by(legal_hold.c.id.desc()).limit(limit)
    if not lifted:
        query = query.where(_ACTIVE)
    if after is not None:
        query = query.where(legal_hold.c.id < after)
    return [_read(vault, row) for row in connection.execute(query)]


def call_is_held(
    call_id: ColumnElement[UUID], customer_phone_id: ColumnElement[UUID | None]
) -> ColumnElement[bool]:
    """For a query over calls: a hold stands on the call or on its client.

    A hold on a card that became part of another one holds that one's calls.
    """
    on_call = exists().where(_ACTIVE, legal_hold.c.call_id == call_id)
    kin = client.alias("held_client")
    on_client = exists().where(
        _ACTIVE,
        legal_hold.c.client_id == kin.c.id,
        phone.c.client_id == func.coalesce(kin.c.merged_into, kin.c.id),
        phone.c.id == customer_phone_id,
    )
    return on_call | on_client


def any_held(connection: Connection, clients: Collection[UUID]) -> bool:
    """Whether a hold stands on one of these cards."""
    held = legal_hold.c.client_id.in_(clients)
    return connection.execute(select(legal_hold.c.id).where(_ACTIVE, held)).first() is not None


def client_is_held(connection: Connection, client_id: UUID) -> bool:
    """Whether a hold stands on the card, or on one that became part of it; after ``guard``.

    While one does, its numbers stay: the calls are its by them.
    """
    guard(connection)
    held = select(legal_hold.c.id).where(_ACTIVE, On.client(client_id).condition)
    return connection.execute(held.limit(1)).first() is not None


def hold_apart(
    connection: Connection, vault: Vault, hold: LegalHold, clients: Collection[UUID]
) -> list[LegalHold]:
    """The hold stood on one card that is several now: it stands on each; those that are new."""
    made = (
        set_hold(
            connection, vault, On.client(id_), reason=hold.reason, by=hold.set_by, at=hold.set_at
        )
        for id_ in clients
    )
    return [one for one in made if one is not None]


def forget_holds(
    connection: Connection, clients: Collection[UUID], calls: Collection[UUID]
) -> None:
    """Why there were holds goes with their client; none of them stands any more."""
    gone = legal_hold.c.client_id.in_(clients) | legal_hold.c.call_id.in_(calls)
    connection.execute(legal_hold.delete().where(gone))


def _read(vault: Vault, row: Row[Any]) -> LegalHold:
    lifted = row.lift_reason
    return LegalHold(
        id=row.id,
        on=On(call_id=row.call_id, client_id=row.client_id),
        reason=open_sealed(vault, legal_hold.c.reason, row.id, row.reason),
        set_by=row.set_by,
        set_at=row.set_at,
        lift_reason=None
        if lifted is None
        else open_sealed(vault, legal_hold.c.lift_reason, row.id, lifted),
        lifted_by=row.lifted_by,
        lifted_at=row.lifted_at,
    )
