"""A routing desk over a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, select, update

from config.settings import Settings
from crm.key_file import open_vault
from crm.pins import Pins
from crm.short_codes import ShortCodes
from crm.tables import client, short_code
from crm.vault import Vault
from crm_sync.embedded import EmbeddedCrm
from daemon.calls.call import (
    Call,
    Direction,
    Disposition,
    Leg,
    Origin,
    Party,
    PartyKind,
)
from daemon.calls.directory import number_plan
from daemon.calls.identity import call_id
from daemon.history.writer import HistoryWriter
from daemon.routing.desk import Desk
from daemon.routing.people import People
from daemon.routing.tokens import Tokens
from daemon.routing.wire import Answer, encode, parse
from store.database import Database
from store.migrate import migrate
from tests.unit.daemon.roster import CALLS_ALL, KNOWS_ALL, Roster, member

COMPANY = "+442079460000"
SECOND = "+442079460001"
MOBILE = "+447700900101"
KNOWN = "+442079460101"
OTHER = "+442079460102"
NEW = "+442079460199"
NOW = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
"""A Monday."""
CHANNEL = "1767607200.1"

SETTINGS: Mapping[str, Any] = {
    "company": {"numbers": [COMPANY, SECOND], "region": "GB"},
    "pbx": [{"trunks": ["operator"], "secret": "x"}],
    "agents": [
        {
            "name": "Alice",
            "endpoints": ["101"],
            "mobiles": [MOBILE],
            "ring": ["101", "mobile"],
        },
        {"name": "Bob", "endpoints": ["102"], "extension": "202"},
        {"name": "Carol", "endpoints": ["103"], "dials": "clients_only"},
        {"name": "Dave", "endpoints": ["104"], "dials": "nobody"},
    ],
}


@dataclass
class Clock:
    """Wall time that a test moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class House:
    """A desk, what it stands on, and short ways to ask."""

    desk: Desk
    database: Database
    vault: Vault
    codes: ShortCodes
    people: People
    roster: Roster
    pins: Pins
    clock: Clock
    crm: EmbeddedCrm

    def under(self, **settings: Any) -> House:
        """The same database under other settings, as after a restart."""
        made = Settings.model_validate({**SETTINGS, **settings})
        plan = number_plan(made.company, made.agents)
        people, clock = _people(made, self.roster), self.clock
        pins = Pins(
            self.database,
            attempts=made.mobile.attempts,
            lockout=timedelta(minutes=made.mobile.lockout_minutes),
            clock=clock,
        )
        desk = Desk.from_settings(
            made,
            database=self.database,
            vault=self.vault,
            codes=self.codes,
            numbers=plan,
            people=people,
            access_of=self.roster.access_of,
            tokens=Tokens(),
            pins=pins,
            clock=clock,
        )
        return replace(self, desk=desk, people=people, pins=pins)

    async def ask(self, question: str, *, channel: str = CHANNEL, **fields: str) -> Answer:
        """The answer to a question; it can always be sent."""
        if question == "inbound":
            fields.setdefault("called", COMPANY)
        fields = {name.removesuffix("_"): value for name, value in fields.items()}
        form = [("channel", channel), *fields.items()]
        answer = await self.desk.answer("pbx", parse(question, form))
        assert encode(answer).startswith(f"callward1|{answer.kind}|")
        return answer

    async def client(self, number: str = KNOWN, **card: object) -> tuple[UUID, str]:
        """A client with this number and what stands on his card; his id and his code."""

        def make(connection: Connection) -> UUID:
            id_ = self.crm.match_or_create(connection, [number])[number].client_id
            assert id_ is not None
            if card:
                connection.execute(update(client).where(client.c.id == id_).values(**card))
            return id_

        id_ = await self.database.write(make)
        code = await self.database.look(
            lambda connection: connection.execute(
                select(short_code.c.code).where(short_code.c.client_id == id_)
            ).scalar_one()
        )
        return id_, str(code)

    async def talk(
        self,
        number: str = KNOWN,
        *,
        agent: str = "Alice",
        ago: timedelta = timedelta(minutes=5),
        disposition: Disposition = Disposition.ANSWERED,
        talked: bool = True,
    ) -> None:
        """A call of the past in which the agent's phone rang, and in which he talked or not."""
        at = self.clock.now - ago
        uniqueid = f"{int(at.timestamp())}.{number[-3:]}"
        leg = Leg(
            channel=f"{uniqueid}1",
            party=Party(kind=PartyKind.AGENT, name=agent),
            started_at=at,
            ringing_from=at,
            answered_at=at if talked else None,
            ended_at=at,
        )
        call = Call(
            id=call_id("pbx", uniqueid, at),
            pbx="pbx",
            linkedids=frozenset({uniqueid}),
            direction=Direction.INBOUND,
            origin=Origin.DIALLED,
            started_at=at,
            ended_at=at,
            customer_number=number,
            company_number=COMPANY,
            legs=(leg,),
            disposition=disposition,
            complete=True,
            gone=True,
        )
        await HistoryWriter(self.database, self.vault, self.desk.numbers, self.crm).write([call])


def _people(settings: Settings, roster: Roster) -> People:
    people = People.from_settings(settings)
    people.has_left = roster.has_left
    return people


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    settings = Settings.model_validate(SETTINGS)
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    vault = await open_vault(database, tmp_path / "vault.key")
    plan = number_plan(settings.company, settings.agents)
    codes = ShortCodes.from_settings(vault, settings)
    roster = Roster(
        *(member(name, CALLS_ALL) for name in ("Alice", "Carol", "Dave")),
        member("Bob", KNOWS_ALL),
    )
    clock, people = Clock(), _people(settings, roster)
    pins = Pins(database, attempts=3, lockout=timedelta(minutes=30), clock=clock)
    desk = Desk.from_settings(
        settings,
        database=database,
        vault=vault,
        codes=codes,
        numbers=plan,
        people=people,
        access_of=roster.access_of,
        tokens=Tokens(),
        pins=pins,
        clock=clock,
    )
    crm = EmbeddedCrm(vault, plan, codes)
    yield House(desk, database, vault, codes, people, roster, pins, clock, crm)
    await database.close()
