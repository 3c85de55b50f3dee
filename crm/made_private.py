"""Many clients made private at once: who prepares to leave with them hides them first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from crm.alerts import AlertKind, raise_alert
from crm.card_tables import client_change
from crm.fields import PRIVATE
from crm.tables import client

MANY: Final = 10
"""So many within a day raise an alert."""
_DAY: Final = timedelta(days=1)


def watch_private(connection: Connection, curator: str, at: datetime) -> None:
    """That curator just made a client private, which is logged: tell of it where that is many.

    Once a day, in the same transaction; the alert names no client.
    """
    count = connection.execute(
        select(func.count(client_change.c.client_id.distinct()))
        .join(client, client.c.id == client_change.c.client_id)
        .where(
            client_change.c.field == PRIVATE,
            client_change.c.at > at - _DAY,
            client.c.private,
            client.c.curator == curator,
        )
    ).scalar_one()
    if count >= MANY:
        raise_alert(
            connection,
            AlertKind.MANY_PRIVATE,
            person=curator,
            evidence={"count": count},
            key=f"{AlertKind.MANY_PRIVATE}:{curator}:{at.date()}",
            at=at,
        )
