"""The doctor's look at who works on a PostgreSQL, and who stands by for him."""

from __future__ import annotations

from daemon.doctor.findings import Finding, note, ok
from store.database import Database
from store.leadership import read_leader


async def examine_leading(database: Database) -> list[Finding]:
    """Nothing on SQLite, where one daemon is all there is, and before the first start."""
    leading = await read_leader(database)
    if leading is None:
        return []
    name = leading.host
    if not leading.beats:
        return [note("leader_silent", name=name, waiting=leading.waiting)]
    if not leading.waiting:
        return [note("standby_none", name=name)]
    return [ok("standby", name=name, waiting=leading.waiting)]
