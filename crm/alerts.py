"""Alerts: what a supervisor should look at, about whom, and on what it rests.

An alert's sentence is the text ``alert.KIND``, filled from its evidence when it is shown, in the
reader's language. Evidence holds counts, instants (ISO 8601), ids and names of people only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, false, or_, select, update

from crm.access import Access, Right, Scope, allows_person
from crm.notices import ALERT, tell
from crm.sealed import open_sealed, seal
from crm.staff import Staff, load_staff
from crm.vault import Sealed, Vault
from crm.watch_tables import alert
from store.ids import uuid7
from store.upsert import insert_or_ignore


class AlertKind(StrEnum):
    """Kinds that watching raises. Others have kinds of their own: each needs its text."""

    QUOTA = "quota"
    """He met his quota: evidence ``unit``, ``limit``, ``used``, ``hours``, ``until``."""
    RATE = "rate"
    """He opened many more cards than usual."""
    HOURS = "hours"
    """He opened cards outside of his working hours."""
    BREADTH = "breadth"
    """He opened cards of very many different clients in few days."""
    OTHERS = "others"
    """He opened cards whom others serve, out of turn."""
    MANY_PRIVATE = "many_private"
    """He made many clients private within a day: evidence ``count``."""
    DECOY_OPENED = "decoy_opened"
    DECOY_CALLED = "decoy_called"
    """Somebody called a decoy through Callward."""
    DECOY_RANG = "decoy_rang"
    """A decoy's number was called from outside, or called the company."""


CLIENTS: Final = "clients"
"""The key of evidence under which ids of cards stand: shown only to who may read those cards."""
DECOYS: Final = (AlertKind.DECOY_OPENED, AlertKind.DECOY_CALLED, AlertKind.DECOY_RANG)
"""Kinds that would tell which card is a decoy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One."""

    id: UUID
    kind: str
    person: str | None
    """About whom; ``None``: nobody is known."""
    client_id: UUID | None
    at: datetime
    evidence: Mapping[str, Any]
    """Under ``CLIENTS``, where it is there: ids of the cards that it is about."""
    settled_by: str | None
    settled_at: datetime | None
    settled_note: Sealed | None


def raise_alert(
    connection: Connection,
    kind: str,
    *,
    person: str | None,
    client_id: UUID | None = None,
    evidence: Mapping[str, Any],
    key: str,
    at: datetime,
) -> bool:
    """Raise an alert once for each ``key`` (which names its kind); whether it was raised now.

    In the transaction of what it is about. All who may settle it (``is_for``) get a notice. Needs
    the text ``alert.KIND`` in a catalogue of ``daemon.texts``.
    """
    row = {
        "id": uuid7(),
        "kind": kind,
        "person": person,
        "client_id": client_id,
        "at": at,
        "evidence": dict(evidence),
        "dedup_key": key,
        "settled_by": None,
        "settled_at": None,
        "settled_note": None,
    }
    insert = insert_or_ignore(connection.dialect.name, alert, ("dedup_key",))
    if connection.execute(insert.values(row)).rowcount != 1:
        return False
    about = {
        "alert": str(row["id"]),
        "kind": kind,
        "person": person,
        "at": at.isoformat(),
        "evidence": {name: value for name, value in evidence.items() if name != CLIENTS},
    }
    for name in settlers(load_staff(connection), kind, person):
        tell(connection, name, ALERT, about, at)
    return True


def settlers(staff: Staff, kind: str, person: str | None) -> list[str]:
    """Who is told of an alert: whoever may settle it."""
    accesses = (staff.access_of(one.name) for one in staff.people)
    return sorted(
        access.person
        for access in accesses
        if access is not None and is_for(access, Right.REPORTS_SETTLE, kind, person)
    )


def is_for(access: Access, right: Right, kind: str, person: str | None) -> bool:
    """Whether somebody may read (or settle) alerts of that kind about that person.

    Nobody those about himself; and which card is a decoy only they learn who make decoys.
    """
    if access.person == person:
        return False
    if kind in DECOYS and not access.has(Right.POLICY_CHANGE):
        return False
    if person is None:
        return access.scope(right) is Scope.ALL
    return allows_person(access, right, person)


def _readable(access: Access, right: Right) -> ColumnElement[bool]:
    """As ``is_for``, for the database."""
    scope = access.scope(right)
    if scope is Scope.NONE:
        return false()
    among: ColumnElement[bool] = or_(alert.c.person.is_(None), alert.c.person != access.person)
    if scope is Scope.OWN:
        return false()
    if scope is Scope.DEPARTMENT:
        among = and_(alert.c.person.in_(access.colleagues), alert.c.person != access.person)
    if not access.has(Right.POLICY_CHANGE):
        among = and_(among, alert.c.kind.not_in(DECOYS))
    return among


def list_alerts(
    connection: Connection,
    access: Access,
    *,
    is_open: bool | None = None,
    person: str | None = None,
    kind: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Alert]:
    """Alerts that somebody may read, newest first. ``after``: the last id of the page before."""
    query = select(alert).where(_readable(access, Right.REPORTS_READ))
    if is_open is not None:
        query = query.where(alert.c.settled_at.is_(None) == is_open)
    if person is not None:
        query = query.where(alert.c.person == person)
    if kind is not None:
        query = query.where(alert.c.kind == kind)
    if after is not None:
        query = query.where(alert.c.id < after)
    return [
        Alert(**_fields(row._mapping))
        for row in connection.execute(query.order_by(alert.c.id.desc()).limit(limit))
    ]


def alerts_after(connection: Connection, after: UUID, limit: int) -> list[Alert]:
    """All alerts, oldest first: for who asks ``is_for`` of each."""
    query = select(alert).where(alert.c.id > after).order_by(alert.c.id).limit(limit)
    return [Alert(**_fields(row._mapping)) for row in connection.execute(query)]


def find_alert(connection: Connection, access: Access, id_: UUID) -> Alert | None:
    """One that he may read; ``None`` also where there is none."""
    query = select(alert).where(alert.c.id == id_, _readable(access, Right.REPORTS_READ))
    row = connection.execute(query).first()
    return None if row is None else Alert(**_fields(row._mapping))


def settle_alert(
    connection: Connection, vault: Vault, id_: UUID, *, by: str, note: str, at: datetime
) -> bool:
    """Somebody looked at it and says what was done; whether it was open."""
    settled = connection.execute(
        update(alert)
        .where(alert.c.id == id_, alert.c.settled_at.is_(None))
        .values(
            settled_by=by,
            settled_at=at,
            settled_note=seal(vault, alert.c.settled_note, id_, note),
        )
    )
    return settled.rowcount == 1


def open_note(vault: Vault, one: Alert) -> str | None:
    """What was done about it."""
    if one.settled_note is None:
        return None
    return open_sealed(vault, alert.c.settled_note, one.id, one.settled_note)


def _fields(row: RowMapping) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "dedup_key"}
