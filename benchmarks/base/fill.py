"""Putting the made-up base into a database that was just made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, text

from benchmarks.base.calls import batches as call_batches
from benchmarks.base.calls import finish, insert_calls, prepare, trust
from benchmarks.base.clients import People, Rows, batches
from crm.card_tables import client_word
from crm.key_file import open_vault
from crm.tables import client, phone, short_code
from crm.vault import Vault
from store.database import Database
from store.migrate import migrate
from store.upsert import insert_rows

_TABLES: tuple[Table, ...] = (client, phone, short_code, client_word)


async def fill(
    database: Database,
    key_file: Path,
    *,
    clients: int,
    calls: int,
    say: Callable[[str], None] = lambda _: None,
) -> Vault:
    """Clients and calls; then the database counts them for its planner. The vault they are in."""
    await migrate(database)
    vault = await open_vault(database, key_file)
    people = People(clients)
    for done, rows in enumerate(batches(people, vault), 1):
        await database.write(partial(_insert, rows))
        if done % 10 == 0:
            say(f"{min(done * 20_000, clients):,} clients")
    await database.write(prepare)
    for batch in call_batches(calls):
        await database.write(partial(insert_calls, batch, clients))
        say(f"{batch[-1] + 1:,} calls")
    await database.write(finish)
    say("indexes")
    await _count(database)
    return vault


def _insert(rows: Rows, connection: Connection) -> None:
    trust(connection)
    for table in _TABLES:
        names = [column.name for column in table.columns]
        given = rows[table.name]
        if connection.dialect.name == "sqlite":
            full = [{name: row.get(name) for name in names} for row in given]
            insert_rows(connection, table, full)
        else:
            _copy(connection, table.name, names, [tuple(map(row.get, names)) for row in given])


def _copy(
    connection: Connection, table: str, columns: list[str], rows: list[tuple[object, ...]]
) -> None:
    """PostgreSQL takes rows several times as fast so."""
    own: Any = connection.connection.dbapi_connection
    own.run_async(lambda it: it.copy_records_to_table(table, columns=columns, records=rows))


async def _count(database: Database) -> None:
    """For the planner; and on PostgreSQL what its autovacuum does to a table that has grown."""
    async with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            await connection.execute(text("ANALYZE"))
            await connection.commit()
        else:
            # Not in a transaction.
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM (ANALYZE)"))
            await connection.execute(text("CHECKPOINT"))
