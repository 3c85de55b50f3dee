"""Who was on calls of which he was no part, for those who look at who looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, false, select, true

from crm.access import Access, Right, Scope
from crm.call_tables import monitoring
from crm.sealed import open_sealed
from crm.vault import Sealed, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """One time that somebody was on a call."""

    id: UUID
    call_id: UUID
    person: str
    """Who listened."""
    agent: str | None
    """At whose side."""
    via: str
    address: str | None
    modes: list[dict[str, Any]]
    """``{"mode": …, "from": …}``, in order."""
    reason: Sealed | None
    started_at: datetime
    ended_at: datetime | None
    ended_by: str | None


def list_listened(
    connection: Connection,
    access: Access,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    person: str | None = None,
    agent: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Listened]:
    """Of people within his right to read reports, newest first. ``after``: the last id of the page
    before.
    """
    query = (
        select(monitoring).where(_readable(access)).order_by(monitoring.c.id.desc()).limit(limit)
    )
    if since is not None:
        query = query.where(monitoring.c.started_at >= since)
    if until is not None:
        query = query.where(monitoring.c.started_at < until)
    if person is not None:
        query = query.where(monitoring.c.person == person)
    if agent is not None:
        query = query.where(monitoring.c.agent == agent)
    if after is not None:
        query = query.where(monitoring.c.id < after)
    return [Listened(**row._mapping) for row in connection.execute(query)]


def open_reason(vault: Vault, one: Listened) -> str | None:
    """Why he did, as he said."""
    if one.reason is None:
        return None
    return open_sealed(vault, monitoring.c.reason, one.id, one.reason)


def _readable(access: Access) -> ColumnElement[bool]:
    scope = access.scope(Right.REPORTS_READ)
    if scope is Scope.NONE:
        return false()
    if scope is Scope.ALL:
        return true()
    among = {access.person} | (access.colleagues if scope is Scope.DEPARTMENT else set())
    return monitoring.c.person.in_(sorted(among))
