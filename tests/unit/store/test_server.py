"""A PostgreSQL that goes away and comes back loses nothing that is written."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from lab.messages import LabError
from lab.postgres import Postgres
from lab.tcp_proxy import TcpProxy
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


@pytest.mark.parametrize("answer_is_lost", [True, False])
async def test_a_commit_whose_answer_is_lost_is_not_done_twice(
    server: Postgres, answer_is_lost: bool
) -> None:
    server.create("callward")
    direct = Database(server.url("callward"))
    await direct.write(lambda connection: connection.execute(text("CREATE TABLE t (x INTEGER)")))
    with TcpProxy(f"{server.data.parent}/.s.PGSQL.5432") as proxy:
        url = f"postgresql+asyncpg://postgres@127.0.0.1:{proxy.port}/callward?ssl=disable"
        database = Database(url)
        attempts: list[None] = []
        silent = asyncio.Event()

        def work(connection: Connection) -> str:
            attempts.append(None)
            _insert(connection)
            if len(attempts) == 1:
                # Next comes COMMIT: it gets through and its answer does not, or neither does.
                (proxy.silence_answers if answer_is_lost else proxy.silence)()
                silent.set()
            return "done"

        with capture_logs() as logs:
            writing = asyncio.create_task(database.write(work))
            async with asyncio.timeout(30):
                await silent.wait()
                while answer_is_lost and not await _count(direct):
                    await asyncio.sleep(0.01)
                proxy.cut()
                proxy.go_on()
                assert await writing == "done"
        assert len(attempts) == (1 if answer_is_lost else 2)
        assert await _count(direct) == 1
        assert [entry["event"] for entry in logs] == ([] if answer_is_lost else SAID)
        await database.close()
    await direct.close()
