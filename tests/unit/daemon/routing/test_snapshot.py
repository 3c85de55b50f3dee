"""What the PBX gets to know for the time when Callward is silent."""

from __future__ import annotations

import asyncio
import stat
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from config.settings import Settings
from crm.absence import Away
from crm.tables import client
from daemon.routing.absent import Absent
from daemon.routing.people import People
from daemon.routing.snapshot import Callers, SnapshotWriter, Steps
from dialplan.callward_fallback import find_steps, read_snapshot, steps_now
from dialplan.keys import FallbackKeys
from tests.unit.daemon.routing.conftest import KNOWN, MOBILE, OTHER, SETTINGS, House

GROUP = "PJSIP/102&PJSIP/103"


def made(**pbx: Any) -> Settings:
    one = {"trunks": ["operator"], "secret": "x", **pbx}
    routing = {"group": ["Bob", "Carol"], "deputy_seconds": 15}
    return Settings.model_validate({**SETTINGS, "pbx": [one], "routing": routing})


@asynccontextmanager
async def writing(writer: SnapshotWriter) -> AsyncIterator[None]:
    task = asyncio.create_task(writer.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


def steps(house: House, file: Path, number: str) -> str:
    keys = FallbackKeys.of(house.vault, "pbx")
    try:
        snapshot = read_snapshot(str(file), keys.signature, time.time())
    except FileNotFoundError:
        return "no file"
    return find_steps(snapshot, keys.index, number)


async def test_it_is_written_at_the_start_and_after_a_change(house: House, tmp_path: Path) -> None:
    file = tmp_path / "pbx" / "fallback.json"
    file.parent.mkdir()
    settings = made(recordings_folder=str(file.parent))
    client_id, _ = await house.client(KNOWN, curator="Alice", deputy="Bob")
    await house.client(OTHER)
    writer = SnapshotWriter(settings, house.database, house.vault, house.people)
    async with writing(writer):
        await until(file.exists)
        assert steps(house, file, KNOWN) == f"20~PJSIP/101;15~PJSIP/102;40~{GROUP}"
        assert steps(house, file, OTHER) == ""
        # Asterisk's user reads it; that nobody else does is for the folder.
        assert stat.S_IMODE(file.stat().st_mode) == 0o644

        # Nothing in the database tells of this one.
        house.people.choose("Alice", ["mobile"], "together")
        writer.poke()
        await until(lambda: steps(house, file, KNOWN) == f"15~PJSIP/102;40~{GROUP}")

        change = update(client).where(client.c.id == client_id).values(curator="Carol")
        await house.database.write(lambda connection: connection.execute(change))
        writer.poke()
        wanted = f"20~PJSIP/103;15~PJSIP/102;40~{GROUP}"
        await until(lambda: steps(house, file, KNOWN) == wanted)
    assert [entry.name for entry in file.parent.iterdir()] == ["fallback.json"]
    assert MOBILE[-7:] not in file.read_text()


async def test_a_folder_that_is_not_there_is_waited_for(house: House, tmp_path: Path) -> None:
    file = tmp_path / "later" / "fallback.json"
    settings = made(snapshot=str(file))
    writer = SnapshotWriter(settings, house.database, house.vault, house.people)
    async with writing(writer):
        await asyncio.sleep(0)
        file.parent.mkdir()
        writer.poke()
        await until(file.exists)


async def test_without_a_place_for_it_there_is_none(house: House) -> None:
    writer = SnapshotWriter(made(), house.database, house.vault, house.people)
    async with asyncio.timeout(5):
        await writer.run()


@pytest.mark.parametrize(
    ("curator", "deputy", "wanted"),
    [
        ("Alice", None, f"20~PJSIP/101;40~{GROUP}"),
        (None, "Alice", f"15~PJSIP/101;40~{GROUP}"),
        (None, None, ""),
        # Somebody whose name stands in no settings any more, and can be no endpoint's.
        ("Zoë the gone", "Bob", f"15~PJSIP/102;40~{GROUP}"),
    ],
)
def test_curator_deputy_and_group_ring_on_their_desks(
    curator: str | None, deputy: str | None, wanted: str
) -> None:
    settings = made()
    assert Steps(People.from_settings(settings), settings).of(curator, deputy) == wanted


def test_who_takes_calls_on_his_mobile_alone_is_not_rung_without_callward() -> None:
    settings = made()
    people = People.from_settings(settings)
    people.choose("Alice", ["mobile"], "together")
    assert Steps(people, settings).of("Alice", None) == ""


def test_who_shares_an_index_with_somebody_elses_client_is_the_groups() -> None:
    callers = Callers()
    callers.add(b"abc", "20~PJSIP/101")
    callers.add(b"xyz", "20~PJSIP/101")
    callers.add(b"abc", "20~PJSIP/102")
    callers.add(b"abc", "20~PJSIP/101")
    assert callers.as_json() == [{"steps": "20~PJSIP/101", "indexes": "eHl6"}]


def away(name: str, until: datetime | None = None) -> Away:
    return Away(person=name, since=KNOWN_AT, until=until, reason=None, set_by=name)


KNOWN_AT = datetime(2026, 1, 5, 10, tzinfo=UTC)


async def test_who_is_away_stands_apart_with_the_end(house: House, tmp_path: Path) -> None:
    file = tmp_path / "fallback.json"
    gone: dict[str, Away] = {}
    await house.client(KNOWN, curator="Alice", deputy="Bob")
    writer = SnapshotWriter(
        made(snapshot=str(file)), house.database, house.vault, house.people, gone.get
    )

    def now(number: str) -> str:
        keys = FallbackKeys.of(house.vault, "pbx")
        snapshot = read_snapshot(str(file), keys.signature, time.time())
        return steps_now(snapshot, keys.index, number, KNOWN_AT.timestamp())

    async with writing(writer):
        await until(file.exists)
        assert (now(KNOWN), now(OTHER)) == (f"20~PJSIP/101;15~PJSIP/102;40~{GROUP}", f"40~{GROUP}")
        gone["Alice"] = away("Alice", KNOWN_AT + timedelta(minutes=1))
        gone["Carol"] = away("Carol")
        writer.people_changed()
        await until(lambda: now(KNOWN) == "15~PJSIP/102;40~PJSIP/102")
        assert now(OTHER) == "40~PJSIP/102"
        gone.clear()
        writer.people_changed()
        await until(lambda: now(OTHER) == f"40~{GROUP}")


def test_a_desk_that_another_shares_goes_on_ringing() -> None:
    agents = [{"name": "Alice", "endpoints": ["101"]}, {"name": "Bob", "endpoints": ["101", "102"]}]
    settings = Settings.model_validate({**SETTINGS, "agents": agents})
    gone = {"Bob": away("Bob")}
    absent = Absent(People.from_settings(settings), settings, gone.get)
    assert absent.phones() == {"PJSIP/102": None}
