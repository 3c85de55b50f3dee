"""The doctor's look at what was decided in the console over the settings file."""

from __future__ import annotations

from config.decided import decide_what_may_be, key_of
from config.settings import Settings
from crm.decisions import load_decisions, values_of
from daemon.doctor.findings import Finding, note
from store.database import Database


async def examine_decided(settings: Settings, database: Database) -> list[Finding]:
    """Which settings of the file do not hold; and which of the console do not go with it."""
    async with database.read() as connection:
        decisions = values_of(await connection.run_sync(load_decisions))
    _, refused = decide_what_may_be(settings, decisions)
    gone = {(problem.where.partition(".")[0], key_of(problem)) for problem in refused}
    names = [(section, key) for section, made in decisions.items() for key in made]
    held = ", ".join(f"{section}.{key}" for section, key in names if (section, key) not in gone)
    left = ", ".join(sorted(f"{section}.{key}" for section, key in gone))
    return [
        *([note("decided", settings=held)] if held else []),
        *([note("decided_refused", settings=left)] if left else []),
    ]
