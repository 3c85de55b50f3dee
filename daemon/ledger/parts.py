"""The ledger made and joined: its sources, the look, the mending, and the daily run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from config.settings import PbxSettings, Settings
from crm.audit import AuditLog
from crm.numbers import NumberPlan
from crm.vault import Vault
from crm_sync.adapter import CrmAdapter
from daemon.cel.source import open_source
from daemon.history.writer import HistoryWriter
from daemon.ledger.cdr import CdrFile, CdrSource
from daemon.ledger.check import Checking, Source
from daemon.ledger.daily import DailyRun
from daemon.ledger.ledger import DayLedger
from daemon.ledger.mending import Mending
from daemon.ledger.taking_in import TakingIn
from daemon.metrics import LedgerCounts
from recordings.encoder import Encoder
from recordings.storage import Storage
from store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerParts:
    """Both halves."""

    ledger: DayLedger
    daily: DailyRun


def make_ledger(
    settings: Settings,
    *,
    database: Database,
    vault: Vault,
    audit: AuditLog,
    plan: NumberPlan,
    crm: CrmAdapter,
    storage: Storage,
    encoder: Encoder,
    writer: HistoryWriter,
    wake_outbox: Callable[[], None],
    counts: LedgerCounts,
) -> LedgerParts:
    """Nothing runs yet."""
    company = settings.company
    folders = {pbx.name: pbx.recordings_folder for pbx in settings.pbx if pbx.recordings_folder}
    checking = Checking(
        settings,
        database=database,
        vault=vault,
        plan=plan,
        storage=storage,
        crm=crm,
        sources={pbx.name: source_of(pbx) for pbx in settings.pbx},
    )
    taking_in = TakingIn(
        database=database,
        encoder=encoder,
        storage=settings.recordings.storage,
        folders=folders,
        wake_outbox=wake_outbox,
    )
    mending = Mending(
        database=database, vault=vault, writer=writer, taking_in=taking_in, folders=folders
    )
    ledger = DayLedger(
        checking=checking,
        mending=mending,
        database=database,
        vault=vault,
        audit=audit,
        language=company.language,
        counts=counts,
    )
    daily = DailyRun(ledger, database, at=settings.ledger.at, zone=company.timezone)
    return LedgerParts(ledger=ledger, daily=daily)


def source_of(pbx: PbxSettings) -> Source:
    """What this PBX tells by itself, as the settings name it."""
    cdr: CdrSource | None = None
    if pbx.cdr.file is not None:
        cdr = CdrFile(pbx.cdr.file)
    elif pbx.cel.url is not None:
        from daemon.ledger.cdr_table import CdrTable  # noqa: PLC0415 - no driver without a need

        cdr = CdrTable(pbx)
    return Source(log=open_source(pbx), cdr=cdr)
