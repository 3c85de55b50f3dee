"""Which errors of a database pass by themselves: it is locked, full, restarting or out of reach."""

from __future__ import annotations

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

UNREACHABLE: Final = "08001"

_SQLITE: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL}
_CONNECTION: Final = "08"
"""PostgreSQL's class of errors in the connection itself."""
_SQLSTATES: Final = {"25006", "40001", "40P01", "53100", "53200", "53300", "55P03"} | {
    f"57P0{last}" for last in (1, 2, 3, 5)
}
"""Read-only (a PostgreSQL that is about to be promoted), serialization failure, deadlock, disk
full, out of memory, too many connections, lock not available; shut down, crashed, starting up, idle
session ended. (PostgreSQL's manual, "PostgreSQL Error Codes".)"""
_OF_THE_CONNECTION: Final = (
    "connection is closed",
    "connection was closed",
    "connection has been closed",
    "connection was released",
    "connection lost",
    "cannot switch to state",
)
"""What asyncpg says where a connection that ended, or that the server ends just then, was still to
be used; it has no code."""


def is_passing(error: BaseException) -> bool:
    """Whether the same work may succeed a moment later; of a group, whether all of it may."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_passing(one) for one in error.exceptions)
    if isinstance(error, (PoolTimeoutError, ConnectionError)):
        return True
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or is_passing_for_driver(error.orig)
    # SQLAlchemy has no name for some of asyncpg's own errors, and lets them through.
    return type(error).__module__.startswith("asyncpg.") and is_passing_for_driver(error)


def is_passing_for_driver(error: object) -> bool:
    """The same of what the driver itself raised."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE
    state = getattr(error, "sqlstate", None)
    if state:
        return state in _SQLSTATES or state.startswith(_CONNECTION)
    return any(said in str(error) for said in _OF_THE_CONNECTION)


def reason(error: BaseException) -> str:
    """The driver's name for it; its text could quote values."""
    if isinstance(error, BaseExceptionGroup):
        return reason(error.exceptions[0])
    if not isinstance(error, DBAPIError):
        return type(error).__name__
    return str(getattr(error.orig, "sqlite_errorname", None) or type(error.orig).__name__)
