"""Making a backup: while the daemon runs, and kept only if it could be restored."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy import URL

from config.settings import Settings
from crm.audit import Action, AuditLog, Entry
from crm.audit_head import Head
from crm.key_file import read_master_key
from crm.vault import Vault, VaultError
from daemon.backup.contents import (
    ABOUT,
    AUDIT_HEAD,
    DATABASES,
    RECORDINGS,
    SETTINGS,
    VAULT_KEY,
    About,
    End,
    Writer,
)
from daemon.backup.errors import BackupError
from daemon.backup.key import own_like, read_backup_key
from daemon.backup.places import SUFFIX, alone, failed, name_at, need
from daemon.backup.snapshot import Snapshot, take_snapshot
from daemon.backup.verifying import verify
from recordings.storage import Storage, open_storage
from store.database import Database
from store.lease import share

Tell = Callable[[str, int, int], None]
"""Called with the step (``snapshot``, ``write``, ``verify``), bytes done and all of them."""
_MARGIN: Final = 1 << 24
_PART: Final = ".part-"
_ABANDONED_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that was verified."""

    path: Path
    size_bytes: int
    about: About
    end: End
    restored: bool
    """Its database was restored and compared; ``False``: read through and counted only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What goes into it."""

    about: About
    snapshot: Snapshot
    key: bytes
    """That encrypts it."""
    vault_key: bytes
    settings: bytes | None


async def make_backup(
    settings: Settings,
    *,
    actor: str,
    via: str | None = None,
    target: Path | None = None,
    recordings: bool | None = None,
    config: Path | None = None,
    tell: Tell = lambda _step, _done, _all: None,
    environ: Mapping[str, str] = os.environ,
) -> Made:
    """Make one and verify it; ``actor``, ``via``: by whom, for the audit.

    ``target``: a file, or a folder in which it gets a name; default: ``backup.folder``.
    ``recordings``: instead of ``backup.recordings``. ``config``: the settings file to take along.
    Raises ``BackupError``, ``StoreError``, ``VaultError``: nothing half-made is left.
    """
    key = await asyncio.to_thread(read_backup_key, settings.backup.key_file)
    with_recordings = settings.backup.recordings if recordings is None else recordings
    path = await asyncio.to_thread(_place, target or settings.backup.folder)
    database = Database(settings.database.url)
    try:
        with alone(settings.backup.key_file.parent) as work:
            # Nobody restores or replaces the vault's key meanwhile.
            async with share(database):
                vault_key = read_master_key(settings.vault, database.name, environ)
                tell("snapshot", 0, 1)
                snapshot = await _snapshot(database, work)
                tell("snapshot", 1, 1)
                if Vault(vault_key).check_value != snapshot.vault_check:
                    where = settings.vault.key_file
                    raise VaultError("foreign", path=where, database=database.name)
                parts = _Parts(
                    about=await asyncio.to_thread(_about, snapshot, with_recordings),
                    snapshot=snapshot,
                    key=key,
                    vault_key=vault_key,
                    settings=await asyncio.to_thread(_content, config),
                )
                made = await _make(
                    parts, path, work=work, settings=settings, url=database.url, tell=tell
                )
                await AuditLog(database, Vault(vault_key)).tell(
                    Entry(action=Action.BACKUP_MADE, actor=actor, via=via, object=path.name)
                )
                return made
    finally:
        await database.close()


async def _snapshot(database: Database, work: Path) -> Snapshot:
    if database.url.get_backend_name() == "sqlite":
        source = Path(database.name)
        # A copy, and another that shows that it can be restored.
        size = await asyncio.to_thread(source.stat)
        need(work, 2 * size.st_size + _MARGIN)
    try:
        return await take_snapshot(database, work)
    except OSError as error:
        raise failed(error, work) from error


async def _make(
    parts: _Parts, path: Path, *, work: Path, settings: Settings, url: URL, tell: Tell
) -> Made:
    about, key = parts.about, parts.key
    whole = about.database_bytes + (about.recording_bytes if about.with_recordings else 0)
    need(path.parent, whole + whole // 50 + _MARGIN)
    storage = open_storage(settings.recordings.storage)
    draft = await asyncio.to_thread(_write, parts, path, storage, tell)
    try:
        try:
            verified = await verify(
                draft,
                key,
                work,
                url,
                lambda done: tell("verify", done, about.recording_bytes),
            )
        except BackupError as error:
            raise BackupError(
                "verify", name=path, what=error.about.get("what", error.code)
            ) from error
        await asyncio.to_thread(_keep, draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return Made(
        path=path,
        size_bytes=(await asyncio.to_thread(path.stat)).st_size,
        about=about,
        end=verified.end,
        restored=verified.restored,
    )


def _about(snapshot: Snapshot, with_recordings: bool) -> About:
    hashed = sha256()
    with snapshot.file.open("rb") as file:
        while chunk := file.read(1 << 20):
            hashed.update(chunk)
    return About(
        made_at=datetime.now(UTC),
        version=version("callward"),
        schema=snapshot.schema,
        kind=snapshot.kind,
        tables=snapshot.tables,
        database_bytes=snapshot.file.stat().st_size,
        database_sha256=hashed.hexdigest(),
        vault_check=snapshot.vault_check.hex(),
        recordings=len(snapshot.recordings),
        recording_bytes=sum(one.size_bytes for one in snapshot.recordings),
        with_recordings=with_recordings,
    )


def _write(parts: _Parts, path: Path, storage: Storage, tell: Tell) -> Path:
    """The whole file under a name of its own beside ``path``, on the disk."""
    draft: Path | None = None
    try:
        remove_parts(path.parent)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}{_PART}")
        draft = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            _fill(file, parts, storage, tell)
            file.flush()
            os.fsync(descriptor)
        own_like(draft, path.parent)
    except BaseException as error:
        if draft is not None:
            draft.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise failed(error, path) from error
        raise
    return draft


def remove_parts(folder: Path) -> None:
    """What one that was killed left half written; not what another machine writes there now."""
    for left in folder.glob(f".*{SUFFIX}{_PART}*"):
        if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
            left.unlink(missing_ok=True)


def _fill(file: BinaryIO, parts: _Parts, storage: Storage, tell: Tell) -> None:
    about, snapshot, end = parts.about, parts.snapshot, End()
    writer = Writer(file, parts.key)
    writer.add(ABOUT, about.to_json())
    writer.add_file(DATABASES[about.kind], snapshot.file)
    writer.add(VAULT_KEY, parts.vault_key)
    if snapshot.head is not None:
        writer.add(AUDIT_HEAD, _head_json(snapshot.head))
    if parts.settings is not None:
        writer.add(SETTINGS, parts.settings)
    for one in snapshot.recordings if about.with_recordings else ():
        try:
            with storage.open(one.path) as source:
                content = source.read()
        except FileNotFoundError:
            # Deleted since the snapshot by rule or order, or lost: who asks compares.
            end.missing.append(one.id)
            continue
        digest = sha256(content).digest()
        if one.sha256 is not None and digest != one.sha256:
            end.altered.append(one.id)
        writer.add(RECORDINGS + one.path, content)
        end.add(RECORDINGS + one.path, digest, len(content))
        tell("write", end.size_bytes, about.recording_bytes)
    writer.close(end)


def _head_json(head: Head) -> bytes:
    return f'{{"seq": {head.seq}, "mac": "{head.mac.hex()}"}}'.encode()


def _keep(draft: Path, path: Path) -> None:
    try:
        try:
            path.hardlink_to(draft)
        except PermissionError:
            # A network folder may know no second name: then it is renamed.
            draft.replace(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except FileExistsError:
        raise BackupError("exists", name=path) from None
    except OSError as error:
        raise failed(error, path) from error


def _place(target: Path | None) -> Path:
    """The file that it is to be."""
    if target is None:
        raise BackupError("no_target")
    try:
        if target.suffix == SUFFIX and not target.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        else:
            if not target.is_dir():
                target.mkdir(parents=True, mode=0o700)
                own_like(target, target.absolute().parent)
            target = target / name_at(datetime.now(UTC))
        if target.exists():
            raise BackupError("exists", name=target)
    except OSError as error:
        raise failed(error, target) from error
    return target.absolute()


def _content(config: Path | None) -> bytes | None:
    if config is None:
        return None
    try:
        return config.read_bytes()
    except OSError as error:
        raise BackupError("unreadable", name=config, reason=error.strerror) from error
