"""Bringing a database to the schema of this code, and back by one step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Boolean, Connection, Select, column, func, inspect, select, table, text
from sqlalchemy.exc import DBAPIError

from store.database import Database, StoreError
from store.lease import reserve
from store.migrations import HEAD

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

_FOLDER: Final = Path(__file__).parent / "migrations"
_VERSIONS: Final = "alembic_version"
_WRITER: Final = "callward"
"""In ``alembic_version``: which Callward brought the schema to where it is."""


class DatabaseNewerError(StoreError):
    """A later Callward wrote this database."""


@dataclass(frozen=True, slots=True)
class Schema:
    """Where a database stands."""

    version: str | None
    """The last step that was made; ``None``: nothing is there yet."""
    callward: str | None
    """The version of the Callward that made it, where that told."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What the version before has no place for."""

    name: str
    """``TABLE`` or ``TABLE.COLUMN``."""
    rows: int


@dataclass(frozen=True, slots=True)
class StepBack:
    """What ``downgrade`` would do."""

    version: str
    before: str | None
    """The version that it leads to; ``None``: nothing would be left."""
    losses: tuple[Loss, ...]


async def migrate(database: Database) -> None:
    """Upgrade to the latest schema in one transaction; ``StoreError`` where that cannot be."""
    if (await stored_schema(database)).version != HEAD:
        await database.write(lambda connection: _upgrade(connection, database.name))


async def migrate_alone(database: Database) -> bool:
    """``migrate`` while nobody works on the database; whether there was anything to do.

    ``StoreError`` ``in_use`` while somebody does: his statements know the schema as it is.
    """
    if (await stored_schema(database)).version == HEAD:
        return False
    async with reserve(database):
        await migrate(database)
    return True


async def require_head(database: Database) -> None:
    """``StoreError``, ``DatabaseNewerError`` where its schema is not that of this code."""
    schema = await stored_schema(database)
    if schema.version == HEAD:
        return
    _refuse_newer(schema, database.name)
    raise StoreError("older", name=database.name, version=schema.version or "0000", head=HEAD)


async def refuse_newer(database: Database) -> None:
    """``DatabaseNewerError`` where it is. One that cannot be read is left to who waits for it."""
    try:
        schema = await stored_schema(database)
    except StoreError:
        return
    _refuse_newer(schema, database.name)


async def stored_schema(database: Database) -> Schema:
    """Where it stands. ``StoreError`` where that cannot be read."""
    try:
        async with database.engine.connect() as connection:
            return await connection.run_sync(_schema)
    except DBAPIError as error:
        raise StoreError("unreadable", name=database.name, reason=error.orig) from error


def is_newer(schema: Schema) -> bool:
    """Whether this code does not know it."""
    return schema.version is not None and schema.version not in _known()


def versions_between(earlier: str | None, later: str) -> tuple[str, ...]:
    """The steps from one version to another, in their order."""
    return tuple(each for each in _known() if (earlier or "") < each <= later)


async def step_back(database: Database) -> StepBack:
    """What ``downgrade`` would do now. ``StoreError``, ``DatabaseNewerError``."""
    async with database.read() as connection:
        return await connection.run_sync(partial(_step_back, name=database.name))


async def downgrade(
    database: Database, tell: Callable[[Connection], None] = lambda _: None
) -> StepBack:
    """Undo the last step, in one transaction that begins with ``tell``; says what was done.

    ``StoreError`` ``empty`` where there is none, ``in_use`` while anybody works on the database.
    """

    def work(connection: Connection) -> StepBack:
        from alembic import command  # noqa: PLC0415

        step = _step_back(connection, name=database.name)
        tell(connection)
        command.downgrade(_config(connection), step.before or "base")
        _sign(connection)
        return step

    async with reserve(database):
        return await database.write(work)


def _schema(connection: Connection) -> Schema:
    inspector = inspect(connection)
    if not inspector.has_table(_VERSIONS):
        return Schema(None, None)
    signed = any(each["name"] == _WRITER for each in inspector.get_columns(_VERSIONS))
    rows = table(_VERSIONS, column("version_num"), column(_WRITER))
    wanted = (rows.c.version_num, *((rows.c[_WRITER],) if signed else ()))
    row = connection.execute(select(*wanted)).one_or_none()
    return Schema(None, None) if row is None else Schema(row[0], row[1] if signed else None)


def _sign(connection: Connection) -> None:
    """Who cannot work with it learns from it which Callward can."""
    columns = inspect(connection).get_columns(_VERSIONS)
    if not any(each["name"] == _WRITER for each in columns):
        connection.execute(text(f"ALTER TABLE {_VERSIONS} ADD COLUMN {_WRITER} TEXT"))
    connection.execute(
        text(f"UPDATE {_VERSIONS} SET {_WRITER} = :version"),  # noqa: S608 - names of ours
        {"version": version("callward")},
    )


def _known() -> tuple[str, ...]:
    return tuple(
        sorted(path.name.split("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))
    )


def _refuse_newer(schema: Schema, name: str) -> None:
    if is_newer(schema):
        raise DatabaseNewerError(
            "newer" if schema.callward else "newer_unsigned",
            name=name,
            version=schema.version,
            head=HEAD,
            writer=schema.callward,
            own=version("callward"),
        )


def _upgrade(connection: Connection, name: str) -> None:
    _refuse_newer(_schema(connection), name)
    # Alembic costs 11 MB: it is loaded only where there is something to do.
    from alembic import command  # noqa: PLC0415

    command.upgrade(_config(connection), HEAD)
    _sign(connection)


def _config(connection: Connection) -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _step_back(connection: Connection, *, name: str) -> StepBack:
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    schema = _schema(connection)
    _refuse_newer(schema, name)
    if schema.version is None:
        raise StoreError("empty", name=name)
    scripts: ScriptDirectory = ScriptDirectory.from_config(_config(connection))
    step = scripts.get_revision(schema.version)
    assert step is not None
    before = step.down_revision
    assert before is None or isinstance(before, str)
    derived = getattr(step.module, "DERIVED", ())
    loses = getattr(step.module, "LOSES", ())
    losses = [Loss(each, _count_of(connection, each)) for each in loses if each not in derived]
    losses += [
        Loss(of, connection.execute(_rows(of).where(text(which))).scalar_one())
        for of, which in getattr(step.module, "UNHELD", {}).items()
    ]
    return StepBack(schema.version, before, tuple(loss for loss in losses if loss.rows))


def _count_of(connection: Connection, lost: str) -> int:
    """Rows of a table, or those that have anything in a column."""
    of, _, name = lost.partition(".")
    rows = _rows(of)
    if name:
        types = {each["name"]: each["type"] for each in inspect(connection).get_columns(of)}
        one = column(name, types[name])
        rows = rows.where(one.is_(True) if isinstance(types[name], Boolean) else one.is_not(None))
    return int(connection.execute(rows).scalar_one())


def _rows(of: str) -> Select[int]:
    return select(func.count()).select_from(table(of))
