"""The machine on which cards are deleted for good."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from crm.audit import AuditLog
from store.database import Database
from store.migrate import migrate

from .machine import VAULT, Machine


@pytest.fixture
async def machine(tmp_path: Path) -> AsyncIterator[Machine]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield Machine(database, AuditLog(database, VAULT))
    await database.close()
