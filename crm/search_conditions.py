"""The conditions of a search as SQL: over ``client``, and as the ids for which each holds.

What is not to choose the index is written so that no index serves it: SQLite, which does not know
how many rows a value has, would else take the wrong one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from crm.access import Access, Right, Scope
from crm.card_tables import client_word
from crm.client_query import ClientQuery, Order, Place
from crm.tables import client, task
from crm.words import PAST, marks_of
from store.types import Id

Ids = Select[tuple[UUID]] | CompoundSelect[tuple[UUID]]

NOBODYS: Final = and_(client.c.curator.is_(None), client.c.deputy.is_(None))


def with_words(words: Sequence[str], *, names_only: bool) -> Ids:
    """Cards that have a word beginning with each of these; the first is to be the rarest."""
    first, *others = words
    query = select(client_word.c.client_id).where(*_begins(client_word, first, names_only))
    if marks := marks_of(others):
        # Of many cards this tells without another look that they lack the other words.
        query = query.where(client_word.c.marks.bitwise_and(marks) == marks)
    for word in others:
        other = client_word.alias()
        query = query.where(
            exists().where(
                other.c.client_id == client_word.c.client_id, *_begins(other, word, names_only)
            )
        )
    return query


def with_open_task(access: Access) -> Ids:
    """Cards on which there is an open task that he may read."""
    return select(task.c.client_id).where(*_open_tasks(access))


def made_since(since: datetime) -> Ids:
    """Cards made at that instant or later, and in the millisecond before."""
    return select(client.c.id).where(client.c.id >= _first_id(since))


def in_category(category: str) -> Ids:
    """Cards of a category."""
    return select(client.c.id).where(client.c.category == category)


def served_by(people: Sequence[str], *, nobodys: bool) -> Ids:
    """Cards whose curator or deputy is one of these; or who have no curator.

    For finding few: that they have no deputy either is asked of each of them.
    """
    ids = select(client.c.id)
    parts = [ids.where(client.c.curator.in_(people)), ids.where(client.c.deputy.in_(people))]
    if nobodys:
        parts.append(ids.where(client.c.curator.is_(None)))
    return union_all(*parts)


def word_filters(query: ClientQuery) -> Iterator[ColumnElement[bool]]:
    """That a row of ``client`` has the words."""
    for word in query.words:
        yield exists().where(
            client_word.c.client_id == client.c.id,
            *_begins(client_word, word, query.names_only),
        )


def filters(access: Access, query: ClientQuery, order: Order) -> Iterator[ColumnElement[bool]]:
    """All else that was asked of a row of ``client``."""
    if query.company is not None:
        yield func.coalesce(client.c.company, "") == query.company
    if query.category is not None:
        yield func.coalesce(client.c.category, "") == query.category
    if query.curator is not None:
        yield func.coalesce(client.c.curator, "") == query.curator
    if query.unassigned:
        yield func.coalesce(client.c.curator, client.c.deputy, "") == ""
    if query.open_task:
        yield exists().where(task.c.client_id == client.c.id, *_open_tasks(access))
    if query.created_since is not None:
        if order is Order.CREATED:
            yield client.c.id >= _first_id(query.created_since)
        yield client.c.created_at >= query.created_since


def place(after: Place) -> tuple[ColumnElement[str], ColumnElement[UUID]]:
    """That place as ``behind`` takes it."""
    return literal(after.sort_name, client.c.sort_name.type), literal(after.id, Id)


def behind(
    order: Order, sort_name: ColumnElement[str], id_: ColumnElement[UUID]
) -> ColumnElement[bool]:
    """That a row of ``client`` comes after the place that these say."""
    if order is Order.CREATED:
        return client.c.id < id_
    return tuple_(client.c.sort_name, client.c.id) > tuple_(sort_name, id_)


def people_of(access: Access, scope: Scope) -> Sequence[str]:
    """Whose things a scope is about, where it is not all."""
    among = access.colleagues if scope is Scope.DEPARTMENT else frozenset()
    return sorted(among | {access.person})


def unindexed(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same condition, for which no index is taken."""
    return case((condition, 1), else_=0) == 1


def walked(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same, for a walk: PostgreSQL, unlike of ``unindexed``, knows how often it holds."""
    return condition.is_(true())


def _open_tasks(access: Access) -> Iterator[ColumnElement[bool]]:
    yield task.c.closed_at.is_(None)
    scope = access.scope(Right.TASKS_READ)
    if scope is not Scope.ALL:
        yield or_(task.c.agent.is_(None), task.c.agent.in_(people_of(access, scope)))


def _begins(words: FromClause, word: str, names_only: bool) -> Iterator[ColumnElement[Any]]:
    yield words.c.word >= word
    yield words.c.word < word + PAST
    if names_only:
        yield words.c.in_name


def _first_id(since: datetime) -> UUID:
    """No card that was made at that instant or later has a lesser id (UUIDv7)."""
    return UUID(int=max(0, int(since.timestamp() * 1000)) << 80)
