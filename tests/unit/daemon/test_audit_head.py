from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from crm.audit import Action, AuditLog, Entry
from crm.audit_chain import Fault, check_all
from crm.audit_head import Head, read_head
from crm.people_tables import audit
from crm.vault import Vault
from daemon.audit_head import AuditHead
from store.database import Database
from store.migrate import migrate

VAULT = Vault(bytes(range(32)))
ENTRY = Entry(action=Action.CLIENT_OPENED, actor="anna")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield database
    await database.close()


async def test_the_head_follows_the_audit(database: Database, tmp_path: Path) -> None:
    log, path = AuditLog(database, VAULT), tmp_path / "audit.head"
    head = AuditHead(database, log, path)
    await head.look_back()
    await head.note()
    assert not path.exists(), "there is nothing to note"
    await log.tell(ENTRY, ENTRY)
    await head.note()
    noted = read_head(path)
    assert noted is not None
    assert noted.seq == 2
    written = path.stat().st_mtime_ns
    await head.note()
    assert path.stat().st_mtime_ns == written


async def test_a_start_after_entries_were_cut_off_says_so_in_the_audit(
    database: Database, tmp_path: Path
) -> None:
    log, path = AuditLog(database, VAULT), tmp_path / "audit.head"
    await log.tell(*[ENTRY] * 5)
    await AuditHead(database, log, path).note()
    before = read_head(path)
    await database.write(lambda c: c.exec_driver_sql("DELETE FROM audit WHERE seq > 2"))
    restarted = AuditHead(database, log, path)
    await restarted.look_back()
    async with database.read() as connection:
        told = (await connection.execute(select(audit).where(audit.c.seq == 3))).one()
    assert (told.action, told.actor, told._mapping["count"]) == ("audit_shortened", "callward", 3)
    assert [
        (one.fault, one.seq) for one in (await check_all(database, VAULT, before, quiet)).findings
    ] == [(Fault.CUT_OFF, 4)]
    # From here on it is part of the record, and no longer hidden.
    await restarted.note()
    verdict = await check_all(database, VAULT, read_head(path), quiet)
    assert (verdict.findings, verdict.shortened) == ([], [3])
    # The next start finds nothing new.
    await AuditHead(database, log, path).look_back()
    assert (await check_all(database, VAULT, None, quiet)).records == 3


async def test_a_head_that_cannot_be_written_or_read_ends_nothing(
    database: Database, tmp_path: Path
) -> None:
    log = AuditLog(database, VAULT)
    await log.tell(ENTRY)
    await AuditHead(database, log, tmp_path / "nowhere" / "audit.head").note()
    broken = tmp_path / "audit.head"
    broken.write_text("?")
    head = AuditHead(database, log, broken)
    await head.look_back()
    await head.note()
    assert isinstance(read_head(broken), Head)
    # Who takes the note away to cut entries off leaves a trace of that.
    assert (await check_all(database, VAULT, None, quiet)).shortened == [2]
    broken.unlink()
    await AuditHead(database, log, broken).look_back()
    assert (await check_all(database, VAULT, None, quiet)).shortened == [2, 3]


def quiet(_done: int) -> None:
    """Nobody watches."""
