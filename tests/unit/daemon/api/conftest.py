"""The API over a real SQLite database with a few calls in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from sqlalchemy import Connection, update

from config.settings import Settings
from crm.access import Right, Rights, Scope
from crm.access_tokens import create_token
from crm.audit import AuditLog
from crm.field_rules import FieldRule, Subject, SubjectKind, save_field_rules
from crm.fields import HIDEABLE
from crm.key_file import open_vault
from crm.people import Person, change_person, create_person, load_people
from crm.pins import Pins
from crm.short_codes import ShortCodes
from crm.tables import client as client_table
from crm.tables import task
from crm_sync.embedded import EmbeddedCrm
from daemon.ami.actions import Action, Response
from daemon.ami.link import LinkDownError
from daemon.ami.state import LinkState, Notice, Reason
from daemon.api.context import ApiContext
from daemon.api.server import application
from daemon.away import AwayBook
from daemon.board import Board
from daemon.callbacks.callbacks import Callbacks, PbxLine
from daemon.callbacks.ledger import Ledger
from daemon.callbacks.watch import Watch
from daemon.calls.call import (
    Call,
    Direction,
    Disposition,
    HangupBy,
    Leg,
    Origin,
    Party,
    PartyKind,
    RecordingRef,
)
from daemon.calls.directory import Directory, number_plan
from daemon.calls.identity import call_id
from daemon.calls.tracker import Tracker
from daemon.decided import Decided
from daemon.exchange.import_run import Work as ImportWork
from daemon.exchange.imports import Imports
from daemon.history.writer import HistoryWriter
from daemon.holding.holds import Holds
from daemon.metrics import Metrics, PbxCounts
from daemon.monitoring.audio_socket import AudioSocketServer
from daemon.monitoring.monitorings import Monitorings
from daemon.operator_key import USER_HEADER, operator_key
from daemon.pausing.pauses import Pauses
from daemon.routing.people import People
from daemon.routing.tokens import Tokens
from daemon.signin.sign_in import SignIn
from daemon.staff import StaffBook
from daemon.watching.news import News
from daemon.watching.reading import Reading
from daemon.watching.watch import Watch as Watching
from daemon.work.moves import Moves
from daemon.work.work import Work
from recordings.models import RecordingState
from recordings.queries import Recording, save
from recordings.storage import open_storage
from store.database import Database
from store.migrate import migrate

from .ledgers import a_ledger

COMPANY = "+442079460000"
CUSTOMERS = ("+442079460101", "+442079460102", "+442079460103")
ANNAS_MOBILE = "+447700900101"
BEGAN = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)


def a_call(number: int, *, customer: str | None, running: bool = False) -> Call:
    """The ``number``-th call of a morning, answered by 101, or ringing there."""
    at = BEGAN + timedelta(minutes=number)
    uniqueid = f"{int(at.timestamp())}.{number}"
    ended_at = None if running else at + timedelta(seconds=30)
    answered_at = None if running else at + timedelta(seconds=5)
    return Call(
        id=call_id("pbx", uniqueid, at),
        pbx="pbx",
        linkedids=frozenset({uniqueid}),
        direction=Direction.INBOUND,
        origin=Origin.DIALLED,
        started_at=at,
        answered_at=answered_at,
        ended_at=ended_at,
        customer_number=customer,
        company_number=COMPANY,
        legs=(
            Leg(
                channel=f"{uniqueid}1",
                party=Party(kind=PartyKind.AGENT, name="101"),
                started_at=at,
                ringing_from=at,
                ringing_to=answered_at,
                answered_at=answered_at,
                ended_at=ended_at,
            ),
        ),
        recordings=(RecordingRef(channel=uniqueid, name=uniqueid, started_at=at),),
        disposition=None if running else Disposition.ANSWERED,
        answered_by=None if running else "101",
        last_agent=None if running else "101",
        hangup_by=None if running else HangupBy.CUSTOMER,
        cause=None if running else 16,
        ring_seconds=0.0 if running else 5.0,
        talk_seconds=0.0 if running else 25.0,
        complete=not running,
        gone=not running,
    )


class DownLine:
    """A PBX that is not there."""

    async def send(self, action: Action, *, timeout: float | None = None) -> Response:
        raise LinkDownError("pbx", Notice(reason=Reason.REFUSED))


@dataclass
class House:
    """What the API stands on, with the calls that are in it."""

    context: ApiContext
    calls: list[Call]
    recording: UUID
    without_sound: UUID
    sound: bytes
    links: list[LinkState]

    async def write(self, *calls: Call) -> None:
        """As the flusher does."""
        vault, plan = self.context.vault, self.context.plan
        codes = ShortCodes.from_settings(vault, self.context.settings)
        writer = HistoryWriter(self.context.database, vault, plan, EmbeddedCrm(vault, plan, codes))
        await writer.write(calls)

    @property
    def operator(self) -> dict[str, str]:
        """What the command on this machine sends."""
        return {"Authorization": f"Bearer {operator_key(self.context.vault)}", USER_HEADER: "root"}

    async def person(
        self,
        name: str,
        exceptions: Rights | None = None,
        *,
        role: str = "manager",
        department: str | None = None,
    ) -> None:
        """Somebody who works here, with rights of his own instead of the role's."""

        def put(connection: Connection) -> None:
            if name not in {one.name for one in load_people(connection)}:
                new = Person(
                    name=name, role=role, exceptions={}, created_by="test", created_at=BEGAN
                )
                create_person(connection, new)
            change_person(
                connection,
                name,
                {"role": role, "department": department, "exceptions": exceptions or {}},
            )

        await self.context.staff.change(put)

    async def hide(self, person: str, *fields: str) -> None:
        """From this person, these fields are hidden, and no others."""

        def put(connection: Connection) -> None:
            subject = Subject(SubjectKind.PERSON, person)
            rules = [FieldRule(subject, field, field in fields) for field in HIDEABLE]
            save_field_rules(connection, rules)

        await self.context.staff.change(put)

    async def token(self, agent: str) -> dict[str, str]:
        """What a manager's program sends."""
        token = await self.context.database.write(
            lambda connection: create_token(connection, agent, BEGAN)
        )
        return {"Authorization": f"Bearer {token}"}


def put_on_card(connection: Connection, id_: UUID, values: Mapping[str, object]) -> None:
    """Whatever somebody once managed to write there; open tasks are the new curator's."""
    connection.execute(update(client_table).where(client_table.c.id == id_).values(**values))
    if "curator" in values:
        connection.execute(
            update(task).where(task.c.client_id == id_).values(agent=values["curator"])
        )


@asynccontextmanager
async def build_house(tmp_path: Path) -> AsyncIterator[House]:
    settings = Settings.model_validate(
        {
            "company": {"numbers": [COMPANY], "region": "GB"},
            "pbx": [{"trunks": ["operator"], "secret": "x"}],
            "agents": [
                {"name": "anna", "endpoints": ["201"], "mobiles": [ANNAS_MOBILE]},
                {"name": "boris", "endpoints": ["202"]},
            ],
            "recordings": {"storage": f"file://{tmp_path}/recordings"},
        }
    )
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    vault = await open_vault(database, tmp_path / "vault.key")
    plan = number_plan(settings.company, settings.agents)
    codes = ShortCodes.from_settings(vault, settings)
    people = People.from_settings(settings)
    staff, audit = StaffBook(database), AuditLog(database, vault)
    await staff.enrol(agent.name for agent in people.settled)
    people.has_left = staff.has_left
    away = AwayBook(database)
    people.is_away = away.is_away
    pins = Pins(database, attempts=3, lockout=timedelta(minutes=30))
    calls = [
        a_call(1, customer=CUSTOMERS[0]),
        a_call(2, customer=CUSTOMERS[1]),
        a_call(3, customer=None),
        a_call(4, customer=CUSTOMERS[0]),
        a_call(5, customer=CUSTOMERS[2], running=True),
    ]
    writer = HistoryWriter(database, vault, plan, EmbeddedCrm(vault, plan, codes))
    board = Board()
    for call in calls:
        # One after the other, so that their clients are as old as their calls.
        await writer.write([call])
        board.publish(call)
    sound = bytes(range(256)) * 8
    stored, missing = uuid4(), uuid4()
    file = tmp_path / "recordings" / "2026" / f"{stored}.flac"
    file.parent.mkdir(parents=True)
    file.write_bytes(sound)
    rows = [
        Recording(
            id=stored,
            call_id=calls[0].id,
            pbx="pbx",
            channel="1",
            name="stored",
            state=RecordingState.STORED,
            path=f"2026/{stored}.flac",
            sha256=bytes(32),
            size_bytes=len(sound),
            duration_seconds=25.0,
        ),
        Recording(
            id=missing,
            call_id=calls[1].id,
            pbx="pbx",
            channel="2",
            name="missing",
            state=RecordingState.MISSING,
        ),
    ]

    def store(connection: Connection) -> None:
        for row in rows:
            save(connection, row, bytes([1, 2, 3, 4]))

    await database.write(store)
    ledger = Ledger(database, tokens := Tokens())
    directory = Directory.from_settings(settings.company, settings.agents, settings.pbx[0])
    watch = Watch("pbx", Tracker("pbx", directory), ledger, lambda _channel: None)
    callbacks = Callbacks(
        settings=settings,
        database=database,
        vault=vault,
        plan=plan,
        access_of=staff.access_of,
        tokens=tokens,
        ledger=ledger,
        lines={"pbx": PbxLine(DownLine(), watch)},
    )
    decided = Decided(settings)
    decided.begin(staff.now.policies, people.settle, callbacks.settle)
    metrics = Metrics(pbx={"pbx": PbxCounts(messages=7)})
    metrics.running = lambda: len(board.running())
    links = [LinkState(pbx="pbx", address="127.0.0.1:5038", connected=True, since=BEGAN)]
    reading = Reading(
        database=database,
        vault=vault,
        audit=audit,
        staff=staff,
        board=board,
        watch=Watching(settings, database, audit),
    )
    await reading.load()
    sign_in = SignIn(settings, database=database, vault=vault, staff=staff, audit=audit)
    await sign_in.places.reload()
    context = ApiContext(
        settings=settings,
        database=database,
        vault=vault,
        audit=audit,
        plan=plan,
        codes=codes,
        people=people,
        staff=staff,
        away=away,
        decided=decided,
        sign_in=sign_in,
        reading=reading,
        watching=News(database),
        imports=Imports(
            ImportWork(
                database=database, vault=vault, codes=codes, plan=plan, staff=staff, audit=audit
            )
        ),
        work=Work(
            moves=Moves(database, vault, audit),
            moves_ordered=lambda: None,
            reminders_changed=lambda: None,
        ),
        pins=pins,
        callbacks=callbacks,
        ledger=a_ledger(settings, database, audit, vault, writer, metrics),
        monitorings=Monitorings(
            database=database,
            vault=vault,
            board=board,
            server=AudioSocketServer(settings.monitoring),
            lines={"pbx": PbxLine(DownLine(), watch)},
        ),
        pauses=Pauses(
            database=database,
            audit=audit,
            board=board,
            lines={"pbx": PbxLine(DownLine(), watch)},
            seconds=lambda: 120,
        ),
        holds=Holds(board=board, lines={"pbx": PbxLine(DownLine(), watch)}),
        board=board,
        metrics=metrics,
        storage=open_storage(settings.recordings.storage),
        links=lambda: links,
    )
    house = House(
        context=context,
        calls=calls,
        recording=stored,
        without_sound=missing,
        sound=sound,
        links=links,
    )
    await house.person("anna", {Right.CLIENTS_READ: Scope.ALL, Right.CALLS_MAKE: Scope.ALL})
    yield house
    await database.close()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with build_house(tmp_path) as house:
        yield house


@pytest.fixture
def refused() -> LinkState:
    return LinkState(
        pbx="pbx",
        address="127.0.0.1:5038",
        connected=False,
        since=BEGAN,
        notices=(Notice(reason=Reason.REFUSED),),
    )


Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(house: House, aiohttp_client: Callable[..., Awaitable[Client]]) -> Client:
    """The operator's."""
    return await aiohttp_client(application(house.context), headers=house.operator)


@pytest.fixture
async def stranger(
    house: House, aiohttp_client: Callable[[web.Application], Awaitable[Client]]
) -> Client:
    """Somebody without credentials."""
    return await aiohttp_client(application(house.context))
