"""Walked through from the newest or gathered by the indexes: the same calls in the same order."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Select, select, update

from crm.access import Access, Right, Scope
from crm.tables import client, phone
from daemon.calls.call import Call, Direction
from daemon.history import queries, sought
from daemon.history.queries import CallCursor, CallFilter, list_calls
from daemon.history.seen import Seen
from daemon.history.tables import call
from daemon.history.writer import HistoryWriter

from .conftest import Base
from .story import at, ended, leg, ringing

PEOPLE = ("101", "102", "Anna", "Boris")
CUSTOMERS = tuple(f"+4420794601{n:02}" for n in range(12))


@pytest.fixture
async def stored(base: Base, writer: HistoryWriter) -> list[Call]:
    """Newest first; some of them in the same instant, some merged cards' and nobody's."""
    chance = Random(3)
    calls = []
    for n in range(60):
        made = ended(
            ringing(chance.choice((None, *CUSTOMERS)), channel=f"pbx-{n}.0", second=n // 2)
        )
        rung = chance.sample(PEOPLE, chance.randrange(3))
        agents = (
            replace(leg(f"pbx-{n}.0{one}", made.legs[1].party.kind, one), ended_at=at(60))
            for one in rung
        )
        direction = chance.choice((Direction.INBOUND, Direction.OUTBOUND))
        calls.append(replace(made, legs=(made.legs[0], *agents), direction=direction))
    await writer.write(calls)
    curators = {number: chance.choice((None, *PEOPLE)) for number in CUSTOMERS}
    for number, curator in curators.items():
        owner = select(phone.c.client_id).where(
            phone.c.blind_index == base.vault.blind_index(number)
        )
        await base.database.write(partial(_hand_over, owner=owner, curator=curator))
    return sorted(calls, key=lambda one: (one.started_at, one.id), reverse=True)


def _hand_over(connection: Connection, owner: Select[Any], curator: str | None) -> None:
    connection.execute(update(client).where(client.c.id.in_(owner)).values(curator=curator))


async def _pages(base: Base, wanted: CallFilter) -> list[UUID]:
    found: list[UUID] = []
    after: CallCursor | None = None
    async with base.database.read() as connection:
        while page := await list_calls(connection, wanted, limit=4, after=after):
            found += [one.call.id for one in page]
            after = page[-1].cursor
    return found


async def _those(base: Base, seen: Seen) -> set[UUID]:
    async with base.database.read() as connection:
        found = await connection.execute(select(call.c.id).where(seen.condition))
        return set(found.scalars())


@pytest.mark.parametrize("glance", [0, 1, 7, 20_000])
async def test_the_same_calls_whichever_way(
    base: Base, stored: list[Call], monkeypatch: pytest.MonkeyPatch, glance: int
) -> None:
    monkeypatch.setattr(sought, "_GLANCE", glance)
    own = Seen(Access(person="Anna", rights={Right.CALLS_READ: Scope.OWN}), Right.CALLS_READ)
    department = Access(
        person="Anna",
        rights={Right.CALLS_READ: Scope.DEPARTMENT},
        colleagues=frozenset({"Anna", "Boris"}),
    )
    for seen in (None, own, Seen(department, Right.CALLS_READ)):
        may = {one.id for one in stored} if seen is None else await _those(base, seen)
        for wanted, fits in (
            (CallFilter(seen=seen), lambda _: True),
            (CallFilter(seen=seen, agent="Boris"), lambda one: "Boris" in _names(one)),
            (CallFilter(seen=seen, agent="Nobody"), lambda _: False),
            (
                CallFilter(seen=seen, since=at(9), until=at(20)),
                lambda one: at(9) <= one.started_at < at(20),
            ),
            (
                CallFilter(seen=seen, direction=Direction.OUTBOUND),
                lambda one: one.direction is Direction.OUTBOUND,
            ),
        ):
            expected = [one.id for one in stored if one.id in may and fits(one)]
            assert await _pages(base, wanted) == expected, wanted


def _names(one: Call) -> set[str | None]:
    return {each.party.name for each in one.legs}


async def test_one_customers_calls_are_not_sought_among_all_that_he_may_know_of(
    base: Base, stored: list[Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of ten million, PostgreSQL gathered a department's for seconds."""
    monkeypatch.delattr(queries, "of_few")
    number = base.vault.blind_index(CUSTOMERS[0])
    own = Seen(Access(person="Anna", rights={Right.CALLS_READ: Scope.OWN}), Right.CALLS_READ)
    async with base.database.read() as connection:
        known = (
            await connection.execute(select(phone.c.client_id).where(phone.c.blind_index == number))
        ).scalar_one()
        for wanted in (CallFilter(client_id=known, seen=own), CallFilter(number=number, seen=own)):
            await list_calls(connection, wanted)
        found = await list_calls(connection, CallFilter(number=number))
    assert [one.call.id for one in found] == [
        one.id for one in stored if one.customer_number == CUSTOMERS[0]
    ]
