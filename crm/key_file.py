"""The vault's key: made by the first start, checked against the database, replaced by a rotation.

It is a file that only its owner may read, or a systemd credential. A rotation writes the new key
to ``KEY.new`` before it seals the database with it, and moves it to its place afterwards; the
check value in the database says which of both is the key, so a rotation that broke off there is
finished by the next who opens the vault.
"""

from __future__ import annotations

import asyncio
import os
import stat
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import Connection, select

from config.settings import VaultSettings
from crm.tables import phone, vault_key
from crm.vault import KEY_BYTES, Vault, VaultError
from store.database import Database
from store.upsert import insert_or_ignore

KEY_VERSION = 1

_log = structlog.get_logger(__name__)


async def open_vault_of(
    settings: VaultSettings, database: Database, environ: Mapping[str, str] = os.environ
) -> Vault:
    """The vault of a migrated database with the key of these settings; as ``open_vault``."""
    return await open_vault(database, settings.key_file, credential_of(settings, environ))


async def open_vault(database: Database, key_file: Path, credential: Path | None = None) -> Vault:
    """The vault of a migrated database.

    ``credential``: where systemd put the key; ``key_file`` is not looked at then. ``VaultError``:
    the key file is readable by others, has a wrong size, is lost while the database holds data, or
    belongs to another database.
    """
    async with database.read() as connection:
        check_value = await connection.run_sync(stored_check_value)
        known = check_value is not None or await connection.run_sync(_has_numbers)
    if credential is None:
        key = await asyncio.to_thread(_read_or_create, key_file, not known, database.name)
    else:
        key = await asyncio.to_thread(_read_credential, credential)
    vault = Vault(key)
    if check_value is None:
        check_value = await database.write(lambda connection: _enrol(connection, vault))
    if check_value == vault.check_value:
        return vault
    rotated = None if credential else await asyncio.to_thread(finish_swap, key_file, check_value)
    if rotated is None:
        raise VaultError("foreign", path=credential or key_file, database=database.name)
    _log.warning("a rotation of the key broke off and is finished now", key_file=str(key_file))
    return rotated


def read_vault(
    key_file: Path, *, may_create: bool, database: str, credential: Path | None = None
) -> Vault:
    """The vault without its database, for what is derived from its key.

    ``may_create``: nothing was sealed yet. ``VaultError`` as ``open_vault``'s, but for a key that
    belongs to another database.
    """
    if credential is not None:
        return Vault(_read_credential(credential))
    return Vault(_read_or_create(key_file, may_create, database))


def credential_of(settings: VaultSettings, environ: Mapping[str, str] = os.environ) -> Path | None:
    """Where systemd put the key for this process (systemd.exec(5), CREDENTIALS).

    ``None``: the settings name no credential, or this is a command outside of the unit, which
    reads the file.
    """
    folder = environ.get("CREDENTIALS_DIRECTORY")
    return Path(folder) / settings.credential if settings.credential and folder else None


def stored_check_value(connection: Connection) -> bytes | None:
    """By which the key of this database is known; ``None``: it has none yet."""
    stored: bytes | None = connection.execute(
        select(vault_key.c.check_value).where(vault_key.c.version == KEY_VERSION)
    ).scalar_one_or_none()
    return stored


def read_key(path: Path) -> bytes:
    """The key in a file of ours; ``VaultError`` for one that others may read or that is no key."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
        if mode & 0o077:
            raise VaultError("mode", path=path, mode=f"{mode:04o}")
        key = file.read(KEY_BYTES + 1)
    return _sized(path, key)


def read_master_key(
    settings: VaultSettings, database: str, environ: Mapping[str, str] = os.environ
) -> bytes:
    """The key of these settings, for a backup. ``VaultError``: it is not there or no key."""
    credential = credential_of(settings, environ)
    if credential is not None:
        return _read_credential(credential)
    try:
        return read_key(settings.key_file)
    except FileNotFoundError:
        raise VaultError("missing", path=settings.key_file, database=database) from None
    except OSError as error:
        raise VaultError("unusable", path=settings.key_file, reason=error.strerror) from error


def place_key(path: Path, key: bytes) -> None:
    """Put a key that comes out of a backup to its place; one that stands there stays beside it.

    Raises ``VaultError``, ``OSError``.
    """
    if path.exists():
        if read_key(path) == key:
            return
        keep_old(path)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _draft(path, key)
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(draft, owner.st_uid, owner.st_gid)
    draft.replace(path)
    _sync_folder(path)


def new_key_file(path: Path) -> Path:
    """Where a new key waits until the database is sealed with it."""
    return path.with_name(f"{path.name}.new")


def old_key_file(path: Path, old: Vault) -> Path:
    """Where a key stays that was replaced. Backups made with it bear the same check value."""
    return path.with_name(f"{path.name}.old-{old.check_value.hex()[:8]}")


def write_new_key(path: Path, key: bytes) -> None:
    """Let a new key wait beside the one at ``path``, with the same owner, whole or not at all."""
    waiting = new_key_file(path)
    draft = _draft(waiting, key)
    if os.geteuid() == 0:
        # The daemon has a user of its own, and root runs the command.
        owner = path.stat()
        os.chown(draft, owner.st_uid, owner.st_gid)
    draft.replace(waiting)
    _sync_folder(waiting)


def finish_swap(path: Path, check_value: bytes) -> Vault | None:
    """Move the new key to its place if that is the database's; the vault that it opens then.

    May be run at any moment after the database was sealed, by several at once and again.
    """
    waiting = new_key_file(path)
    try:
        new = Vault(read_key(waiting))
        if new.check_value == check_value:
            keep_old(path)
            waiting.replace(path)
            _sync_folder(path)
    except FileNotFoundError:
        # Nothing waits, or somebody else was quicker.
        pass
    except OSError as error:
        raise VaultError("unusable", path=waiting, reason=error.strerror) from error
    standing = Vault(_read_or_create(path, False, ""))
    return standing if standing.check_value == check_value else None


def keep_old(path: Path) -> Path:
    """Give the key that stands a second name, under which it stays when it is replaced."""
    kept = old_key_file(path, Vault(read_key(path)))
    try:
        kept.hardlink_to(path)
    except FileExistsError:
        return kept
    _sync_folder(path)
    return kept


def _has_numbers(connection: Connection) -> bool:
    return connection.execute(select(phone.c.id).limit(1)).first() is not None


def _enrol(connection: Connection, vault: Vault) -> bytes:
    """Write the check value if there is none; the one that stands then."""
    connection.execute(
        insert_or_ignore(connection.dialect.name, vault_key, ("version",)),
        {
            "version": KEY_VERSION,
            "check_value": vault.check_value,
            "created_at": datetime.now(UTC),
        },
    )
    stored = stored_check_value(connection)
    assert stored is not None
    return stored


def _read_or_create(path: Path, may_create: bool, database: str) -> bytes:
    try:
        if not path.exists():
            if not may_create:
                raise VaultError("missing", path=path, database=database)
            _create(path)
        return read_key(path)
    except OSError as error:
        raise VaultError("unusable", path=path, reason=error.strerror) from error


def _read_credential(path: Path) -> bytes:
    """systemd keeps others away from it; its mode shows the mask of an ACL and says nothing."""
    try:
        with path.open("rb") as file:
            return _sized(path, file.read(KEY_BYTES + 1))
    except FileNotFoundError as error:
        raise VaultError("credential_missing", name=path.name, path=path) from error
    except OSError as error:
        raise VaultError("unusable", path=path, reason=error.strerror) from error


def _sized(path: Path, key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        size = f"> {KEY_BYTES}" if len(key) > KEY_BYTES else len(key)
        raise VaultError("size", path=path, size=size, wanted=KEY_BYTES)
    return key


def _create(path: Path) -> None:
    """Write a new key whole or not at all; of two starts at once, one key stands."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _draft(path, os.urandom(KEY_BYTES))
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    _sync_folder(path)


def _draft(path: Path, key: bytes) -> Path:
    # O_EXCL and mode 0600 (tempfile's contract).
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(descriptor)
    return Path(draft)


def _sync_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
