"""A PostgreSQL that goes away and comes back loses nothing that is written."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from lab.messages import LabError
from lab.postgres import Postgres
from store.database import Database, StoreError
from store.migrate import migrate

SAID = [
    "database cannot be written for now, trying again",
    "database is writable again",
]


@pytest.fixture
def server() -> Iterator[Postgres]:
    try:
        with Postgres() as server:
            yield server
    except LabError:
        pytest.skip("PostgreSQL is not installed")


def _insert(connection: Connection) -> None:
    connection.execute(text("INSERT INTO t VALUES (1)"))


async def _count(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM t"))).scalar_one())


async def test_a_server_that_is_away_is_waited_out(server: Postgres) -> None:
    database = Database(server.create("callward"))
    await database.write(lambda connection: connection.execute(text("CREATE TABLE t (x INTEGER)")))
    await asyncio.gather(*(database.write(_insert) for _ in range(3)))
    await asyncio.to_thread(server.stop)
    with capture_logs() as logs:
        writes = [asyncio.create_task(database.write(_insert)) for _ in range(3)]
        async with asyncio.timeout(30):
            while not logs:
                await asyncio.sleep(0.01)
        assert not any(write.done() for write in writes)
        await asyncio.to_thread(server.start)
        async with asyncio.timeout(30):
            await asyncio.gather(*writes)
    assert await _count(database) == 6
    assert [entry["event"] for entry in logs] == SAID
    await database.close()


async def test_a_transaction_that_is_cut_off_is_run_again_whole(server: Postgres) -> None:
    database = Database(server.create("callward"))
    await database.write(lambda connection: connection.execute(text("CREATE TABLE t (x INTEGER)")))
    attempts: list[int] = []

    def work(connection: Connection) -> None:
        _insert(connection)
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        attempts.append(pid)
        if len(attempts) == 1:
            server.run("psql", "--command", f"SELECT pg_terminate_backend({pid})")
        _insert(connection)

    with capture_logs() as logs:
        await database.write(work)
    assert len(attempts) == 2
    assert await _count(database) == 2
    assert [entry["event"] for entry in logs] == SAID
    await database.close()


async def test_a_start_without_the_server_names_the_database(server: Postgres) -> None:
    database = Database(server.create("callward"))
    await asyncio.to_thread(server.stop)
    with pytest.raises(StoreError, match=r"/callward.* cannot be read"):
        await migrate(database)
    await database.close()
