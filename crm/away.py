"""Who is away: he takes no calls of clients until he is back. Calling makes nobody present."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from crm.absence import Away, AwayReason
from crm.people_tables import away
from store.upsert import upsert_rows


def load_away(connection: Connection, at: datetime) -> list[Away]:
    """Everybody who is away at that instant, by name."""
    rows = connection.execute(select(away).order_by(away.c.person))
    found = [
        Away(
            person=row.person,
            since=row.since,
            until=row.until,
            reason=None if row.reason is None else AwayReason(row.reason),
            set_by=row.set_by,
        )
        for row in rows
    ]
    return [one for one in found if one.holds(at)]


def save_away(connection: Connection, one: Away) -> None:
    """He is away; what was stored of him before is over."""
    row = {
        "person": one.person,
        "since": one.since,
        "until": one.until,
        "reason": one.reason,
        "set_by": one.set_by,
    }
    upsert_rows(connection, away, [row])


def delete_away(connection: Connection, person: str) -> None:
    """He is back."""
    connection.execute(delete(away).where(away.c.person == person))
