"""What one person is told: kept until he has read it, made into a sentence when it is shown.

A notice's sentence is the text ``notice.KIND``, filled from ``about``: counts, instants (ISO 8601),
ids and names of people; never a client's name or contact detail.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select, update

from crm.watch_tables import notice
from store.ids import uuid7

ALERT = "alert"
"""An alert was raised: ``alert`` (its id), ``kind``, ``person``, ``at``, ``evidence``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One."""

    id: UUID
    person: str
    kind: str
    about: Mapping[str, Any]
    created_at: datetime
    read_at: datetime | None


def tell(
    connection: Connection, person: str, kind: str, about: Mapping[str, Any], at: datetime
) -> UUID:
    """Leave a notice for a person, in the transaction of what it is about; the notice's id.

    Whoever is connected hears of it within seconds after the commit, without being called.
    """
    id_ = uuid7()
    connection.execute(
        notice.insert().values(
            id=id_, person=person, kind=kind, about=dict(about), created_at=at, read_at=None
        )
    )
    return id_


def list_notices(
    connection: Connection,
    person: str,
    *,
    unread: bool = False,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Notice]:
    """A person's notices, newest first. ``after``: the last id of the page before."""
    query = select(notice).where(notice.c.person == person)
    if unread:
        query = query.where(notice.c.read_at.is_(None))
    if after is not None:
        query = query.where(notice.c.id < after)
    rows = connection.execute(query.order_by(notice.c.id.desc()).limit(limit))
    return [Notice(**row._mapping) for row in rows]


def count_unread(connection: Connection, person: str) -> int:
    """How many he has not read."""
    query = select(func.count()).where(notice.c.person == person, notice.c.read_at.is_(None))
    return connection.execute(query).scalar_one()


def mark_read(
    connection: Connection, person: str, at: datetime, ids: Collection[UUID] | None = None
) -> int:
    """He has read these of his notices, or all; how many were unread."""
    query = update(notice).where(notice.c.person == person, notice.c.read_at.is_(None))
    if ids is not None:
        query = query.where(notice.c.id.in_(ids))
    return connection.execute(query.values(read_at=at)).rowcount
