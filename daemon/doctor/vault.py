"""The doctor's look at old keys and at the newest end of the audit's chain."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from config.settings import Settings
from crm.audit_chain import check_newest
from crm.audit_head import HeadError, head_file, read_head
from crm.key_file import open_vault_of
from daemon.doctor.findings import Finding, fail, note, ok
from store.database import Database

_NEWEST: Final = 1000


async def examine_vault(settings: Settings, database: Database) -> list[Finding]:
    """Of a database of this schema whose key is there. Changes nothing."""
    return [*_old_keys(settings.vault.key_file), await _audit(settings, database)]


def _old_keys(key_file: Path) -> list[Finding]:
    """A rotation protects from who has the old key only once that is gone from here."""
    return [
        note("key_old", path=path)
        for path in sorted(key_file.parent.glob(f"{key_file.name}.old-*"))
    ]


async def _audit(settings: Settings, database: Database) -> Finding:
    path = head_file(settings.vault)
    try:
        head = read_head(path)
    except HeadError as error:
        return fail("audit_head", path=path, reason=error)
    vault = await open_vault_of(settings.vault, database)
    verdict = await check_newest(database, vault, head, _NEWEST)
    if verdict.findings:
        return fail("audit_broken", seq=verdict.findings[0].seq)
    if head is None:
        return note("audit_new", path=path)
    return ok("audit", records=verdict.records)
