"""Whether a backup is whole and can be restored: shown by restoring it, into a place of its own."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from sqlalchemy import URL, text
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from crm.key_file import stored_check_value
from crm.vault import Vault, VaultError
from daemon.backup import postgres
from daemon.backup.contents import (
    ABOUT,
    DATABASES,
    END,
    RECORDING,
    RECORDINGS,
    VAULT_KEY,
    About,
    End,
    end_of,
    members,
)
from daemon.backup.errors import BackupError
from daemon.backup.places import failed
from daemon.backup.snapshot import count_rows, opened, version_of
from store.database import Database

Tell = Callable[[int], None]
"""Called with how many bytes of recordings were read so far."""
_TEMPORARY: Final = "callward_verify_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found in a backup that is whole."""

    about: About
    end: End
    database: Path
    """A copy that was taken out of it."""
    restored: bool
    """``False``: the dump was read to its end and counted, but no server was there, or none on
    which this user may make a database, to restore it into."""


def read_through(path: Path, key: bytes, work: Path, tell: Tell = lambda _: None) -> Verified:
    """Read all of it; the database is taken out into ``work``. Raises ``BackupError``."""
    about: About | None = None
    end: End | None = None
    seen = End()
    database = work / "restored"
    digest, master_key = "", b""
    for member in members(path, key):
        if about is None:
            if member.name != ABOUT:
                raise BackupError("wrong_content", name=path, what=member.name)
            about = About.from_json(member.read(), str(path))
        elif member.name == DATABASES.get(about.kind):
            hashed = sha256()
            try:
                descriptor = os.open(database, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                with os.fdopen(descriptor, "wb") as file:
                    for chunk in member.chunks():
                        hashed.update(chunk)
                        file.write(chunk)
            except OSError as error:
                raise failed(error, work) from error
            digest = hashed.hexdigest()
        elif member.name == VAULT_KEY:
            master_key = member.read()
        elif member.name.startswith(RECORDINGS):
            if not RECORDING.fullmatch(member.name):
                raise BackupError("wrong_content", name=path, what=RECORDINGS)
            seen.add(member.name, sha256(member.read()).digest(), member.size)
            tell(seen.size_bytes)
        elif member.name == END:
            end = end_of(member.read())
    if about is None or end is None:
        raise BackupError("cut_off", name=path)
    _compare(path, "database", about.database_sha256, digest)
    _compare(
        path,
        RECORDINGS,
        (end.files, end.size_bytes, end.digest),
        (seen.files, seen.size_bytes, seen.digest),
    )
    try:
        check = Vault(master_key).check_value.hex()
    except VaultError:
        check = ""
    _compare(path, VAULT_KEY, about.vault_check, check)
    return Verified(about=about, end=end, database=database, restored=False)


async def verify(
    path: Path, key: bytes, work: Path, server: URL | None = None, tell: Tell = lambda _: None
) -> Verified:
    """``read_through``, and the database restored and compared, row counts and all.

    ``server``: the database beside which a dump of PostgreSQL's is restored.
    """
    found = await asyncio.to_thread(read_through, path, key, work, tell)
    if found.about.kind == "sqlite":
        await asyncio.to_thread(_check_sqlite, path, found)
        restored = True
    else:
        restored = await _check_dump(path, found, server)
    return Verified(about=found.about, end=found.end, database=found.database, restored=restored)


def _check_sqlite(path: Path, found: Verified) -> None:
    try:
        with opened(found.database) as connection:
            sound = connection.execute(text("PRAGMA integrity_check")).scalars().all()
            _compare(path, "integrity_check", ["ok"], list(sound))
            lost = connection.execute(text("PRAGMA foreign_key_check")).all()
            _compare(path, "foreign_key_check", 0, len(lost))
            _compare(path, "schema", found.about.schema, version_of(connection))
            _compare_counts(path, found.about, count_rows(connection))
            _compare(
                path, "vault_key", found.about.vault_check, _hex(stored_check_value(connection))
            )
    except DatabaseError as error:
        raise BackupError("wrong_content", name=path, what=type(error.orig).__name__) from error


async def _check_dump(path: Path, found: Verified, server: URL | None) -> bool:
    if server is not None and server.get_backend_name() == "postgresql":
        database = Database(server.render_as_string(hide_password=False))
        try:
            major = await _major(database)
            name = await _make_temporary(database)
            if name is not None:
                try:
                    await _restore_temporary(path, found, database.url, major, name)
                finally:
                    await _statement(database.engine, f'DROP DATABASE "{name}"')
                return True
        finally:
            await database.close()
    else:
        major = 0
    _compare_counts(path, found.about, await postgres.count_rows(major, found.database))
    return False


async def _restore_temporary(path: Path, found: Verified, url: URL, major: int, name: str) -> None:
    await postgres.restore(url, major, found.database, name)
    engine = create_async_engine(url.set(database=name), poolclass=NullPool, hide_parameters=True)
    try:
        async with engine.connect() as connection:
            counts = await connection.run_sync(count_rows)
            schema = await connection.run_sync(version_of)
            check = await connection.run_sync(stored_check_value)
    finally:
        await engine.dispose()
    _compare(path, "schema", found.about.schema, schema)
    _compare_counts(path, found.about, counts)
    _compare(path, "vault_key", found.about.vault_check, _hex(check))


async def _make_temporary(database: Database) -> str | None:
    """The name of a new database; ``None``: this user may not make one, or the server is away."""
    name = f"{_TEMPORARY}{os.urandom(6).hex()}"
    try:
        await _drop_left(database)
        await _statement(database.engine, f'CREATE DATABASE "{name}" TEMPLATE template0')
    except DBAPIError:
        return None
    return name


async def _drop_left(database: Database) -> None:
    """What a verification that was killed left there; one that is in use stays."""
    left = text(f"SELECT datname FROM pg_database WHERE datname LIKE '{_TEMPORARY}%'")  # noqa: S608
    async with database.read() as connection:
        names = (await connection.execute(left)).scalars().all()
    for name in names:
        with suppress(DBAPIError):
            await _statement(database.engine, f'DROP DATABASE "{name}"')


async def _major(database: Database) -> int:
    try:
        async with database.read() as connection:
            number = (await connection.execute(text("SHOW server_version_num"))).scalar_one()
    except DBAPIError:
        return 0
    return int(number) // 10_000


async def _statement(engine: AsyncEngine, statement: str) -> None:
    """One that cannot stand in a transaction; its names are our own."""
    options = {"isolation_level": "AUTOCOMMIT"}
    async with engine.execution_options(**options).connect() as connection:
        await connection.execute(text(statement))


def _compare_counts(path: Path, about: About, counts: dict[str, int]) -> None:
    differing = {
        name: [about.tables.get(name), counts.get(name)]
        for name in about.tables.keys() | counts.keys()
        if about.tables.get(name, 0) != counts.get(name, 0)
    }
    _compare(path, json.dumps(differing), {}, differing)


def _compare(path: Path, what: str, wanted: object, found: object) -> None:
    if wanted != found:
        raise BackupError("wrong_content", name=path, what=what)


def _hex(value: bytes | None) -> str:
    return "" if value is None else value.hex()
