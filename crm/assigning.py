"""Clients get another curator or deputy: which may be given to whom, and the giving itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    false,
    func,
    select,
    update,
)

from crm.access import Access, Right, Target, allows, allows_person
from crm.audit import AuditLog, Entry
from crm.changed import Change, Way
from crm.division import Holding, Move, Post
from crm.history import log_change
from crm.staff import Staff
from crm.tables import client
from crm.tasks import hand_over_tasks
from crm.vault import Vault
from crm.visible import visible

MOST_AT_ONCE: Final = 500
"""Moves of one transaction."""

_NOT_PRIVATE = client.c.private.is_(False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """On whose word clients move, and how it came about."""

    told: Entry
    """What the audit is told of each; ``client_id`` and the rest is filled in."""
    way: Way
    at: datetime


class CannotServeError(ValueError):
    """Clients cannot be given to somebody; ``reason`` says why."""

    def __init__(self, person: str, reason: str) -> None:
        super().__init__(reason)
        self.person = person
        self.reason = reason
        """``unknown``, ``left``, ``reads_none`` (his role reads no clients), ``not_yours``."""


def check_may_get(staff: Staff, access: Access, names: Iterable[str]) -> None:
    """``CannotServeError`` for the first to whom that person may not give clients."""
    for name in names:
        known = staff.person(name)
        if known is None:
            raise CannotServeError(name, "unknown")
        theirs = staff.access_of(name)
        if theirs is None:
            raise CannotServeError(name, "left")
        if not allows(theirs, Right.CLIENTS_READ, Target(curator=name)):
            raise CannotServeError(name, "reads_none")
        if not allows_person(access, Right.CLIENTS_ASSIGN, name):
            raise CannotServeError(name, "not_yours")


def may_be_given(access: Access) -> ColumnElement[bool]:
    """Which rows of ``client`` that person may give to others: private ones never."""
    return and_(visible(access, Right.CLIENTS_ASSIGN), _NOT_PRIVATE)


def select_holdings(*where: ColumnElement[bool]) -> Select[Any]:
    """Rows for ``holding``."""
    return select(client.c.id, client.c.curator, client.c.deputy, client.c.category).where(*where)


def holding(row: Row[Any]) -> Holding:
    """Of a row of ``select_holdings``."""
    return Holding(client=row.id, curator=row.curator, deputy=row.deputy, category=row.category)


def count_loads(
    connection: Connection, post: Post, names: Collection[str], within: ColumnElement[bool]
) -> dict[str, int]:
    """How many clients each of them serves, of those for which ``within`` holds."""
    serving = client.c[post.value]
    rows = connection.execute(
        select(serving.label("person"), func.count().label("clients"))
        .where(serving.in_(sorted(names)), within)
        .group_by(serving)
    )
    counted = {row.person: row.clients for row in rows}
    return {name: counted.get(name, 0) for name in names}


def give(
    connection: Connection,
    post: Post,
    moves: Sequence[Move],
    giving: Giving,
    *,
    vault: Vault,
    audit: AuditLog,
) -> set[UUID]:
    """Move clients, with their open tasks; the ids of those that moved.

    Idempotent. Who is served by somebody else meanwhile, is private or has become part of another
    card, stays as he is. A deputy who becomes the curator is the deputy no more.
    """
    moved: list[Move] = []
    for (before, to), some in _by_hands(moves):
        listed = [one.client for one in some]
        ids = _move(connection, post, listed, before=before, to=to, at=giving.at)
        moved += [one for one in some if one.client in ids]
    changes = [
        Change(client_id=one.client, field=post.value, before=one.before, after=one.to)
        for one in moved
    ]
    if post is Post.CURATOR:
        for to, some in _by_new_hands(moved):
            ids = {one.client for one in some}
            hand_over_tasks(connection, ids, {one.before for one in some}, to)
            changes += [
                Change(client_id=id_, field=Post.DEPUTY.value, before=to, after=None)
                for id_ in _clear_deputy(connection, ids, to)
            ]
    log_change(connection, vault, changes, actor=giving.told.actor, way=giving.way, at=giving.at)
    audit.add(
        connection,
        *(
            replace(
                giving.told,
                client_id=one.client,
                object=one.to,
                details={"before": {post.value: one.before}, "after": {post.value: one.to}},
            )
            for one in moved
        ),
    )
    return {one.client for one in moved}


def _move(
    connection: Connection,
    post: Post,
    ids: Sequence[UUID],
    *,
    before: str | None,
    to: str | None,
    at: datetime,
) -> set[UUID]:
    serving = client.c[post.value]
    changed = connection.execute(
        update(client)
        .where(
            client.c.id.in_(ids),
            serving.is_(None) if before is None else serving == before,
            _NOT_PRIVATE,
            client.c.merged_into.is_(None),
            # Nobody is the deputy of his own client.
            client.c.curator.is_distinct_from(to) if post is Post.DEPUTY and to else ~false(),
        )
        .values({serving: to, client.c.changed_at: at})
        .returning(client.c.id)
    )
    return set(changed.scalars())


def _clear_deputy(
    connection: Connection, ids: Collection[UUID], curator: str | None
) -> Sequence[UUID]:
    if curator is None:
        return ()
    cleared = connection.execute(
        update(client)
        .where(client.c.id.in_(ids), client.c.deputy == curator)
        .values(deputy=None)
        .returning(client.c.id)
    )
    return cleared.scalars().all()


def _by_hands(moves: Iterable[Move]) -> Iterator[tuple[tuple[str | None, str | None], list[Move]]]:
    def hands(one: Move) -> tuple[str, str]:
        return one.before or "", one.to or ""

    for _, some in groupby(sorted(moves, key=hands), key=hands):
        together = list(some)
        yield (together[0].before, together[0].to), together


def _by_new_hands(moves: Iterable[Move]) -> Iterator[tuple[str | None, list[Move]]]:
    def hand(one: Move) -> str:
        return one.to or ""

    for _, some in groupby(sorted(moves, key=hand), key=hand):
        together = list(some)
        yield together[0].to, together
