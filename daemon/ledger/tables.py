"""Accounts of days, as they were found last."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, Integer, Table, Text

from store.metadata import metadata
from store.types import UtcDateTime

ledger_day = Table(
    "ledger_day",
    metadata,
    # By the company's time zone.
    Column("day", Date, primary_key=True),
    # matched, unchecked, differs
    Column("state", Text, nullable=False),
    Column("unmatched", Integer, nullable=False),
    Column("checked_at", UtcDateTime, nullable=False),
    # Counts, ids and kinds: ``daemon.ledger.differences``.
    Column("report", JSON, nullable=False),
)
