"""Putting the made-up base into a database that was just made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Table, text

from benchmarks.base.calls import batches as call_batches
from benchmarks.base.calls import finish, insert_calls, prepare
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
    await database.write(lambda connection: connection.execute(text("ANALYZE")))
    return vault


def _insert(rows: Rows, connection: Connection) -> None:
    for table in _TABLES:
        names = [column.name for column in table.columns]
        given = rows[table.name]
        insert_rows(connection, table, [{name: row.get(name) for name in names} for row in given])
