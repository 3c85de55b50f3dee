"""What is asked of the made-up base, and how soon it is answered."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import Connection

from benchmarks.base.clients import MANAGERS, SEARCHED, People
from benchmarks.base.house import ADMINISTRATOR, MANAGER, SUPERVISOR, House
from crm.access import Access, Right
from crm.client_query import ClientQuery, Order
from crm.clients import load_client, load_rows
from crm.fields import PHONES
from crm.key_file import read_vault
from crm.search import find_clients, ids_by_number
from crm.staff import OPERATOR, load_staff
from crm.vault import Vault
from crm.visible import visible
from crm.words import words_of
from store.database import Database

MOST_MS: Final = 50.0
MOST_RATIO: Final = 1.5


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of request of one person, in milliseconds."""

    who: str
    what: str
    median: float
    p95: float


def ask_all(house: House, clients: int, requests: int) -> list[Measured]:
    """Every kind of request, for each of the three."""
    return [
        _ask(house, who, what, paths, requests)
        for who in (ADMINISTRATOR, SUPERVISOR, MANAGER)
        for what, paths in _kinds(who, People(clients))
    ]


def _kinds(who: str, people: People) -> Iterator[tuple[str, Callable[[random.Random], str]]]:
    own = [n for n in range(min(people.count, 40_000)) if people.curator(n) == MANAGERS[3]]
    whom = own if who == MANAGER else [n for n in own if n % 500 != 3]
    yield "card", lambda r: f"/api/v1/clients/{people.id(r.choice(whom))}"
    yield "list, newest", lambda _: "/api/v1/clients?limit=50"
    yield "list, by name", lambda _: "/api/v1/clients?limit=50&sort=name"
    yield (
        "search, name",
        lambda r: f"/api/v1/clients?q={quote(people.name(r.randrange(people.count)))}",
    )
    yield (
        "search, first letters",
        lambda r: f"/api/v1/clients?q={people.name(r.randrange(people.count))[:2]}",
    )
    if who != MANAGER:
        # From managers numbers are hidden: they are told that they may not.
        yield (
            "search, number",
            lambda r: f"/api/v1/clients?number=%2B442079460{100 + r.randrange(SEARCHED)}",
        )
    yield "calls, newest", lambda _: "/api/v1/calls?limit=50"
    yield (
        "calls of a client",
        lambda r: f"/api/v1/calls?limit=50&client={people.id(r.choice(whom))}",
    )


def _ask(
    house: House, who: str, what: str, path: Callable[[random.Random], str], requests: int
) -> Measured:
    chance, connection = random.Random(1), house.connect()
    # What is read first comes from the disk; it is asked all day.
    for _ in range(20):
        house.get(connection, who, path(chance))
    took = [_timed(house, connection, who, path(chance)) for _ in range(requests)]
    connection.close()
    return Measured(who, what, statistics.median(took), statistics.quantiles(took, n=20)[18])


def _timed(house: House, connection: HTTPConnection, who: str, path: str) -> float:
    began = time.perf_counter()
    house.get(connection, who, path)
    return 1000 * (time.perf_counter() - began)


async def compare(url: str, folder: Path, clients: int, requests: int) -> dict[str, float]:
    """Medians with access and masking by medians without, by kind of query: each in turn."""
    database = Database(url)
    vault = read_vault(folder / "vault.key", may_create=False, database=url)
    people, chance = People(clients), random.Random(2)
    try:
        async with database.read() as connection:
            staff = await connection.run_sync(load_staff)
            manager = staff.access_of(MANAGER)
            supervisor = staff.access_of(SUPERVISOR)
            assert manager is not None
            assert supervisor is not None
            found = {}
            for name, access in (("manager", manager), ("supervisor", supervisor)):
                for what, query in _queries(people, vault, access):
                    found[f"{name}: {what}"] = await connection.run_sync(
                        _ratio, query, access, requests, chance
                    )
            return found
    finally:
        await database.close()


_Query = Callable[[Connection, Access, random.Random], object]


def _queries(people: People, vault: Vault, access: Access) -> Iterator[tuple[str, _Query]]:
    own = [n for n in range(min(people.count, 40_000)) if people.curator(n) == MANAGERS[3]]

    def card(connection: Connection, access: Access, chance: random.Random) -> object:
        everything = access is OPERATOR
        return load_client(
            connection,
            people.id(chance.choice(own)),
            vault=vault,
            hidden=access.hidden,
            within=None if everything else visible(access, Right.CLIENTS_READ),
        )

    def listed(query: Callable[[random.Random], ClientQuery], order: Order) -> _Query:
        def run(connection: Connection, access: Access, chance: random.Random) -> object:
            found = find_clients(connection, access, query(chance), order=order, limit=50)
            return load_rows(connection, [one.id for one in found])

        return run

    def by_number(connection: Connection, access: Access, chance: random.Random) -> object:
        number = people.number(chance.randrange(SEARCHED))
        query = ClientQuery(ids=ids_by_number(connection, vault, number))
        return find_clients(connection, access, query, limit=50)

    yield "card", card
    yield "list, newest", listed(lambda _: ClientQuery(), Order.CREATED)
    yield "list, by name", listed(lambda _: ClientQuery(), Order.NAME)
    yield (
        "search, name",
        listed(
            lambda r: ClientQuery(words=words_of(people.name(r.randrange(people.count)))),
            Order.NAME,
        ),
    )
    if PHONES not in access.hidden:
        yield "search, number", by_number


def _ratio(
    connection: Connection, query: _Query, access: Access, requests: int, chance: random.Random
) -> float:
    """The same things are asked of both, one after the other."""
    took: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(requests):
        seed = chance.random()
        for narrowed in (True, False):
            began = time.perf_counter()
            query(connection, access if narrowed else OPERATOR, random.Random(seed))
            took[narrowed].append(time.perf_counter() - began)
    return statistics.median(took[True]) / statistics.median(took[False])


def export(house: House) -> str:
    """An administrator takes everything along; how much memory that takes."""
    before, connection = house.memory(), house.connect()
    began = time.perf_counter()
    connection.request(
        "POST",
        "/api/v1/exports",
        body='{"fields": ["name", "phones", "company", "curator"]}',
        headers={
            "Authorization": f"Bearer {house.tokens[ADMINISTRATOR]}",
            "Content-Type": "application/json",
        },
    )
    answer = connection.getresponse()
    lines = 0
    while chunk := answer.read(1 << 20):
        lines += chunk.count(b"\n")
    seconds = time.perf_counter() - began
    return (
        f"  export: {lines - 1:,} lines in {seconds:.0f} s; memory of the daemon"
        f" {before:.0f} MB before, {house.memory('VmHWM'):.0f} MB at most"
    )
