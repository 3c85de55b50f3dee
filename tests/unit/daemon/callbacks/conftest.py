"""Callbacks over a real SQLite database; only the link to the PBX is made up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, update

from config.settings import Settings
from crm.key_file import open_vault
from crm.numbers import NumberPlan
from crm.short_codes import ShortCodes
from crm.tables import client
from crm.vault import Vault
from crm_sync.embedded import EmbeddedCrm
from daemon.ami.actions import Action, Response
from daemon.ami.message import Message
from daemon.callbacks.callback import Callback
from daemon.callbacks.callbacks import Callbacks, PbxLine
from daemon.callbacks.ledger import Ledger
from daemon.callbacks.requests import CallbackRequest
from daemon.callbacks.watch import Watch
from daemon.calls.directory import Directory, number_plan
from daemon.calls.tracker import Tracker
from daemon.routing.people import Agent, People
from daemon.routing.tokens import Tokens
from store.database import Database
from store.migrate import migrate
from tests.unit.daemon.roster import CALLS_ALL, KNOWS_ALL, Roster, member

KNOWN = "+442079460101"
OTHER = "+442079460102"
SETTINGS: dict[str, Any] = {
    "company": {"numbers": ["+442079460000"], "region": "GB"},
    "pbx": [{"trunks": ["operator"], "secret": "x"}],
    "agents": [
        {"name": "Alice", "endpoints": ["101"], "mobiles": ["+447700900101"]},
        {"name": "Bob", "endpoints": ["102"]},
    ],
    "callbacks": {"each_per_minute": 3, "at_once": 2},
}


@dataclass
class FakeLink:
    """Answers as a test says; ``sent`` is what went out."""

    values: dict[str, str] = field(
        default_factory=lambda: {
            "CALLWARD_DIALPLAN": "1",
            "DEVICE_STATE(PJSIP/101)": "NOT_INUSE",
            "DEVICE_STATE(PJSIP/102)": "NOT_INUSE",
            "DEVICE_STATE(PJSIP/operator)": "NOT_INUSE",
        }
    )
    raises: dict[str, Exception] = field(default_factory=dict)
    """By the action's name."""
    refuses: set[str] = field(default_factory=set)
    sent: list[Action] = field(default_factory=list)
    hold: asyncio.Event | None = None
    """An Originate is answered only once this is set."""

    async def send(self, action: Action, *, timeout: float | None = None) -> Response:
        self.sent.append(action)
        if action.name in self.raises:
            raise self.raises[action.name]
        if action.name == "Originate" and self.hold is not None:
            await self.hold.wait()
        headers = {"Response": "Error" if action.name in self.refuses else "Success"}
        if action.name == "Getvar":
            headers["Value"] = self.values[dict(action.headers)["Variable"]]
        return Response(Message(headers))

    def named(self, name: str) -> list[dict[str, str]]:
        """The headers of all such actions."""
        return [dict(action.headers) for action in self.sent if action.name == name]


@dataclass
class House:
    """Callbacks, what they stand on, and short ways to use them."""

    settings: Settings
    database: Database
    vault: Vault
    plan: NumberPlan
    people: People
    roster: Roster
    crm: EmbeddedCrm
    link: FakeLink
    tokens: Tokens
    ledger: Ledger
    tracker: Tracker
    watch: Watch
    callbacks: Callbacks
    told: list[Callback]
    hung_up: list[str]

    def agent(self, name: str = "Alice") -> Agent:
        agent = self.people.find(name)
        assert agent is not None
        return agent

    async def client(self, number: str = KNOWN, **card: object) -> UUID:
        """A client with this number and what stands on his card."""

        def make(connection: Connection) -> UUID:
            id_ = self.crm.match_or_create(connection, [number])[number].client_id
            assert id_ is not None
            if card:
                connection.execute(update(client).where(client.c.id == id_).values(**card))
            return id_

        return await self.database.write(make)

    async def press(self, agent: str = "Alice", **request: Any) -> tuple[Callback, bool]:
        if not request.keys() & {"client_id", "short_code"}:
            request["client_id"] = await self.client()
        return await self.callbacks.begin(self.agent(agent), CallbackRequest(**request))

    def restarted(self) -> House:
        """The same database, as a daemon that has just been started has it."""
        return _house(self.settings, self.database, self.vault, self.crm, self.roster)


def _house(
    settings: Settings, database: Database, vault: Vault, crm: EmbeddedCrm, roster: Roster
) -> House:
    plan = number_plan(settings.company, settings.agents)
    tokens = Tokens()
    ledger = Ledger(database, tokens)
    told: list[Callback] = []
    ledger.listeners.append(told.append)
    directory = Directory.from_settings(settings.company, settings.agents, settings.pbx[0])
    tracker, hung_up, link = Tracker("pbx", directory), list[str](), FakeLink()
    watch = Watch("pbx", tracker, ledger, hung_up.append)
    callbacks = Callbacks(
        settings=settings,
        database=database,
        vault=vault,
        plan=plan,
        access_of=roster.access_of,
        tokens=tokens,
        ledger=ledger,
        lines={"pbx": PbxLine(link, watch)},
    )
    return House(
        settings=settings,
        database=database,
        vault=vault,
        plan=plan,
        people=People.from_settings(settings),
        roster=roster,
        crm=crm,
        link=link,
        tokens=tokens,
        ledger=ledger,
        tracker=tracker,
        watch=watch,
        callbacks=callbacks,
        told=told,
        hung_up=hung_up,
    )


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    settings = Settings.model_validate(SETTINGS)
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    vault = await open_vault(database, tmp_path / "vault.key")
    plan = number_plan(settings.company, settings.agents)
    crm = EmbeddedCrm(vault, plan, ShortCodes.from_settings(vault, settings))
    roster = Roster(member("Alice", CALLS_ALL), member("Bob", KNOWS_ALL), member("103", CALLS_ALL))
    yield _house(settings, database, vault, crm, roster)
    await database.close()
