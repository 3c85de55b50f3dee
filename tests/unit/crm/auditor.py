"""Another process that writes the audit."""

from __future__ import annotations

import asyncio
import sys

from crm.audit import Action, AuditLog, Entry
from crm.vault import Vault
from store.database import Database


async def main(url: str, entries: str) -> None:
    database = Database(url)
    log = AuditLog(database, Vault(bytes(range(32))))
    for _ in range(int(entries)):
        await log.tell(Entry(action=Action.DATABASE_READ, actor="operator"))
    await database.close()


asyncio.run(main(*sys.argv[1:]))
