"""Which calls a list shows, newest first: a page is mostly full among the newest.

Who takes part in one call of two hundred fills a page among the newest ten thousand. The calls of
who takes part in ten of ten million are gathered from the indexes instead: the walk to the tenth
of them would be through them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, literal, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.access import Scope
from crm.tables import client, phone
from crm.visible import allowed
from daemon.calls.call import PartyKind
from daemon.history.seen import Seen
from daemon.history.tables import call, leg
from store.types import UtcDateTime

_GLANCE: Final = 20_000
"""So many are walked through before all are gathered: some hundredths of a second."""
_LONG_AGO: Final = literal(datetime(1970, 1, 1, tzinfo=UTC), UtcDateTime())
_NEWEST_FIRST: Final = (call.c.started_at.desc(), call.c.id.desc())

Ids = Select[tuple[UUID]] | CompoundSelect[Any]


async def newest(
    connection: AsyncConnection,
    among: Sequence[ColumnElement[bool]],
    wanted: Sequence[ColumnElement[bool]],
    few: Ids | None,
    limit: int,
) -> list[UUID]:
    """``among``: of what time, by the index of calls by age; ``few``: all that can be wanted."""
    page = select(call.c.id).where(*among, *wanted).order_by(*_NEWEST_FIRST).limit(limit)
    if few is None:
        return list((await connection.execute(page)).scalars())
    times = select(call.c.started_at).where(*among).order_by(*_NEWEST_FIRST)
    oldest = times.offset(_GLANCE).limit(1).scalar_subquery()
    glance = page.where(call.c.started_at >= func.coalesce(oldest, _LONG_AGO))
    found = list((await connection.execute(glance)).scalars())
    if len(found) == limit or (await connection.execute(select(oldest))).scalar() is None:
        return found
    # Sorted apart: else the databases would walk by age, and look each call up among the few.
    gathered = (
        select(call.c.id, call.c.started_at)
        .where(call.c.id.in_(few), *among, *wanted)
        .offset(0)
        .subquery()
    )
    order = gathered.c.started_at.desc(), gathered.c.id.desc()
    query = select(gathered.c.id).order_by(*order).limit(limit)
    return list((await connection.execute(query)).scalars())


def of_few(agent: str | None, seen: Seen | None) -> Ids | None:
    """All calls of that agent; else all of which who reads may know, unless it is every one."""
    if agent is not None:
        return _of_people([agent])
    if seen is None or (scope := seen.access.scope(seen.right)) in {Scope.ALL, Scope.NONE}:
        return None
    access = seen.access
    colleagues = access.colleagues if scope is Scope.DEPARTMENT else set[str]()
    of_clients = (
        select(call.c.id)
        .join(phone, phone.c.id == call.c.customer_phone_id)
        .join(client, client.c.id == phone.c.client_id)
        .where(allowed(access, seen.right))
    )
    return union(_of_people([access.person, *colleagues]), of_clients)


def _of_people(names: Sequence[str]) -> Select[tuple[UUID]]:
    return select(leg.c.call_id).where(
        leg.c.agent.in_(sorted(names)), leg.c.kind == PartyKind.AGENT.value
    )
