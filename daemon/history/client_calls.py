"""The calls with one client, for his card."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, and_, or_, select

from crm.access import Access, Right
from crm.tables import client, phone
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
    own = select(phone.c.id).where(phone.c.client_id == client_id)
    seen = Seen(access, Right.CALLS_READ)
    claimed = seen.claimed().where(client.c.id == client_id).with_only_columns(call.c.id)
    query = (
        select(call.c.id)
        .where(
            call.c.merged_into.is_(None),
            or_(and_(call.c.customer_phone_id.in_(own), seen.condition), call.c.id.in_(claimed)),
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
