"""Finding clients among a million, within what a person may see.

Nothing here counts or skips all that it does not show. A page comes in one of three ways:

- **few**: the cards for which the narrowest condition holds are looked at and sorted;
- **walk**: all cards are walked through in the order of an index until the page is full;
- **arms**: the cards of each person are walked through, by an index that has them in order.

Where something is searched for, the one that will look at the fewest rows is taken: a word that
few cards have, without further ado. How many cards a condition holds for is counted up to ``_MANY``
in its index, which takes a few milliseconds; what holds for more, holds often enough to be walked.

A list in which nothing is searched for comes sooner than that: nothing is counted. It is walked
through by who sees all, or is one of more people than arms are made for. For all others it is arms,
and their statement, which takes longer to build than to run, is kept for every list of as many
people. From ``_GLANCE`` arms on, the beginning of all cards is walked through first: a department
that large mostly has a page of them there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Executable,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
    tuple_,
    union,
    union_all,
)

from crm import search_conditions as conditions
from crm.access import Access, Right, Scope
from crm.card_tables import contact, phone_claim
from crm.client_query import ClientQuery, Order, Place
from crm.contacts import contact_index
from crm.search_conditions import NOBODYS, Ids, people_of, unindexed
from crm.tables import client, phone, short_code
from crm.vault import Vault
from crm.visible import known, visible
from crm.words import words_of
from store.types import Id

__all__ = ["ClientQuery", "Order", "Place", "find_clients"]

_FEW: Final = 3_000
"""Where a word stands on no more cards, they are looked at, and nothing else is counted."""
_MANY: Final = 20_000
_OFTEN: Final = 0.05
"""The part of all cards for which a condition is taken to hold that holds for ``_MANY``."""
_MOST_ARMS: Final = 82
_GLANCE: Final = 20
"""From so many arms on, as many pages of all cards are looked at first."""
# What looking at one card costs, in microseconds: in an index, by its id, in the order of a list.
_LOOK, _FETCH = 2, 6
_STEP: Final = {Order.CREATED: 4, Order.NAME: 10}

_MOST: Final = bindparam("most", type_=Integer)
_IN_USE = and_(client.c.archived_at.is_(None), client.c.merged_into.is_(None))


def find_clients(
    connection: Connection,
    access: Access,
    query: ClientQuery,
    *,
    right: Right = Right.CLIENTS_READ,
    order: Order = Order.CREATED,
    after: Place | None = None,
    limit: int = 50,
) -> list[Place]:
    """Clients to whom that person has that right; ``after``: the last one of the page before."""
    scope = access.scope(right)
    if scope is Scope.NONE or query.ids == frozenset():
        return []
    if query.unassigned and scope is not Scope.ALL and not access.has(Right.CLIENTS_UNASSIGNED):
        return []
    search = _Search(access, right, query, order, after, limit)
    return [Place(row.id, row.sort_name) for row in search.page(connection)]


def ids_by_code(connection: Connection, code: str) -> frozenset[UUID]:
    """Whose short code this is. Whether he may be known of, ``find_clients`` asks."""
    owner = short_code.c.client_id
    found = connection.execute(select(owner).where(short_code.c.code == code, owner.is_not(None)))
    return frozenset(found.scalars())


def ids_by_number(connection: Connection, vault: Vault, number: str) -> frozenset[UUID]:
    """The cards on which this E.164 number stands, as a claim too."""
    index = vault.blind_index(number)
    owners = select(phone.c.client_id).where(
        phone.c.blind_index == index, phone.c.client_id.is_not(None)
    )
    claimants = select(phone_claim.c.client_id).where(phone_claim.c.blind_index == index)
    return frozenset(connection.execute(union_all(owners, claimants)).scalars())


def ids_by_email(connection: Connection, vault: Vault, email: str) -> frozenset[UUID]:
    """The cards on which this e-mail address stands, 500 at most."""
    index = contact_index(vault, "email", email)
    found = connection.execute(
        select(contact.c.client_id).where(contact.c.blind_index == index).limit(500)
    )
    return frozenset(found.scalars())


@dataclass(frozen=True, slots=True)
class _Shape:
    """A list of all that some people have, but for who they are, who reads it and from where on."""

    order: Order
    nobodys: bool
    own_private: bool
    after: bool

    def narrowing(self) -> list[ColumnElement[bool]]:
        """What is asked of every row of ``client``, whoever serves it."""
        # The rule as it is, with a place where the reader's name is to stand.
        person = cast("str", bindparam("reader"))
        reader = Access(person=person, rights={}, own_private=self.own_private)
        return [known(reader), *self.behind()]

    def behind(self) -> list[ColumnElement[bool]]:
        """That a row comes on this page or a later one."""
        if not self.after:
            return []
        sort_name = bindparam("after_sort_name", type_=client.c.sort_name.type)
        return [conditions.behind(self.order, sort_name, bindparam("after_id", type_=Id))]


class _Search:
    """One page of one search."""

    def __init__(  # noqa: PLR0917 - as find_clients has them
        self,
        access: Access,
        right: Right,
        query: ClientQuery,
        order: Order,
        after: Place | None,
        limit: int,
    ) -> None:
        self._access, self._query = access, query
        self._scope = access.scope(right)
        self._people = people_of(access, self._scope)
        self._order, self._limit = order, limit
        self._right, self._place = right, after
        self._nobodys = access.has(Right.CLIENTS_UNASSIGNED)
        self._after = () if after is None else (conditions.behind(order, *conditions.place(after)),)
        self._words = tuple(conditions.word_filters(query))
        self._filters = tuple(conditions.filters(access, query, order))

    def page(self, connection: Connection) -> Sequence[Row[Any]]:
        """The rows, in order."""
        if not self._is_kept:
            return connection.execute(self.cheapest(connection)).all()
        own_private, after = self._access.own_private, self._place is not None
        shape, values = _Shape(self._order, self._nobodys, own_private, after), self._values()
        if 2 * len(self._people) >= _GLANCE:
            glance = {**values, "people": self._people, "skipped": _GLANCE * self._limit - 1}
            found = connection.execute(_kept_glance(shape), glance).all()
            if len(found) == self._limit:
                return found
        values |= {f"person_{n}": name for n, name in enumerate(self._people)}
        return connection.execute(_kept_walk(shape, len(self._people)), values).all()

    def cheapest(self, connection: Connection) -> Select[Any]:
        """The statement that gives the page by looking at the fewest rows."""
        query = self._query
        if query.ids is not None:
            return self._of_few(select(client.c.id).where(client.c.id.in_(query.ids)))
        arms = self._arms()
        if not (self._words or self._filters) and len(arms) <= 3:
            return self._walk(arms)
        return self._by_cost(connection, arms)

    def _by_cost(self, connection: Connection, arms: Sequence[ColumnElement[bool]]) -> Select[Any]:
        words, names_only = list(self._query.words), self._query.names_only
        of_each = [conditions.with_words([word], names_only=False) for word in words]
        rarest = [words[n] for n in _ranks(_count(connection, of_each, _FEW), _FEW)]
        if rarest:
            few = conditions.with_words(rarest, names_only=names_only)
            return self._of_few(few, has_words=True)
        choices = list(self._choices())
        size, counts = _size(connection), _count(connection, [*of_each, *choices], _MANY)
        parts = [one / size if one <= _MANY else max(_OFTEN, _MANY / size) for one in counts]
        of_words = dict(zip(words, parts, strict=False))
        # With several arms the last condition is whose clients they are: arms are that already.
        of_filters = parts if self._scope is Scope.ALL or len(arms) == 1 else parts[:-1]
        costs: list[tuple[float, int, Ids | None]] = [
            (self._steps(prod(parts), size), 0, None),
            (len(arms) * self._steps(prod(of_filters), size), 1, None),
        ]
        for count, choice in zip(counts[len(words) :], choices, strict=True):
            costs.append((count * _FETCH * (count <= _MANY or 1e6), 2, choice))
        if words:
            rarest = sorted(words, key=of_words.__getitem__)
            looked = min(counts[: len(words)])
            fetched = looked * prod(of_words[word] for word in rarest[1:])
            cost = (looked * _LOOK + fetched * _FETCH) * (looked <= _MANY or 1e6)
            costs.append((cost, 3, conditions.with_words(rarest, names_only=names_only)))
        if words and self._order is Order.NAME and self._scope is not Scope.OWN:
            # Names begin with words: those that match may all come last. No walk is known to be
            # short; what the words hold for is looked at, however much that is.
            costs = [one for one in costs if one[1] > 1]
        _, way, source = min(costs, key=lambda one: one[0])
        if source is not None:
            return self._of_few(source, has_words=way == 3)
        return self._walk([self._walked] if way == 0 and len(arms) > 1 else arms)

    def _steps(self, part: float, size: int) -> float:
        """What walking costs until the page is full, where that part of the cards belongs to it."""
        return min(self._limit / max(part, 1e-9), size) * _STEP[self._order]

    @cached_property
    def _walked(self) -> ColumnElement[bool]:
        return conditions.walked(visible(self._access, self._right))

    @cached_property
    def _served(self) -> ColumnElement[bool]:
        return unindexed(visible(self._access, self._right))

    @property
    def _is_kept(self) -> bool:
        """Whether it is a list of all that some people have, for which there is a statement."""
        searched = self._query.ids is not None or self._words or self._filters
        few = 2 * len(self._people) <= _MOST_ARMS
        return not searched and self._scope is not Scope.ALL and few

    def _values(self) -> dict[str, Any]:
        """What is to stand in the places of both kept statements."""
        values: dict[str, Any] = {"reader": self._access.person, "most": self._limit}
        if self._place is not None:
            values |= {"after_id": self._place.id, "after_sort_name": self._place.sort_name}
        return values

    def _choices(self) -> Iterator[Ids]:
        """For each condition that an index answers: the cards for which it holds."""
        query = self._query
        if company := words_of(query.company):
            yield conditions.with_words([max(company, key=len)], names_only=False)
        if query.open_task:
            yield conditions.with_open_task(self._access)
        if query.created_since is not None:
            yield conditions.made_since(query.created_since)
        if query.category is not None:
            yield conditions.in_category(query.category)
        if query.curator is not None:
            yield conditions.served_by([query.curator], nobodys=False)
        if self._scope is not Scope.ALL:
            yield conditions.served_by(self._people, nobodys=self._nobodys)

    def _arms(self) -> list[ColumnElement[bool]]:
        """Conditions of which an index has the cards in order, and which together are all his."""
        query = self._query
        if query.curator is not None:
            return [and_(client.c.curator == query.curator, self._walked)]
        if query.unassigned:
            return [and_(NOBODYS, self._walked)]
        if self._scope is Scope.ALL:
            by_category = query.category is not None and self._order is Order.CREATED
            return [client.c.category == query.category if by_category else true()]
        if 2 * len(self._people) > _MOST_ARMS:
            return [self._walked]
        return _arms(self._people, nobodys=self._nobodys)

    def _of_few(self, few: Ids, *, has_words: bool = False) -> Select[Any]:
        return (
            select(client.c.id, client.c.sort_name)
            .where(
                client.c.id.in_(few),
                self._served,
                *(() if has_words else self._words),
                *self._filters,
                *self._after,
            )
            .order_by(*_sorted(client.c, self._order))
            .limit(self._limit)
        )

    def _walk(self, arms: Sequence[ColumnElement[bool]]) -> Select[Any]:
        narrowing = (known(self._access), *self._words, *self._filters, *self._after)
        unassigned = self._query.unassigned
        return _walk(arms, narrowing, self._order, self._limit, unassigned=unassigned)


@lru_cache(maxsize=64)
def _kept_walk(shape: _Shape, people: int) -> Select[Any]:
    """A list by the arms of so many people."""
    arms = _arms([bindparam(f"person_{n}") for n in range(people)], nobodys=shape.nobodys)
    return _walk(arms, shape.narrowing(), shape.order, _MOST)


@lru_cache
def _kept_glance(shape: _Shape) -> Select[Any]:
    """What there is of a page among the first cards of all; nothing where they are the last."""
    columns, by_age = (client.c.sort_name, client.c.id), shape.order is Order.CREATED
    last = (
        select(*columns[by_age:])
        .where(*shape.behind())
        .order_by(*_sorted(client.c, shape.order))
        .offset(bindparam("skipped", type_=Integer))
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )
    within = client.c.id >= last if by_age else tuple_(*columns) <= last
    people: BindParameter[list[str]] = bindparam("people", expanding=True)
    his = [client.c.curator.in_(people), client.c.deputy.in_(people)]
    served = conditions.walked(or_(*his, NOBODYS) if shape.nobodys else or_(*his))
    return _walk([within], [served, *shape.narrowing()], shape.order, _MOST)


def _arms(
    people: Sequence[str] | Sequence[ColumnElement[str]], *, nobodys: bool
) -> list[ColumnElement[bool]]:
    columns = (client.c.curator, client.c.deputy)
    arms = [column == name for name in people for column in columns]
    return [*arms, NOBODYS] if nobodys else arms


def _walk(
    arms: Sequence[ColumnElement[bool]],
    narrowing: Sequence[ColumnElement[bool]],
    order: Order,
    most: int | ColumnElement[int],
    *,
    unassigned: bool = False,
) -> Select[Any]:
    walks = [
        select(client.c.id, client.c.sort_name)
        .where(arm, _IN_USE, *narrowing)
        .order_by(*_sorted(client.c, order, no_curator=unassigned or arm is NOBODYS))
        .limit(most)
        for arm in arms
    ]
    if len(walks) == 1:
        return walks[0]
    # A client can have his curator and his deputy among them: union, so that he comes once.
    merged = union(*(select(walk.subquery()) for walk in walks)).subquery()
    return select(merged).order_by(*_sorted(merged.c, order)).limit(most)


def _sorted(columns: Any, order: Order, *, no_curator: bool = False) -> list[ColumnElement[Any]]:
    if order is Order.CREATED:
        by = [columns.id.desc()]
    else:
        by = [columns.sort_name.asc(), columns.id.asc()]
    if not no_curator:
        return by
    # PostgreSQL takes the index of a column that is null for sorted only if it is told.
    return [columns.curator.desc() if order is Order.CREATED else columns.curator.asc(), *by]


def _ranks(counts: Sequence[int], most: int) -> list[int]:
    """Their places from the least on; none where even that is over ``most``."""
    ranks = sorted(range(len(counts)), key=counts.__getitem__)
    return ranks if ranks and counts[ranks[0]] <= most else []


def _size(connection: Connection) -> int:
    """About how many cards there are, one at least."""
    size: Executable = select(func.max(literal_column("rowid"))).select_from(client)
    if connection.dialect.name == "postgresql":
        size = text("SELECT reltuples::bigint FROM pg_class WHERE oid = 'client'::regclass")
    return max(connection.execute(size).scalar_one() or 0, 1)


def _count(connection: Connection, sources: Sequence[Ids], most: int) -> Sequence[int]:
    """Of each of these, how many cards it holds for: ``most`` and one at most."""
    if not sources:
        return []
    counted = (one.limit(most + 1).subquery() for one in sources)
    counts = (select(func.count()).select_from(one).scalar_subquery() for one in counted)
    return list(connection.execute(select(*counts)).one())
