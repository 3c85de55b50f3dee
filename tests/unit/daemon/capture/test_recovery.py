"""Calls that an earlier run left open: closed when the PBX no longer has them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from crm.key_file import open_vault
from crm.numbers import NumberPlan
from crm.short_codes import ShortCodes
from crm_sync.embedded import EmbeddedCrm
from daemon.calls.call import Call, Direction, Disposition, Origin
from daemon.calls.identity import call_id
from daemon.history.known import set_mark
from daemon.history.queries import get_call
from daemon.history.writer import HistoryWriter
from daemon.recovery import Recovery
from store.database import Database
from store.migrate import migrate

AT = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)


@dataclass
class Tracker:
    """What the snapshot showed."""

    alive: tuple[UUID, ...]

    def running(self) -> tuple[UUID, ...]:
        return self.alive

    def now(self) -> datetime:
        return AT + timedelta(minutes=5)


def a_call(number: int, pbx: str = "pbx") -> Call:
    return Call(
        id=call_id(pbx, f"1767344400.{number}", AT),
        pbx=pbx,
        linkedids=frozenset({f"1767344400.{number}"}),
        direction=Direction.INBOUND,
        origin=Origin.DIALLED,
        started_at=AT,
    )


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield database
    await database.close()


async def test_only_those_that_the_pbx_no_longer_has_are_closed(
    database: Database, tmp_path: Path
) -> None:
    vault = await open_vault(database, tmp_path / "vault.key")
    plan = NumberPlan(["+442079460000"])
    lost, alive, elsewhere = a_call(1), a_call(2), a_call(3, "other")
    writer = HistoryWriter(database, vault, plan, EmbeddedCrm(vault, plan, ShortCodes(vault, 5)))
    later = replace(a_call(4), started_at=AT + timedelta(minutes=7))
    await writer.write([lost, alive, elsewhere, later])
    ran_until = AT + timedelta(minutes=5)
    await database.write(lambda connection: set_mark(connection, "pbx", ran_until))
    synced, woken = asyncio.Event(), asyncio.Event()
    recovery = Recovery(database, "pbx", Tracker((alive.id,)), synced, woken.set)  # type: ignore[arg-type]
    running = asyncio.create_task(recovery.run())
    await asyncio.sleep(0)
    synced.set()
    await running
    assert woken.is_set()
    async with database.read() as connection:
        closed = (await get_call(connection, lost.id)).call
        assert (closed.gone, closed.complete) == (True, False)
        assert closed.disposition is Disposition.MISSED
        # Not when Callward was back, but the last that is known.
        assert closed.ended_at == ran_until
        assert (await get_call(connection, later.id)).call.ended_at == later.started_at
        assert not (await get_call(connection, alive.id)).call.gone
        assert not (await get_call(connection, elsewhere.id)).call.gone


async def test_with_nothing_left_open_no_snapshot_is_waited_for(database: Database) -> None:
    recovery = Recovery(database, "pbx", Tracker(()), asyncio.Event(), lambda: None)  # type: ignore[arg-type]
    async with asyncio.timeout(5):
        await recovery.run()
