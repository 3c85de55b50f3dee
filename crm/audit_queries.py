"""Questions to the audit: who opened this client, what did this person touch, which exports.

What somebody may not know of is not in an answer: entries about clients who are no business of
his come without the client, and a question about such a client finds what one about nobody finds.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, case, false, func, or_, select

from crm.access import Access, Right, Scope, allows, allows_person
from crm.audit import OPERATOR
from crm.audit_actions import Action
from crm.clients import ClientName, load_names
from crm.people_tables import audit
from crm.sealed import open_sealed
from crm.tables import client, short_code
from crm.vault import Vault
from crm.visible import allowed

_OF_DECOYS = (Action.DECOY_CREATED, Action.DECOY_REMOVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked; ``None``: whatever."""

    person: str | None = None
    client_id: UUID | None = None
    actions: Collection[Action] = ()
    object: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Up to it, itself left out."""
    before: int | None = None
    """Only entries older than that one."""
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One entry, as far as this person may read it."""

    seq: int
    at: datetime
    actor: str
    via: str | None
    address: str | None
    action: str
    client: ClientName | None
    """``None``: it is about no client, about one whom he may not know of, or a deleted one."""
    about_client: bool
    gone: bool
    """The client was deleted for good."""
    object: str | None
    count: int
    details: Mapping[str, Any] | None
    erased: bool
    """There were details, and they went with their client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """How often a person did one thing."""

    action: str
    entries: int
    count: int
    clients: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchedClient:
    """A client with whom a person had to do."""

    client: ClientName
    entries: int
    last_at: datetime


def find_entries(
    connection: Connection, vault: Vault, access: Access, question: Question
) -> list[Told]:
    """Entries that answer it, newest first."""
    narrowed = _narrowed(connection, access, question)
    if narrowed is None:
        return []
    rows = connection.execute(
        select(audit).where(and_(*narrowed)).order_by(audit.c.seq.desc()).limit(question.limit)
    ).all()
    names = load_names(connection, {row.client_id for row in rows if row.client_id is not None})
    return [_told(row, names, vault, access) for row in rows]


def find_by_code(connection: Connection, code: str) -> UUID | None:
    """The client of a short code; whether somebody may know of him, ``find_entries`` asks."""
    found: UUID | None = connection.execute(
        select(short_code.c.client_id).where(short_code.c.code == code)
    ).scalar_one_or_none()
    return found


def summarise(
    connection: Connection, access: Access, person: str, since: datetime | None = None
) -> list[Touched]:
    """What that person did, by action, the most frequent first.

    ``clients``: those of whom he who asks may know, and those who were deleted for good.
    """
    narrowed = _narrowed(connection, access, Question(person=person, since=since))
    entries = func.count().label("entries")
    counted = case((audit.c.client_id.not_in(_hidden(access)), audit.c.client_id))
    rows = connection.execute(
        select(
            audit.c.action,
            entries,
            func.sum(audit.c.count).label("count"),
            func.count(counted.distinct()).label("clients"),
            func.max(audit.c.at).label("last_at"),
        )
        .where(and_(*(narrowed or [false()])))
        .group_by(audit.c.action)
        .order_by(entries.desc(), audit.c.action)
    )
    return [Touched(**row._mapping) for row in rows]


def touched_clients(
    connection: Connection,
    access: Access,
    person: str,
    since: datetime | None = None,
    limit: int = 500,
) -> list[TouchedClient]:
    """Clients with whom that person had to do, the latest first; those whom he asks may know of."""
    narrowed = _narrowed(connection, access, Question(person=person, since=since))
    last_at = func.max(audit.c.at).label("last_at")
    rows = connection.execute(
        select(audit.c.client_id, func.count().label("entries"), last_at)
        .join(client, client.c.id == audit.c.client_id)
        .where(and_(allowed(access, Right.AUDIT_READ), *(narrowed or [false()])))
        .group_by(audit.c.client_id)
        .order_by(last_at.desc())
        .limit(limit)
    ).all()
    names = load_names(connection, {row.client_id for row in rows})
    return [
        TouchedClient(client=names[row.client_id], entries=row.entries, last_at=row.last_at)
        for row in rows
    ]


def _narrowed(
    connection: Connection, access: Access, question: Question
) -> Sequence[ColumnElement[bool]] | None:
    """Conditions of a query; ``None``: he may not ask that, so nothing is found."""
    where = [_within(access)]
    if question.client_id is not None:
        if not _may_ask(connection, access, question.client_id):
            return None
        where.append(audit.c.client_id == question.client_id)
    if question.person is not None:
        where.append(audit.c.actor == question.person)
    if question.actions:
        where.append(audit.c.action.in_([action.value for action in question.actions]))
    if question.object is not None:
        # The object of what was done with a hidden client could tell him apart.
        where.append(audit.c.object == question.object)
        where.append(or_(audit.c.client_id.is_(None), audit.c.client_id.not_in(_hidden(access))))
    if question.since is not None:
        where.append(audit.c.at >= question.since)
    if question.until is not None:
        where.append(audit.c.at < question.until)
    if question.before is not None:
        where.append(audit.c.seq < question.before)
    return where


def _within(access: Access) -> ColumnElement[bool]:
    """Entries of people, or about clients, to whom his right to read the audit goes."""
    scope = access.scope(Right.AUDIT_READ)
    if scope is Scope.NONE:
        return false()
    secret: ColumnElement[bool] = audit.c.action.not_in([one.value for one in _OF_DECOYS])
    if scope is Scope.ALL:
        return and_(True, *([] if access.has(Right.POLICY_READ) else [secret]))
    people = {access.person}
    if scope is Scope.DEPARTMENT:
        people |= access.colleagues
    about = select(client.c.id).where(allowed(access, Right.AUDIT_READ))
    return and_(secret, or_(audit.c.actor.in_(sorted(people)), audit.c.client_id.in_(about)))


def _hidden(access: Access) -> Select[tuple[UUID]]:
    """Ids of clients of whom he may not know."""
    # Of who has no deputy SQL does not know whether he is a colleague's: that is no.
    known = func.coalesce(allowed(access, Right.AUDIT_READ), false())
    return select(client.c.id).where(known.is_(False))


def _may_ask(connection: Connection, access: Access, client_id: UUID) -> bool:
    name = load_names(connection, {client_id}).get(client_id)
    if name is None:
        return access.scope(Right.AUDIT_READ) is Scope.ALL
    return allows(access, Right.AUDIT_READ, name.target)


def _told(row: Any, names: Mapping[UUID, ClientName], vault: Vault, access: Access) -> Told:
    name = names.get(row.client_id)
    gone = row.client_id is not None and name is None
    if name is not None and not allows(access, Right.AUDIT_READ, name.target):
        name = None
    hidden = row.client_id is not None and name is None
    details = None
    if row.details is not None and _may_read(access, row, name):
        details = json.loads(open_sealed(vault, audit.c.details, row.seq, row.details))
    return Told(
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        via=row.via,
        address=row.address,
        action=row.action,
        client=name,
        about_client=row.client_id is not None,
        gone=gone,
        object=None if hidden else row.object,
        count=row.count,
        details=details,
        erased=row.details is None and row.details_digest is not None,
    )


def _may_read(access: Access, row: Any, name: ClientName | None) -> bool:
    """Whether details are for him: of a client whom he may read, of a person who is his."""
    if row.client_id is not None:
        return name is not None and allows(access, Right.CLIENTS_READ, name.target)
    if access.scope(Right.AUDIT_READ) is Scope.ALL:
        return True
    return row.actor != OPERATOR and allows_person(access, Right.AUDIT_READ, row.actor)
