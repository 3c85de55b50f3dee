"""A real database in a file, its vault, and a writer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from crm.key_file import open_vault
from crm.numbers import NumberPlan
from crm.short_codes import ShortCodes
from crm.vault import Vault
from crm_sync.embedded import EmbeddedCrm
from daemon.calls.call import Call
from daemon.history.queries import StoredCall, find_call, list_calls
from daemon.history.writer import HistoryWriter
from daemon.outbox.tables import outbox
from store.database import Database
from store.migrate import migrate

PLAN = NumberPlan(["+442079460000", "+442079460001"], mobiles=["+447700900101"])


@dataclass
class Base:
    """What a test needs of a daemon: start it (again), write, look."""

    folder: Path
    database: Database
    vault: Vault
    pokes: list[None] = field(default_factory=list)

    def writer(self, **more: Any) -> HistoryWriter:
        """A writer as a fresh start of the daemon has it."""
        crm = EmbeddedCrm(self.vault, PLAN, ShortCodes(self.vault, 5))
        return HistoryWriter(
            self.database,
            self.vault,
            PLAN,
            crm,
            wake_outbox=lambda: self.pokes.append(None),
            **more,
        )

    async def find(self, id_: UUID) -> StoredCall | None:
        async with self.database.read() as connection:
            return await find_call(connection, id_, vault=self.vault)

    async def call(self, id_: UUID) -> Call:
        found = await self.find(id_)
        assert found is not None
        return found.call

    async def calls(self) -> list[Call]:
        async with self.database.read() as connection:
            return [one.call for one in await list_calls(connection, vault=self.vault)]

    async def count(self, table: str) -> int:
        async with self.database.read() as connection:
            return int(
                (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()
            )

    async def recordings_finished(self) -> list[str]:
        async with self.database.read() as connection:
            payloads = await connection.execute(select(outbox.c.payload).order_by(outbox.c.id))
            return [payload["name"] for payload in payloads.scalars()]


@pytest.fixture
async def base(tmp_path: Path) -> AsyncIterator[Base]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield Base(tmp_path, database, await open_vault(database, tmp_path / "vault.key"))
    await database.close()


@pytest.fixture
def writer(base: Base) -> HistoryWriter:
    return base.writer()
