"""The daemon's own way from AMI messages to SQLite, and any number of calls for it."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from config.event_log import CelSettings
from config.loading import load as load_settings
from crm.key_file import open_vault
from crm.short_codes import ShortCodes
from crm_sync.embedded import EmbeddedCrm
from daemon.ami.framing import Framer
from daemon.ami.message import Message
from daemon.ami.translate import EVENTS, AmiTranslator
from daemon.board import Board
from daemon.calls.call import Call
from daemon.calls.directory import Directory, number_plan
from daemon.calls.tracker import Tracker
from daemon.capture import Capture
from daemon.catch_up import CatchUp
from daemon.flusher import Flusher
from daemon.history.known import set_mark
from daemon.history.writer import HistoryWriter
from daemon.metrics import FlushCounts, PbxCounts
from store.database import Database
from store.migrate import migrate

_JOURNALS: Final = Path(__file__).parent.parent / "tests" / "replay" / "journals"
_RECORDED: Final = _JOURNALS / "inbound_answered"
_STAMP: Final = re.compile(r"\b(\d{10})\.(\d{1,6})\b")
"""A uniqueid, and the time of a message."""
_CEL_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")
_CHANNEL: Final = re.compile(r"(PJSIP/[a-z0-9]+-)([0-9a-f]{8})\b")
_CUSTOMER: Final = re.compile(r"\+442079460101\b")
_CUSTOMERS: Final = 900
_CHANNELS_A_CALL: Final = 20
_LONG_AGO: Final = datetime(2020, 1, 1, tzinfo=UTC)


class Calls:
    """One recorded call, again and again: its own channels, a customer of 900, a later time."""

    def __init__(self) -> None:
        self._ami = (_RECORDED / "journal.ami").read_bytes().decode()
        self._cel = (_RECORDED / "cel.csv").read_bytes().decode()

    def messages(self, number: int, later: timedelta) -> list[Message]:
        """What AMI tells of that call."""
        return Framer(wanted=EVENTS).feed(self._again(self._ami, number, later).encode())

    def rows(self, number: int, later: timedelta) -> str:
        """What the PBX's log tells of it."""

        def at(found: re.Match[str]) -> str:
            return (datetime.fromisoformat(found[0]) + later).isoformat(" ", "microseconds")

        return _CEL_TIME.sub(at, self._again(self._cel, number, later))

    def log(self, calls: int) -> Iterator[str]:
        """The rows of so many calls, one a second, the last one before the recorded one."""
        return (self.rows(n, timedelta(seconds=n - calls)) for n in range(calls))

    def _again(self, text: str, number: int, later: timedelta) -> str:
        seconds, channels = int(later.total_seconds()), number * _CHANNELS_A_CALL

        def stamp(found: re.Match[str]) -> str:
            second = int(found[1]) + seconds
            if len(found[2]) == 6:
                return f"{second}.{found[2]}"
            return f"{second}.{int(found[2]) + channels}"

        def channel(found: re.Match[str]) -> str:
            return f"{found[1]}{int(found[2], 16) + channels:08x}"

        customer = f"+4420794601{number % _CUSTOMERS:02}"
        if number % _CUSTOMERS >= 100:
            customer = f"+442079460{number % _CUSTOMERS:03}"
        return _CUSTOMER.sub(customer, _CHANNEL.sub(channel, _STAMP.sub(stamp, text)))


@dataclass(frozen=True)
class _Timed:
    """The writer, which notes when the end of a call is stored."""

    writer: HistoryWriter
    stored: dict[UUID, float]

    async def write(self, calls: Sequence[Call], merged: Mapping[UUID, UUID]) -> None:
        await self.writer.write(calls, merged)
        now = time.monotonic()
        self.stored.update((call.id, now) for call in calls if call.gone)


@dataclass(frozen=True)
class Pipeline:
    """A capture that runs."""

    database: Database
    capture: Capture
    catch_up: CatchUp
    flusher: Flusher
    tracker: Tracker
    stored: dict[UUID, float]
    """When a live call's end was stored, on the monotonic clock."""

    async def until_stored(self) -> None:
        """All that was told is in the base."""
        await asyncio.sleep(0.2)
        while self.flusher.waits:  # noqa: ASYNC110 - a count, no event
            await asyncio.sleep(0.01)


@asynccontextmanager
async def pipeline(folder: Path, log: Path | None = None) -> AsyncIterator[Pipeline]:
    """Its tasks run meanwhile. ``log``: the PBX's event log, which ``catch_up`` reads."""
    settings = load_settings(_JOURNALS / "callward.toml", {})
    pbx = settings.pbx[0].model_copy(update={"cel": CelSettings(file=log)})
    directory = Directory.from_settings(settings.company, settings.agents, pbx)
    plan = number_plan(settings.company, settings.agents)
    database = Database(f"sqlite+aiosqlite:///{folder}/callward.db")
    await migrate(database)
    await database.write(lambda connection: set_mark(connection, pbx.name, _LONG_AGO))
    vault = await open_vault(database, folder / "vault.key")
    crm = EmbeddedCrm(vault, plan, ShortCodes.from_settings(vault, settings))
    writer = HistoryWriter(database, vault, plan, crm)
    stored: dict[UUID, float] = {}
    counts, tracker = FlushCounts(), Tracker(pbx.name, directory)
    flusher = Flusher(_Timed(writer, stored), Board(), counts)
    catch_up = CatchUp(
        pbx, directory, tracker, database=database, vault=vault, writer=writer, flush=counts
    )
    capture = Capture(pbx.name, AmiTranslator(), tracker, flusher, PbxCounts(), gaps=catch_up)
    tasks = [asyncio.create_task(one.run()) for one in (capture, flusher, catch_up)]
    try:
        yield Pipeline(database, capture, catch_up, flusher, tracker, stored)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await database.close()
