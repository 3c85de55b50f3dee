from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crm.pins import PinCheck, PinError, Pins, PinState
from crm.tables import agent_pin
from store.database import Database
from store.migrate import migrate

RIGHT, WRONG, LOCKED = PinCheck.RIGHT, PinCheck.WRONG, PinCheck.LOCKED


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pins(database: Database, clock: Clock) -> Pins:
    return Pins(database, attempts=3, lockout=timedelta(minutes=30), clock=clock)


async def test_the_right_pin_and_only_that(pins: Pins) -> None:
    assert await pins.state("101") == PinState()
    await pins.set("101", "4711")
    assert await pins.state("101") == PinState(is_set=True)
    for pin in ("4712", "", "47110", "x" * 1000, "٤٧١١"):
        assert await pins.check("101", pin) is not RIGHT
        await pins.unlock("101")
    assert await pins.check("101", "4711") is RIGHT
    assert await pins.check("102", "4711") is WRONG


async def test_wrong_ones_in_a_row_lock_him_out_for_a_while(
    pins: Pins, database: Database, clock: Clock
) -> None:
    await pins.set("101", "4711")
    assert [await pins.check("101", pin) for pin in ("1", "2", "4711")] == [WRONG, WRONG, RIGHT]
    assert [await pins.check("101", "1") for _ in range(4)] == [WRONG, WRONG, LOCKED, LOCKED]
    until = clock.now + timedelta(minutes=30)
    assert await pins.state("101") == PinState(is_set=True, locked_until=until)
    # Neither the right one helps, nor a new start.
    after = Pins(database, attempts=3, lockout=timedelta(minutes=30), clock=clock)
    assert await after.check("101", "4711") is LOCKED
    clock.now = until
    assert await after.state("101") == PinState(is_set=True)
    assert [await after.check("101", pin) for pin in ("1", "2", "4711")] == [WRONG, WRONG, RIGHT]


async def test_each_further_lockout_is_longer(pins: Pins, clock: Clock) -> None:
    """Who goes on for months has a few attempts a day, not hundreds."""
    await pins.set("101", "4711")
    lockouts = []
    for _ in range(8):
        assert [await pins.check("101", "1") for _ in range(3)] == [WRONG, WRONG, LOCKED]
        until = (await pins.state("101")).locked_until
        assert until is not None
        lockouts.append((until - clock.now) / timedelta(minutes=30))
        clock.now = until
    assert lockouts == [1, 2, 4, 8, 16, 32, 48, 48]
    assert await pins.check("101", "4711") is RIGHT
    for _ in range(3):
        await pins.check("101", "1")
    assert (await pins.state("101")).locked_until == clock.now + timedelta(minutes=30)


async def test_a_right_pin_that_was_late_is_not_a_wrong_one(pins: Pins) -> None:
    await pins.set("101", "4711")
    late = asyncio.create_task(pins.check("101", "4711"))
    await pins._hashing.acquire()
    while not pins._hashing._waiters:  # it is counted, and waits for its turn to be compared
        await asyncio.sleep(0)
    late.cancel()
    with pytest.raises(asyncio.CancelledError):
        await late
    pins._hashing.release()
    await asyncio.gather(*pins._checks)
    assert [await pins.check("101", "1") for _ in range(3)] == [WRONG, WRONG, LOCKED]


async def test_who_has_no_pin_is_locked_out_alike(pins: Pins) -> None:
    assert [await pins.check("102", "4711") for _ in range(4)] == [WRONG, WRONG, LOCKED, LOCKED]
    assert (await pins.state("102")).is_set is False
    assert await pins.check("101", "1") is WRONG


async def test_many_at_once_have_no_more_attempts_than_one_by_one(pins: Pins) -> None:
    await pins.set("101", "4711")
    answers = await asyncio.gather(*(pins.check("101", f"9{n:03}") for n in range(20)))
    assert sorted(answers) == sorted([WRONG] * 2 + [LOCKED] * 18)


async def test_a_new_pin_or_the_operator_ends_a_lockout(pins: Pins) -> None:
    for end in (pins.unlock("101"), pins.set("101", "4711")):
        for _ in range(3):
            await pins.check("101", "1")
        await end
        assert await pins.state("101") == PinState(is_set=(await pins.state("101")).is_set)
    assert await pins.check("101", "4711") is RIGHT
    await pins.clear("101")
    assert await pins.check("101", "4711") is WRONG


@pytest.mark.parametrize(
    ("pin", "reason"),
    [
        ("", "digits"), ("471", "digits"), ("47114711471", "digits"), ("47a1", "digits"),
        ("٤٧١١", "digits"), ("1111", "simple"), ("1234", "simple"), ("7890", "simple"),
        ("4321", "simple"), ("0987", "simple"),
    ],
)  # fmt: skip
async def test_what_is_no_pin(pins: Pins, pin: str, reason: str) -> None:
    with pytest.raises(PinError) as caught:
        await pins.set("101", pin)
    assert caught.value.reason == reason
    assert not pin or pin not in str(caught.value)
    assert await pins.state("101") == PinState()


async def test_no_pin_is_stored_as_it_is(pins: Pins, database: Database) -> None:
    await pins.set("101", "471147")
    await pins.set("102", "471147")
    async with database.read() as connection:
        hashes = (await connection.execute(select(agent_pin.c.pin_hash))).scalars().all()
    assert len(set(hashes)) == 2
    assert not [stored for stored in hashes if not stored.startswith("$argon2id$")]
    assert "471147" not in repr(hashes)


@pytest.mark.sqlite
async def test_no_pin_stands_in_the_file(pins: Pins, database: Database) -> None:
    await pins.set("101", "471147")
    assert b"471147" not in Path(database.name).read_bytes()
