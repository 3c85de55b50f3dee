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
FEW = "emma"
"""Who has five clients at most."""
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
            "curator": random.choice((None, *PEOPLE)) if number % 60 else FEW,
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
    lambda person, scope, unassigned, colleagues, tasks, own_private: Access(
        person=person,
        rights={
            Right.CLIENTS_READ: scope,
            Right.TASKS_READ: tasks,
            Right.CLIENTS_UNASSIGNED: Scope.ALL if unassigned else Scope.NONE,
        },
        colleagues=colleagues,
        own_private=own_private,
    ),
    st.sampled_from((*PEOPLE, FEW, "nobody")),
    st.sampled_from(Scope),
    st.booleans(),
    st.frozensets(st.sampled_from((*PEOPLE, FEW))),
    st.sampled_from(Scope),
    st.booleans(),
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


@pytest.mark.parametrize(
    ("few", "many"), [(-1, 0), (-1, 20_000), (3_000, 20_000)], ids=["walk", "cost", "rare word"]
)
@settings(max_examples=100)
@given(access=accesses, query=queries, order=st.sampled_from(Order), limit=st.integers(1, 120))
def test_it_finds_what_is_allowed_in_order(
    base: Base,
    few: int,
    many: int,
    access: Access,
    query: ClientQuery,
    order: Order,
    limit: int,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_FEW", few)
        patch.setattr(search, "_MANY", many)
        found = _found(base, access, query, order, limit)
    assert found == _wanted(base, access, query, order)


@settings(max_examples=150)
@given(
    access=accesses,
    order=st.sampled_from(Order),
    limit=st.integers(1, 120),
    glance=st.integers(1, 12),
)
def test_a_list_is_whole_however_much_of_it_is_glanced_at(
    base: Base, access: Access, order: Order, limit: int, glance: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_GLANCE", glance)
        found = _found(base, access, ClientQuery(), order, limit)
    assert found == _wanted(base, access, ClientQuery(), order)


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize(
    ("colleagues", "begins"),
    [(PEOPLE, ["glance", "glance"]), ((FEW, "nobody"), ["glance", "arms"])],
    ids=["many", "few"],
)
def test_a_department_that_has_many_clients_is_served_by_a_glance(
    base: Base,
    monkeypatch: pytest.MonkeyPatch,
    order: Order,
    colleagues: tuple[str, ...],
    begins: list[str],
) -> None:
    rights = {Right.CLIENTS_READ: Scope.DEPARTMENT}
    access = Access(person=colleagues[0], rights=rights, colleagues=frozenset(colleagues))
    took: list[str] = []

    def way(name: str, make: Callable[..., Select[Any]]) -> Callable[..., Select[Any]]:
        def made(*shape: Any) -> Select[Any]:
            took.append(name)
            return make(*shape)

        return made

    monkeypatch.setattr(search, "_GLANCE", 3)
    monkeypatch.setattr(search, "_kept_glance", way("glance", search._kept_glance))
    monkeypatch.setattr(search, "_kept_walk", way("arms", search._kept_walk))

    found = _found(base, access, ClientQuery(), order, 13)

    assert found == _wanted(base, access, ClientQuery(), order)
    assert took[:2] == begins
    # Of the last cards there is no full page, whosever they are.
    assert took[-2:] == ["glance", "arms"]


def _found(base: Base, access: Access, query: ClientQuery, order: Order, limit: int) -> list[UUID]:
    """All pages, one after the other."""
    found: list[Place] = []
    while True:
        after = Place.parse(str(found[-1])) if found else None
        find = partial(find_clients, order=order, after=after, limit=limit)
        page = base.ask(lambda connection: find(connection, access, query))  # noqa: B023
        found += page
        if len(page) < limit:
            return [one.id for one in found]


def _wanted(base: Base, access: Access, query: ClientQuery, order: Order) -> list[UUID]:
    """The same by ``allows``, asked of every card."""
    wanted = [
        row
        for row in base.ask(_all)
        if row.archived_at is None
        and allows(access, Right.CLIENTS_READ, row.target)
        and _holds(row, query)
    ]
    return [row.id for row in sorted(wanted, key=lambda row: _key(order, row))]


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


def _plan(query: Select[Any], connection: Connection, **values: Any) -> str:
    statement = query.params(values).compile(
        connection, compile_kwargs={"render_postcompile": True}
    )
    # What stands in its places does not matter for how it is read.
    given = (None,) * len(statement.positiontup or ())
    lines = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
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
            said = base.ask(partial(_plan, made._walk([arm])))
            assert "TEMP B-TREE" not in said, said
            assert "INDEX" in said, said


@pytest.mark.sqlite
@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("after", [False, True])
def test_kept_statements_look_at_no_more_than_they_are_to(
    base: Base, order: Order, after: bool
) -> None:
    shape = search._Shape(order, nobodys=True, own_private=True, after=after)
    values: dict[str, Any] = {"people": PEOPLE, "skipped": 999, "most": 50, "reader": PEOPLE[0]}
    values |= {f"person_{n}": name for n, name in enumerate(PEOPLE)}
    values |= {"after_id": uuid7(), "after_sort_name": "bell"}

    glance = base.ask(partial(_plan, search._kept_glance(shape), **values))
    arms = base.ask(partial(_plan, search._kept_walk(shape, len(PEOPLE)), **values))

    assert "SEARCH client USING INDEX" in glance
    assert "TEMP B-TREE" not in glance, glance
    assert "SCAN client" not in arms, arms
    assert arms.count("SEARCH client USING INDEX") == 2 * len(PEOPLE) + 1


def test_a_place_survives_being_sent() -> None:
    for name in ("", "ёлка", NAMELESS, "a" * 120):
        place = Place(uuid7(), name)
        assert Place.parse(str(place)) == place
    for token in ("", "x", "00", f"{uuid7().hex}.%%%", f"{uuid7().hex}._w"):
        with pytest.raises(ValueError, match="cursor"):
            Place.parse(token)
