"""A database, a PBX's log, and runs of the daemon over both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crm.key_file import open_vault
from crm.short_codes import ShortCodes
from crm.vault import Vault
from crm_sync.embedded import EmbeddedCrm
from daemon import catch_up as module
from daemon.ami.framing import Framer
from daemon.ami.translate import EVENTS, AmiTranslator
from daemon.calls.call import Call
from daemon.calls.directory import Directory, number_plan
from daemon.calls.facts import CallMerged
from daemon.calls.tracker import Tracker
from daemon.catch_up import CatchUp
from daemon.history.known import find_mark, set_mark
from daemon.history.queries import list_calls
from daemon.history.writer import HistoryWriter
from daemon.metrics import FlushCounts
from daemon.replay import as_json
from store.database import Database
from store.migrate import migrate
from tests.replay.recorded import JOURNALS, Journal, settings

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
BY_NAME = {journal.name: journal for journal in JOURNALS}
ANSWERED = BY_NAME["inbound_answered"]
MISSED = BY_NAME["inbound_missed_ring_group"]
MASKED = BY_NAME["masked_inbound_answered_announced"]


@dataclass
class House:
    """A database, a log, and runs of the daemon's capture over it."""

    folder: Path
    database: Database
    vault: Vault
    flush: FlushCounts = field(default_factory=FlushCounts)

    def __post_init__(self) -> None:
        known = settings()
        self.log = self.folder / "callward.csv"
        self.recordings = self.folder / "recordings"
        self.recordings.mkdir()
        pbx = known.pbx[0]
        cel = pbx.cel.model_copy(update={"file": self.log})
        self.pbx = pbx.model_copy(update={"cel": cel, "recordings_folder": self.recordings})
        self.directory = Directory.from_settings(known.company, known.agents, self.pbx)
        plan = number_plan(known.company, known.agents)
        self.plan = plan
        self.start()

    def start(self) -> None:
        """A run that knows nothing of earlier ones."""
        self.tracker = Tracker(self.pbx.name, self.directory)
        codes = ShortCodes.from_settings(self.vault, settings())
        crm = EmbeddedCrm(self.vault, self.plan, codes)
        self.writer = HistoryWriter(self.database, self.vault, self.plan, crm)
        self.catch_up = CatchUp(
            self.pbx,
            self.directory,
            self.tracker,
            database=self.database,
            vault=self.vault,
            writer=self.writer,
            flush=self.flush,
        )

    def logs(self, *journals: Journal) -> None:
        """The PBX's log of these calls."""
        self.log.write_bytes(b"".join(journal.cel.read_bytes() for journal in journals))

    async def watch(self, data: bytes) -> None:
        """What a link delivered, stored as it came."""
        translator = AmiTranslator()
        for message in Framer(wanted=EVENTS).feed(data):
            for event in translator.translate(message):
                facts = self.tracker.step(event)
                ids = {fact.id for fact in facts if not isinstance(fact, CallMerged)}
                merged = {f.id: f.into for f in facts if isinstance(f, CallMerged)}
                ids = (ids - merged.keys()) | set(merged.values())
                if ids:
                    await self.writer.write([self.tracker.call(id_) for id_ in ids], merged)

    async def mark(self, at: datetime | None = None) -> datetime | None:
        """Look at the mark, or set it."""
        if at is not None:
            await self.database.write(lambda c: set_mark(c, self.pbx.name, at))
        async with self.database.read() as connection:
            return await connection.run_sync(find_mark, self.pbx.name)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[CatchUp]:
        running = asyncio.create_task(self.catch_up.run())
        try:
            yield self.catch_up
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def catches_up(self) -> list[Call]:
        """The link is back: what is stored then."""
        async with self.running() as catch_up, asyncio.timeout(10):
            catch_up.synced()
            await catch_up.caught_up.wait()
        return await self.calls()

    async def calls(self) -> list[Call]:
        """Oldest first."""
        async with self.database.read() as connection:
            found = await list_calls(connection, vault=self.vault)
        return [one.call for one in reversed(found)]

    async def until(self, condition: Callable[[list[Call]], bool]) -> list[Call]:
        async with asyncio.timeout(10):
            while not condition(calls := await self.calls()):
                await asyncio.sleep(0.01)
        return calls


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(module, "_SETTLE_SECONDS", 0)
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield House(tmp_path, database, await open_vault(database, tmp_path / "vault.key"))
    await database.close()


def shown(calls: list[Call]) -> list[dict[str, Any]]:
    return [as_json(call) for call in calls]
