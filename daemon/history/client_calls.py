"""The calls with one client, for his card."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, and_, or_, select, union_all

from crm.access import Access, Right
from crm.tables import phone
from daemon.history.seen import Seen
from daemon.history.tables import call


def client_calls(
    connection: Connection,
    access: Access,
    client_id: UUID,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[UUID]:
    """Ids of calls with him that this person may know of, newest first, before that place.

    For who holds ``calls.read``.

    Of calls with a number that the card only claims, those in which this person took part himself:
    the others are another card's, of which he may not know.
    """
    seen = Seen(access, Right.CALLS_READ)
    own = (
        select(call.c.id)
        .join(phone, phone.c.id == call.c.customer_phone_id)
        .where(phone.c.client_id == client_id, seen.condition)
    )
    query = (
        select(call.c.id)
        .where(
            call.c.merged_into.is_(None),
            call.c.id.in_(union_all(own, seen.claimed_by(client_id))),
        )
        .order_by(call.c.started_at.desc(), call.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        at, id_ = before
        query = query.where(
            or_(call.c.started_at < at, and_(call.c.started_at == at, call.c.id < id_))
        )
    return list(connection.execute(query).scalars())
