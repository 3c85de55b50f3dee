"""PINs with which managers prove on the telephone that they are themselves."""

from __future__ import annotations

import asyncio
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Literal

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, select, update

from crm.tables import agent_pin
from store.database import Database
from store.upsert import insert_or_ignore, upsert_rows

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's least for argon2id: a PIN has few digits, so the lockout protects it, not the hash."""
_SHORTEST, _LONGEST = 4, 10
_LONGEST_LOCKOUT = timedelta(days=1)
_RUNS = (string.digits + "0", "0" + string.digits[::-1])

_log = structlog.get_logger(__name__)


class PinCheck(StrEnum):
    """What became of a PIN that somebody keyed in."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


class PinError(ValueError):
    """A new PIN cannot be taken; ``reason`` says why."""

    def __init__(self, reason: Literal["digits", "simple"]) -> None:
        super().__init__(reason)
        self.reason = reason
        """``digits``: not 4 to 10 digits; ``simple``: one digit repeated, or digits in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinState:
    """How it stands with an agent's PIN."""

    is_set: bool = False
    locked_until: datetime | None = None
    """``None``: not locked."""


class Pins:
    """Sets and checks PINs. One object for a process: one PIN is hashed at a time (19 MiB)."""

    def __init__(
        self,
        database: Database,
        *,
        attempts: int,
        lockout: timedelta,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``attempts``: wrong PINs in a row until the agent is locked out for ``lockout``.

        Each further lockout without a right one between is twice as long, up to a day: a PIN has
        few digits, and who forges a caller id has all the time there is.
        """
        self._database = database
        self._attempts = attempts
        self._lockout = lockout
        self._clock = clock
        self._hashing = asyncio.Lock()
        self._checks: set[asyncio.Task[PinCheck]] = set()

    async def set(self, agent: str, pin: str) -> None:
        """Give an agent a PIN; it ends a lockout. ``PinError`` where it is none."""
        if not (_SHORTEST <= len(pin) <= _LONGEST and pin.isascii() and pin.isdigit()):
            raise PinError("digits")
        if len(set(pin)) == 1 or any(pin in run for run in _RUNS):
            raise PinError("simple")
        async with self._hashing:
            pin_hash = await asyncio.to_thread(_HASHER.hash, pin)
        row = {"agent": agent, "pin_hash": pin_hash, "wrong": 0, "locked_until": None}
        await self._database.write(lambda connection: upsert_rows(connection, agent_pin, [row]))

    async def clear(self, agent: str) -> None:
        """Take the PIN away: no PIN is right then."""
        await self._update(agent, pin_hash=None)

    async def unlock(self, agent: str) -> None:
        """End a lockout."""
        await self._update(agent, wrong=0, locked_until=None)

    async def state(self, agent: str) -> PinState:
        """Whether he has one, and whether he is locked out."""
        async with self._database.read() as connection:
            query = select(agent_pin).where(agent_pin.c.agent == agent)
            row = (await connection.execute(query)).first()
        if row is None:
            return PinState()
        locked = row.locked_until is not None and row.locked_until > self._clock()
        return PinState(
            is_set=row.pin_hash is not None, locked_until=row.locked_until if locked else None
        )

    async def check(self, agent: str, pin: str) -> PinCheck:
        """Compare. Every wrong one counts, over restarts too, whether he has a PIN or not.

        Goes on where the caller waits no more: a right one that was late does not stay a wrong one.
        """
        check = asyncio.create_task(self._check(agent, pin))
        self._checks.add(check)
        check.add_done_callback(self._checks.discard)
        return await asyncio.shield(check)

    async def _check(self, agent: str, pin: str) -> PinCheck:
        # Counted before it is compared: many at once do not get more attempts than one by one.
        attempt = await self._database.write(
            partial(_take_attempt, agent, self._attempts, self._lockout, self._clock())
        )
        if attempt is None:
            return PinCheck.LOCKED
        if attempt.pin_hash is not None and pin.isascii() and len(pin) <= _LONGEST:
            async with self._hashing:
                right = await asyncio.to_thread(_verify, attempt.pin_hash, pin)
            if right:
                await self.unlock(agent)
                return PinCheck.RIGHT
        if not attempt.is_last:
            return PinCheck.WRONG
        _log.warning("agent is locked out after wrong pins", agent=agent, wrong=attempt.wrong)
        return PinCheck.LOCKED

    async def _update(self, agent: str, **values: object) -> None:
        change = update(agent_pin).where(agent_pin.c.agent == agent).values(values)
        await self._database.write(lambda connection: connection.execute(change) and None)


@dataclass(frozen=True, slots=True)
class _Attempt:
    pin_hash: str | None
    wrong: int
    """In a row, this one taken for one of them."""
    is_last: bool


def _take_attempt(
    agent: str, attempts: int, lockout: timedelta, now: datetime, connection: Connection
) -> _Attempt | None:
    """``None``: he is locked out."""
    row = {"agent": agent, "pin_hash": None, "wrong": 0, "locked_until": None}
    connection.execute(insert_or_ignore(connection.dialect.name, agent_pin, ("agent",)), row)
    stored = connection.execute(
        select(agent_pin).where(agent_pin.c.agent == agent).with_for_update()
    ).one()
    if stored.locked_until is not None and stored.locked_until > now:
        return None
    # A lockout that is over leaves all attempts again.
    wrong = stored.wrong + 1
    lockouts, left = divmod(wrong, attempts)
    is_last = left == 0
    until = now + _lockout(lockout, lockouts) if is_last else None
    connection.execute(
        update(agent_pin).where(agent_pin.c.agent == agent).values(wrong=wrong, locked_until=until)
    )
    return _Attempt(stored.pin_hash, wrong, is_last)


def _lockout(first: timedelta, nth: int) -> timedelta:
    # 2**11 of the shortest one, a minute, is more than the longest.
    doubled: timedelta = first * 2 ** min(nth - 1, 11)
    return min(doubled, max(first, _LONGEST_LOCKOUT))


def _verify(pin_hash: str, pin: str) -> bool:
    try:
        return _HASHER.verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False
