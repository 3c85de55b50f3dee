"""The API over a real SQLite database with a few calls in it."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from sqlalchemy import Connection

from config.settings import HttpSettings, Settings
from crm.access_tokens import create_token
from crm.key_file import open_vault
from crm.pins import Pins
from crm.short_codes import ShortCodes
from crm_sync.embedded import EmbeddedCrm
from daemon.ami.actions import Action, Response
from daemon.ami.link import LinkDownError
from daemon.ami.state import LinkState, Notice, Reason
from daemon.api.context import ApiContext
from daemon.api.server import ApiServer, application
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
from daemon.history.writer import HistoryWriter
from daemon.metrics import Metrics, PbxCounts
from daemon.routing.people import People
from daemon.routing.tokens import Tokens
from recordings.models import RecordingState
from recordings.queries import Recording, save
from recordings.storage import open_storage
from store.database import Database
from store.migrate import migrate

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

    async def token(self, agent: str) -> dict[str, str]:
        """What a manager's program sends."""
        token = await self.context.database.write(
            lambda connection: create_token(connection, agent, BEGAN)
        )
        return {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def build_house(tmp_path: Path) -> AsyncIterator[House]:
    settings = Settings.model_validate(
        {
            "company": {"numbers": [COMPANY], "region": "GB"},
            "pbx": [{"trunks": ["operator"], "secret": "x"}],
            "agents": [
                {"name": "anna", "endpoints": ["201"], "mobiles": [ANNAS_MOBILE]},
                {"name": "boris", "endpoints": ["202"], "calls": "own"},
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
    pins = Pins(database, attempts=3, lockout=timedelta(minutes=30))
    calls = [
        a_call(1, customer=CUSTOMERS[0]),
        a_call(2, customer=CUSTOMERS[1]),
        a_call(3, customer=None),
        a_call(4, customer=CUSTOMERS[0]),
        a_call(5, customer=CUSTOMERS[2], running=True),
    ]
    await HistoryWriter(database, vault, plan, EmbeddedCrm(vault, plan, codes)).write(calls)
    board = Board()
    for call in calls:
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
    tokens = Tokens()
    ledger = Ledger(database, tokens)
    directory = Directory.from_settings(settings.company, settings.agents, settings.pbx[0])
    watch = Watch("pbx", Tracker("pbx", directory), ledger, lambda _channel: None)
    callbacks = Callbacks(
        settings=settings,
        database=database,
        vault=vault,
        plan=plan,
        tokens=tokens,
        ledger=ledger,
        lines={"pbx": PbxLine(DownLine(), watch)},
    )
    metrics = Metrics(pbx={"pbx": PbxCounts(messages=7)})
    metrics.running = lambda: len(board.running())
    links = [LinkState(pbx="pbx", address="127.0.0.1:5038", connected=True, since=BEGAN)]
    context = ApiContext(
        settings=settings,
        database=database,
        vault=vault,
        plan=plan,
        people=people,
        pins=pins,
        callbacks=callbacks,
        board=board,
        metrics=metrics,
        storage=open_storage(settings.recordings.storage),
        links=lambda: links,
    )
    yield House(
        context=context,
        calls=calls,
        recording=stored,
        without_sound=missing,
        sound=sound,
        links=links,
    )
    await database.close()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with build_house(tmp_path) as house:
        yield house


@pytest.fixture(scope="module")
def api_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The API in a thread of its own, for clients that are not asynchronous."""
    listening: queue.Queue[int] = queue.Queue()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        async with build_house(tmp_path_factory.mktemp("api")) as house:
            server = ApiServer(HttpSettings(port=0), house.context)
            await server.start()
            listening.put(server.port)
            await stop.wait()
            await server.stop()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    yield f"http://127.0.0.1:{listening.get(timeout=10)}"
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()


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
async def client(
    house: House, aiohttp_client: Callable[[web.Application], Awaitable[Client]]
) -> Client:
    return await aiohttp_client(application(house.context))
