from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Connection, Table, insert, select, update

from config.settings import VaultSettings
from crm.audit import Action, AuditLog, Entry, find_key
from crm.card_tables import note
from crm.key_file import open_vault, open_vault_of, read_vault
from crm.numbers import Owner
from crm.people_tables import audit, kept_secret
from crm.phones import NewPhone, add_phones, open_numbers
from crm.rotation import Progress, Step, rotate
from crm.sealed import COLUMNS, SealedColumn, contact_index_text, open_sealed, seal
from crm.tables import client, phone, vault_key
from crm.vault import Sealed, Vault, VaultError
from store.database import Database, StoreError
from store.lease import share
from store.migrate import migrate
from store.types import Id, UtcDateTime

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
ENTRY = Entry(action=Action.VAULT_ROTATED, actor="operator", via="command:root")


@dataclass
class Place:
    database: Database
    key_file: Path
    sealed: dict[tuple[str, tuple[Any, ...]], str]
    """What stands where: by table and column, and the row's primary key."""


def _value(column: Column[Any], given: dict[str, Any]) -> Any:
    """Something that fits; enough for a row that holds sealed values."""
    if column.name in given:
        return given[column.name]
    if column.nullable and not column.primary_key:
        return None
    if isinstance(column.type, Id):
        return uuid4()
    if isinstance(column.type, UtcDateTime):
        return AT
    return {
        "TEXT": f"{column.name} {uuid4()}",
        "JSON": [],
        "BOOLEAN": False,
        "BLOB": bytes(32),
    }.get(str(column.type), 1)


def _fill(connection: Connection, vault: Vault, client_id: UUID) -> dict[Any, str]:
    """A row for each sealed column, through the registry, with a text of its own."""
    stands: dict[Any, str] = {}
    for number, one in enumerate(COLUMNS):
        table = one.column.table
        assert isinstance(table, Table)
        if table in {kept_secret, audit}:
            continue
        given: dict[str, Any] = {"client_id": client_id, "kind": "email"}
        if table.name == "custom_value":
            given["key"] = "colour"
        row = {column.name: _value(column, given) for column in table.columns}
        keys = tuple(row[column.name] for column in table.primary_key)
        text = f"+4420794601{number:02}"
        for other in COLUMNS:
            if other.column.table is table and not other.column.nullable:
                row[other.column.name] = seal(vault, other.column, keys, text)
        row[one.column.name] = seal(vault, one.column, keys, text)
        if one.indexed is not None:
            row["blind_index"] = vault.blind_index(one.indexed(dict(row), text))
        connection.execute(insert(table).values(row))
        stands[f"{table}.{one.column.name}", keys] = text
    return stands


@pytest.fixture
async def place(tmp_path: Path, url: str) -> AsyncIterator[Place]:
    database = Database(url)
    await migrate(database)
    key_file = tmp_path / "vault.key"
    vault = await open_vault(database, key_file)
    log = AuditLog(database, vault)

    def fill(connection: Connection) -> dict[Any, str]:
        id_ = uuid4()
        connection.execute(
            insert(client).values(id=id_, source="manual", created_at=AT, private=False)
        )
        connection.exec_driver_sql(
            "INSERT INTO custom_field (key, label, kind, choices, position)"
            " VALUES ('colour', 'Colour', 'text', '[]', 1)"
        )
        log.add(connection, Entry(action=Action.CLIENT_OPENED, actor="anna", details={"x": "y"}))
        return _fill(connection, vault, id_)

    yield Place(database, key_file, await database.write(fill))
    await database.close()


async def _read(place: Place, vault: Vault) -> dict[Any, str]:
    """What opens with this key, and is found by its blind index."""

    def read(connection: Connection) -> dict[Any, str]:
        return {place_: text for one in COLUMNS for place_, text in _opened(connection, vault, one)}

    async with place.database.read() as connection:
        return await connection.run_sync(read)


def _opened(connection: Connection, vault: Vault, one: SealedColumn) -> list[tuple[Any, str]]:
    table = one.column.table
    assert isinstance(table, Table)
    found = []
    for row in connection.execute(select(table).where(one.column.is_not(None))).mappings():
        keys = tuple(row[column.name] for column in table.primary_key)
        text = open_sealed(vault, one.column, keys, Sealed(row[one.column.name]))
        if one.indexed is not None:
            assert row["blind_index"] == vault.blind_index(one.indexed(dict(row), text))
        found.append(((f"{table}.{one.column.name}", keys), text))
    return found


async def test_numbers_that_calls_brought_are_sealed_anew(place: Place) -> None:
    """Through what writes and reads them every day, not through the registry."""
    vault = await open_vault(place.database, place.key_file)
    number = "+442079460150"
    new = {vault.blind_index(number): NewPhone(number, Owner.CLIENT)}
    added = await place.database.write(lambda connection: add_phones(connection, vault, new))
    await rotate(place.database, place.key_file, ENTRY, lambda _progress: None)
    vault = await open_vault(place.database, place.key_file)
    async with place.database.read() as connection:
        ids = [one.id for one in added.values()]
        opened = await connection.run_sync(open_numbers, vault, ids)
    assert list(opened.values()) == [number]


async def _installed(place: Place) -> datetime | None:
    first = select(vault_key.c.created_at)
    return await place.database.look(lambda connection: connection.execute(first).scalar_one())


async def test_every_value_is_sealed_anew_and_the_old_key_opens_none(place: Place) -> None:
    before = place.key_file.read_bytes()
    steps: list[Progress] = []
    installed = await _installed(place)
    rotated = await rotate(place.database, place.key_file, ENTRY, steps.append)
    # The ledger judges what is since then.
    assert await _installed(place) == installed is not None
    assert not rotated.finished
    assert rotated.values == len(
        await _read(place, await open_vault(place.database, place.key_file))
    )
    after = place.key_file.read_bytes()
    assert after != before
    assert rotated.old_key.read_bytes() == before
    assert rotated.old_key.stat().st_mode & 0o777 == 0o600
    read = await _read(place, Vault(after))
    assert {key: read[key] for key in place.sealed} == place.sealed
    async with place.database.read() as connection:
        sealed = (await connection.execute(select(phone.c.id, phone.c.number))).one()
        assert await connection.run_sync(lambda c: find_key(c, Vault(after)))
    with pytest.raises(VaultError):
        open_sealed(Vault(before), phone.c.number, sealed.id, sealed.number)
    assert [one.step for one in steps if one.step != Step.SEALING] == [
        Step.KEY_WRITTEN,
        Step.SEALED,
        Step.OLD_KEPT,
        Step.SWAPPED,
    ]
    with pytest.raises(VaultError, match="is not the key"):
        place.key_file.write_bytes(before)
        await open_vault(place.database, place.key_file)


@pytest.mark.parametrize("step", [step.value for step in Step])
async def test_killed_at_any_step_everything_stays_readable(place: Place, step: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("rotator.py")),
        place.database.url.render_as_string(hide_password=False),
        str(place.key_file),
        step,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert await process.wait() == -signal.SIGKILL
    before = place.key_file.read_bytes()
    vault = await open_vault(place.database, place.key_file)
    read = await _read(place, vault)
    assert {key: read[key] for key in place.sealed} == place.sealed
    held = step in {Step.KEY_WRITTEN, Step.SEALING}
    assert (place.key_file.read_bytes() == before) == (held or step == Step.SWAPPED)
    # And the next one goes through.
    again = await rotate(place.database, place.key_file, ENTRY)
    assert not again.finished
    read = await _read(place, await open_vault(place.database, place.key_file))
    assert {key: read[key] for key in place.sealed} == place.sealed
    assert not place.key_file.with_name("vault.key.new").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
async def test_files_that_root_makes_are_the_daemons(place: Place) -> None:
    made = [place.key_file]
    os.chown(place.key_file, 12345, 12345)
    if place.database.url.get_backend_name() == "sqlite":
        os.chown(place.database.name, 12345, 12345)
        made.append(Path(f"{place.database.name}.lock"))
        made[-1].unlink(missing_ok=True)
    rotated = await rotate(place.database, place.key_file, ENTRY)
    for path in (*made, rotated.old_key):
        assert path.stat().st_uid == 12345, path
        assert path.stat().st_mode & 0o777 == 0o600, path


async def test_a_rotation_finishes_the_one_that_broke_off(place: Place) -> None:
    class BrokenOffError(Exception):
        pass

    def tell(progress: Progress) -> None:
        if progress.step is Step.SEALED:
            raise BrokenOffError

    with pytest.raises(BrokenOffError):
        await rotate(place.database, place.key_file, ENTRY, tell)
    rotated = await rotate(place.database, place.key_file, ENTRY)
    assert rotated.finished
    await open_vault(place.database, place.key_file)


async def test_it_refuses_while_a_daemon_runs_and_a_daemon_while_it_does(place: Place) -> None:
    async with share(place.database), share(place.database):
        with pytest.raises(StoreError) as refused:
            await rotate(place.database, place.key_file, ENTRY)
    assert refused.value.code == "in_use"
    assert "остановите" in refused.value.text("ru")
    tried: list[str] = []

    async def start() -> None:
        other = Database(place.database.url.render_as_string(hide_password=False))
        try:
            async with share(other):
                tried.append("started")
        except StoreError as error:
            tried.append(error.code)
        finally:
            await other.close()

    def tell(progress: Progress) -> None:
        if progress.step is Step.SEALING and not tried:
            # This thread is the transaction's, or its loop waits for it.
            with ThreadPoolExecutor(1) as another:
                another.submit(asyncio.run, start()).result(timeout=30)

    await rotate(place.database, place.key_file, ENTRY, tell)
    assert tried == ["reserved"]


async def test_a_value_that_does_not_open_is_named_and_nothing_changes(place: Place) -> None:
    before = place.key_file.read_bytes()
    broken = update(note).values(text=Sealed(b"\x01" + os.urandom(40)))
    await place.database.write(lambda connection: connection.execute(broken))
    with pytest.raises(VaultError, match=r"note\.text: a value of one row cannot be opened"):
        await rotate(place.database, place.key_file, ENTRY)
    assert place.key_file.read_bytes() == before
    await open_vault(place.database, place.key_file)


async def test_a_foreign_or_missing_key_changes_nothing(place: Place, tmp_path: Path) -> None:
    with pytest.raises(VaultError, match=r"there is no .*nothing\.key"):
        await rotate(place.database, tmp_path / "nothing.key", ENTRY)
    foreign = tmp_path / "foreign.key"
    foreign.write_bytes(bytes(32))
    foreign.chmod(0o600)
    with pytest.raises(VaultError, match="is not the key of database"):
        await rotate(place.database, foreign, ENTRY)
    assert sorted(path.name for path in tmp_path.glob("foreign*")) == ["foreign.key"]
    await open_vault(place.database, place.key_file)


async def test_a_credential_of_systemd_is_the_key(place: Place, tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    settings = VaultSettings(key_file=tmp_path / "no.key", credential="callward.key")
    environ = {"CREDENTIALS_DIRECTORY": str(credentials)}
    with pytest.raises(VaultError, match="systemd passed no credential"):
        await open_vault_of(settings, place.database, environ)
    (credentials / "callward.key").write_bytes(place.key_file.read_bytes())
    # As systemd makes it for a unit with User=: an ACL's mask in the group's place.
    (credentials / "callward.key").chmod(0o440)
    vault = await open_vault_of(settings, place.database, environ)
    assert vault.check_value == Vault(place.key_file.read_bytes()).check_value
    assert not (tmp_path / "no.key").exists()
    (credentials / "callward.key").write_bytes(bytes(31))
    with pytest.raises(VaultError, match="31 bytes"):
        await open_vault_of(settings, place.database, environ)
    with pytest.raises(VaultError, match="31 bytes"):
        read_vault(
            tmp_path / "no.key",
            may_create=True,
            database="x",
            credential=credentials / "callward.key",
        )


def test_a_contact_is_found_however_it_is_written() -> None:
    assert contact_index_text("email", " Anna@Example.com ") == "email anna@example.com"
