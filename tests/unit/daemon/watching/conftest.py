"""A client base with a few people, whose reading is watched under a clock of the test's."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, insert, select

from config.settings import Settings
from crm.access import Right, Rights, Scope
from crm.alerts import Alert, list_alerts
from crm.audit import Action, AuditLog
from crm.clients import ClientName, load_names
from crm.key_file import open_vault
from crm.notices import Notice, list_notices
from crm.people import Person, create_person
from crm.people_tables import audit
from crm.policies import save_policy
from crm.sealed import open_sealed
from crm.short_codes import ShortCodes
from crm.staff import OPERATOR
from crm.tables import client
from crm.vault import Vault
from daemon.api.viewer import Viewer
from daemon.board import Board
from daemon.staff import StaffBook
from daemon.watching.reading import Reading
from daemon.watching.watch import Watch
from store.database import Database
from store.ids import uuid7
from store.migrate import migrate

COMPANY = "+442079460000"
DECOYS_NUMBER = "+442079460007"
CUSTOMER = "+442079460101"
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@dataclass
class Time:
    """What the test says, and what was waited for."""

    now: datetime = MONDAY
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    def forward(self, **about: float) -> None:
        self.now += timedelta(**about)


@dataclass
class House:
    """Everything that watches, and what it rests on."""

    settings: Settings
    database: Database
    vault: Vault
    codes: ShortCodes
    audit: AuditLog
    staff: StaffBook
    board: Board
    watch: Watch
    reading: Reading
    time: Time

    def viewer(self, name: str) -> Viewer:
        access = self.staff.now.access_of(name)
        assert access is not None
        return Viewer(access=access, actor=name, via="session:1", address="127.0.0.1")

    @property
    def operator(self) -> Viewer:
        return Viewer(access=OPERATOR, actor="operator", via="command:root", is_operator=True)

    async def clients(self, count: int, curator: str | None = "anna") -> list[ClientName]:
        """So many new cards."""
        ids = [uuid7() for _ in range(count)]
        rows = [
            {
                "id": id_,
                "name": f"Client {number}",
                "source": "call",
                "curator": curator,
                "created_at": self.time.now - timedelta(days=100),
            }
            for number, id_ in enumerate(ids)
        ]

        def store(connection: Connection) -> list[ClientName]:
            connection.execute(insert(client), rows)
            return list(load_names(connection, ids).values())

        return await self.database.write(store)

    async def quotas(self, **by_role: dict[str, int]) -> None:
        """The company's own."""
        await self.staff.change(
            lambda c: save_policy(c, "quotas", {"roles": by_role}, by="test", at=self.time.now)
        )

    async def alerts(self, reader: str | None = None) -> list[Alert]:
        """Oldest first, as that person sees them; as the operator."""
        await self.watch.look_at_all()
        access = OPERATOR if reader is None else self.viewer(reader).access
        async with self.database.read() as connection:
            return (await connection.run_sync(list_alerts, access))[::-1]

    async def notices(self, person: str) -> list[Notice]:
        await self.watch.look_at_all()
        async with self.database.read() as connection:
            return (await connection.run_sync(list_notices, person))[::-1]

    async def entries(self, action: Action) -> Sequence[Any]:
        async with self.database.read() as connection:
            query = select(audit).where(audit.c.action == action.value).order_by(audit.c.seq)
            return (await connection.execute(query)).all()

    def details(self, entry: Any) -> dict[str, Any]:
        """What is sealed of an entry."""
        found: dict[str, Any] = json.loads(
            open_sealed(self.vault, audit.c.details, entry.seq, entry.details)
        )
        return found

    def restarted(self) -> Reading:
        """What another daemon's start makes of the same database."""
        self.watch = Watch(self.settings, self.database, self.audit)
        self.reading = _reading(self)
        return self.reading


def _reading(house: House) -> Reading:
    return Reading(
        database=house.database,
        vault=house.vault,
        audit=house.audit,
        staff=house.staff,
        board=house.board,
        watch=house.watch,
        clock=house.time,
        monotonic=house.time.seconds,
        sleep=house.time.sleep,
    )


def _person(name: str, role: str, exceptions: Rights | None = None) -> Person:
    return Person(
        name=name,
        role=role,
        department="sales",
        exceptions=exceptions or {},
        created_by="test",
        created_at=MONDAY,
    )


async def build(folder: Path) -> House:
    settings = Settings.model_validate(
        {
            "company": {"numbers": [COMPANY, DECOYS_NUMBER], "region": "GB"},
            "pbx": [{"trunks": ["operator"], "secret": "x"}],
            "routing": {
                "hours": {
                    day: ["09:00-18:00"]
                    for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
                }
            },
        }
    )
    database = Database(f"sqlite+aiosqlite:///{folder}/callward.db")
    await migrate(database)
    vault = await open_vault(database, folder / "vault.key")
    time = Time()
    log = AuditLog(database, vault, time)
    staff = StaffBook(database)

    def hire(connection: Connection) -> None:
        for person in (
            _person("anna", "manager", {Right.CLIENTS_READ: Scope.ALL}),
            _person("boris", "manager"),
            _person("sofia", "supervisor"),
            _person("dina", "director"),
        ):
            create_person(connection, person)

    await staff.change(hire)
    watch = Watch(settings, database, log)
    house = House(
        settings=settings,
        database=database,
        vault=vault,
        codes=ShortCodes.from_settings(vault, settings),
        audit=log,
        staff=staff,
        board=Board(),
        watch=watch,
        reading=None,  # type: ignore[arg-type]
        time=time,
    )
    house.reading = _reading(house)
    await house.reading.load()
    return house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = await build(tmp_path)
    yield house
    await house.database.close()


def named(ids: Sequence[UUID]) -> list[ClientName]:
    """Cards of which nothing but the id matters."""
    return [ClientName(id=id_, name=None, short_code=None, curator="boris") for id_ in ids]
