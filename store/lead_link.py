"""The leader's, or a standby's, own connection to PostgreSQL, and what they say over it.

Not one of the engine's: what waits for an answer on it is cut off after two seconds, and what it
holds ends with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, TypeVar

from store.database import Database, StoreError
from store.half_open import SERVER_KEEPALIVE, keep_alive
from store.lease import LOCK as LEASE
from store.outages import is_passing_for_driver

T = TypeVar("T")

STANDBY: Final = "standby "
"""Before the name of a session that waits."""
_LOCK: Final = 0x63616C6C_6C656164
_HALVES: Final = (_LOCK >> 32, _LOCK & 0xFFFFFFFF)
"""As ``pg_locks`` shows it."""
_ANSWER_SECONDS: Final = 2.0
_NAME: Final = "SELECT set_config('application_name', $1, false)"
_LOCK_WAIT: Final = "1s"

_SQLALCHEMYS: Final = {"prepared_statement_cache_size", "prepared_statement_name_func"}
"""What may stand in ``database.url`` and is not the driver's."""

_END_HOLDER: Final = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND ($3::text IS NULL OR application_name = $3) AND pid IN (
      SELECT pid FROM pg_locks
      WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid = $1 AND objid = $2
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
"""
_END_FORMER: Final = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND application_name IN (SELECT session FROM callward_leader WHERE session <> $1)
"""
_HAS_TABLE: Final = "SELECT to_regclass('callward_leader') IS NOT NULL"
_AGE: Final = """
    SELECT extract(epoch FROM clock_timestamp() - beat_at)::float8 FROM callward_leader
"""
_RAISE: Final = """
    UPDATE callward_leader
    SET epoch = epoch + 1, session = $1, taken_at = clock_timestamp(), beat_at = clock_timestamp()
    RETURNING epoch
"""
_FIRST: Final = """
    INSERT INTO callward_leader (epoch, session, taken_at, beat_at)
    VALUES (1, $1, clock_timestamp(), clock_timestamp()) RETURNING epoch
"""
_BEAT: Final = """
    UPDATE callward_leader SET beat_at = clock_timestamp() WHERE epoch = $1 RETURNING epoch
"""


class LinkError(Exception):
    """The server is out of reach or restarts; ``args``: the name of what the driver raised."""


class LeadLink:
    """Connects when first asked. Everything raises ``LinkError`` where the server is out of reach,
    and ``StoreError`` where asking again would not help; either way ``drop`` it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Any = None
        self._has_lock = False

    async def try_lock(self) -> bool:
        """Take the lead's lock; ``False``: somebody else has it."""
        return await self._ask(self._try_lock)

    async def beat_age(self) -> float | None:
        """Seconds since the leader's last beat, by the server's clock; ``None``: none is known."""

        async def ask(link: Any) -> float | None:
            # No table: whoever leads makes it just now.
            if not await link.fetchval(_HAS_TABLE):
                return None
            age: float | None = await link.fetchval(_AGE)
            return age

        return await self._ask(ask)

    async def end_leader(self) -> int:
        """End the sessions of who leads; how many there were."""

        async def ask(link: Any) -> int:
            ended: int = await link.fetchval(_END_FORMER, self._database.session)
            return ended + int(await link.fetchval(_END_HOLDER, *_HALVES, None))

        return await self._ask(ask)

    async def end_former(self) -> int:
        """End what sessions are left of who led before; how many there were."""

        async def ask(link: Any) -> int:
            if not await link.fetchval(_HAS_TABLE):
                return 0
            return int(await link.fetchval(_END_FORMER, self._database.session))

        return await self._ask(ask)

    async def raise_epoch(self) -> int | None:
        """A new epoch, ours; ``None`` where the schema has no place for it yet.

        It waits for transactions that rely on the one before.
        """

        async def ask(link: Any) -> int | None:
            if not await link.fetchval(_HAS_TABLE):
                return None
            async with link.transaction():
                await link.execute(f"SET LOCAL lock_timeout = '{_LOCK_WAIT}'")
                await link.execute("SET LOCAL synchronous_commit = on")
                session = self._database.session
                epoch = await link.fetchval(_RAISE, session)
                if epoch is None:
                    epoch = await link.fetchval(_FIRST, session)
            return int(epoch)

        return await self._ask(ask)

    async def beat(self, epoch: int | None) -> bool:
        """Whether this is the epoch still. The lock is taken again where it went with a link."""

        async def ask(link: Any) -> bool:
            if await link.fetchval(_BEAT, epoch) is None:
                return False
            if not self._has_lock and not await self._try_lock(link):
                # A link that was cut, of which the server does not know.
                await link.fetchval(_END_HOLDER, *_HALVES, self._database.session)
            return True

        return await self._ask(ask)

    def drop(self) -> None:
        """The link is of no use any more."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
            self._has_lock = False

    async def close(self) -> None:
        """Let the server know at once that it is over."""
        if self._connection is not None:
            with suppress(Exception):
                await self._connection.close(timeout=_ANSWER_SECONDS)
            self.drop()

    async def _try_lock(self, link: Any) -> bool:
        self._has_lock = await link.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK)
        if self._has_lock:
            await link.fetchval(_NAME, self._database.session)
        return self._has_lock

    async def _ask(self, ask: Callable[[Any], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await ask(await self._connected())
        except StoreError:
            raise
        except Exception as error:
            if isinstance(error, OSError) or is_passing_for_driver(error):
                raise LinkError(type(error).__name__) from error
            if not hasattr(error, "sqlstate"):
                raise
            name = self._database.name
            raise StoreError("unreadable", name=name, reason=error) from error

    async def _connected(self) -> Any:
        if self._connection is None:
            self._connection = await _connect(self._database)
            # Nobody seals the database with another key meanwhile.
            if not await self._connection.fetchval("SELECT pg_try_advisory_lock_shared($1)", LEASE):
                raise StoreError("reserved", name=self._database.name)
        return self._connection


async def _connect(database: Database) -> Any:
    import asyncpg  # noqa: PLC0415 - not there where the database is SQLite

    _, options = database.engine.dialect.create_connect_args(database.url)
    connection = await asyncpg.connect(
        **{name: value for name, value in options.items() if name not in _SQLALCHEMYS},
        server_settings={
            **SERVER_KEEPALIVE,
            "application_name": f"{STANDBY}{database.session}",
            # A beat need not outlive a power cut, and must not wait for a slow disk.
            "synchronous_commit": "off",
        },
    )
    keep_alive(connection)
    return connection
