"""Whatever way a search takes: it finds what ``allows`` allows, all of it, once, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from random import Random
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Select

from crm import search
from crm.access import Access, Right, Scope, allows
from crm.client_query import ClientQuery, Order, Place
from crm.client_words import add_words
from crm.clients import ClientRow, load_rows
from crm.search import find_clients
from crm.tables import client, task
from crm.words import NAMELESS, sort_name, words_of
from store.database import Database
from store.ids import uuid7
from store.migrate import migrate

T = TypeVar("T")

PEOPLE = ("anna", "boris", "carl", "dina")
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = (None, "Anna Bell", "Anna Bellamy", "bell & Sons", "Ёлкин Пётр", "Елкин", "Zed")
COMPANIES = (None, "Bell Ltd", "Steam")
CATEGORIES = (None, "trusted", "rare")


@dataclass
class Base:
    """A database, for who is not asynchronous."""

    database: Database
    runner: asyncio.Runner

    def ask(self, work: Callable[[Connection], T]) -> T:
        return self.runner.run(self.database.write(work))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    """300 cards of every kind."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('search')}/callward.db")
    with asyncio.Runner() as runner:
        runner.run(migrate(database))
        base = Base(database, runner)
        base.ask(_fill)
        yield base
        runner.run(database.close())


def _fill(connection: Connection) -> None:
    random = Random(7)
    for number in range(300):
        at = BEGAN + timedelta(hours=number)
        id_ = UUID(int=(int(at.timestamp() * 1000) << 80) | (7 << 76) | random.getrandbits(62))
        name, company = random.choice(NAMES), random.choice(COMPANIES)
        gone = random.random() < 0.1
        card = {
            "id": id_,
            "name": name,
            "company": company,
            "category": random.choice(CATEGORIES),
            "curator": random.choice((None, *PEOPLE)),
            "deputy": random.choice((None, None, *PEOPLE)),
            "private": random.random() < 0.2,
            "archived_at": at if gone else None,
            "sort_name": sort_name(name),
            "source": "test",
            "created_at": at,
        }
        connection.execute(client.insert().values(card))
        add_words(connection, id_, name, company)
        if random.random() < 0.2:
            agent = random.choice((None, *PEOPLE))
            row = {"id": uuid7(), "kind": "todo", "client_id": id_, "agent": agent}
            connection.execute(task.insert().values(**row, created_at=at))


def _all(connection: Connection) -> list[ClientRow]:
    ids = connection.execute(client.select().with_only_columns(client.c.id)).scalars().all()
    return load_rows(connection, ids)


accesses = st.builds(
    lambda person, scope, unassigned, colleagues, tasks: Access(
        person=person,
        rights={
            Right.CLIENTS_READ: scope,
            Right.TASKS_READ: tasks,
            Right.CLIENTS_UNASSIGNED: Scope.ALL if unassigned else Scope.NONE,
        },
        colleagues=colleagues,
    ),
    st.sampled_from((*PEOPLE, "nobody")),
    st.sampled_from(Scope),
    st.booleans(),
    st.frozensets(st.sampled_from(PEOPLE)),
    st.sampled_from(Scope),
)
queries = st.builds(
    ClientQuery,
    words=st.lists(st.sampled_from(("a", "anna", "bell", "b", "s", "елк", "x")), max_size=2).map(
        tuple
    ),
    names_only=st.booleans(),
    company=st.none() | st.sampled_from(("Steam", "Bell Ltd", "None")),
    category=st.none() | st.sampled_from(("trusted", "none")),
    curator=st.none() | st.sampled_from(("anna", "nobody")),
    unassigned=st.booleans(),
    created_since=st.none() | st.just(BEGAN + timedelta(hours=200, milliseconds=1)),
)


def _holds(row: ClientRow, query: ClientQuery) -> bool:
    words = {*words_of(row.name)} | (set() if query.names_only else {*words_of(row.company)})
    return (
        all(any(one.startswith(word) for one in words) for word in query.words)
        and query.company in {None, row.company}
        and query.category in {None, row.category}
        and query.curator in {None, row.curator}
        and not (query.unassigned and (row.curator or row.deputy))
        and (query.created_since is None or row.created_at >= query.created_since)
    )


def _key(order: Order, row: ClientRow) -> Any:
    return -row.id.int if order is Order.CREATED else (sort_name(row.name), row.id)


@pytest.mark.parametrize("many", [0, 20_000], ids=["walk", "few"])
@settings(max_examples=100, deadline=None)
@given(access=accesses, query=queries, order=st.sampled_from(Order), limit=st.integers(1, 120))
def test_it_finds_what_is_allowed_in_order(
    base: Base,
    many: int,
    access: Access,
    query: ClientQuery,
    order: Order,
    limit: int,
) -> None:
    found: list[Place] = []
    after: Place | None = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_MANY", many)
        while True:
            find = partial(find_clients, order=order, after=after, limit=limit)
            page = base.ask(lambda connection: find(connection, access, query))  # noqa: B023
            found += page
            if len(page) < limit:
                break
            after = Place.parse(str(page[-1]))
    wanted = [
        row
        for row in base.ask(_all)
        if row.archived_at is None
        and allows(access, Right.CLIENTS_READ, row.target)
        and _holds(row, query)
    ]
    assert [one.id for one in found] == [
        row.id for row in sorted(wanted, key=lambda row: _key(order, row))
    ]


def test_open_tasks_are_those_that_he_may_read(base: Base) -> None:
    query = ClientQuery(open_task=True)
    boss = {Right.CLIENTS_READ: Scope.ALL, Right.TASKS_READ: Scope.ALL}
    own = {Right.CLIENTS_READ: Scope.ALL, Right.TASKS_READ: Scope.OWN}

    def count(rights: Mapping[Right, Scope]) -> int:
        access = Access(person="anna", rights=rights)
        return len(base.ask(lambda connection: find_clients(connection, access, query, limit=500)))

    everything = count(boss)
    his = count(own)
    assert 0 < his < everything


def _plan(query: Select[Any], connection: Connection) -> str:
    walk = query.compile(connection, compile_kwargs={"literal_binds": True})
    lines = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {walk}").all()
    return "; ".join(line[-1] for line in lines)


@pytest.mark.sqlite
def test_every_page_comes_from_an_index(base: Base) -> None:
    """No list sorts, and none scans, but of few."""
    rights = {Right.CLIENTS_READ: Scope.OWN, Right.CLIENTS_UNASSIGNED: Scope.ALL}
    own = Access(person="anna", rights=rights)
    everybody = Access(person="anna", rights={Right.CLIENTS_READ: Scope.ALL})

    for access, order, query in product(
        (own, everybody),
        Order,
        (
            ClientQuery(),
            ClientQuery(words=("a",)),
            ClientQuery(curator="anna"),
            ClientQuery(unassigned=True),
        ),
    ):
        made = search._Search(access, Right.CLIENTS_READ, query, order, None, 50)
        for arm in made._arms():
            said = base.ask(partial(_plan, made._arm(arm)))
            assert "TEMP B-TREE" not in said, said
            assert "INDEX" in said, said


def test_a_place_survives_being_sent() -> None:
    for name in ("", "ёлка", NAMELESS, "a" * 120):
        place = Place(uuid7(), name)
        assert Place.parse(str(place)) == place
    for token in ("", "x", "00", f"{uuid7().hex}.%%%", f"{uuid7().hex}._w"):
        with pytest.raises(ValueError, match="cursor"):
            Place.parse(token)
