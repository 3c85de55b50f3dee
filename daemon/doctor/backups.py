"""Whether there are backups, and how old the newest is."""

from __future__ import annotations

from datetime import UTC, datetime

from config.settings import Settings
from daemon.backup.daily import OVERDUE_AFTER
from daemon.backup.errors import BackupError
from daemon.backup.places import listed
from daemon.doctor.findings import Finding, fail, note, ok


def examine_backups(settings: Settings, now: datetime | None = None) -> Finding:
    """By the names of the files: what stands in them, ``callward backup verify`` says."""
    folder, now = settings.backup.folder, now or datetime.now(UTC)
    if folder is None:
        return note("backups_off")
    key = settings.backup.key_file
    try:
        if not key.exists():
            return fail("backups_no_key", path=key)
        newest = next((at for at, _ in listed(folder) if at <= now), None)
    except BackupError as error:
        return fail("problem", text=error)
    except OSError as error:
        return fail("backups_key_closed", path=key, reason=error.strerror)
    if newest is None:
        return note("backups_none", path=folder)
    at = f"{newest.astimezone(settings.company.timezone):%Y-%m-%d %H:%M}"
    verdict, code = (fail, "backups_old") if now - newest > OVERDUE_AFTER else (ok, "backups")
    return verdict(code, path=folder, at=at)
