"""A company with calls, clients and recordings, on either database; and an empty machine."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, insert, update

from config.loading import settings_of
from config.settings import Settings
from crm.audit import Action, AuditLog, Entry
from crm.key_file import open_vault_of
from crm.numbers import Owner
from crm.phones import NewPhone, add_phones, find_phones
from crm.vault import Vault
from daemon.backup.key import make_backup_key
from daemon.history.tables import call
from lab.postgres import Postgres
from recordings.finished import RecordingFinished
from recordings.models import recording
from recordings.storage import open_storage
from store.database import Database
from store.migrate import migrate
from tests.unit.daemon.archive.machine import BEGAN, a_call

_NUMBERS = count()


@pytest.fixture(autouse=True)
def _empty(empty_files: None) -> None:
    """A database begins as it does outside of tests."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@dataclass
class Company:
    """One machine: its settings, and what stands behind them."""

    settings: Settings
    config: Path
    database: Database
    vault: Vault
    audit: AuditLog
    calls: list[UUID]
    sounds: dict[str, bytes]
    """By key in the storage."""

    @property
    def folder(self) -> Path:
        return self.config.parent

    async def add_call(self, number: str, *, began: datetime = BEGAN, **values: object) -> UUID:
        """A call with a recording."""
        at = next(_NUMBERS)

        def work(connection: Connection) -> tuple[UUID, str]:
            phone_id = _phone(connection, self.vault, number)
            call_id = a_call(connection, phone_id)
            connection.execute(
                update(call).where(call.c.id == call_id).values(started_at=began, **values)
            )
            payload = {"call_id": str(call_id), "pbx": "pbx", "channel": "1", "name": f"r{at}"}
            finished = RecordingFinished.from_payload(payload)
            sound = f"fLaC {at} ".encode() * 400
            connection.execute(
                insert(recording),
                {
                    "id": finished.recording_id,
                    "call_id": call_id,
                    "pbx": "pbx",
                    "channel": "1",
                    "name": f"r{at}",
                    "state": "stored",
                    "truncated": False,
                    "path": finished.key("flac"),
                    "sha256": sha256(sound).digest(),
                    "size_bytes": len(sound),
                    "peaks": b"\x01\x02",
                },
            )
            self.sounds[finished.key("flac")] = sound
            return call_id, finished.key("flac")

        call_id, key = await self.database.write(work)
        storage = open_storage(self.settings.recordings.storage)
        draft = storage.spool() / "draft"
        draft.write_bytes(self.sounds[key])
        storage.put(key, draft)
        self.calls.append(call_id)
        return call_id


def settings_in(folder: Path, url: str | None = None) -> tuple[Settings, Path]:
    """The settings of a machine whose things are all in ``folder``, and their file."""
    folder.mkdir(parents=True, exist_ok=True)
    url = url or f"sqlite+aiosqlite:///{folder}/callward.db"
    text = f"""
[company]
numbers = ["+442079460000"]
[[pbx]]
trunks = ["operator"]
secret = "secret"
recordings_folder = "{folder}/pbx"
[database]
url = "{url}"
[vault]
key_file = "{folder}/vault.key"
[recordings]
storage = "file://{folder}/recordings"
[backup]
folder = "{folder}/backups"
key_file = "{folder}/backup.key"
"""
    config = folder / "callward.toml"
    config.write_text(text)
    return settings_of(tomllib.loads(text), {}), config


async def found(settings: Settings, config: Path) -> Company:
    database = Database(settings.database.url)
    await migrate(database)
    vault = await open_vault_of(settings.vault, database, {})
    audit = AuditLog(database, vault)
    return Company(
        settings=settings,
        config=config,
        database=database,
        vault=vault,
        audit=audit,
        calls=[],
        sounds={},
    )


@pytest.fixture(params=["sqlite", "postgresql"])
async def company(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres
) -> AsyncIterator[Company]:
    url = None
    if request.param == "postgresql":
        url = await asyncio.to_thread(postgres.create, f"company_{next(_NUMBERS)}")
    elif request.config.getoption("--database") == "postgresql":
        pytest.skip("SQLite's own")
    made = await found(*settings_in(tmp_path / "old", url))
    make_backup_key(made.settings.backup.key_file)
    for i in range(3):
        await made.add_call(f"+44207946010{i}")
    await made.audit.tell(Entry(action=Action.SIGNED_IN, actor="anna"))
    yield made
    await made.database.close()


@pytest.fixture
def empty_machine(company: Company, tmp_path: Path, postgres: Postgres) -> Settings:
    """Another machine with a database of the same kind."""
    url = None
    if company.database.url.get_backend_name() == "postgresql":
        url = postgres.create(f"company_{next(_NUMBERS)}")
    settings, _ = settings_in(tmp_path / "new", url)
    return settings


def _phone(connection: Connection, vault: Vault, number: str) -> UUID:
    index = vault.blind_index(number)
    found = find_phones(connection, [index])
    if not found:
        found = add_phones(connection, vault, {index: NewPhone(number, Owner.OUTSIDE)})
    return found[index].id
