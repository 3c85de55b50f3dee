from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from store.database import Database, StoreError


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await database.write(lambda connection: connection.execute(text("CREATE TABLE t (x INTEGER)")))
    yield database
    await database.close()


async def _count(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM t"))).scalar_one())


def _insert(connection: Connection) -> None:
    connection.execute(text("INSERT INTO t VALUES (1)"))


@pytest.mark.sqlite
async def test_pragmas_are_set_on_both_kinds_of_connection(database: Database) -> None:
    def pragmas(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in names]

    assert await database.write(pragmas) == ["wal", 1, 1]
    async with database.read() as connection:
        assert await connection.run_sync(pragmas) == ["wal", 1, 1]


@pytest.mark.sqlite
async def test_files_are_for_the_owner_only(database: Database, tmp_path: Path) -> None:
    await database.write(_insert)
    for file in tmp_path.glob("callward.db*"):
        assert file.stat().st_mode & 0o777 == 0o600, file.name


async def test_a_failed_write_leaves_nothing(database: Database) -> None:
    def fail(connection: Connection) -> None:
        _insert(connection)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(fail)
    assert await _count(database) == 0


@pytest.mark.sqlite
async def test_a_locked_database_is_waited_out_and_said_once(
    database: Database, tmp_path: Path
) -> None:
    blocker = sqlite3.connect(tmp_path / "callward.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with capture_logs() as logs:
        writes = [asyncio.create_task(database.write(_insert)) for _ in range(3)]
        async with asyncio.timeout(30):
            while not logs:
                await asyncio.sleep(0.01)
        assert not any(write.done() for write in writes)
        assert await _count(database) == 0
        blocker.execute("COMMIT")
        async with asyncio.timeout(30):
            await asyncio.gather(*writes)
    blocker.close()
    assert await _count(database) == 3
    assert [entry["event"] for entry in logs] == [
        "database cannot be written for now, trying again",
        "database is writable again",
    ]
    assert logs[0]["error"] == "SQLITE_BUSY"


async def test_an_error_shows_no_values(database: Database) -> None:
    with pytest.raises(Exception, match="no_such_table") as error:
        await database.write(
            lambda connection: connection.execute(
                text("INSERT INTO no_such_table VALUES (:x)"), {"x": "+442079460101"}
            )
        )
    assert "0101" not in str(error.value)


@pytest.mark.parametrize(
    "url", ["sqlite+aiosqlite://", "sqlite:///:memory:", "no url", "mysql://host/name"]
)
def test_an_unusable_address_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match=r"database\.url"):
        Database(url)


@pytest.mark.sqlite
def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"file/callward\.db cannot be opened"):
        Database(f"sqlite+aiosqlite:///{tmp_path}/file/callward.db")


@pytest.mark.sqlite
async def test_a_full_disk_is_waited_out(database: Database) -> None:
    def limit(pages: int) -> Callable[[Connection], None]:
        def work(connection: Connection) -> None:
            connection.execute(text(f"PRAGMA max_page_count = {pages}"))

        return work

    def fill(connection: Connection) -> None:
        connection.execute(text("INSERT INTO t SELECT zeroblob(100000)"))

    await database.write(limit(1))
    with capture_logs() as logs:
        write = asyncio.create_task(database.write(fill))
        async with asyncio.timeout(30):
            while not logs:
                await asyncio.sleep(0.01)
        assert logs[0]["error"] == "SQLITE_FULL"
        await database.write(limit(100_000))
        async with asyncio.timeout(30):
            await write
    assert await _count(database) == 1
