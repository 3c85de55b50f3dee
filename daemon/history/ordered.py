"""For whom a callback was ordered: its call tells that only when the client is dialled."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, select

from crm.tables import phone
from daemon.callbacks.tables import callback
from daemon.calls.call import Call
from daemon.calls.dialplan import callback_of


def find_ordered(connection: Connection, calls: Collection[Call]) -> dict[UUID, UUID]:
    """The client's phone (his oldest) by call id, of calls that do not tell him by themselves."""
    wanted = {
        callback_id: call.id
        for call in calls
        if call.customer_number is None and (callback_id := callback_of(call.linkedids))
    }
    if not wanted:
        return {}
    rows = connection.execute(
        select(callback.c.id, phone.c.id)
        .join(phone, phone.c.client_id == callback.c.client_id)
        .where(callback.c.id.in_(wanted))
        # The oldest comes last and stays: PostgreSQL knows no least UUID.
        .order_by(phone.c.id.desc())
    )
    return {wanted[callback_id]: phone_id for callback_id, phone_id in rows}
