"""Parts of the daemon outlive a database that is away; a bug still ends them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from asyncpg.exceptions import InternalClientError
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from structlog.testing import capture_logs

from daemon.outages import Outages
from store.database import Database
from store.outages import is_passing

SAID = ["database cannot be read for now, parts wait for it", "database can be read again"]


class ServerError(Exception):
    """As asyncpg has them."""

    def __init__(self, sqlstate: str | None, said: str = "") -> None:
        super().__init__(said)
        self.sqlstate = sqlstate


def _busy() -> OperationalError:
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return OperationalError("SELECT", {}, busy)


def _of(sqlstate: str | None, said: str = "") -> OperationalError:
    return OperationalError("SELECT", {}, ServerError(sqlstate, said))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    yield database
    await database.close()


@pytest.mark.parametrize(
    "error",
    [
        _busy(),
        _of("08006"),
        _of("57P01"),
        _of("57P02"),
        _of("57P03"),
        _of("53300"),
        _of(None, "connection is closed"),
        _of(None, "cannot call Transaction.rollback(): the underlying connection is closed"),
        PoolTimeoutError(),
        ConnectionResetError(),
        InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
        ExceptionGroup("parts", [_busy(), ExceptionGroup("inner", [_of("57P01")])]),
    ],
)
def test_what_passes(error: Exception) -> None:
    assert is_passing(error)


@pytest.mark.parametrize(
    "error",
    [
        LookupError(),
        ProgrammingError("SELECT", {}, ServerError("42P01")),
        _of("28P01"),
        _of(None, "cannot perform operation: another operation is in progress"),
        ExceptionGroup("parts", [_busy(), LookupError()]),
        FileNotFoundError(),
        InternalClientError("got result for unknown protocol state 3"),
        RuntimeError("connection is closed"),
    ],
)
def test_what_does_not(error: Exception) -> None:
    assert not is_passing(error)


async def test_parts_go_on_after_an_outage_that_is_said_once(database: Database) -> None:
    outages = Outages(database)
    ended = asyncio.Event()
    runs = {"one": 0, "two": 0}

    def part(name: str) -> Callable[[], object]:
        async def run() -> None:
            runs[name] += 1
            if runs[name] < 3:
                raise ExceptionGroup("a task group's", [_busy()])
            await ended.wait()

        return run

    with capture_logs() as logs:
        async with asyncio.TaskGroup() as group, asyncio.timeout(30):
            for name in runs:
                group.create_task(outages.through(name, part(name))())  # type: ignore[arg-type]
            while runs != {"one": 3, "two": 3}:
                await asyncio.sleep(0.01)
            ended.set()
    said = [entry["event"] for entry in logs]
    # Each wave of both parts is one outage at most.
    assert said[:1] + said[-1:] == SAID
    assert len(said) <= 8


async def test_it_waits_until_the_database_answers(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_back, asked, runs = asyncio.Event(), 0, 0

    async def look(work: object) -> None:
        nonlocal asked
        asked += 1
        if not is_back.is_set():
            raise _of("57P03")

    monkeypatch.setattr(database, "look", look)

    async def part() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise _of("57P01")

    with capture_logs() as logs:
        running = asyncio.create_task(Outages(database).through("part", part)())
        async with asyncio.timeout(30):
            while asked < 3:
                await asyncio.sleep(0.01)
            assert runs == 1
            is_back.set()
            await running
    assert runs == 2
    assert [entry["event"] for entry in logs] == SAID


async def test_a_bug_ends_the_part(database: Database) -> None:
    async def part() -> None:
        async with database.read() as connection:
            await connection.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(Exception, match="nowhere"):
        await Outages(database).through("part", part)()
