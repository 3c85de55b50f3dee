"""A backup is made while calls are written, and what comes out of it is what went in."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import stat
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, inspect, make_url, select, text

from config.settings import Settings
from crm.audit_head import head_file, read_head, stands
from crm.key_file import open_vault_of
from crm.people_tables import session
from crm.phones import open_numbers
from crm.sessions import Method, open_session
from crm.sign_in_policy import SignInPolicy
from crm.tables import phone
from crm.vault import VaultError
from daemon.backup import postgres
from daemon.backup.contents import read_about
from daemon.backup.errors import BackupError
from daemon.backup.key import make_backup_key, read_backup_key
from daemon.backup.making import Made, make_backup
from daemon.backup.places import listed, prune
from daemon.backup.restoring import restore_backup
from daemon.backup.verifying import verify
from daemon.history.tables import call
from recordings.models import recording
from store.database import Database, StoreError
from store.lease import share

from .conftest import Company


async def make(company: Company, **more: object) -> Made:
    return await make_backup(
        company.settings,
        actor="operator",
        via="command:root",
        config=company.config,
        environ={},
        **more,  # type: ignore[arg-type]
    )


def key_of(company: Company) -> bytes:
    return read_backup_key(company.settings.backup.key_file)


async def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    found: dict[str, list[tuple[object, ...]]] = {}
    async with database.read() as connection:
        for name in ("call", "leg", "transfer", "client", "phone", "recording", "outbox", "role"):
            query = text(f'SELECT * FROM "{name}"')
            found[name] = sorted(map(tuple, await connection.execute(query)), key=str)
    return found


async def test_an_empty_machine_gets_all_that_was_there(
    company: Company, empty_machine: Settings
) -> None:
    before = await rows(company.database)
    made = await make(company)
    assert made.restored
    assert made.end.files == 3
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert made.about.tables["call"] == 3
    # Nothing of it can be read without the key: neither the database nor a number of it.
    content = made.path.read_bytes()
    for plain in (b"SQLite format", b"PGDMP", b"fLaC", b"alembic", b"442079460"):
        assert plain not in content
    done = await restore_backup(empty_machine, made.path, key_of(company), actor="operator")
    assert (done.recordings, done.absent, done.kept) == (3, 0, [])
    database = Database(empty_machine.database.url)
    try:
        assert await rows(database) == before
        vault = await open_vault_of(empty_machine.vault, database, {})
        async with database.read() as connection:
            ids = (await connection.execute(select(phone.c.id))).scalars().all()
            numbers = await connection.run_sync(open_numbers, vault, set(ids))
            head = read_head(head_file(empty_machine.vault))
            assert head is not None
            assert await connection.run_sync(stands, head)
        assert sorted(numbers.values()) == [f"+44207946010{i}" for i in range(3)]
        storage = Path(empty_machine.recordings.storage.removeprefix("file://"))
        for name, sound in company.sounds.items():
            assert (storage / name).read_bytes() == sound
        for secret in (empty_machine.vault.key_file, empty_machine.backup.key_file):
            assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    finally:
        await database.close()


async def test_nobody_is_signed_in_afterwards(company: Company, empty_machine: Settings) -> None:
    """A session that was closed since the backup would be open again."""

    def sign_in(connection: Connection) -> None:
        for person in ("anna", "boris"):
            open_session(
                connection,
                person,
                method=Method.PASSWORD,
                address="203.0.113.7",
                browser=None,
                policy=SignInPolicy(),
                at=datetime.now(UTC),
            )

    await company.database.write(sign_in)
    made = await make(company)
    await restore_backup(empty_machine, made.path, key_of(company), actor="dora")
    database = Database(empty_machine.database.url)
    try:
        async with database.read() as connection:
            query = select(session.c.ended_by).where(session.c.ended_at.is_not(None))
            assert (await connection.execute(query)).scalars().all() == ["dora"] * 2
    finally:
        await database.close()


async def test_it_is_consistent_while_calls_are_written(
    company: Company, empty_machine: Settings
) -> None:
    """Whatever state it holds, each call in it is whole: with its leg, transfer and recording."""

    async def write() -> None:
        while True:
            await company.add_call("+442079460105")

    writing = asyncio.create_task(write())
    for _ in range(3):
        await make(company, target=company.folder / f"b{_}.backup")
    written = len(company.calls)
    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing
    assert written > 3
    path = company.folder / "b2.backup"
    await restore_backup(empty_machine, path, key_of(company), actor="operator")
    database = Database(empty_machine.database.url)
    try:
        async with database.read() as connection:
            calls = (await connection.execute(select(call.c.id))).scalars().all()
            with_sound = (await connection.execute(select(recording.c.call_id))).scalars().all()
            legs = (await connection.execute(text("SELECT call_id FROM leg"))).scalars().all()
    finally:
        await database.close()
    assert 3 < len(calls) <= len(company.calls)
    assert sorted(calls) == sorted(with_sound)
    assert len(legs) == len(calls)


async def test_a_recording_that_is_gone_or_altered_is_told(company: Company) -> None:
    storage = Path(company.settings.recordings.storage.removeprefix("file://"))
    first, second, _ = sorted(company.sounds)
    (storage / first).unlink()
    (storage / second).write_bytes(b"something else")
    made = await make(company)
    assert (len(made.end.missing), len(made.end.altered), made.end.files) == (1, 1, 2)


async def test_without_recordings(company: Company, empty_machine: Settings) -> None:
    made = await make(company, recordings=False)
    assert (made.end.files, made.about.recordings) == (0, 3)
    done = await restore_backup(empty_machine, made.path, key_of(company), actor="operator")
    assert (done.recordings, done.absent) == (0, 3)


async def test_what_is_there_is_replaced_by_force_alone(
    company: Company, empty_machine: Settings
) -> None:
    made = await make(company)
    key = key_of(company)
    await restore_backup(empty_machine, made.path, key, actor="operator")
    with pytest.raises(BackupError, match="is not empty"):
        await restore_backup(empty_machine, made.path, key, actor="operator")
    done = await restore_backup(empty_machine, made.path, key, actor="operator", force=True)
    if empty_machine.database.url.startswith("sqlite"):
        [kept] = done.kept
        assert kept.exists()


_HALF_A_RESTORE = """#!/bin/sh
case "$*" in
*--file=-\\ --no-owner*) {real} "$@" | head -c 20000; exit 1 ;;
esac
exec {real} "$@"
"""


@pytest.mark.parametrize(
    ("megabytes", "taken"),
    [
        # psql ends while most of the dump is still to come.
        (60, 3_000_000),
        # All of it was read by then, and the rest waits to be written.
        (3, 2_900_000),
    ],
)
async def test_a_psql_that_ends_early_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, megabytes: int, taken: int
) -> None:
    told = {
        "pg_restore": f"exec head -c {megabytes}000000 /dev/zero",
        "psql": f"head -c {taken} >/dev/null; sleep 0.3; echo 'ERROR: no room' >&2; exit 3",
    }
    for name, does in told.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(postgres, "program", lambda name, _major: str(tmp_path / name))
    async with asyncio.timeout(60):
        with pytest.raises(BackupError, match="no room"):
            await postgres.replace(make_url("postgresql://x@y/z"), 15, Path("/dev/null"), [])


async def test_what_was_there_is_whole_when_a_restore_fails_in_the_middle(
    company: Company, empty_machine: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await make(company)
    key = key_of(company)
    await restore_backup(empty_machine, made.path, key, actor="operator")
    database = Database(empty_machine.database.url)
    await database.write(lambda connection: connection.execute(delete(recording)))
    before = await rows(database)
    await database.close()
    empty_machine.vault.key_file.write_bytes(bytes(32))
    program = postgres.program

    def half(name: str, major: int) -> str:
        real = program(name, major)
        if name != "pg_restore":
            return real
        script = tmp_path / "half"
        script.write_text(_HALF_A_RESTORE.format(real=real))
        script.chmod(0o755)
        return str(script)

    def full(_source: Path, target: Path) -> None:
        target.write_bytes(b"SQLite format 3")
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as patch:
        patch.setattr("daemon.backup.postgres.program", half)
        patch.setattr("daemon.backup.restoring._copy", full)
        with pytest.raises(BackupError, match=r"^half ended|full"):
            await restore_backup(empty_machine, made.path, key, actor="operator", force=True)
    assert await rows(database) == before
    await database.close()
    assert empty_machine.vault.key_file.read_bytes() == bytes(32)
    assert not list(Path(database.name).parent.glob(".*.restored"))
    await restore_backup(empty_machine, made.path, key, actor="operator", force=True)
    assert (await rows(database))["recording"]
    await database.close()


async def test_a_running_daemon_is_not_restored_over(company: Company) -> None:
    made = await make(company)
    async with share(company.database):
        with pytest.raises(StoreError, match="in use"):
            await restore_backup(
                company.settings, made.path, key_of(company), actor="operator", force=True
            )


async def test_a_newer_schema_is_refused_and_no_other_key_is_replaced(
    company: Company, empty_machine: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await make(company)
    key = key_of(company)
    with monkeypatch.context() as patch:
        patch.setattr("daemon.backup.restoring.HEAD", "0001")
        with pytest.raises(BackupError, match="knows versions up to 0001"):
            await restore_backup(empty_machine, made.path, key, actor="operator")
    other = empty_machine.vault.key_file
    descriptor = os.open(other, os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(descriptor, bytes(32))
    os.close(descriptor)
    with pytest.raises(BackupError, match="holds another key"):
        await restore_backup(empty_machine, made.path, key, actor="operator")
    await restore_backup(empty_machine, made.path, key, actor="operator", force=True)
    assert len(list(other.parent.glob("vault.key.old-*"))) == 1


async def test_a_vault_key_of_another_database_makes_no_backup(company: Company) -> None:
    company.settings.vault.key_file.write_bytes(bytes(32))
    with pytest.raises(VaultError):
        await make(company)
    assert listed(company.folder / "backups") == []


async def test_what_fails_leaves_nothing(
    company: Company, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A full disk, a target that cannot be written, a backup that does not verify."""
    folder = company.folder / "backups"

    def left() -> list[str]:
        work = list(company.folder.glob(".callward-backup-*/"))
        return [path.name for path in [*folder.iterdir(), *work]]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("daemon.backup.contents.Writer.close", full)
        with pytest.raises(BackupError, match="disk is full"):
            await make(company)
    assert left() == []
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 9))
        with pytest.raises(BackupError, match="9 B are free"):
            await make(company)
    assert left() == []
    with monkeypatch.context() as patch:
        patch.setattr("daemon.backup.verifying.count_rows", lambda _connection: {"call": 2})
        with pytest.raises(BackupError, match="was not kept"):
            await make(company)
    assert left() == []
    target = tmp_path / "a file"
    target.write_bytes(b"")
    with pytest.raises(BackupError, match="cannot be written"):
        await make(company, target=target)


async def test_keys_and_places(company: Company) -> None:
    made = await make(company)
    assert read_about(made.path, key_of(company)).recordings == 3
    with pytest.raises(BackupError, match="another key"):
        read_about(made.path, bytes(32))
    with pytest.raises(BackupError, match="there already"):
        await make(company, target=made.path)
    with pytest.raises(BackupError, match="a key already"):
        make_backup_key(company.settings.backup.key_file)
    company.settings.backup.key_file.chmod(0o644)
    with pytest.raises(BackupError, match="readable by others"):
        await make(company)
    company.settings.backup.key_file.unlink()
    with pytest.raises(BackupError, match="Make a key first"):
        await make(company)


async def test_old_ones_go(company: Company, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    for day in range(1, 6):
        (folder / f"callward-2026010{day}T023000Z.backup").write_bytes(b"")
    (folder / "mine.backup").write_bytes(b"")
    # Named like one of ours, and of no day: not ours. One that a wrong clock dated counts for none.
    (folder / "callward-20261399T000000Z.backup").write_bytes(b"")
    (folder / "callward-20300101T000000Z.backup").write_bytes(b"")
    assert len(prune(folder, 2, datetime(2026, 1, 6, tzinfo=UTC))) == 3
    assert sorted(path.name for path in folder.iterdir()) == [
        "callward-20260104T023000Z.backup",
        "callward-20260105T023000Z.backup",
        "callward-20261399T000000Z.backup",
        "callward-20300101T000000Z.backup",
        "mine.backup",
    ]


async def test_a_dump_is_read_through_where_no_server_is(company: Company, tmp_path: Path) -> None:
    made = await make(company)
    found = await verify(made.path, key_of(company), tmp_path)
    assert found.restored is (company.database.url.get_backend_name() == "sqlite")


async def test_every_table_is_known_in_a_fresh_process(company: Company) -> None:
    """One that nobody has declared there would be left out of the copy without a word."""
    fresh = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c"),
        "from daemon.backup.tables import own_tables; print(*own_tables())",
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await fresh.communicate()
    async with company.database.read() as connection:
        there = await connection.run_sync(lambda one: inspect(one).get_table_names())
    assert set(said.decode().split()) == set(there)
