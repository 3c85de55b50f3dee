"""The query's rule of whom an agent may call is that of ``crm.access``."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import get_args

from sqlalchemy import insert

from config.settings import Reach
from crm.access import may_call
from crm.clients import list_clients, reachable
from crm.tables import client
from store.database import Database
from store.ids import uuid7
from store.migrate import migrate

BEGAN = datetime(2026, 1, 2, tzinfo=UTC)
AGENTS = (None, "anna", "boris", "carl")


async def test_a_query_reaches_whom_the_rule_allows(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    roles = {uuid7(): roles for roles in product(AGENTS, AGENTS)}
    rows = [
        {
            "id": id_,
            "name": None,
            "source": "call",
            "curator": curator,
            "deputy": deputy,
            "created_at": BEGAN,
        }
        for id_, (curator, deputy) in roles.items()
    ]
    await database.write(lambda connection: connection.execute(insert(client), rows) and None)
    reaches: tuple[Reach, ...] = get_args(Reach)
    async with database.read() as connection:
        for agent, reach in product(("anna", "boris"), reaches):
            found = await list_clients(connection, within=reachable(agent, reach))
            assert {one.id for one in found} == {
                id_ for id_, whose in roles.items() if may_call(agent, reach, *whose)
            }
    await database.close()
