"""Bringing a database to the schema of this code."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from store.database import Database, StoreError
from store.migrations import HEAD

_FOLDER = Path(__file__).parent / "migrations"


class DatabaseNewerError(StoreError):
    """A later Callward wrote this database."""


async def migrate(database: Database) -> None:
    """Upgrade to the latest schema in one transaction; ``StoreError`` where that cannot be."""
    try:
        async with database.engine.connect() as connection:
            version = await connection.run_sync(_version)
    except DBAPIError as error:
        raise StoreError("unreadable", name=database.name, reason=error.orig) from error
    if version == HEAD:
        return
    await database.write(lambda connection: _upgrade(connection, database.name))


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar_one_or_none()
    return version


def _upgrade(connection: Connection, name: str) -> None:
    version = _version(connection)
    known = sorted(path.name.split("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))
    if version is not None and version not in known:
        raise DatabaseNewerError("newer", name=name, version=version, head=HEAD)
    # Alembic costs 11 MB: it is loaded only where there is something to do.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
