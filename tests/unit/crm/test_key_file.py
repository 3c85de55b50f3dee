from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from crm.key_file import open_vault
from crm.numbers import Owner
from crm.phones import NewPhone, add_phones
from crm.tables import vault_key
from crm.vault import VaultError
from store.database import Database
from store.migrate import migrate


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "vault.key"


async def test_the_first_start_makes_a_private_key(database: Database, key_file: Path) -> None:
    first = await open_vault(database, key_file)
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert key_file.parent.stat().st_mode & 0o777 == 0o700
    assert len(key_file.read_bytes()) == 32
    assert list(key_file.parent.iterdir()) == [key_file]
    again = await open_vault(database, key_file)
    assert again.check_value == first.check_value


@pytest.mark.sqlite
async def test_a_known_key_is_opened_while_somebody_else_writes(
    database: Database, key_file: Path
) -> None:
    await open_vault(database, key_file)
    holder = sqlite3.connect(database.name, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        async with asyncio.timeout(10):
            await open_vault(database, key_file)
    finally:
        holder.close()


async def test_starts_at_once_agree_on_one_key(database: Database, key_file: Path) -> None:
    vaults = await asyncio.gather(*(open_vault(database, key_file) for _ in range(5)))
    assert len({vault.check_value for vault in vaults}) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
async def test_a_key_that_others_may_read_is_refused(
    database: Database, key_file: Path, mode: int
) -> None:
    await open_vault(database, key_file)
    key_file.chmod(mode)
    with pytest.raises(VaultError, match=rf"vault\.key has mode {mode:04o}.*chmod 600"):
        await open_vault(database, key_file)


@pytest.mark.parametrize("size", [0, 31, 33])
async def test_a_key_of_a_wrong_size_is_refused(
    database: Database, key_file: Path, size: int
) -> None:
    await open_vault(database, key_file)
    key_file.write_bytes(bytes(size))
    with pytest.raises(VaultError, match=r"vault\.key has .* bytes"):
        await open_vault(database, key_file)
    assert len(key_file.read_bytes()) == size


async def test_a_lost_key_is_never_replaced(database: Database, key_file: Path) -> None:
    await open_vault(database, key_file)
    key_file.unlink()
    with pytest.raises(VaultError, match="missing, but database"):
        await open_vault(database, key_file)
    assert not key_file.exists()


async def test_nor_where_only_the_check_value_is_lost(database: Database, key_file: Path) -> None:
    vault = await open_vault(database, key_file)
    number = "+442079460101"
    new = {vault.blind_index(number): NewPhone(number, Owner.OUTSIDE)}
    await database.write(lambda connection: add_phones(connection, vault, new))
    await database.write(lambda connection: connection.execute(delete(vault_key)))
    key_file.unlink()
    with pytest.raises(VaultError, match="missing, but database"):
        await open_vault(database, key_file)


async def test_a_foreign_key_is_refused(database: Database, key_file: Path) -> None:
    await open_vault(database, key_file)
    key_file.write_bytes(bytes(32))
    with pytest.raises(VaultError, match="is not the key of database"):
        await open_vault(database, key_file)


async def test_a_path_that_cannot_be_used_is_named(database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(VaultError, match=r"file/vault\.key cannot be used"):
        await open_vault(database, tmp_path / "file" / "vault.key")
