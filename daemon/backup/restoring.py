"""Putting a backup onto a machine: an empty one, or one whose database it replaces."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection, inspect, make_url, text

from config.settings import Settings
from crm.audit import Action, AuditLog, Entry
from crm.audit_head import Head, head_file, stored_head, write_head
from crm.key_file import open_vault_of, place_key, read_key
from crm.sessions import end_all_sessions
from crm.vault import Vault
from daemon.backup import postgres
from daemon.backup.contents import (
    RECORDING,
    VAULT_KEY,
    About,
    End,
    members,
    read_about,
    read_member,
)
from daemon.backup.errors import BackupError
from daemon.backup.key import make_backup_key, own_like
from daemon.backup.places import alone, failed, need
from daemon.backup.tables import own_tables
from daemon.backup.verifying import verify
from recordings.storage import Storage, open_storage
from store.database import Database
from store.lease import reserve
from store.migrate import migrate
from store.migrations import HEAD

Tell = Callable[[str, int, int], None]
"""Called with the step (``verify``, ``write``), bytes that are done and all of them."""
_SYNC_EVERY: Final = 200
_SPARE_BYTES: Final = 1 << 24
_SIDE_FILES: Final = ("-wal", "-shm")


@dataclass(slots=True, kw_only=True)
class Restored:
    """What was put where."""

    about: About
    end: End
    recordings: int
    """Files that were written."""
    absent: int = 0
    """Recordings that the database names and that are not in the storage now."""
    kept: list[Path] = field(default_factory=list)
    """What stood there before, under another name."""


async def restore_backup(
    settings: Settings,
    path: Path,
    key: bytes,
    *,
    actor: str,
    via: str | None = None,
    force: bool = False,
    recordings: bool = True,
    tell: Tell = lambda _step, _done, _all: None,
) -> Restored:
    """Put it where these settings say. ``force``: also where there is something.

    All of it is read and its database checked before anything is touched. Raises ``BackupError``,
    ``StoreError`` (a daemon runs on that database), ``VaultError``.
    """
    about = await asyncio.to_thread(read_about, path, key)
    if about.schema > HEAD:
        raise BackupError("newer", name=path, version=about.schema, head=HEAD)
    wanted = make_url(settings.database.url).get_backend_name()
    if about.kind != wanted:
        raise BackupError("kind", name=path, had=about.kind, wanted=wanted)
    storage = open_storage(settings.recordings.storage)
    is_new = await asyncio.to_thread(_is_empty_file, settings)
    database = Database(settings.database.url)
    try:
        with alone(settings.backup.key_file.parent) as work:
            _need(settings, work, about)
            async with reserve(database):
                if not force and not (is_new and await _has_no_tables(database)):
                    raise BackupError("not_empty", name=database.name)
                vault_key = await asyncio.to_thread(_vault_key, settings, path, key, force)
                found = await verify(
                    path,
                    key,
                    work,
                    database.url,
                    lambda done: tell("verify", done, about.recording_bytes),
                )
                done = Restored(about=about, end=found.end, recordings=0)
                if recordings and about.with_recordings:
                    done.recordings = await asyncio.to_thread(
                        _put_recordings, path, key, storage, about, tell
                    )
                with _keys_in_place(settings, vault_key, key):
                    await _put_database(database, about, found.database, done)
                await migrate(database)
                # One that was closed since the backup would be open again.
                closing = partial(end_all_sessions, by=actor, at=datetime.now(UTC))
                await database.write(closing)
                await _tell(settings, database, path, actor, via)
                done.absent = await _count_absent(database, storage)
                await asyncio.to_thread(_hand_over, database, settings)
        return done
    finally:
        await database.close()


def _is_empty_file(settings: Settings) -> bool:
    """Asked before SQLite's file is made."""
    _, _, name = settings.database.url.partition("sqlite+aiosqlite:///")
    try:
        return not name or not Path(name).exists() or Path(name).stat().st_size == 0
    except OSError as error:
        raise BackupError("unreadable", name=name, reason=error.strerror) from error


async def _has_no_tables(database: Database) -> bool:
    if database.url.get_backend_name() == "sqlite":
        return True
    async with database.read() as connection:
        there = await connection.run_sync(lambda one: set(inspect(one).get_table_names()))
    return there.isdisjoint(own_tables())


def _vault_key(settings: Settings, path: Path, key: bytes, force: bool) -> bytes:
    found = read_member(path, key, VAULT_KEY)
    if found is None:
        raise BackupError("wrong_content", name=path, what=VAULT_KEY)
    standing = settings.vault.key_file
    if not force and standing.exists() and read_key(standing) != found:
        raise BackupError("other_key", path=standing)
    return found


def _put_recordings(path: Path, key: bytes, storage: Storage, about: About, tell: Tell) -> int:
    """Each durable under its name before the database names it."""
    put = written = 0
    spool = storage.spool()
    try:
        for member in members(path, key):
            named = RECORDING.fullmatch(member.name)
            if named is None:
                continue
            content = member.read()
            if not _same(storage, named[1], content):
                _put_recording(storage, spool, named[1], content)
            put += 1
            written += len(content)
            if put % _SYNC_EVERY == 0:
                storage.sync()
            tell("write", written, about.recording_bytes)
        storage.sync()
    except OSError as error:
        raise failed(error, spool.parent) from error
    return put


def _put_recording(storage: Storage, spool: Path, key: str, content: bytes) -> None:
    """By a draft of its own: under a name that is known, somebody could lay a link for root."""
    descriptor, name = tempfile.mkstemp(prefix="restored.", dir=spool)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        own_like(draft, spool)
        storage.put(key, draft)
    finally:
        draft.unlink(missing_ok=True)


def _same(storage: Storage, key: str, content: bytes) -> bool:
    try:
        with storage.open(key) as there:
            return sha256(there.read()).digest() == sha256(content).digest()
    except FileNotFoundError:
        return False


@contextmanager
def _keys_in_place(settings: Settings, vault_key: bytes, backup_key: bytes) -> Iterator[None]:
    """The keys of the backup; where its database does not follow, the vault's one of before."""
    path = settings.vault.key_file
    try:
        before = read_key(path) if path.exists() else None
        place_key(path, vault_key)
        if not settings.backup.key_file.exists():
            make_backup_key(settings.backup.key_file, backup_key)
    except OSError as error:
        raise failed(error, path) from error
    try:
        yield
    except BaseException:
        if before is not None:
            place_key(path, before)
        raise


def _need(settings: Settings, work: Path, about: About) -> None:
    """``BackupError`` where there is no room for the copies of the database."""
    once = about.database_bytes + _SPARE_BYTES
    need(work, once)
    _, _, name = settings.database.url.partition("sqlite+aiosqlite:///")
    if name and Path(name).parent.exists():
        beside = Path(name).parent
        shared = beside.stat().st_dev == work.stat().st_dev
        need(beside, once + about.database_bytes if shared else once)


async def _put_database(database: Database, about: About, copy: Path, done: Restored) -> None:
    if about.kind == "sqlite":
        # Not on a thread: it would go on where somebody interrupts us.
        done.kept += _swap_file(Path(database.name), copy)
        return
    async with database.engine.connect() as connection:
        drops = await connection.run_sync(_drops)
        number = (await connection.execute(text("SHOW server_version_num"))).scalar_one()
    await postgres.replace(database.url, int(number) // 10_000, copy, drops)


def _swap_file(target: Path, copy: Path) -> list[Path]:
    """The copy takes the database's place; what stood there stays beside it."""
    draft = target.with_name(f".{target.name}.restored")
    before = target.with_name(f"{target.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    moved: list[tuple[Path, Path]] = []
    try:
        # The work folder may be on another disk. Nothing that stands is touched before all is here.
        draft.unlink(missing_ok=True)
        _copy(copy, draft)
        own_like(draft, target.parent)
        try:
            if target.stat().st_size:
                # Its log goes with it, and first: what was not written back yet stands there.
                for suffix in (*_SIDE_FILES, ""):
                    old, kept = Path(f"{target}{suffix}"), Path(f"{before}{suffix}")
                    if old.exists():
                        old.rename(kept)
                        moved.append((old, kept))
            draft.replace(target)
        except OSError:
            for old, kept in moved:
                kept.rename(old)
            raise
        _sync_folder(target.parent)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise failed(error, target) from error
    return [before] if moved else []


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy(source: Path, target: Path) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with source.open("rb") as reading, os.fdopen(descriptor, "wb") as writing:
        while chunk := reading.read(1 << 20):
            writing.write(chunk)
        writing.flush()
        os.fsync(descriptor)


def _drops(connection: Connection) -> list[str]:
    """What takes our tables away, if they are there."""
    there = set(inspect(connection).get_table_names())
    quote = connection.dialect.identifier_preparer.quote
    return [f"DROP TABLE {quote(name)} CASCADE" for name in own_tables() if name in there]


async def _tell(
    settings: Settings, database: Database, path: Path, actor: str, via: str | None
) -> None:
    """To the audit, and how far that goes now: nothing is missed that was never here."""
    vault: Vault = await open_vault_of(settings.vault, database, {})
    entry = Entry(action=Action.BACKUP_RESTORED, actor=actor, via=via, object=path.name)
    await AuditLog(database, vault).tell(entry)
    async with database.read() as connection:
        head: Head | None = await connection.run_sync(stored_head)
    if head is not None:
        noted = head_file(settings.vault)
        try:
            await asyncio.to_thread(write_head, noted, head)
            own_like(noted, noted.parent)
        except OSError as error:
            raise failed(error, noted) from error


def _hand_over(database: Database, settings: Settings) -> None:
    """What root made is for the user who has the folders: the daemon's."""
    if os.geteuid() != 0:
        return
    if database.url.get_backend_name() == "sqlite":
        file = Path(database.name)
        for suffix in (".lock", *_SIDE_FILES):
            if Path(f"{file}{suffix}").exists():
                own_like(Path(f"{file}{suffix}"), file.parent)
    root = Path(unquote(urlsplit(settings.recordings.storage).path))
    if root.is_dir():
        own_like(root, root.parent)
        for folder, folders, files in os.walk(root):
            for name in (*folders, *files):
                own_like(Path(folder, name), root)


async def _count_absent(database: Database, storage: Storage) -> int:
    query = text("SELECT path FROM recording WHERE state = 'stored' AND path IS NOT NULL")
    async with database.read() as connection:
        paths = (await connection.execute(query)).scalars().all()

    def count() -> int:
        absent = 0
        for one in paths:
            try:
                storage.open(one).close()
            except FileNotFoundError:
                absent += 1
        return absent

    return await asyncio.to_thread(count)
