"""A query sees whom ``crm.access`` allows: every scope, every client, nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert, select

from crm.access import Access, Right, Scope, Target, allows
from crm.tables import client
from crm.visible import allowed, archived, visible
from crm.visible import known as known_to
from store.database import Database
from store.ids import uuid7
from store.migrate import migrate

BEGAN = datetime(2026, 1, 2, tzinfo=UTC)
PEOPLE = (None, "anna", "boris", "carl")
TARGETS = [
    Target(curator=curator, deputy=deputy, private=private)
    for curator, deputy, private in product(PEOPLE, PEOPLE, (False, True))
]
EVERYBODY = [
    Access(
        person="anna",
        rights={Right.CLIENTS_READ: scope, Right.CLIENTS_UNASSIGNED: unassigned},
        colleagues=colleagues,
        scopes=scopes,
        own_private=own_private,
    )
    for scope, unassigned, colleagues, scopes, own_private in product(
        Scope,
        (Scope.NONE, Scope.ALL),
        (frozenset[str](), frozenset({"anna", "boris"})),
        (None, frozenset({Right.CLIENTS_READ}), frozenset[Right]()),
        (True, False),
    )
]
WAYS = ("in_use", "archived", "merged")


async def test_a_query_sees_whom_the_rule_allows(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    known: dict[UUID, tuple[Target, str]] = {}
    rows = []
    for target, way in product(TARGETS, WAYS):
        id_ = uuid7()
        known[id_] = (target, way)
        rows.append(
            {
                "id": id_,
                "source": "call",
                "created_at": BEGAN,
                "curator": target.curator,
                "deputy": target.deputy,
                "private": target.private,
                "archived_at": BEGAN if way == "archived" else None,
                "merged_into": uuid7() if way == "merged" else None,
            }
        )
    await database.write(lambda connection: connection.execute(insert(client), rows) and None)
    for access in EVERYBODY:
        wanted = {
            id_: way
            for id_, (target, way) in known.items()
            if allows(access, Right.CLIENTS_READ, target)
        }
        for condition, ways in (
            (visible, {"in_use"}),
            (archived, {"archived"}),
            (allowed, set(WAYS)),
        ):
            async with database.read() as connection:
                query = select(client.c.id).where(condition(access, Right.CLIENTS_READ))
                found = set((await connection.execute(query)).scalars())
            assert found == {id_ for id_, way in wanted.items() if way in ways}, access
    # Turned round as well: a private client whom nobody serves is not known to everybody.
    for own_private in (True, False):
        anna = replace(EVERYBODY[0], own_private=own_private)
        async with database.read() as connection:
            query = select(client.c.id).where(~known_to(anna))
            found = set((await connection.execute(query)).scalars())
        assert found == {
            id_
            for id_, (target, _) in known.items()
            if target.private and not (own_private and target.curator == "anna")
        }
    await database.close()
