"""Whether there are backups, and how old the newest is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from config.settings import Settings
from daemon.backup.daily import OVERDUE_AFTER
from daemon.backup.errors import BackupError
from daemon.backup.places import listed
from daemon.doctor.findings import Finding, fail, note, ok
from recordings.threads import at_place

PATIENCE_SECONDS: Final = 5.0
"""For a network folder that does not answer."""


async def examine_backups(settings: Settings, now: datetime | None = None) -> Finding:
    """By the names of the files: what stands in them, ``callward backup verify`` says."""
    folder = settings.backup.folder
    if folder is None:
        return note("backups_off")
    try:
        return await at_place(
            "backups", _look, settings, folder, now or datetime.now(UTC), seconds=PATIENCE_SECONDS
        )
    except TimeoutError:
        return fail("backups_hang", path=folder, seconds=round(PATIENCE_SECONDS))


def _look(settings: Settings, folder: Path, now: datetime) -> Finding:
    key = settings.backup.key_file
    try:
        if not key.exists():
            return fail("backups_no_key", path=key)
        possible_since = datetime.fromtimestamp(key.stat().st_mtime, UTC)
        newest = next((at for at, _ in listed(folder) if at <= now), None)
    except BackupError as error:
        return fail("problem", text=error)
    except OSError as error:
        return fail("backups_key_closed", path=key, reason=error.strerror)
    if newest is None:
        verdict = fail if now - possible_since > OVERDUE_AFTER else note
        return verdict("backups_none", path=folder)
    at = f"{newest.astimezone(settings.company.timezone):%Y-%m-%d %H:%M}"
    verdict, code = (fail, "backups_old") if now - newest > OVERDUE_AFTER else (ok, "backups")
    return verdict(code, path=folder, at=at)
