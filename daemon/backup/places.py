"""Where backups lie, and where they are worked on."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from daemon.backup.errors import BackupError
from daemon.backup.key import own_like

SUFFIX: Final = ".backup"
_NAME: Final = re.compile(r"callward-(\d{8}T\d{6})Z\.backup")
_WORK: Final = ".callward-backup-"
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def name_at(at: datetime) -> str:
    """Of a backup that is made at that instant."""
    return f"callward-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}{SUFFIX}"


def made_at(path: Path) -> datetime | None:
    """When it was made, by its name; ``None``: it is not named as Callward names them."""
    found = _NAME.fullmatch(path.name)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def listed(folder: Path) -> list[tuple[datetime, Path]]:
    """Backups in a folder, the newest first; a folder that is not there has none."""
    try:
        found = list(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise BackupError("unreadable", name=folder, reason=error.strerror) from error
    dated = [(at, path) for path in found if (at := made_at(path)) is not None]
    return sorted(dated, reverse=True)


def prune(folder: Path, keep: int, now: datetime) -> list[Path]:
    """Delete all but the newest ones that Callward named; which went. Raises ``BackupError``.

    What a clock that was ahead has dated after ``now`` takes nobody's place, and stays.
    """
    old = [path for at, path in listed(folder) if at <= now][keep:]
    for path in old:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise failed(error, path) from error
    return old


@contextmanager
def alone(folder: Path) -> Iterator[Path]:
    """A private folder to work in, gone afterwards; ``BackupError`` where another is at work.

    What one that was killed left there is removed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # No link: root would open, and give away, what the daemon's user cannot reach.
        how = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        lock = os.open(folder / f"{_WORK}lock", how, 0o600)
        # Made by a command of root, it would keep the daemon's user out.
        own_like(folder / f"{_WORK}lock", folder)
    except OSError as error:
        raise BackupError("unwritable", name=folder, reason=error.strerror) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError("busy") from None
        for left in folder.glob(f"{_WORK}*/"):
            shutil.rmtree(left, ignore_errors=True)
        try:
            work = Path(tempfile.mkdtemp(prefix=_WORK, dir=folder))
        except OSError as error:
            raise failed(error, folder) from error
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)
    finally:
        os.close(lock)


def need(folder: Path, needed: int) -> None:
    """``BackupError`` where a folder's disk has not so many bytes free."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise BackupError("unwritable", name=folder, reason=error.strerror) from error
    if free < needed:
        raise BackupError("no_space", name=folder, needed=size(needed), free=size(free))


def failed(error: OSError, path: Path) -> BackupError:
    """What could not be written there, as people can mend it."""
    if error.errno in _FULL:
        return BackupError("full", name=path)
    return BackupError("unwritable", name=path, reason=error.strerror or type(error).__name__)


def size(count: int) -> str:
    """Bytes, for people."""
    amount, unit = float(count), "B"
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if amount < 1024 or unit == "TiB":
            break
        amount /= 1024
    return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
