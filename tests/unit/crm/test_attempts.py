from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm.attempts import (
    Attempt,
    Counter,
    Limit,
    clear,
    give_back,
    of_address,
    of_person,
    of_unknown,
    take,
)
from crm.people import Person, create_person
from crm.people_tables import sign_in_attempt
from crm.vault import Vault
from store.database import Database
from store.migrate import migrate

AT = datetime(2026, 1, 1, tzinfo=UTC)
LIMIT = Limit(3, timedelta(minutes=5))
VAULT = Vault(bytes(32))
NOBODY = of_unknown(VAULT, "nobody")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield database
    await database.close()


async def tried(database: Database, minutes: float = 0, counter: Counter = NOBODY) -> Attempt:
    at = AT + timedelta(minutes=minutes)
    return await database.write(lambda c: take(c, counter, LIMIT, at))


async def test_each_lockout_is_twice_as_long_up_to_a_day(database: Database) -> None:
    now, lengths = 0.0, []
    for _ in range(11):
        assert [(await tried(database, now)).locks for _ in range(3)] == [False, False, True]
        until = (await tried(database, now)).locked_until
        assert until is not None
        lengths.append((until - AT).total_seconds() / 60 - now)
        now += lengths[-1]
    assert lengths == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]


async def test_what_is_given_back_never_was(database: Database) -> None:
    await tried(database)
    await tried(database)
    assert (await tried(database)).locks
    await database.write(lambda c: give_back(c, NOBODY))
    assert (await tried(database)).locks
    await database.write(lambda c: clear(c, NOBODY))
    assert [(await tried(database)).locks for _ in range(3)] == [False, False, True]


async def test_a_site_of_ipv6_counts_as_one_address(database: Database) -> None:
    assert of_address(VAULT, "2001:db8::1") == of_address(VAULT, "2001:db8::ffff")
    assert of_address(VAULT, "2001:db8::1") != of_address(VAULT, "2001:db8:0:1::1")
    assert of_address(VAULT, "192.0.2.1") != of_address(VAULT, "192.0.2.2")
    assert of_address(VAULT, "192.0.2.1") != of_unknown(VAULT, "192.0.2.1")


async def test_what_is_long_over_is_forgotten(database: Database) -> None:
    for n in range(5):
        await tried(database, counter=of_unknown(VAULT, f"nobody {n}"))
    await tried(database, minutes=2 * 24 * 60 + 1)
    async with database.read() as connection:
        count = (
            await connection.execute(select(func.count()).select_from(sign_in_attempt))
        ).scalar()
    assert count == 1


async def test_names_that_are_somebodys_and_nobodys_are_forgotten_alike(
    database: Database,
) -> None:
    """Else the second lockout, twice as long or not, would tell which they are."""
    anna = Person(name="anna", role="manager", exceptions={}, created_by="test", created_at=AT)
    await database.write(lambda c: create_person(c, anna))
    days = 24 * 60.0
    for start in (0, days, 3 * days + 10, 3 * days + 30):
        for minute in range(4):
            # The fourth meets the lockout: its end is what an attacker reads.
            his, nobodys = [
                await tried(database, start + minute, counter)
                for counter in (of_person("anna"), NOBODY)
            ]
            assert his == nobodys
        assert his.locked_until is not None
        # Twice as long the second time; as at first after two days of nothing.
        lasts = his.locked_until - (AT + timedelta(minutes=start + 2))
        assert lasts == timedelta(minutes=10 if start in {days, 3 * days + 30} else 5)


async def test_a_long_lockout_outlasts_what_is_forgotten(database: Database) -> None:
    week = Limit(1, timedelta(days=7))
    later = AT + timedelta(days=3)
    for at in (AT, later):
        attempt = await database.write(lambda c, at=at: take(c, NOBODY, week, at))  # type: ignore[misc]
    assert attempt.locked_until == AT + timedelta(days=7)
