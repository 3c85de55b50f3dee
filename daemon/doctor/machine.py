"""What the daemon stands on here: key, database, folders, disk, and the daemon itself."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import stat
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from sqlalchemy import Row, inspect, make_url, select
from sqlalchemy.exc import DBAPIError

from config.problems import Language
from config.settings import PbxSettings, Settings
from crm.key_file import credential_of, open_vault_of
from crm.vault import VaultError
from daemon.cel.rows import CelColumnsError, read_rows
from daemon.cel.source import open_source
from daemon.doctor.decided import examine_decided
from daemon.doctor.findings import Finding, Verdict, fail, note, ok
from daemon.doctor.leading import examine_leading
from daemon.doctor.vault import examine_vault
from recordings.errors import REMEDIES, ErrorCode
from recordings.models import RecordingState, recording
from store.database import Database, StoreError
from store.migrate import DatabaseNewerError, require_head, stored_schema
from store.migrations import HEAD

LEAST_FREE_GB: Final = 1.0
_PATIENCE_SECONDS: Final = 3.0
_CEL_TAIL_BYTES: Final = 64 * 1024
_CEL_DAYS: Final = timedelta(days=7)


def examine_user(settings: Settings) -> Finding | None:
    """Whether this user is kept away from what is the daemon's: then nothing can be told of it."""
    for setting, path in (
        ("database.url", _database_file(settings)),
        ("vault.key_file", settings.vault.key_file),
        ("recordings.storage", _storage_folder(settings)),
    ):
        try:
            if path is not None:
                path.exists()
        except PermissionError:
            return fail("other_user", setting=setting, path=path)
    return None


async def examine_database(settings: Settings) -> list[Finding]:
    """Database and key; neither is made nor changed."""
    file, key = _database_file(settings), settings.vault.key_file
    if file is not None and not file.exists():
        return [note("database_new", name=file), _key(key)]
    try:
        database = Database(settings.database.url)
    except StoreError as error:
        return [fail("problem", text=error), _key(key)]
    try:
        if not await _is_made(database):
            return [note("database_new", name=database.name), _key(key)]
        found = [await _examine_schema(database), await _examine_key(database, settings)]
        if all(finding.verdict is Verdict.OK for finding in found):
            found += await examine_vault(settings, database)
            found += await examine_decided(settings, database)
            found += await examine_leading(database)
    except DBAPIError as error:
        return [fail("problem", text=f"database: {database.name}: {error.orig}"), _key(key)]
    else:
        return found
    finally:
        await database.close()


async def _examine_schema(database: Database) -> Finding:
    version = (await stored_schema(database)).version
    try:
        await require_head(database)
    except DatabaseNewerError as error:
        return fail("problem", text=error)
    except StoreError:
        return note("database_old", name=database.name, version=version, head=HEAD)
    return ok("database", name=database.name, version=version)


async def _examine_key(database: Database, settings: Settings) -> Finding:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await open_vault_of(settings.vault, database)
            await database.write(lambda _: None)
    except VaultError as error:
        return fail("problem", text=error)
    except TimeoutError:
        return fail("database_locked", name=database.name, seconds=round(_PATIENCE_SECONDS))
    return ok("key", path=credential_of(settings.vault) or settings.vault.key_file)


def examine_storage(settings: Settings) -> Iterator[Finding]:
    """Where recordings are kept, and the room that is left."""
    storage = _storage_folder(settings)
    yield from _folder("recordings.storage", storage)
    places = [storage]
    file = _database_file(settings)
    if file is not None:
        yield from _folder("database.url", file.parent)
        places.insert(0, file.parent)
    places += [pbx.recordings_folder for pbx in settings.pbx if pbx.recordings_folder]
    seen: set[int] = set()
    for place in places:
        here = _existing(place)
        device = here.stat().st_dev
        if device in seen:
            continue
        seen.add(device)
        free = shutil.disk_usage(here).free / 1e9
        if free < LEAST_FREE_GB:
            yield fail("disk_full", free=f"{free:.1f}", path=here, least=f"{LEAST_FREE_GB:.0f}")
        else:
            yield ok("disk", free=f"{free:.1f}", path=here)


def examine_originals(pbx: PbxSettings, theirs: str) -> Finding:
    """The folder into which the PBX records. ``theirs``: its path as the PBX knows it."""
    folder = pbx.recordings_folder
    if folder is None:
        return note("originals_off", pbx.name)
    try:
        is_folder = stat.S_ISDIR(folder.stat().st_mode)
    except PermissionError:
        return fail("originals_closed", pbx.name, path=folder)
    except OSError:
        is_folder = False
    if not is_folder:
        return fail("originals_missing", pbx.name, path=folder, theirs=theirs or "?")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return fail("originals_closed", pbx.name, path=folder)
    if not theirs:
        return ok("originals_here", pbx.name, path=folder)
    return ok("originals", pbx.name, path=folder, theirs=theirs)


async def examine_last_recording(settings: Settings, pbx: PbxSettings, theirs: str) -> Finding:
    """Whether what the PBX recorded last arrived: the proof that both mean the same folder."""
    row = await _last_recording(settings, pbx)
    if row is None:
        return note("not_recorded_yet", pbx.name)
    if row.state == RecordingState.MISSING:
        return fail(
            "originals_elsewhere", pbx.name, path=pbx.recordings_folder, theirs=theirs or "?"
        )
    if row.state == RecordingState.FAILED:
        remedy = REMEDIES[ErrorCode(row.error)]
        return fail("recording_failed", pbx.name, error=row.error, remedy=remedy)
    return ok("recorded", pbx.name)


async def _last_recording(settings: Settings, pbx: PbxSettings) -> Row[Any, Any] | None:
    newest = (
        select(recording.c.state, recording.c.error)
        .where(recording.c.pbx == pbx.name)
        .order_by(recording.c.started_at.desc())
        .limit(1)
    )
    file = _database_file(settings)
    if file is not None and not file.exists():
        return None
    try:
        database = Database(settings.database.url)
    except StoreError:
        return None
    try:
        async with database.read() as connection:
            return (await connection.execute(newest)).one_or_none()
    except DBAPIError:
        return None
    finally:
        await database.close()


def examine_cel(pbx: PbxSettings, *, calls_made: bool) -> Finding:
    """The PBX's own event log, as this machine sees it. ``calls_made``: it has something to log."""
    path = pbx.cel.file
    if path is None:
        return _examine_cel_table(pbx)
    try:
        lines = _last_lines(path)
    except FileNotFoundError:
        verdict = fail if calls_made else note
        return verdict("cel_missing", pbx.name, path=path)
    except OSError as error:
        return fail("cel_closed", pbx.name, path=path, reason=error.strerror)
    return _examine_rows(pbx, path, lines)


def _examine_cel_table(pbx: PbxSettings) -> Finding:
    log = open_source(pbx)
    if log is None:
        return note("cel_off", pbx.name)
    try:
        readable = any(log.rows(datetime.now(UTC) - _CEL_DAYS))
    except CelColumnsError as error:
        return fail("cel_table_columns", pbx.name, name=log.name, reason=error)
    except OSError as error:
        return fail("cel_table_closed", pbx.name, name=log.name, reason=error.strerror)
    return (
        ok("cel_table", pbx.name, name=log.name)
        if readable
        else note("cel_table_empty", pbx.name, name=log.name)
    )


def _examine_rows(pbx: PbxSettings, path: Path, lines: list[str]) -> Finding:
    if not lines:
        return note("cel_empty", pbx.name, path=path)
    try:
        readable = any(read_rows(lines, pbx.timezone, pbx.cel.columns))
    except CelColumnsError as error:
        return fail("cel_columns", pbx.name, path=path, reason=error)
    return (ok if readable else fail)(
        "cel_file" if readable else "cel_unreadable", pbx.name, path=path
    )


def _last_lines(path: Path) -> list[str]:
    """Whole lines from the end of a log that may be large."""
    with path.open("rb") as log:
        start = max(0, path.stat().st_size - _CEL_TAIL_BYTES)
        log.seek(start)
        lines = log.read().decode(errors="replace").splitlines()
    return lines[1:] if start else lines


def examine_daemon(settings: Settings, language: Language) -> Finding:
    """The running daemon, by what it says of itself."""
    address = settings.http.url
    spoken = {"Accept-Language": language}
    request = urllib.request.Request(f"{address}/health", headers=spoken)  # noqa: S310 - http
    try:
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310
                health = json.load(answer)
        except urllib.error.HTTPError as error:
            health = json.load(error)
        if health.get("code") == "standby":
            return ok("daemon_standby", address=address)
        if health["ok"]:
            return ok("daemon", address=address, running=health["calls_running"])
        notices = [text for link in health["links"] for text in link["notices"]]
    except OSError:
        return note("daemon_down", address=address)
    except (HTTPException, ValueError, KeyError, TypeError, AttributeError):
        return fail("daemon_other", address=address)
    if not health["database"]:
        notices.append(fail("database_stuck").text(language))
    return fail("daemon_ill", address=address, text="; ".join(notices))


def _database_file(settings: Settings) -> Path | None:
    """SQLite's file; ``None``: a server keeps the database."""
    url = make_url(settings.database.url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _storage_folder(settings: Settings) -> Path:
    return Path(unquote(urlsplit(settings.recordings.storage).path))


async def _is_made(database: Database) -> bool:
    """Whether a Callward has begun with it."""
    async with database.read() as connection:
        return await connection.run_sync(lambda c: inspect(c).has_table("alembic_version"))


def _key(path: Path) -> Finding:
    return ok("key", path=path) if path.exists() else note("key_new", path=path)


def _folder(setting: str, path: Path) -> Iterator[Finding]:
    here = _existing(path)
    if not os.access(here, os.W_OK | os.X_OK):
        yield fail(
            "folder_closed" if here == path else "folder_missing", setting=setting, path=path
        )
    else:
        yield ok("folder", setting=setting, path=path)


def _existing(path: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    while not os.path.isdir(path):  # noqa: PTH112 - False where it may not be looked at
        path = path.parent
    return path
