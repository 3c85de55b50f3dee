"""Two daemons on one PostgreSQL: one leads, and nothing is written by who no longer does."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

import pytest
from asyncpg.exceptions import InternalClientError
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from lab.messages import LabError
from lab.postgres import Postgres
from lab.tcp_proxy import TcpProxy
from store.database import Database, StoreError
from store.leadership import Leadership, LeadLostError, read_leader
from store.lease import reserve
from store.migrate import stored_schema
from store.migrations import HEAD

PROCESS = Path(__file__).with_name("leading_process.py")
DEADLINE = 30.0


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    try:
        with Postgres() as server:
            yield server
    except LabError:
        pytest.skip("PostgreSQL is not installed")


@pytest.fixture
def url(server: Postgres, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"lead_{abs(hash(request.node.name)) % 10**8}"
    yield server.create(name)
    server.drop(name)


class Two:
    """Makes leaderships whose ``on_lost`` is noted, and closes them."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._made: list[Leadership] = []
        self.lost: list[Leadership] = []

    def make(self, url: str | None = None) -> Leadership:
        database = Database(url or self._url)
        made = Leadership(database, on_lost=lambda: self.lost.append(made))
        self._made.append(made)
        return made

    async def close(self) -> None:
        for one in self._made:
            await one.release()
            await one.database.close()


@pytest.fixture
async def two(url: str) -> AsyncIterator[Two]:
    two = Two(url)
    yield two
    await two.close()


def _make_table(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE written (name TEXT, epoch BIGINT)"))


def _write(connection: Connection) -> None:
    connection.execute(text("INSERT INTO written VALUES ('test', 0)"))


@asynccontextmanager
async def _deadline() -> AsyncIterator[None]:
    async with asyncio.timeout(DEADLINE):
        yield


@pytest.mark.parametrize(
    "error",
    [
        InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
        LookupError(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_who_leads_beats_on_whatever_it_stumbles_over(
    two: Two, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = two.make()
    assert await first.try_to_lead()
    stumbled = asyncio.Event()

    async def stumble(_link: object) -> bool:
        stumbled.set()
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(first._link, "_connected", lambda: stumble(None))
        async with _deadline():
            await stumbled.wait()
            while first.is_sure:
                await asyncio.sleep(0.01)
    async with _deadline():
        while not first.is_sure:
            await asyncio.sleep(0.01)
    assert two.lost == []


async def test_the_first_leads_and_migrates_and_the_second_waits_until_it_lets_go(
    two: Two,
) -> None:
    first, second = two.make(), two.make()
    assert await first.try_to_lead()
    assert (await stored_schema(first.database)).version == HEAD
    assert first.is_sure
    assert not await second.try_to_lead()
    assert not second.is_sure
    leading = await read_leader(second.database)
    assert leading is not None
    assert (leading.session, leading.beats, leading.waiting) == (first.database.session, True, 1)
    async with _deadline():
        waiting = asyncio.create_task(second.wait())
        await first.release()
        await waiting
    assert (first.epoch, second.epoch) == (1, 2)
    assert second.is_sure
    # Who let go was not pushed out.
    assert two.lost == []


async def test_two_that_start_at_once_on_an_empty_database_migrate_it_once(two: Two) -> None:
    both = two.make(), two.make()
    async with _deadline():
        led = await asyncio.gather(*(one.try_to_lead() for one in both))
    assert sorted(led) == [False, True]


async def test_who_no_longer_leads_writes_nothing_and_learns_it_at_once(two: Two) -> None:
    first, second = two.make(), two.make()
    assert await first.try_to_lead()
    await first.database.write(_make_table)
    await first.database.write(_write)
    await asyncio.gather(*(first.database.write(_write) for _ in range(10)))
    # As if it hung: no beat, while the process is there.
    assert first._beating is not None
    first._beating.cancel()
    async with _deadline():
        await second.wait()
    assert first.is_sure is False
    with pytest.raises(LeadLostError):
        await first.database.write(_write)
    assert two.lost == [first]
    await second.database.write(_write)
    async with second.database.read() as connection:
        written = (await connection.execute(text("SELECT count(*) FROM written"))).scalar_one()
    assert written == 12


async def test_a_transaction_under_way_is_ended_before_another_one_leads(two: Two) -> None:
    first, second = two.make(), two.make()
    assert await first.try_to_lead()
    await first.database.write(_make_table)
    assert first._beating is not None
    first._beating.cancel()
    fence = first.fence
    async with _deadline(), first.database.engine.connect() as connection:
        # It has passed the fence, written, and hangs before its commit.
        await connection.run_sync(fence)
        await connection.run_sync(_write)
        await second.wait()
        with pytest.raises(Exception, match="connection"):
            await connection.commit()
    async with second.database.read() as connection:
        written = (await connection.execute(text("SELECT count(*) FROM written"))).scalar_one()
    assert written == 0


async def test_a_server_that_restarts_leaves_the_lead_where_it_was(
    two: Two, server: Postgres
) -> None:
    first = two.make()
    assert await first.try_to_lead()
    await first.database.write(_make_table)
    with capture_logs() as logs:
        await asyncio.to_thread(server.stop)
        writing = asyncio.create_task(first.database.write(_write))
        async with _deadline():
            while first.is_sure:
                await asyncio.sleep(0.01)
        # In this thread: a server dies with the one that started it.
        server.start()
        async with _deadline():
            await writing
            while not first.is_sure:
                await asyncio.sleep(0.01)
    assert two.lost == []
    assert first.epoch == 1
    said = [entry["event"] for entry in logs]
    assert said.count("no link to the database for the lead") == 1
    assert said.count("link to the database for the lead stands again") == 1
    # The lock is taken again, and with it nobody else can have the database for himself.
    with pytest.raises(StoreError, match="in use"):
        async with reserve(two.make().database):
            pass


async def test_a_restart_of_the_server_with_a_standby_leaves_one_leader(
    two: Two, server: Postgres
) -> None:
    first, second = two.make(), two.make()
    assert await first.try_to_lead()
    waiting = asyncio.create_task(second.wait())
    await asyncio.wait_for(second.other_leads.wait(), DEADLINE)
    await asyncio.to_thread(server.stop)
    server.start()
    async with _deadline():
        while not (first.is_sure or second.is_sure):
            await asyncio.sleep(0.01)
        while not (first in two.lost or first.is_sure):
            await asyncio.sleep(0.01)
    assert [first.is_sure, second.is_sure].count(True) == 1
    waiting.cancel()


async def test_a_leader_whose_network_is_cut_half_open_is_followed_and_fenced(
    two: Two, server: Postgres, url: str
) -> None:
    socket_path = f"{server.data.parent}/.s.PGSQL.5432"
    with TcpProxy(socket_path) as proxy:
        name = url.partition("@/")[2].partition("?")[0]
        over_tcp = f"postgresql+asyncpg://postgres@127.0.0.1:{proxy.port}/{name}?ssl=disable"
        first, second = two.make(over_tcp), two.make()
        assert await first.try_to_lead()
        await first.database.write(_make_table)
        waiting = asyncio.create_task(second.wait())
        await asyncio.wait_for(second.other_leads.wait(), DEADLINE)
        proxy.silence()
        writing = asyncio.create_task(first.database.write(_write))
        async with _deadline():
            await waiting
        # It does not know yet, but is not sure any more.
        assert not first.is_sure
        proxy.cut()
        proxy.go_on()
        async with _deadline():
            with pytest.raises(LeadLostError):
                await writing
    assert two.lost == [first]
    async with second.database.read() as connection:
        written = (await connection.execute(text("SELECT count(*) FROM written"))).scalar_one()
    assert written == 0


async def test_while_a_command_has_the_database_for_itself_nobody_leads(two: Two) -> None:
    first = two.make()
    other = two.make()
    async with reserve(other.database):
        with pytest.raises(StoreError, match="needs it for itself"):
            await first.try_to_lead()


class Process:
    """``leading_process.py``."""

    def __init__(self, url: str, name: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(PROCESS), url, name],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[3],
        )
        assert self.process.stdout is not None
        self._out: IO[bytes] = self.process.stdout

    def line(self) -> str:
        """The next one that it prints."""
        return self._out.readline().decode().strip()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._out.close()


@pytest.fixture
def processes(url: str) -> Iterator[tuple[Process, Process]]:
    database = Database(url)
    asyncio.run(_prepare(database))
    first = Process(url, "first")
    assert first.line() == "leads 1"
    second = Process(url, "second")
    assert second.line() == "waits"
    yield first, second
    first.close()
    second.close()


async def _prepare(database: Database) -> None:
    await database.write(_make_table)
    await database.close()


def test_after_kill_9_the_standby_leads(processes: tuple[Process, Process]) -> None:
    first, second = processes
    killed = time.monotonic()
    first.process.kill()
    assert second.line() == "leads 2"
    assert time.monotonic() - killed < DEADLINE


def test_one_that_hung_ends_itself_when_it_wakes_up_and_has_written_nothing_more(
    processes: tuple[Process, Process], server: Postgres, url: str
) -> None:
    first, second = processes
    first.process.send_signal(signal.SIGSTOP)
    assert second.line() == "leads 2"
    name = url.partition("@/")[2].partition("?")[0]

    def count() -> int:
        query = "SELECT count(*) FROM written WHERE name = 'first'"
        return int(server.run("psql", "--dbname", name, "-tA", "--command", query))

    before = count()
    first.process.send_signal(signal.SIGCONT)
    assert first.process.wait(DEADLINE) == 75
    assert count() == before
    query = "SELECT count(*) > 0 FROM written WHERE name = 'second' AND epoch = 2"
    end = time.monotonic() + DEADLINE
    while server.run("psql", "--dbname", name, "-tA", "--command", query).strip() != "t":
        assert time.monotonic() < end
