"""Divisions of the base, as people ask for them: planned, shown, and then done as shown."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.access import Access, Right
from crm.assigning import check_may_get, count_loads, holding, may_be_given, select_holdings
from crm.division import (
    DIGEST_LENGTH,
    Holding,
    NobodyError,
    Numbers,
    Plan,
    Post,
    Share,
    divide,
    divide_by_category,
    hand_over,
)
from crm.staff import Staff
from crm.tables import client
from crm.visible import visible
from store.database import Database

MOST_CLIENTS: Final = 100_000
"""Of one plan. A larger base is divided a category or a person at a time."""
MOST_NAMED: Final = 500
"""Clients that a request lists one by one."""
_ROWS_AT_ONCE: Final = 1000
_MOST_REMEMBERED: Final = 200


class ClientsRefusedError(LookupError):
    """Some of the clients that were listed cannot be given; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """``client_not_found``, ``not_allowed``, ``private_not_divided``."""


class TooManyClientsError(ValueError):
    """More than ``MOST_CLIENTS`` in one plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """What somebody asks for: which clients, among whom."""

    post: Post = Post.CURATOR
    clients: tuple[UUID, ...] | None = None
    """These; ``None``: all those for whom the rest holds."""
    unassigned: bool = False
    """Only those who have nobody in that post."""
    of: str | None = None
    """Only those whom this person serves in that post."""
    category: str | None = None
    to: tuple[str, ...] = ()
    """One: all to him. Several: evenly by their weights."""
    by_category: Mapping[str, tuple[str, ...]] | None = None
    """Instead of ``to``: the people of each category."""

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody to whom clients may come, once."""
        if self.by_category is None:
            return tuple(dict.fromkeys(self.to))
        return tuple(dict.fromkeys(name for some in self.by_category.values() for name in some))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A plan, with what it means for each person as far as the reader may know."""

    id: str
    """Of the one who asked and of these very moves: asking again gives the same."""
    plan: Plan
    numbers: tuple[Numbers, ...]


async def plan_division(
    database: Database, staff: Staff, access: Access, division: Division
) -> Shown:
    """Plan it as the base is now. Reads only.

    Raises ``CannotServeError``, ``ClientsRefusedError``, ``TooManyClientsError``, ``NobodyError``.
    """
    check_may_get(staff, access, division.names)
    async with database.read() as connection:
        held = await _held(connection, access, division)
        within = may_be_given(access)
        serving = {name for one in held if (name := one.of(division.post)) is not None}
        loads = await connection.run_sync(
            count_loads, division.post, {*division.names, *serving}, within
        )
    return await asyncio.to_thread(_show, staff, access.person, division, held, loads)


async def plan_assignment(
    database: Database, staff: Staff, access: Access, division: Division, to: str | None
) -> Plan:
    """All of them to one person, or to nobody. Raises as ``plan_division``."""
    check_may_get(staff, access, () if to is None else (to,))
    async with database.read() as connection:
        held = await _held(connection, access, division)
    return hand_over(held, to, division.post)


class Divisions:
    """Plans that were shown, until they are done; by their ids."""

    def __init__(self) -> None:
        self._shown: dict[str, tuple[str, Division]] = {}

    def remember(self, shown: Shown, person: str, division: Division) -> None:
        """It was shown to that person."""
        self._shown.pop(shown.id, None)
        self._shown[shown.id] = (person, division)
        for old in list(self._shown)[:-_MOST_REMEMBERED]:
            del self._shown[old]

    def take(self, id_: str, person: str) -> Division | None:
        """What that person was shown under that id; once."""
        if self._shown.get(id_, ("", None))[0] != person:
            return None
        return self._shown.pop(id_)[1]


def _show(
    staff: Staff,
    person: str,
    division: Division,
    held: Sequence[Holding],
    loads: Mapping[str, int],
) -> Shown:
    plan = _plan(staff, division, held, loads)
    touched = {one.person for one in plan.numbers({})} | {*division.names}
    return Shown(
        id=sha256(f"{person}\0{plan.digest}".encode()).hexdigest()[:DIGEST_LENGTH],
        plan=plan,
        numbers=plan.numbers({name: loads.get(name, 0) for name in touched}),
    )


def _plan(
    staff: Staff, division: Division, held: Sequence[Holding], loads: Mapping[str, int]
) -> Plan:
    if division.by_category is not None:
        people: dict[str | None, list[Share]] = {
            category: _shares(staff, names, loads)
            for category, names in division.by_category.items()
        }
        return divide_by_category(held, people, division.post)
    match division.to:
        case ():
            raise NobodyError
        case (one,):
            return hand_over(held, one, division.post)
        case several:
            return divide(held, _shares(staff, several, loads), division.post)


def _shares(staff: Staff, names: Sequence[str], loads: Mapping[str, int]) -> list[Share]:
    return [
        Share(person=name, weight=person.weight, load=loads.get(name, 0))
        for name in dict.fromkeys(names)
        if (person := staff.person(name)) is not None
    ]


async def _held(connection: AsyncConnection, access: Access, division: Division) -> list[Holding]:
    within = may_be_given(access)
    narrower = _narrower(division)
    if division.clients is None:
        return await _read(connection, select_holdings(within, *narrower))
    listed = client.c.id.in_(division.clients)
    held = await _read(connection, select_holdings(within, listed))
    missing = {*division.clients} - {one.client for one in held}
    if missing:
        await _refuse(connection, access, missing)
    if not narrower:
        return held
    return await _read(connection, select_holdings(within, listed, *narrower))


def _narrower(division: Division) -> list[ColumnElement[bool]]:
    serving, where = client.c[division.post.value], list[ColumnElement[bool]]()
    if division.unassigned:
        where.append(serving.is_(None))
    if division.of is not None:
        where.append(serving == division.of)
    if division.category is not None:
        where.append(client.c.category == division.category)
    if division.by_category is not None:
        where.append(client.c.category.in_(sorted(division.by_category)))
    return where


async def _refuse(connection: AsyncConnection, access: Access, missing: set[UUID]) -> None:
    """Of what he may not know of he learns nothing but that there is no such client."""
    found = await connection.execute(
        select_holdings(visible(access, Right.CLIENTS_READ), client.c.id.in_(missing))
    )
    if {row.id for row in found} != missing:
        raise ClientsRefusedError("client_not_found")
    private = await connection.execute(
        select_holdings(client.c.id.in_(missing), client.c.private.is_(True))
    )
    raise ClientsRefusedError("not_allowed" if private.first() is None else "private_not_divided")


async def _read(connection: AsyncConnection, query: Select[Any]) -> list[Holding]:
    held = await read_holdings(connection, query.limit(MOST_CLIENTS + 1))
    if len(held) > MOST_CLIENTS:
        raise TooManyClientsError
    return held


async def read_holdings(connection: AsyncConnection, query: Select[Any]) -> list[Holding]:
    """In pieces, so that the event loop answers others meanwhile."""
    held: list[Holding] = []
    result = await connection.stream(query)
    async for rows in result.partitions(_ROWS_AT_ONCE):
        held += map(holding, rows)
    return held
