"""A ledger for a house: its recordings and its log are what the settings name."""

from __future__ import annotations

from config.settings import Settings
from crm.audit import AuditLog
from crm.short_codes import ShortCodes
from crm.vault import Vault
from crm_sync.embedded import EmbeddedCrm
from daemon.calls.directory import number_plan
from daemon.history.writer import HistoryWriter
from daemon.ledger.ledger import DayLedger
from daemon.ledger.parts import make_ledger
from daemon.metrics import Metrics
from recordings.encoder import Encoder
from recordings.storage import open_storage
from store.database import Database


def a_ledger(
    settings: Settings,
    database: Database,
    audit: AuditLog,
    vault: Vault,
    writer: HistoryWriter,
    metrics: Metrics,
) -> DayLedger:
    """Nothing runs by itself."""
    plan = number_plan(settings.company, settings.agents)
    return make_ledger(
        settings,
        database=database,
        vault=vault,
        audit=audit,
        plan=plan,
        crm=EmbeddedCrm(vault, plan, ShortCodes.from_settings(vault, settings)),
        storage=open_storage(settings.recordings.storage),
        encoder=Encoder(),
        writer=writer,
        wake_outbox=lambda: None,
        counts=metrics.ledger,
    ).ledger
