"""The vault's key: made by the first start, never replaced, checked against the database."""

from __future__ import annotations

import asyncio
import os
import stat
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from crm.tables import phone, vault_key
from crm.vault import KEY_BYTES, Vault, VaultError
from store.database import Database
from store.upsert import insert_or_ignore

_KEY_VERSION = 1


async def open_vault(database: Database, key_file: Path) -> Vault:
    """The vault of a migrated database.

    ``VaultError``: the key file is readable by others, has a wrong size, is lost while the
    database holds data, or belongs to another database.
    """
    async with database.read() as connection:
        check_value = await connection.run_sync(_check_value)
        known = check_value is not None or await connection.run_sync(_has_numbers)
    key = await asyncio.to_thread(_read_or_create, key_file, not known, database.name)
    vault = Vault(key)
    if check_value is None:
        check_value = await database.write(lambda connection: _enrol(connection, vault))
    if check_value != vault.check_value:
        raise VaultError(
            f"vault.key_file: {key_file} is not the key of database {database.name}:"
            " put back the key that belongs to it"
        )
    return vault


def read_vault(key_file: Path, *, may_create: bool, database: str) -> Vault:
    """The vault without its database, for what is derived from its key.

    ``may_create``: nothing was sealed yet. ``VaultError`` as ``open_vault``'s, but for a key that
    belongs to another database.
    """
    return Vault(_read_or_create(key_file, may_create, database))


def _check_value(connection: Connection) -> bytes | None:
    stored: bytes | None = connection.execute(
        select(vault_key.c.check_value).where(vault_key.c.version == _KEY_VERSION)
    ).scalar_one_or_none()
    return stored


def _has_numbers(connection: Connection) -> bool:
    return connection.execute(select(phone.c.id).limit(1)).first() is not None


def _enrol(connection: Connection, vault: Vault) -> bytes:
    """Write the check value if there is none; the one that stands then."""
    connection.execute(
        insert_or_ignore(connection.dialect.name, vault_key, ("version",)),
        {
            "version": _KEY_VERSION,
            "check_value": vault.check_value,
            "created_at": datetime.now(UTC),
        },
    )
    stored = _check_value(connection)
    assert stored is not None
    return stored


def _read_or_create(path: Path, may_create: bool, database: str) -> bytes:
    try:
        if not path.exists():
            if not may_create:
                raise VaultError(
                    f"vault.key_file: {path} is missing, but database {database} was sealed with"
                    " it: put the key back from its backup. A new key could not open what is"
                    " there, so none is made"
                )
            _create(path)
        return _read(path)
    except OSError as error:
        raise VaultError(f"vault.key_file: {path} cannot be used: {error.strerror}") from error


def _read(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
        if mode & 0o077:
            raise VaultError(
                f"vault.key_file: {path} has mode {mode:04o}, so others may read or change it;"
                f" allowed is 0600 or 0400: chmod 600 {path}"
            )
        key = file.read(KEY_BYTES + 1)
    if len(key) != KEY_BYTES:
        size = "more" if len(key) > KEY_BYTES else str(len(key))
        raise VaultError(
            f"vault.key_file: {path} has {size} bytes; a key has {KEY_BYTES}: put it back from"
            " its backup"
        )
    return key


def _create(path: Path) -> None:
    """Write a new key whole or not at all; of two starts at once, one key stands."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # O_EXCL and mode 0600 (tempfile's contract).
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(KEY_BYTES))
            file.flush()
            os.fsync(descriptor)
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        Path(draft).unlink()
