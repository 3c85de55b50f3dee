"""Who was on which running call without being a part of it, as it is stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, select, update

from crm.call_tables import monitoring
from crm.sealed import open_sealed, seal
from crm.vault import Vault
from store.upsert import upsert_rows

MONITORED: Final = "monitored"
"""The notice to whose call it was: ``person``, ``mode`` (the furthest he went), ``call``, ``at``.
"""


class Mode(StrEnum):
    """How somebody is on a call; each one is a right of its own."""

    LISTEN = "listen"
    """He hears both, nobody hears him."""
    WHISPER = "whisper"
    """The manager alone hears him."""
    BARGE = "barge"
    """Both hear him."""
    TAKEOVER = "takeover"
    """The customer talks with him, the manager is out of the call."""


class Via(StrEnum):
    """Where he hears it."""

    BROWSER = "browser"
    PHONE = "phone"


class EndedBy(StrEnum):
    """Why it is over."""

    PERSON = "person"
    """He ended it."""
    CALL = "call"
    """The call ended."""
    PAGE = "page"
    """His page was closed or its connection lost, or it never took up the sound."""
    PHONE = "phone"
    """He did not take it on his phone, or hung up there."""
    RIGHTS = "rights"
    """He may no longer: another role, a session that ended, a client made private."""
    PBX = "pbx"
    """The PBX ended it."""
    RESTART = "restart"
    """Callward ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From when on he was there in which way."""

    mode: Mode
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """One person on one call, from when he came until he left."""

    id: UUID
    call_id: UUID
    person: str
    agent: str | None
    """At whose side he was first: the manager's name."""
    via: Via
    address: str | None
    """From where he asked."""
    steps: tuple[Step, ...]
    """Oldest first; at least one."""
    reason: str | None = None
    started_at: datetime
    ended_at: datetime | None = None
    ended_by: EndedBy | None = None

    @property
    def mode(self) -> Mode:
        """How he is there now, or was last."""
        return self.steps[-1].mode

    def switched(self, mode: Mode, at: datetime) -> Monitoring:
        """In that way from then on."""
        return replace(self, steps=(*self.steps, Step(mode=mode, at=at)))


def save(connection: Connection, vault: Vault, one: Monitoring) -> None:
    """Store it as it is now."""
    sealed = None
    if one.reason is not None:
        sealed = seal(vault, monitoring.c.reason, one.id, one.reason)
    row = {
        "id": one.id,
        "call_id": one.call_id,
        "person": one.person,
        "agent": one.agent,
        "via": one.via.value,
        "address": one.address,
        "modes": [{"mode": step.mode.value, "from": step.at.isoformat()} for step in one.steps],
        "reason": sealed,
        "started_at": one.started_at,
        "ended_at": one.ended_at,
        "ended_by": None if one.ended_by is None else one.ended_by.value,
    }
    upsert_rows(connection, monitoring, [row])


def end_open(connection: Connection, at: datetime) -> int:
    """Those that an earlier run of the daemon left open have ended with it; how many."""
    ended = {"ended_at": at, "ended_by": EndedBy.RESTART.value}
    left = monitoring.c.ended_at.is_(None)
    return connection.execute(update(monitoring).where(left).values(ended)).rowcount


def list_monitorings(
    connection: Connection,
    vault: Vault,
    *,
    calls: Collection[UUID] | None = None,
    people: Collection[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Monitoring]:
    """Newest first. ``people``: who listened; ``after``: the last one of the page before."""
    query = select(monitoring)
    if calls is not None:
        query = query.where(monitoring.c.call_id.in_(list(calls)))
    if people is not None:
        query = query.where(monitoring.c.person.in_(sorted(people)))
    if since is not None:
        query = query.where(monitoring.c.started_at >= since)
    if until is not None:
        query = query.where(monitoring.c.started_at < until)
    if after is not None:
        query = query.where(monitoring.c.id < after)
    rows = connection.execute(query.order_by(monitoring.c.id.desc()).limit(limit))
    return [_read(row, vault) for row in rows]


def find_monitoring(connection: Connection, vault: Vault, id_: UUID) -> Monitoring | None:
    """One."""
    row = connection.execute(select(monitoring).where(monitoring.c.id == id_)).one_or_none()
    return None if row is None else _read(row, vault)


def _read(row: Row[Any], vault: Vault) -> Monitoring:
    sealed = row.reason
    return Monitoring(
        id=row.id,
        call_id=row.call_id,
        person=row.person,
        agent=row.agent,
        via=Via(row.via),
        address=row.address,
        steps=tuple(
            Step(mode=Mode(one["mode"]), at=datetime.fromisoformat(one["from"]))
            for one in row.modes
        ),
        reason=(
            None if sealed is None else open_sealed(vault, monitoring.c.reason, row.id, sealed)
        ),
        started_at=row.started_at,
        ended_at=row.ended_at,
        ended_by=None if row.ended_by is None else EndedBy(row.ended_by),
    )
