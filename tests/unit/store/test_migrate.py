from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

import crm.call_tables
import crm.card_tables
import crm.people_tables
import crm.tables
import crm.watch_tables  # noqa: F401
import daemon.callbacks.tables
import daemon.history.tables
import daemon.ledger.tables
import daemon.outbox.tables  # noqa: F401
import recordings.models  # noqa: F401
import store.leadership
import store.migrations
from store.database import Database, StoreError
from store.metadata import metadata
from store.migrate import DatabaseNewerError, migrate


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    yield database
    await database.close()


def _definitions(connection: Connection) -> dict[str, str]:
    rows = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != :alembic"),
        {"alembic": "alembic_version"},
    )
    # SQLite quotes the name of a table that was renamed.
    return {row.name: " ".join(row.sql.replace(chr(34), "").split()) for row in rows}


async def test_the_migrations_make_what_the_tables_say(database: Database) -> None:
    await migrate(database)
    differences = await database.write(
        lambda connection: compare_metadata(MigrationContext.configure(connection), metadata)
    )
    assert differences == []


@pytest.mark.sqlite
async def test_the_migrations_make_every_word_of_it(database: Database, tmp_path: Path) -> None:
    await migrate(database)
    # Alembic's comparison overlooks keys, options and conditions of indexes: compare the names
    # and, as sets, the words of every definition.
    other = Database(f"sqlite+aiosqlite:///{tmp_path}/declared.db")
    await other.write(metadata.create_all)
    migrated = await database.write(_definitions)
    declared = await other.write(_definitions)
    await other.close()
    assert migrated.keys() == declared.keys()
    for name, sql in declared.items():
        assert sorted(_parts(migrated[name])) == sorted(_parts(sql)), name


def _parts(sql: str) -> list[str]:
    return [part.strip(" ()") for part in sql.split(", ")]


@pytest.mark.sqlite
async def test_again_changes_nothing(database: Database) -> None:
    await migrate(database)
    before = await database.write(_definitions)
    await migrate(database)
    assert await database.write(_definitions) == before


@pytest.mark.sqlite
async def test_two_starts_at_once(tmp_path: Path) -> None:
    # Who turns to WAL in the same moment as the other is refused: a few tries meet that moment.
    for place in range(10):
        url = f"sqlite+aiosqlite:///{tmp_path}/{place}.db"
        one, other = Database(url), Database(url)
        async with asyncio.timeout(60):
            await asyncio.gather(migrate(one), migrate(other))
        assert "call" in await one.write(_definitions)
        await one.close()
        await other.close()


def test_head_is_the_last_step() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(store.migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [store.migrations.HEAD]


async def test_a_newer_database_is_refused(database: Database) -> None:
    await migrate(database)
    await database.write(
        lambda connection: connection.execute(
            text("UPDATE alembic_version SET version_num = '9999'")
        )
    )
    wanted = rf"{re.escape(database.name)} has schema version 9999.*{store.migrations.HEAD}"
    with pytest.raises(DatabaseNewerError, match=wanted):
        await migrate(database)


@pytest.mark.sqlite
async def test_what_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "callward.db").write_bytes(b"not a database at all" * 100)
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    with pytest.raises(StoreError, match=r"callward\.db cannot be read"):
        await migrate(database)
    await database.close()
