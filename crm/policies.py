"""What the company decided beside rights: one JSON value for each key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from crm.people_tables import policy
from store.upsert import upsert_rows


def load_policies(connection: Connection) -> dict[str, Any]:
    """All of them, by key."""
    return {row.key: row.value for row in connection.execute(select(policy.c.key, policy.c.value))}


def save_policy(connection: Connection, key: str, value: Any, *, by: str, at: datetime) -> None:
    """Set one; ``value`` is JSON."""
    row = {"key": key, "value": value, "changed_by": by, "changed_at": at}
    upsert_rows(connection, policy, [row])
