"""Every step of the schema, forward and back, with rows in it, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, date, datetime
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Uuid,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

import store.migrations
from lab.messages import LabError
from lab.postgres import Postgres
from store.database import Database, StoreError
from store.lease import share
from store.migrate import (
    DatabaseNewerError,
    Loss,
    Schema,
    _config,
    _known,
    downgrade,
    is_newer,
    migrate,
    migrate_alone,
    refuse_newer,
    require_head,
    step_back,
    stored_schema,
    versions_between,
)
from store.migrations import HEAD

VERSIONS = _known()
_NUMBERS = count()
AT = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    try:
        with Postgres() as server:
            yield server
    except LabError:
        pytest.skip("PostgreSQL is not installed")


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.sqlite), "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """One that is empty."""
    if request.param == "sqlite":
        database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    else:
        server: Postgres = request.getfixturevalue("server")
        database = Database(server.create(f"step_{next(_NUMBERS)}"))
    yield database
    await database.close()


async def bring_to(database: Database, wanted: str) -> None:
    await database.write(lambda connection: command.upgrade(_config(connection), wanted))


def shape(connection: Connection) -> Mapping[str, Any]:
    """All that can be told of the schema, but for the order of columns."""
    inspector = inspect(connection)
    found: dict[str, Any] = {}
    for name in inspector.get_table_names():
        if name == "alembic_version":
            continue
        found[name] = {
            "columns": {
                each["name"]: (str(each["type"]), each["nullable"], each["default"])
                for each in inspector.get_columns(name)
            },
            "key": inspector.get_pk_constraint(name),
            "foreign": sorted(map(str, inspector.get_foreign_keys(name))),
            "unique": sorted(map(str, inspector.get_unique_constraints(name))),
        }
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        for row in rows:
            if row.name != "alembic_version":
                words = " ".join(row.sql.replace('"', "").split())
                found[f"sql {row.name}"] = sorted(part.strip(" ()") for part in words.split(", "))
    else:
        indexes = text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        for row in connection.execute(indexes):
            if not row.indexname.startswith("alembic"):
                found[f"sql {row.indexname}"] = row.indexdef
    return found


def fill(connection: Connection) -> None:
    """Two rows in each table: one with everything, one with as little as can be."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        if table.name == "alembic_version":
            continue
        for number in (1, 2):
            row = {
                one.name: _value(table, one, number)
                for one in table.columns
                if number == 1 or not one.nullable
            }
            connection.execute(table.insert(), row)


def _value(table: Table, column: Column[Any], number: int) -> object:
    if column.foreign_keys:
        (key,) = column.foreign_keys
        # Of itself it knows only the row that is there already.
        return None if key.column.table is table else _value(key.column.table, key.column, number)
    if (table.name, column.name) == ("task", "kind"):
        return "callback"
    kind = column.type
    values: tuple[tuple[type, object], ...] = (
        (Boolean, number == 1),
        (JSON, {"n": number} if number == 1 else []),
        (DateTime, AT),
        (Date, date(2026, 1, number)),
        (Uuid, UUID(int=number)),
        (LargeBinary, bytes([number]) * 16),
        (Float, number / 2),
        (Integer, number),
    )
    return next((value for type_, value in values if isinstance(kind, type_)), f"text {number}")


def read(connection: Connection) -> Rows:
    metadata = MetaData()
    metadata.reflect(connection)
    return {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in metadata.sorted_tables
        if table.name != "alembic_version"
    }


def held(rows: Rows, by: Mapping[str, Any]) -> dict[str, list[str]]:
    """What of ``rows`` there are tables and columns for in the shape ``by``."""
    return {
        name: sorted(
            str({column: row[column] for column in sorted(by[name]["columns"])}) for row in found
        )
        for name, found in rows.items()
        if name in by
    }


def module_of(version: str) -> Any:
    step = ScriptDirectory(str(Path(store.migrations.__file__).parent)).get_revision(version)
    assert step is not None
    return step.module


@pytest.mark.parametrize("version", VERSIONS)
async def test_back_by_one_and_forward_again(database: Database, version: str) -> None:
    before = VERSIONS[VERSIONS.index(version) - 1] if version != VERSIONS[0] else None
    if before is not None:
        await bring_to(database, before)
    earlier = await database.write(shape)
    await bring_to(database, version)
    later = await database.write(shape)
    await database.write(fill)
    rows = await database.write(read)

    step = await downgrade(database)
    assert (step.version, step.before) == (version, before)
    assert (await stored_schema(database)).version == before
    assert await database.write(shape) == earlier
    left = await database.write(read)

    await bring_to(database, version)
    assert await database.write(shape) == later
    again = await database.write(read)
    assert held(again, earlier) == held(left, earlier)
    # What is gone is what the step says.
    gone = {loss.name: loss.rows for loss in step.losses}
    for name, were in held(rows, earlier).items():
        assert len(were) - len(left[name]) == gone.get(name, 0), name
        assert set(held(left, earlier)[name]) <= set(were), name


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_step_names_all_that_it_drops(database: Database, version: str) -> None:
    await bring_to(database, version)
    later = await database.write(shape)
    await downgrade(database)
    earlier = await database.write(shape)
    tables = {name for name, of in later.items() if "columns" in of}
    dropped = {name for name in tables if name not in earlier}
    for name in tables - dropped:
        columns = later[name]["columns"].keys() - earlier[name]["columns"].keys()
        dropped |= {f"{name}.{column}" for column in columns}
    step = module_of(version)
    assert sorted(getattr(step, "LOSES", ())) == sorted(dropped)
    assert set(getattr(step, "DERIVED", ())) <= dropped
    assert set(getattr(step, "UNHELD", ())) <= tables - dropped


async def test_all_the_way_back_and_forward(database: Database) -> None:
    await migrate(database)
    whole = await database.write(shape)
    await database.write(fill)
    for expected in reversed(VERSIONS):
        assert (await downgrade(database)).version == expected
    assert await database.write(shape) == {}
    with pytest.raises(StoreError, match="nothing to go back from"):
        await downgrade(database)
    await migrate(database)
    assert await database.write(shape) == whole
    await require_head(database)


async def test_what_is_lost_is_counted(database: Database) -> None:
    await bring_to(database, "0004")
    await database.write(fill)
    step = await step_back(database)
    lost = {loss.name: loss.rows for loss in step.losses}
    assert (step.version, step.before) == ("0004", "0003")
    # A table, a column, what is true, rows that came from no call; names' words are made again.
    assert lost["note"] == 2
    assert lost["client.company"] == 1
    assert lost["client.private"] == 1
    assert lost["task"] == 1
    assert not {"client_word", "client.sort_name"} & lost.keys()
    # Nothing was changed by asking.
    assert await step_back(database) == step
    assert Loss("task.text", 1) in step.losses


async def test_keys_with_limits_do_not_become_keys_without(database: Database) -> None:
    await bring_to(database, "0003")
    await database.write(fill)
    await downgrade(database)
    rows = await database.write(read)
    assert [row["agent"] for row in rows["access_token"]] == ["text 2"]


async def test_an_expired_recording_is_in_a_state_that_was_known(database: Database) -> None:
    await bring_to(database, "0008")
    await database.write(fill)
    expired = "UPDATE recording SET state = 'expired', error = NULL WHERE expired_at IS NOT NULL"
    await database.write(lambda connection: connection.execute(text(expired)))
    await downgrade(database)
    rows = await database.write(read)
    states = {(row["state"], row["error"]) for row in rows["recording"]}
    assert states == {("missing", "original_missing"), ("text 2", None)}


async def test_a_way_forward_that_fails_changes_nothing(database: Database) -> None:
    await bring_to(database, "0003")
    await database.write(fill)
    # Made late in the step; much has been changed before.
    await database.write(
        lambda connection: connection.execute(text("CREATE TABLE takeover (x INT)"))
    )
    schema, rows = await database.write(shape), await database.write(read)
    with pytest.raises(DBAPIError):
        await migrate(database)
    assert (await stored_schema(database)).version == "0003"
    assert await database.write(shape) == schema
    assert await database.write(read) == rows
    await database.write(lambda connection: connection.execute(text("DROP TABLE takeover")))
    await migrate(database)
    await require_head(database)


async def test_a_way_back_that_fails_changes_nothing(database: Database) -> None:
    await bring_to(database, "0004")
    await database.write(fill)
    # A column that somebody's own view shows is not dropped; the tables are gone by then.
    view = "CREATE VIEW own AS SELECT company FROM client"
    await database.write(lambda connection: connection.execute(text(view)))
    schema, rows = await database.write(shape), await database.write(read)
    with pytest.raises(DBAPIError):
        await downgrade(database)
    assert (await stored_schema(database)).version == "0004"
    assert await database.write(shape) == schema
    assert await database.write(read) == rows
    await database.write(lambda connection: connection.execute(text("DROP VIEW own")))
    assert (await downgrade(database)).before == "0003"


async def test_not_while_anybody_works_on_it(database: Database) -> None:
    await bring_to(database, "0006")
    async with share(database):
        with pytest.raises(StoreError, match="in use"):
            await downgrade(database)
        with pytest.raises(StoreError, match="in use"):
            await migrate_alone(database)
        assert (await stored_schema(database)).version == "0006"
    assert await migrate_alone(database)
    assert not await migrate_alone(database)


async def test_who_wrote_it_is_named(database: Database) -> None:
    assert await stored_schema(database) == Schema(None, None)
    await migrate(database)
    assert await stored_schema(database) == Schema(HEAD, version("callward"))
    later = "UPDATE alembic_version SET version_num = '9999', callward = '7.8.9'"
    await database.write(lambda connection: connection.execute(text(later)))
    assert is_newer(await stored_schema(database))
    for refused in (migrate, migrate_alone, refuse_newer, require_head, downgrade, step_back):
        with pytest.raises(DatabaseNewerError, match=r"9999.*Callward 7\.8\.9.*database downgrade"):
            await refused(database)


async def test_an_older_one_is_refused_by_who_does_not_upgrade(database: Database) -> None:
    with pytest.raises(StoreError, match=r"version 0000.*callward database upgrade"):
        await require_head(database)
    await bring_to(database, "0005")
    with pytest.raises(StoreError, match=rf"version 0005.*{HEAD}.*callward database upgrade"):
        await require_head(database)


def test_the_steps_between_two_versions() -> None:
    assert versions_between(None, "0002") == ("0001", "0002")
    assert versions_between("0004", "0006") == ("0005", "0006")
    assert versions_between(HEAD, HEAD) == ()
