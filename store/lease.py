"""Who works on a database: many processes at once, or one that needs it for itself.

On SQLite a lock on a file beside the database (``flock``), on PostgreSQL an advisory lock that a
connection of its own holds. Either ends with the process, however that ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from store.database import Database, StoreError

LOCK: Final = 0x63616C6C_6C656173


@asynccontextmanager
async def share(database: Database) -> AsyncIterator[None]:
    """Work on it beside others. ``StoreError`` while somebody has it for himself."""
    async with _held(database, alone=False):
        yield


@asynccontextmanager
async def reserve(database: Database) -> AsyncIterator[None]:
    """Have it for oneself. ``StoreError`` while anybody works on it."""
    async with _held(database, alone=True):
        yield


@contextmanager
def only_daemon(database: Database) -> Iterator[None]:
    """The one daemon of a SQLite database. ``StoreError`` where there is one already."""
    descriptor = _open(Path(database.name), "daemon")
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError("second", name=database.name) from None
        yield
    finally:
        os.close(descriptor)


@asynccontextmanager
async def _held(database: Database, *, alone: bool) -> AsyncIterator[None]:
    refused = StoreError("in_use" if alone else "reserved", name=database.name)
    if not database.is_server:
        descriptor = _open(Path(database.name), "lock")
        try:
            try:
                fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            except BlockingIOError:
                raise refused from None
            yield
        finally:
            os.close(descriptor)
        return
    take = func.pg_try_advisory_lock if alone else func.pg_try_advisory_lock_shared
    # Autocommit: a transaction that stays open would keep the server from cleaning up.
    async with database.engine.execution_options(
        isolation_level="AUTOCOMMIT"
    ).connect() as connection:
        if not (await connection.execute(select(take(LOCK)))).scalar_one():
            raise refused
        try:
            yield
        finally:
            # Back to the pool goes a connection without it.
            await connection.invalidate()


def _open(database: Path, suffix: str) -> int:
    path = Path(f"{database}.{suffix}")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        if os.geteuid() == 0:
            # Made by a command of root, it would keep the daemon's user out.
            owner = database.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
    except OSError as error:
        raise StoreError("not_writable", path=path, reason=error.strerror) from error
    return descriptor
