"""What a person opened, called, heard and exported: from the audit, the calls, the exports.

Kept nowhere: asked anew each time, and only of clients of whom the reader may know.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, select

from crm.access import Access, Right
from crm.audit_actions import Action
from crm.people_tables import audit
from crm.tables import client, phone
from crm.visible import allowed, known
from crm.watch_tables import export
from daemon.history.tables import call, leg
from daemon.work.aftermath import first_id

DAYS: Final = 90
_OPENED: Final = (Action.CLIENT_OPENED,)
_HEARD: Final = (Action.RECORDING_LISTENED, Action.RECORDING_OPENED)
_CHANGED: Final = (
    Action.CLIENT_CHANGED,
    Action.CLIENT_CREATED,
    Action.CLIENTS_MERGED,
    Action.CLIENT_ARCHIVED,
    Action.NOTE_ADDED,
    Action.NOTE_CHANGED,
)


@dataclass(slots=True, kw_only=True)
class TouchedClient:
    """What he had to do with one client."""

    id: UUID
    opened: int = 0
    changed: int = 0
    heard: int = 0
    """Recordings."""
    calls: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportMade:
    """What he took out at once."""

    at: datetime
    format: str
    clients: int
    watermark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """All of it."""

    person: str
    since: datetime
    actions: dict[str, int]
    """How often he did what, by ``crm.audit_actions``; without what he did with others' private
    clients, of whom the reader knows nothing."""
    calls: int
    exports: list[ExportMade]
    clients: list[TouchedClient] = field(default_factory=list)
    """The last ones first."""
    more: int = 0
    """Clients that are left out of ``clients``."""


def load_touched(
    connection: Connection, access: Access, person: str, since: datetime, limit: int
) -> Touched:
    """Since that instant, as that reader may know it."""
    within = allowed(access, Right.AUDIT_READ)
    found: dict[UUID, TouchedClient] = {}

    def of(id_: UUID) -> TouchedClient:
        return found.setdefault(id_, TouchedClient(id=id_))

    for actions, add in _ADDERS:
        for row in _actions_by_client(connection, person, since, actions, within):
            add(of(row[0]), row[1])
            _note(of(row[0]), row[2])
    for row in _calls_by_client(connection, person, since, within):
        of(row[0]).calls = row[1]
        _note(of(row[0]), row[2])
    latest = sorted(found.values(), key=lambda one: (one.last_at or since, one.id), reverse=True)
    shown = latest[:limit]
    return Touched(
        person=person,
        since=since,
        actions=_count_actions(connection, access, person, since),
        calls=sum(one.calls for one in found.values()),
        exports=_exports(connection, person, since),
        clients=shown,
        more=len(latest) - len(shown),
    )


def _opened(one: TouchedClient, count: int) -> None:
    one.opened = count


def _changed(one: TouchedClient, count: int) -> None:
    one.changed = count


def _heard(one: TouchedClient, count: int) -> None:
    one.heard = count


_ADDERS: Final[tuple[tuple[tuple[Action, ...], Callable[[TouchedClient, int], None]], ...]] = (
    (_OPENED, _opened),
    (_CHANGED, _changed),
    (_HEARD, _heard),
)


def _note(one: TouchedClient, at: datetime) -> None:
    one.last_at = at if one.last_at is None else max(one.last_at, at)


def _actions_by_client(
    connection: Connection,
    person: str,
    since: datetime,
    actions: tuple[Action, ...],
    within: ColumnElement[bool],
) -> list[tuple[UUID, int, datetime]]:
    rows = connection.execute(
        select(audit.c.client_id, func.count(), func.max(audit.c.at, type_=audit.c.at.type))
        .join(client, client.c.id == audit.c.client_id)
        .where(
            audit.c.actor == person,
            audit.c.at >= since,
            audit.c.action.in_([action.value for action in actions]),
            within,
        )
        .group_by(audit.c.client_id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _calls_by_client(
    connection: Connection, person: str, since: datetime, within: ColumnElement[bool]
) -> list[tuple[UUID, int, datetime]]:
    rows = connection.execute(
        select(
            client.c.id,
            func.count(call.c.id.distinct()),
            func.max(call.c.started_at, type_=call.c.started_at.type),
        )
        .select_from(leg)
        .join(call, call.c.id == leg.c.call_id)
        .join(phone, phone.c.id == call.c.customer_phone_id)
        .join(client, client.c.id == phone.c.client_id)
        .where(
            leg.c.agent == person,
            # Calls' ids sort by the instants at which they began.
            leg.c.call_id >= first_id(since - timedelta(days=1)),
            call.c.started_at >= since,
            call.c.merged_into.is_(None),
            # It rang at a colleague's too, who took it: that is no call of his.
            leg.c.answered_at.is_not(None),
            within,
        )
        .group_by(client.c.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _count_actions(
    connection: Connection, access: Access, person: str, since: datetime
) -> dict[str, int]:
    others = select(client.c.id).where(client.c.id == audit.c.client_id, ~known(access)).exists()
    rows = connection.execute(
        select(audit.c.action, func.count())
        .where(audit.c.actor == person, audit.c.at >= since, ~others)
        .group_by(audit.c.action)
        .order_by(audit.c.action)
    )
    return {row[0]: row[1] for row in rows}


def _exports(connection: Connection, person: str, since: datetime) -> list[ExportMade]:
    rows = connection.execute(
        select(export.c.at, export.c.format, export.c.clients, export.c.watermark)
        .where(export.c.actor == person, export.c.at >= since)
        .order_by(export.c.at.desc())
    )
    return [ExportMade(**row._mapping) for row in rows]
