"""Clients who talked with a manager regularly and have had no call since their last talk with him.

By manager, with the share among the clients with whom he talked regularly: beside that of his
colleagues it says whether it is he.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    true,
)

from crm.access import Access, Right, Scope
from crm.tables import client, phone
from crm.visible import in_use
from daemon.control.talks import CUSTOMER, answered, talked
from daemon.history.queries import CallCursor
from daemon.history.tables import call, leg
from store.instants import later

TALKS: Final = 3
"""So many talks with a manager …"""
REGULAR: Final = timedelta(days=90)
"""… within so long before the last one make a client who talks with him regularly."""
QUIET: Final = timedelta(days=30)
"""No call at all for so long: gone quiet."""
LOOK_BACK: Final = timedelta(days=180)
"""Last talks before that are no news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietClient:
    """One client who went quiet after a manager."""

    person: str
    client_id: UUID
    last_at: datetime
    """Their last talk."""
    last_call_id: UUID
    talks: int
    """Within ``REGULAR`` before, that one too."""

    @property
    def cursor(self) -> CallCursor:
        """The place in the list after him."""
        return CallCursor(self.last_at, self.client_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietShare:
    """One manager."""

    person: str
    regular: int
    """Clients with whom he talked regularly."""
    quiet: int
    """Of them, those who have had no call since."""
    colleagues_regular: int
    """The same, of all others of whom the reader may know."""
    colleagues_quiet: int

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.quiet / self.regular

    @property
    def colleagues_share(self) -> float | None:
        """0 to 1; ``None`` where there is nobody to compare with."""
        return self.colleagues_quiet / self.colleagues_regular if self.colleagues_regular else None


def quiet_shares(connection: Connection, access: Access, now: datetime) -> list[QuietShare]:
    """Managers within his right to read reports, the highest share first; those of whom nobody
    went quiet too.
    """
    pairs = _pairs(access, now)
    quiet = func.count(case((_is_quiet(pairs, now), 1)))
    query = select(pairs.c.person, func.count(), quiet).group_by(pairs.c.person)
    return compared([(name, all_, his) for name, all_, his in connection.execute(query)])


def list_quiet(
    connection: Connection,
    access: Access,
    person: str,
    now: datetime,
    *,
    limit: int = 50,
    after: CallCursor | None = None,
) -> list[QuietClient]:
    """Clients who went quiet after that manager, the last talk first."""
    pairs = _pairs(access, now, person)
    query = (
        select(pairs.c.client_id, pairs.c.last_at)
        .where(_is_quiet(pairs, now))
        .order_by(pairs.c.last_at.desc(), pairs.c.client_id.desc())
        .limit(limit)
    )
    if after is not None:
        same = and_(pairs.c.last_at == after.started_at, pairs.c.client_id < after.id)
        query = query.where(or_(pairs.c.last_at < after.started_at, same))
    found = [(row.client_id, row.last_at) for row in connection.execute(query)]
    return _in_full(connection, person, found)


def compared(counted: Sequence[tuple[str, int, int]]) -> list[QuietShare]:
    """From name, regular and quiet clients of each manager. Pure."""
    regular = sum(one for _, one, _ in counted)
    quiet = sum(one for _, _, one in counted)
    shares = [
        QuietShare(
            person=person,
            regular=his,
            quiet=his_quiet,
            colleagues_regular=regular - his,
            colleagues_quiet=quiet - his_quiet,
        )
        for person, his, his_quiet in counted
    ]
    return sorted(shares, key=lambda one: (-one.share, -one.quiet, one.person))


def _pairs(access: Access, now: datetime, person: str | None = None) -> CTE:
    """Managers and the clients with whom they talked regularly."""
    talks = _talks(_whose(access, person)).where(
        call.c.started_at >= now - LOOK_BACK - REGULAR, CUSTOMER.c.client_id.is_not(None)
    )
    each = talks.cte("talks")
    # Two phones of his in one talk are one talk.
    order = func.dense_rank().over(
        partition_by=(each.c.person, each.c.client_id), order_by=each.c.at.desc()
    )
    ranked = select(each.c.person, each.c.client_id, each.c.at, order.label("rank")).cte("ranked")
    last = func.max(ranked.c.at)
    before = func.max(case((ranked.c.rank == TALKS, ranked.c.at)))
    of_client = select(client.c.id).where(client.c.id == ranked.c.client_id, in_use(access))
    return (
        select(ranked.c.person, ranked.c.client_id, last.label("last_at"))
        .where(ranked.c.rank <= TALKS, exists(of_client).correlate(ranked))
        .group_by(ranked.c.person, ranked.c.client_id)
        .having(last >= now - LOOK_BACK, before >= later(last, -REGULAR))
        .cte("pairs")
    )


def _talks(whose: ColumnElement[bool]) -> Select[tuple[str, UUID, datetime, UUID]]:
    return (
        select(
            leg.c.agent.label("person"),
            CUSTOMER.c.client_id,
            call.c.started_at.label("at"),
            call.c.id.label("call_id"),
        )
        .select_from(call)
        .join(leg, leg.c.call_id == call.c.id)
        .join(CUSTOMER, CUSTOMER.c.id == call.c.customer_phone_id)
        .where(talked(), answered(leg), whose)
    )


def _whose(access: Access, person: str | None) -> ColumnElement[bool]:
    scope = access.scope(Right.REPORTS_READ)
    among = {access.person} | (access.colleagues if scope is Scope.DEPARTMENT else set())
    within = true() if scope is Scope.ALL else leg.c.agent.in_(sorted(among))
    return within if person is None else and_(within, leg.c.agent == person)


def _is_quiet(pairs: CTE, now: datetime) -> ColumnElement[bool]:
    """No call at all since their last talk."""
    their = phone.alias()
    since = (
        select(call.c.id)
        .join(their, their.c.id == call.c.customer_phone_id)
        .where(their.c.client_id == pairs.c.client_id, call.c.started_at > pairs.c.last_at)
    )
    return and_(pairs.c.last_at <= now - QUIET, ~exists(since).correlate(pairs))


def _in_full(
    connection: Connection, person: str, found: Sequence[tuple[UUID, datetime]]
) -> list[QuietClient]:
    if not found:
        return []
    began = min(last_at for _, last_at in found) - REGULAR
    ids = [id_ for id_, _ in found]
    query = _talks(leg.c.agent == person).where(
        CUSTOMER.c.client_id.in_(ids), call.c.started_at >= began
    )
    talks: defaultdict[UUID, dict[UUID, datetime]] = defaultdict(dict)
    for row in connection.execute(query):
        talks[row.client_id][row.call_id] = row.at
    return [
        QuietClient(
            person=person,
            client_id=id_,
            last_at=last_at,
            last_call_id=max(talks[id_], key=talks[id_].__getitem__),
            talks=sum(at >= last_at - REGULAR for at in talks[id_].values()),
        )
        for id_, last_at in found
    ]
