"""The database: many readers, and one writer that waits out a lock and loses nothing."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import structlog
from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from config.worded import WordedError
from store.half_open import SERVER_KEEPALIVE, keep_alive
from store.outages import UNREACHABLE, is_passing, reason
from store.words import WORDS

T = TypeVar("T")

log = structlog.get_logger(__name__)

_READ_BUSY_MS = 5000
_WRITE_BUSY_MS = 250
"""How long SQLite itself waits for a lock; then the writer backs off and frees its thread."""
_LOOK_BUSY_MS = 5
_WAL_SECONDS: Final = 0.5
_WAL_PAUSE_SECONDS: Final = 0.01
_FIRST_DELAY = 0.05
_LONGEST_DELAY = 2.0
_SERVER_SETTINGS: Final = {"jit": "off", "max_parallel_workers_per_gather": "0"}
"""A page is read sooner than workers are started for it or its statement is compiled."""
_CONNECT_SECONDS: Final = 5.0
_HOST_LETTERS: Final = 32
"""Of the 63 that PostgreSQL keeps of an application's name."""


_ID: Final = text("SELECT pg_current_xact_id()::text")
_STATUS: Final = text("SELECT pg_xact_status(CAST(CAST(:id AS text) AS xid8))")


class StoreError(WordedError):
    """The database cannot be used; the message names it and says what to do."""

    words = WORDS


class Database:
    """One database. Reads go through ``engine``; every write goes through ``write``.

    On SQLite the writes run on one thread of their own with a plain connection: one hop between
    threads for a transaction instead of several for a statement (a quarter of the CPU).
    """

    def __init__(self, url: str) -> None:
        self.url = _parse(url)
        self.session: Final = _session_name()
        """By which a server's administrator, and other daemons, know its connections."""
        self.engine: AsyncEngine
        self._writer: Engine | None = None
        self._looker: Engine | None = None
        if self.url.get_backend_name() == "sqlite":
            _make_private_file(Path(self.url.database or ""))
            self.engine = create_async_engine(self.url, hide_parameters=True)
            self._writer, self._looker = _plain_engine(self.url), _plain_engine(self.url)
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
            _prepare(self.engine.sync_engine, "BEGIN", _READ_BUSY_MS)
            _prepare(self._writer, "BEGIN IMMEDIATE", _WRITE_BUSY_MS)
            _prepare(self._looker, "BEGIN", _LOOK_BUSY_MS)
        else:
            self.engine = _create_server_engine(self.url, self.session)
        self.fence: Callable[[Connection], str] = transaction_id
        """Begins every transaction of ``write`` on a server: gives its id, or raises what ends it
        (``store.leadership``)."""
        self._blocked = 0

    @property
    def is_server(self) -> bool:
        """PostgreSQL, which several machines may use."""
        return self._writer is None

    @property
    def name(self) -> str:
        """The file, or the address without its password."""
        return self.url.database or "" if self._writer else self.url.render_as_string()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection whose transaction sees one state of the database."""
        async with self.engine.connect() as connection:
            yield connection

    async def look(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``, which only reads a few rows by index, for who cannot wait.

        On SQLite at once, on the caller's thread: such a read takes a tenth of what a hop to
        another thread and back does, and on a busy machine a hundredth. Nothing is waited for; the
        driver's errors go through.
        """
        if self._looker is None:
            async with self.engine.connect() as connection:
                return await connection.run_sync(work)
        return _transact(self._looker, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one transaction and commit it; ``work`` must bear being run again.

        A database that is locked, full or away for the moment is tried again, with growing
        pauses and without end; this is logged once, and so is the end of it. Where a server's
        answer to COMMIT is lost, it is asked what became of the transaction: nothing is done
        twice. ``work`` runs on another thread and must not touch what the event loop changes
        meanwhile.
        """
        delay = _FIRST_DELAY
        waited = False
        try:
            while True:
                try:
                    result = await self._attempt(work)
                except Exception as error:
                    if not is_passing(error):
                        raise
                    if not waited:
                        waited = True
                        self._say_blocked(error)
                    await asyncio.sleep(delay * random.uniform(0.5, 1))  # noqa: S311
                    delay = min(delay * 2, _LONGEST_DELAY)
                else:
                    if waited and self._blocked == 1:
                        log.info("database is writable again", database=self.name)
                    return result
        finally:
            self._blocked -= waited

    async def truncate_log(self) -> bool:
        """Let nothing that was deleted stay in SQLite's log; ``False``: somebody still reads it."""
        writer = self._writer
        if writer is None:
            return True

        def truncate() -> bool:
            connection = writer.raw_connection()
            try:
                row = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                connection.close()
            return bool(row[0] == 0)

        return await asyncio.get_running_loop().run_in_executor(self._thread, truncate)

    async def close(self) -> None:
        """Let the running write end and close every connection."""
        if self._writer is not None:
            await asyncio.to_thread(self._thread.shutdown)
            self._writer.dispose()
        if self._looker is not None:
            self._looker.dispose()
        await self.engine.dispose()

    async def _attempt(self, work: Callable[[Connection], T]) -> T:
        if self._writer is None:
            return await self._attempt_on_server(work)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, _transact, self._writer, work)

    async def _attempt_on_server(self, work: Callable[[Connection], T]) -> T:
        async with self.engine.connect() as connection:
            transaction = await connection.begin()
            id_ = await connection.run_sync(self.fence)
            result = await connection.run_sync(work)
            try:
                await transaction.commit()
            except Exception as error:
                if not is_passing(error):
                    raise
                unknown = error
            else:
                return result
        # The link broke before the server's answer: what it has done, it alone knows.
        if await self._is_committed(id_):
            return result
        raise unknown

    async def _is_committed(self, id_: str) -> bool:
        """Whether that transaction took place, as soon as the server can tell."""
        delay = _FIRST_DELAY
        while True:
            try:
                async with self.engine.connect() as connection:
                    status = (await connection.execute(_STATUS, {"id": id_})).scalar_one()
            except Exception as error:
                if not is_passing(error):
                    raise
            else:
                if status != "in progress":
                    return bool(status == "committed")
            await asyncio.sleep(delay)
            delay = min(delay * 2, _LONGEST_DELAY)

    def _say_blocked(self, error: Exception) -> None:
        self._blocked += 1
        if self._blocked == 1:
            log.warning(
                "database cannot be written for now, trying again",
                database=self.name,
                error=reason(error),
            )


def transaction_id(connection: Connection) -> str:
    """Of the running transaction of a PostgreSQL."""
    id_: str = connection.execute(_ID).scalar_one()
    return id_


def _transact(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.begin() as connection:
        return work(connection)


def _plain_engine(url: URL) -> Engine:
    """One connection, for one thread at a time."""
    return create_engine(
        url.set(drivername="sqlite"),
        poolclass=StaticPool,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )


def _create_server_engine(url: URL, session: str) -> AsyncEngine:
    settings = {**_SERVER_SETTINGS, **SERVER_KEEPALIVE, "application_name": session}
    try:
        engine = create_async_engine(
            url,
            hide_parameters=True,
            connect_args={"server_settings": settings, "timeout": _CONNECT_SECONDS},
        )
    except ModuleNotFoundError as error:
        raise StoreError("driver_missing", name=error.name) from error

    @event.listens_for(engine.sync_engine, "do_connect")
    def _connect(
        dialect: Dialect, _record: object, arguments: list[Any], options: dict[str, Any]
    ) -> Any:
        """A server that is away is the driver's error too: asyncpg lets the system's through."""
        try:
            return dialect.connect(*arguments, **options)
        except OSError as error:
            error.sqlstate = UNREACHABLE  # type: ignore[attr-defined]
            raise dialect.loaded_dbapi.OperationalError(str(error), error) from error

    @event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        keep_alive(connection.driver_connection)

    return engine


def _session_name() -> str:
    """No two are the same: in containers every process may be the first one of its host."""
    host = socket.gethostname().partition(".")[0][:_HOST_LETTERS]
    return f"callward {host}:{os.getpid()}:{secrets.token_hex(4)}"


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError("url") from None
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+asyncpg")
    if parsed.get_backend_name() != "sqlite":
        raise StoreError("driver", name=parsed.drivername)
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError("memory")
    return parsed.set(drivername="sqlite+aiosqlite")


def _make_private_file(path: Path) -> None:
    """Only the owner may read it; SQLite gives ``-wal`` and ``-shm`` the same mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreError("not_writable", path=path, reason=error.strerror) from error


def _use_wal(cursor: Any) -> None:
    """SQLite waits for no lock here: of two who open a new file at once one is refused."""
    end = time.monotonic() + _WAL_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(_WAL_PAUSE_SECONDS)
        else:
            return


def _prepare(engine: Engine, begin: str, busy_ms: int) -> None:
    """Pragmas for each connection; BEGIN by us, since sqlite3 would start writers as readers."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {busy_ms}")
        _use_wal(cursor)
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA wal_autocheckpoint = 4000")
        cursor.execute("PRAGMA foreign_keys = ON")
        # What is deleted is overwritten; it costs nothing that can be measured.
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
