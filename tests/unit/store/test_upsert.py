from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.dialects import postgresql

import daemon.history.tables as history
from crm.tables import client, phone
from store.database import Database
from store.ids import uuid7
from store.migrate import migrate
from store.types import from_microseconds
from store.upsert import (
    insert_new_rows,
    insert_or_ignore,
    insert_or_update,
    insert_rows,
    upsert_rows,
)


async def test_rows_are_inserted_ignored_and_replaced(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    card = {"name": "first", "source": "call", "curator": None, "deputy": None}
    rows = [{"id": uuid7(), **card, "created_at": from_microseconds(n)} for n in range(3)]

    def work(connection: Connection) -> None:
        insert_rows(connection, client, rows[:1])
        assert not insert_new_rows(connection, client, ("id",), rows[:2])
        assert insert_new_rows(connection, client, ("id",), rows[2:])
        upsert_rows(connection, client, [{**rows[0], "name": "second"}])
        columns = [client.c[name] for name in rows[0]]
        stored = connection.execute(select(*columns).order_by(client.c.id)).mappings().all()
        assert [dict(row) for row in stored] == [{**rows[0], "name": "second"}, *rows[1:]]

    await database.write(work)
    await database.close()


@pytest.mark.parametrize("table", [history.call, history.leg, history.transfer, phone])
def test_the_statements_are_postgresqls_too(table: object) -> None:
    dialect = postgresql.asyncpg.dialect()  # type: ignore[no-untyped-call]
    upsert = str(insert_or_update("postgresql", table).compile(dialect=dialect))
    assert "ON CONFLICT" in upsert
    assert "DO UPDATE SET" in upsert
    ignore = str(insert_or_ignore("postgresql", phone, ("blind_index",)).compile(dialect=dialect))
    assert "ON CONFLICT (blind_index) DO NOTHING" in ignore


@pytest.mark.sqlite
async def test_the_lists_of_calls_are_read_by_index(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    for condition in ("1", "customer_phone_id = x''", "started_at > 5"):
        async with database.read() as connection:
            plan = await connection.execute(
                text(
                    f"EXPLAIN QUERY PLAN SELECT id FROM call WHERE {condition}"
                    " ORDER BY started_at DESC, id DESC LIMIT 50"
                )
            )
            details = " ".join(row.detail for row in plan)
        assert "USING" in details and "INDEX" in details, details
        assert "TEMP B-TREE FOR ORDER BY" not in details, details
    await database.close()
