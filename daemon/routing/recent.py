"""The client with whom an agent was last concerned."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, or_, select

from crm.tables import phone
from daemon.calls.call import Direction, Disposition, PartyKind
from daemon.history.tables import call, leg

_HIS = (
    select(leg.c.call_id)
    .where(
        leg.c.call_id == call.c.id,
        leg.c.agent == bindparam("agent"),
        leg.c.kind == PartyKind.AGENT.value,
        or_(
            leg.c.answered_at.is_not(None),
            # It rang with him and nobody took it; where a colleague did, he missed nothing.
            call.c.disposition == Disposition.MISSED.value,
        ),
    )
    .exists()
)
_LAST = (
    select(phone.c.client_id)
    .select_from(call.join(phone, phone.c.id == call.c.customer_phone_id))
    .where(
        call.c.started_at >= bindparam("since"),
        call.c.direction != Direction.INTERNAL.value,
        call.c.disposition.is_not(None),
        call.c.merged_into.is_(None),
        phone.c.client_id.is_not(None),
        _HIS,
    )
    .order_by(call.c.started_at.desc(), call.c.id.desc())
    .limit(1)
)


def find_last_client(connection: Connection, agent: str, since: datetime) -> UUID | None:
    """Whom he missed or spoke to last, in calls that began at ``since`` (aware) or later."""
    found: UUID | None = connection.execute(_LAST, {"agent": agent, "since": since}).scalar()
    return found
