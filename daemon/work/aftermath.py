"""What becomes of the clients of somebody who left, as far as calls tell."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, case, func, select
from sqlalchemy.sql.selectable import FromClause

from crm.alerts import raise_alert
from crm.tables import client, phone
from crm.watch_tables import watched_client
from crm.watched import BEFORE, LEAST_QUIET, LEAST_TALKS, Quiet, fell_quiet, followed, note_told
from daemon.calls.call import Disposition
from daemon.history.tables import call, leg
from store.database import Database

QUIET_KIND: Final = "clients_quiet"
"""Evidence: ``count`` and ``clients`` (their ids)."""
CALLED_KIND: Final = "leaver_called"
"""Evidence: ``count`` of calls and ``last`` (ISO 8601)."""
MOST_QUIET: Final = 500
_EVERY_SECONDS: Final = 3600.0

_TO_BE_SEEN: Final = and_(
    client.c.private.is_(False), client.c.archived_at.is_(None), client.c.merged_into.is_(None)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietClient:
    """A client of his who fell quiet."""

    client_id: UUID
    quiet: Quiet
    told: bool
    """An alert has named him."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """How often numbers of his own were in calls with the company since he left."""

    count: int
    last_at: datetime | None


def count_followed(connection: Connection, person: str, within: ColumnElement[bool]) -> int:
    """How many of his clients are looked at, of those for which ``within`` holds."""
    return connection.execute(
        select(func.count())
        .select_from(watched_client.join(client, client.c.id == watched_client.c.client_id))
        .where(watched_client.c.person == person, within)
    ).scalar_one()


def quiet_clients(
    connection: Connection,
    person: str,
    left_at: datetime,
    now: datetime,
    within: ColumnElement[bool] = _TO_BE_SEEN,
) -> list[QuietClient]:
    """Who fell quiet after he left, the longest first; at most ``MOST_QUIET``."""
    told = watched_client.c.told
    before = func.sum(case((call.c.started_at < left_at, 1), else_=0))
    likely = connection.execute(
        select(watched_client.c.client_id, told)
        .select_from(_talks())
        .where(
            watched_client.c.person == person,
            call.c.started_at >= left_at - BEFORE,
            *_TALKED,
            within,
        )
        .group_by(watched_client.c.client_id, told)
        .having(before >= LEAST_TALKS, func.max(call.c.started_at) <= now - LEAST_QUIET)
        .order_by(func.max(call.c.started_at))
        .limit(MOST_QUIET)
    ).all()
    talks = _talks_of(connection, [row.client_id for row in likely], left_at - BEFORE)
    return [
        QuietClient(client_id=row.client_id, quiet=quiet, told=row.told)
        for row in likely
        if (quiet := fell_quiet(talks[row.client_id], left_at, now)) is not None
    ]


def calls_since(connection: Connection, person: str, left_at: datetime) -> Calls:
    """Calls of his own numbers (the settings know them) after he left. His desk phones, which
    others may use now, do not count.
    """
    row = connection.execute(
        select(func.count(), func.max(leg.c.started_at, type_=leg.c.started_at.type)).where(
            leg.c.agent == person,
            # Calls' ids sort by the instants at which they began.
            leg.c.call_id >= first_id(left_at - timedelta(days=1)),
            leg.c.phone_id.is_not(None),
            leg.c.started_at > left_at,
        )
    ).one()
    return Calls(count=row[0], last_at=row[1])


class Aftermath:
    """Looks every hour, and tells of what is new as alerts."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._clock = clock

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(_EVERY_SECONDS)

    async def look(self) -> None:
        """Look at everybody who left in the last half year."""
        now = self._clock()
        async with self._database.read() as connection:
            people = await connection.run_sync(followed, now)
            found = {
                person: (
                    [
                        one.client_id
                        for one in await connection.run_sync(quiet_clients, person, left_at, now)
                        if not one.told
                    ],
                    await connection.run_sync(calls_since, person, left_at),
                )
                for person, left_at in people.items()
            }
        for person, (quiet, calls) in found.items():
            if quiet or calls.count:
                await self._database.write(partial(_tell, person, quiet, calls, now))


def _tell(
    person: str, quiet: Sequence[UUID], calls: Calls, now: datetime, connection: Connection
) -> None:
    if quiet:
        clients = sorted(map(str, quiet))
        raise_alert(
            connection,
            QUIET_KIND,
            person=person,
            evidence={"count": len(clients), "clients": clients},
            key=f"{QUIET_KIND}:{person}:{now.isoformat()}",
            at=now,
        )
        note_told(connection, person, quiet)
    if calls.last_at is not None:
        raise_alert(
            connection,
            CALLED_KIND,
            person=person,
            evidence={"count": calls.count, "last": calls.last_at.isoformat()},
            key=f"{CALLED_KIND}:{person}:{calls.last_at:%Y-%m-%d}",
            at=now,
        )


_TALKED: Final = (
    call.c.disposition == Disposition.ANSWERED.value,
    call.c.answered_at.is_not(None),
    call.c.merged_into.is_(None),
)


def _talks() -> FromClause:
    return (
        watched_client.join(client, client.c.id == watched_client.c.client_id)
        .join(phone, phone.c.client_id == client.c.id)
        .join(call, call.c.customer_phone_id == phone.c.id)
    )


def _talks_of(
    connection: Connection, clients: Sequence[UUID], since: datetime
) -> dict[UUID, list[datetime]]:
    talks: dict[UUID, list[datetime]] = defaultdict(list)
    rows = connection.execute(
        select(phone.c.client_id, call.c.started_at)
        .join(call, call.c.customer_phone_id == phone.c.id)
        .where(phone.c.client_id.in_(clients), call.c.started_at >= since, *_TALKED)
    )
    for row in rows:
        talks[row.client_id].append(row.started_at)
    return talks


def first_id(at: datetime) -> UUID:
    """Ids of calls that began then or later are not less."""
    return UUID(int=int(at.timestamp() * 1000) << 80)
