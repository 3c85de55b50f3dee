"""What root's commands make is the service's, and leads nowhere else."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from daemon.backup.errors import BackupError
from daemon.backup.key import own_like
from daemon.backup.places import alone
from daemon.backup.restoring import _put_recording
from daemon.cli.backup import _put_settings
from recordings.storage import LocalFolder
from store.database import Database, StoreError
from store.lease import reserve

SERVICE = 65534
"""Debian's ``nobody`` and ``nogroup``."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The service's own."""
    if os.geteuid() != 0:
        pytest.skip("gives files away: run the tests with sudo")
    folder = tmp_path / "service"
    folder.mkdir()
    os.chown(folder, SERVICE, SERVICE)
    return folder


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file of root's."""
    file = tmp_path / "secret"
    file.write_text("root's")
    return file


def test_a_link_gives_nothing_away(folder: Path, secret: Path) -> None:
    link = folder / "link"
    link.symlink_to(secret)
    own_like(link, folder)
    assert secret.stat().st_uid == 0
    assert link.lstat().st_uid == SERVICE


async def test_a_lock_that_is_a_link_is_refused(folder: Path, secret: Path) -> None:
    (folder / ".callward-backup-lock").symlink_to(secret)
    with pytest.raises(BackupError, match="symbolic links"), alone(folder):
        pass
    (folder / "callward.db.lock").symlink_to(secret)
    database = Database(f"sqlite+aiosqlite:///{folder}/callward.db")
    with pytest.raises(StoreError, match="symbolic links"):
        async with reserve(database):
            pass
    await database.close()
    assert secret.stat().st_uid == 0


def test_recordings_are_not_written_through_a_link(folder: Path, secret: Path) -> None:
    storage = LocalFolder(folder / "recordings")
    spool = storage.spool()
    os.chown(spool, SERVICE, SERVICE)
    key = "2026/01/05/one.wav"
    for content in (b"one", b"two"):
        _put_recording(storage, spool, key, content)
        # What the service knows by now of the names there.
        for name in ("restored.part", *(path.name for path in spool.iterdir())):
            (spool / name).unlink(missing_ok=True)
            (spool / name).symlink_to(secret)
    assert secret.read_text() == "root's"
    with storage.open(key) as file:
        assert file.read() == b"two"
    assert (folder / "recordings" / key).stat().st_uid == SERVICE


def test_settings_out_of_a_backup_are_readable_to_the_service(folder: Path) -> None:
    file = folder / "callward.toml"
    _put_settings(file, b"[company]")
    status = file.stat()
    assert (status.st_gid, stat.S_IMODE(status.st_mode)) == (SERVICE, 0o640)
    with pytest.raises(FileExistsError):
        _put_settings(file, b"other")
    assert file.read_bytes() == b"[company]"


def test_settings_are_there_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        _put_settings(tmp_path / "callward.toml", b"[company]")
    assert list(tmp_path.iterdir()) == []
