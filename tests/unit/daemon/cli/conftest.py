"""The command over a real SQLite database."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from typer.testing import CliRunner, Result

from config.settings import HttpSettings
from crm.key_file import open_vault
from crm.numbers import NumberPlan
from crm.short_codes import ShortCodes
from crm_sync.embedded import EmbeddedCrm
from daemon.api.server import ApiServer
from daemon.calls.call import Call, Direction, Disposition, Leg, Origin, Party, PartyKind
from daemon.calls.identity import call_id
from daemon.cli.app import app
from daemon.history.writer import HistoryWriter
from daemon.routing.people import Agent
from store.database import Database
from store.migrate import migrate
from tests.unit.daemon.api.conftest import House, build_house

T = TypeVar("T")

BEGAN = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)

SETTINGS = """\
[company]
numbers = ["+442079460000"]
region = "GB"

[[pbx]]
port = {ami_port}
secret = "not a secret"
trunks = ["operator"]

[database]
url = "sqlite+aiosqlite:///{folder}/callward.db"

[vault]
key_file = "{folder}/vault.key"

[recordings]
storage = "file://{folder}/recordings"

[http]
port = {http_port}
"""


@dataclass
class Command:
    """``callward`` with the settings of a test."""

    folder: Path
    config: Path

    def __call__(self, *arguments: str, **environ: str) -> Result:
        env = {"LANG": "C", "LC_ALL": "", "CALLWARD_LANGUAGE": "", **environ}
        return CliRunner().invoke(app, [*arguments, "--config", str(self.config)], env=env)

    def write_settings(self, *, ami_port: int = 5038, http_port: int = 8088) -> None:
        self.config.write_text(
            SETTINGS.format(folder=self.folder, ami_port=ami_port, http_port=http_port)
        )


@pytest.fixture
def command(tmp_path: Path) -> Command:
    command = Command(tmp_path, tmp_path / "callward.toml")
    command.write_settings()
    return command


def a_call(number: int, customer: str | None, disposition: Disposition) -> Call:
    """The ``number``-th inbound call of a morning, which rang at 101."""
    at = BEGAN + timedelta(minutes=number)
    answered_at = at + timedelta(seconds=5) if disposition is Disposition.ANSWERED else None
    return Call(
        id=call_id("pbx", f"{int(at.timestamp())}.{number}", at),
        pbx="pbx",
        linkedids=frozenset({f"{int(at.timestamp())}.{number}"}),
        direction=Direction.INBOUND,
        origin=Origin.DIALLED,
        started_at=at,
        answered_at=answered_at,
        ended_at=at + timedelta(seconds=70),
        customer_number=customer,
        company_number="+442079460000",
        legs=(
            Leg(
                channel=f"{int(at.timestamp())}.{number}1",
                party=Party(kind=PartyKind.AGENT, name="101"),
                started_at=at,
                ringing_from=at,
                answered_at=answered_at,
            ),
        ),
        disposition=disposition,
        answered_by="101" if answered_at else None,
        talk_seconds=65.0 if answered_at else 0.0,
        complete=True,
        gone=True,
    )


@pytest.fixture
def stored(command: Command) -> list[Call]:
    """Three calls in the database of ``command``."""
    calls = [
        a_call(1, "+442079460101", Disposition.ANSWERED),
        a_call(2, "+442079460102", Disposition.MISSED),
        a_call(3, None, Disposition.MISSED),
    ]

    async def store() -> None:
        database = Database(f"sqlite+aiosqlite:///{command.folder}/callward.db")
        await migrate(database)
        vault = await open_vault(database, command.folder / "vault.key")
        plan = NumberPlan(["+442079460000"], region="GB")
        await HistoryWriter(
            database, vault, plan, EmbeddedCrm(vault, plan, ShortCodes(vault, 5))
        ).write(calls)
        await database.close()

    asyncio.run(store())
    return calls


@dataclass
class Running:
    """The daemon's API in another thread."""

    house: House
    loop: asyncio.AbstractEventLoop

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Where it runs."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def agent(self, name: str) -> Agent:
        """As routing knows him."""
        agent = self.house.context.people.find(name)
        assert agent is not None
        return agent


@pytest.fixture
def running(command: Command) -> Iterator[Running]:
    """The daemon's API, over the database of ``command``, in a thread of its own."""
    listening: queue.Queue[tuple[int, House]] = queue.Queue()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        async with build_house(command.folder) as house:
            server = ApiServer(HttpSettings(port=0), house.context)
            await server.start()
            listening.put((server.port, house))
            await stop.wait()
            await server.stop()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    port, house = listening.get(timeout=30)
    command.write_settings(http_port=port)
    yield Running(house, loop)
    loop.call_soon_threadsafe(stop.set)
    thread.join(30)
    loop.close()
