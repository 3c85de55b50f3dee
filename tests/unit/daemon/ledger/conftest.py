"""A day of real calls: journals of the lab, stored as they were watched, and the PBX's own log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, delete, select, update

from config.ledger import LedgerSettings
from config.settings import Settings
from crm.audit import Action, AuditLog, Entry
from crm.key_file import open_vault
from crm.short_codes import ShortCodes
from crm.tables import vault_key
from crm.vault import Vault
from crm_sync.embedded import EmbeddedCrm
from daemon.calls.call import Call
from daemon.calls.directory import Directory, number_plan
from daemon.calls.tracker import Tracker
from daemon.history.changes import RECORDING_FINISHED
from daemon.history.tables import (
    announcement,
    call,
    call_linkedid,
    call_recording,
    leg,
    transfer,
)
from daemon.history.writer import HistoryWriter
from daemon.ledger.check import Checking, Found
from daemon.ledger.daily import DailyRun
from daemon.ledger.differences import DayAccount, DifferenceKind
from daemon.ledger.ledger import DayLedger
from daemon.ledger.mending import Mending
from daemon.ledger.parts import source_of
from daemon.ledger.taking_in import TakingIn
from daemon.metrics import LedgerCounts
from daemon.outbox.queue import count_waiting
from daemon.outbox.worker import OutboxWorker
from daemon.replay import fold, journal_events
from recordings.encoder import Encoder
from recordings.ingest import RecordingIngest
from recordings.job import Patience
from recordings.models import recording
from recordings.storage import LocalFolder
from store.database import Database
from store.migrate import migrate
from tests.replay.recorded import FOLDER, load
from tests.replay.recorded import settings as recorded
from tests.unit.recordings.conftest import tone, wav_bytes

DAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
JOURNALS = (
    "inbound_answered",
    "inbound_answered_anonymous",
    "inbound_answered_blind_transfer",
    "inbound_missed",
    "outbound_answered",
)
_QUICK = Patience(settle=0.0, stall=0.0, limit=5.0, poll=0.01)
_BEFORE = '"CHAN_END","2026-11-19 08:00:00.000000",' + '"",' * 12 + '"1795075200.0","1795075200.0"'
"""A row by which the log is known to reach back over the day."""


@dataclass
class Company:
    """One PBX, its log, its recordings, and Callward's database of that day."""

    folder: Path
    settings: Settings
    database: Database
    vault: Vault
    calls: list[Call]
    """As they were watched, oldest first."""
    now: datetime = NOW
    counts: LedgerCounts = field(default_factory=LedgerCounts)
    crm: Any = None

    def __post_init__(self) -> None:
        self.plan = number_plan(self.settings.company, self.settings.agents)
        self.crm = EmbeddedCrm(self.vault, self.plan, ShortCodes(self.vault, 5))
        self.writer = HistoryWriter(self.database, self.vault, self.plan, self.crm)
        self.audit = AuditLog(self.database, self.vault)
        self.encoder = Encoder()
        self.storage = LocalFolder(self.folder / "storage")
        self.ingest = RecordingIngest(self.settings, self.database, self.encoder, _QUICK)

    @property
    def log(self) -> Path:
        return self.folder / "cel.csv"

    @property
    def monitor(self) -> Path:
        return self.folder / "monitor"

    @property
    def ledger(self) -> DayLedger:
        """As a fresh start of the daemon makes it."""
        checking = Checking(
            self.settings,
            database=self.database,
            vault=self.vault,
            plan=self.plan,
            storage=self.storage,
            crm=self.crm,
            sources={pbx.name: source_of(pbx) for pbx in self.settings.pbx},
            clock=lambda: self.now,
        )
        folders = {"lab": self.monitor}
        taking_in = TakingIn(
            database=self.database,
            encoder=self.encoder,
            storage=self.settings.recordings.storage,
            folders=folders,
            wake_outbox=lambda: None,
        )
        mending = Mending(
            database=self.database,
            vault=self.vault,
            writer=self.writer,
            taking_in=taking_in,
            folders=folders,
        )
        self.checking = checking
        return DayLedger(
            checking=checking,
            mending=mending,
            database=self.database,
            vault=self.vault,
            audit=self.audit,
            language="en",
            counts=self.counts,
            clock=lambda: self.now,
        )

    @property
    def daily(self) -> DailyRun:
        at, zone = self.settings.ledger.at, self.settings.company.timezone
        return DailyRun(self.ledger, self.database, at=at, zone=zone, clock=lambda: self.now)

    async def check(self) -> DayAccount:
        return await self.ledger.check(DAY)

    async def kinds(self) -> list[DifferenceKind]:
        """What differs now."""
        return [one.kind for one in (await self.check()).differences]

    async def found(self) -> Found:
        assert self.ledger
        return await self.checking.check(DAY)

    async def mend(self) -> DayAccount:
        def entry(account: DayAccount) -> Entry:
            return Entry(action=Action.LEDGER_MENDED, actor="anna", object=str(account.day))

        account = await self.ledger.begin_mend(DAY, entry)
        assert account is not None
        return account

    async def take_in(self) -> None:
        """The outbox's work on recordings, until none is left."""
        worker = OutboxWorker(self.database, {RECORDING_FINISHED: self.ingest})
        task = asyncio.create_task(worker.run())
        try:
            async with asyncio.timeout(30), self.database.read() as connection:
                while await connection.run_sync(count_waiting):
                    await connection.rollback()
                    worker.poke()
                    await asyncio.sleep(0.05)
        finally:
            task.cancel()
            await asyncio.wait({task})

    def write_originals(self, name: str) -> None:
        """Two seconds of sound from both sides, as MixMonitor leaves them."""
        for side, hertz in (("rx", 440.0), ("tx", 880.0)):
            data = wav_bytes(tone(2.0, hertz))
            (self.monitor / f"{name}.{side}.wav").write_bytes(data)

    async def run(self, *statements: Any) -> None:
        def work(connection: Connection) -> None:
            for statement in statements:
                connection.execute(statement)

        await self.database.write(work)

    async def rows(self, query: Any) -> list[Any]:
        async with self.database.read() as connection:
            return list((await connection.execute(query)).all())

    async def remove(self, id_: UUID) -> None:
        """The call's rows, as somebody deletes them by hand."""
        tables = (leg, transfer, announcement, call_recording, recording, call_linkedid)
        await self.run(
            *(delete(table).where(table.c.call_id == id_) for table in tables),
            delete(call).where(call.c.id == id_),
        )

    async def change(self, id_: UUID, **values: object) -> None:
        await self.run(update(call).where(call.c.id == id_).values(**values))

    async def stored(self) -> Mapping[UUID, Any]:
        return {row.id: row for row in await self.rows(select(call))}


def folded(names: tuple[str, ...]) -> list[Call]:
    """Calls of these journals as they were watched."""
    pbx = recorded().pbx[0]
    directory = Directory.from_settings(recorded().company, recorded().agents, pbx)
    calls = [
        one
        for name in names
        for one in fold(
            Tracker(pbx.name, directory), journal_events(load(FOLDER / name).files)
        ).calls
    ]
    return sorted(calls, key=lambda one: one.started_at)


def logged(names: tuple[str, ...]) -> str:
    """The PBX's log of these journals, in the order of its times."""
    lines = [_BEFORE]
    for name in names:
        lines += load(FOLDER / name).cel.read_text().splitlines()
    return "\n".join(sorted(lines, key=lambda line: line.split(",")[1])) + "\n"


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Company]:
    (tmp_path / "monitor").mkdir()
    (tmp_path / "cel.csv").write_text(logged(JOURNALS))
    pbx = recorded().pbx[0]
    pbx = pbx.model_copy(
        update={
            "recordings_folder": tmp_path / "monitor",
            "cel": pbx.cel.model_copy(update={"file": tmp_path / "cel.csv"}),
        }
    )
    recordings = recorded().recordings.model_copy(
        update={"storage": f"file://{tmp_path / 'storage'}"}
    )
    settings = recorded().model_copy(
        update={"pbx": (pbx,), "recordings": recordings, "ledger": LedgerSettings()}
    )
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    vault = await open_vault(database, tmp_path / "vault.key")
    company = Company(tmp_path, settings, database, vault, folded(JOURNALS))
    await company.run(update(vault_key).values(created_at=NOW - timedelta(days=30)))
    await company.writer.write(company.calls)
    for one in company.calls:
        for ref in one.recordings:
            company.write_originals(ref.name)
    await company.take_in()
    yield company
    await company.encoder.close()
    await database.close()
