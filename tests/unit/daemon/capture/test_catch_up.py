"""What nobody watched is read from the PBX's own log: real logs of the lab's calls."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from asyncpg.exceptions import InternalClientError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from structlog.testing import capture_logs

from daemon import catch_up as module
from daemon import completion
from daemon.calls.call import Call
from daemon.outages import Outages
from daemon.replay import replay_calls
from store.ids import uuid7
from tests.replay.recorded import JOURNALS, settings
from tests.replay.test_log import known_to_the_log
from tests.replay.test_truth import differences
from tests.unit.daemon.capture.conftest import (
    ANSWERED,
    BY_NAME,
    LONG_AGO,
    MASKED,
    MISSED,
    House,
    shown,
)


async def test_calls_that_nobody_watched_are_stored(house: House) -> None:
    house.logs(ANSWERED, MISSED, MASKED)
    await house.mark(LONG_AGO)
    calls = await house.catches_up()
    truth = [call for one in (ANSWERED, MISSED, MASKED) for call in known_to_the_log(one)]
    assert differences(shown(calls), truth) == []
    assert all(call.complete for call in calls)


async def test_a_folder_of_recordings_that_hangs_holds_up_no_call(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, asked = threading.Event(), []

    def hang(_completion: completion.Completion, calls: list[Call]) -> list[Call]:
        asked.append(calls)
        answers.wait()
        return calls

    monkeypatch.setattr(completion.Completion, "_with_recordings", hang)
    monkeypatch.setattr(completion, "_FOLDER_SECONDS", 0.05)
    house.logs(ANSWERED, MISSED, MASKED)
    await house.mark(LONG_AGO)
    try:
        async with asyncio.timeout(30):
            calls = await house.catches_up()
    finally:
        answers.set()
    assert len(asked) == 1
    truth = [call for one in (ANSWERED, MISSED, MASKED) for call in known_to_the_log(one)]
    assert len(calls) == len(truth)


async def test_the_first_run_of_all_does_not_look_back(house: House) -> None:
    house.logs(ANSWERED)
    assert await house.catches_up() == []
    assert await house.mark() is not None


async def test_what_was_watched_stays_as_it_was_seen(house: House) -> None:
    await house.mark(LONG_AGO)
    for journal in (ANSWERED, MISSED):
        await house.watch(journal.files[0].read_bytes())
    before = await house.calls()
    house.logs(ANSWERED, MISSED)
    house.start()
    assert await house.catches_up() == before


async def test_a_log_that_is_read_again_changes_nothing(house: House) -> None:
    house.logs(ANSWERED, MISSED, ANSWERED)
    await house.mark(LONG_AGO)
    once = await house.catches_up()
    assert len(once) == 2
    await house.mark(LONG_AGO)
    house.start()
    assert await house.catches_up() == once


SAMPLE = random.Random(7).sample([j for j in JOURNALS if len(j.files) == 1], 40)
CUTS = [
    *((journal.name, 0) for journal in SAMPLE),
    # What was seen before the cut was not yet what it was to be.
    ("inbound_answered_park_retrieve", 3),
    ("outbound_missed_originated", 2),
    ("outbound_missed_originated", 3),
    ("masked_outbound_answered_return", 2),
    ("masked_outbound_answered_return", 3),
    ("masked_outbound_busy_code", 0),
]


@pytest.mark.parametrize(("name", "cut"), CUTS)
async def test_watched_in_part_and_completed_is_the_whole_call(
    house: House, name: str, cut: int
) -> None:
    journal = BY_NAME[name]
    data = journal.files[0].read_bytes()
    end = data.index(b"\r\n\r\n", random.Random(f"{name}{cut}").randrange(len(data) - 10)) + 4
    await house.mark(LONG_AGO)
    await house.watch(data[:end])
    house.logs(journal)
    house.start()
    calls = await house.catches_up()
    assert differences(shown(calls), known_to_the_log(journal)) == []


async def test_a_call_that_is_being_watched_is_left_to_that(house: House) -> None:
    data = ANSWERED.files[0].read_bytes()
    await house.mark(LONG_AGO)
    await house.watch(data[: len(data) // 2])
    [running] = await house.calls()
    house.logs(ANSWERED)
    [still] = await house.catches_up()
    assert still == running
    assert not still.gone


async def test_a_call_that_is_watched_under_another_id_is_left_to_that_as_well(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pickup in the gap: the newest linkedid is all that a snapshot shows."""
    [whole] = replay_calls(ANSWERED.files, None, settings())
    running = {uuid7(): whole}

    def watched(id_: UUID) -> Call:
        return running[id_]

    monkeypatch.setattr(house.tracker, "running", lambda: tuple(running))
    monkeypatch.setattr(house.tracker, "call", watched)
    house.logs(ANSWERED, MISSED)
    await house.mark(LONG_AGO)
    assert [call.rang for call in await house.catches_up()] == [("101", "102", "103")]


async def test_a_call_that_was_watched_in_part_is_completed_at_its_end(house: House) -> None:
    journal = BY_NAME["inbound_answered_blind_transfer"]
    [whole] = replay_calls(journal.files, None, settings())
    await house.writer.write([replace(whole, transfers=(), last_agent="101")])
    house.logs(journal)
    async with house.running() as catch_up:
        # Seen whole: AMI has told all.
        catch_up.ended(whole)
        catch_up.ended(replace(whole, transfers=(), last_agent="101", seen_whole=False))
        [call] = await house.until(lambda calls: bool(calls[0].transfers))
    assert (call.id, call.last_agent) == (whole.id, "102")


async def test_a_log_that_ends_in_the_middle_of_a_call_leaves_its_end_open(house: House) -> None:
    lines = ANSWERED.cel.read_text().splitlines(keepends=True)
    house.log.write_text("".join(lines[: len(lines) // 2]) + lines[len(lines) // 2][:30])
    await house.mark(LONG_AGO)
    [call] = await house.catches_up()
    assert (call.gone, call.complete) == (True, False)
    assert call.customer_number == "+442079460101"


async def test_a_call_that_began_after_the_last_look_is_left_to_the_next(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The link went again: such a call runs, and its sound is still being written."""
    [whole] = replay_calls(ANSWERED.files, None, settings())
    lines = ANSWERED.cel.read_text().splitlines(keepends=True)
    house.log.write_text("".join(lines[: len(lines) // 2]))
    await house.mark(LONG_AGO)
    monkeypatch.setattr(house.tracker, "now", lambda: whole.started_at - timedelta(seconds=1))
    assert await house.catches_up() == []
    house.start()
    monkeypatch.setattr(house.tracker, "now", lambda: whole.started_at + timedelta(hours=1))
    [call] = await house.catches_up()
    assert (call.gone, call.complete) == (True, False)


async def test_a_recording_of_such_a_call_is_found(house: House) -> None:
    [seen] = replay_calls(ANSWERED.files, None, settings())
    [recording] = seen.recordings
    (house.recordings / f"{recording.name}.rx.wav").touch()
    house.logs(ANSWERED)
    await house.mark(LONG_AGO)
    [call] = await house.catches_up()
    assert [ref.name for ref in call.recordings] == [recording.name]


async def test_without_a_log_it_is_said_once_and_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MARK_SECONDS", 0.02)
    await house.mark(LONG_AGO)
    with capture_logs() as logs:
        async with house.running() as catch_up:
            catch_up.synced()
            await catch_up.caught_up.wait()
            assert await house.mark() == LONG_AGO
            house.logs(ANSWERED)
            await house.until(lambda calls: len(calls) == 1)
    said = [one for one in logs if one["log_level"] == "warning"]
    assert [one["reason"] for one in said] == ["No such file or directory"]


async def test_wrong_columns_are_said(house: House) -> None:
    house.log.write_text("eventtype,colour\n")
    await house.mark(LONG_AGO)
    with capture_logs() as logs:
        await house.catches_up()
    [said] = [one for one in logs if one["log_level"] == "warning"]
    assert "uniqueid" in said["reason"]


async def test_one_that_the_database_will_not_take_holds_up_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    [refused] = replay_calls(ANSWERED.files, None, settings())
    write = house.writer.write

    async def picky(calls: list[Call], merged: dict[UUID, UUID], *, reconciled: bool) -> None:
        if any(call.id == refused.id for call in calls):
            raise IntegrityError("", {}, ValueError())
        await write(calls, merged, reconciled=reconciled)

    monkeypatch.setattr(house.writer, "write", picky)
    house.logs(ANSWERED, MISSED, MASKED)
    await house.mark(LONG_AGO)
    with capture_logs() as logs:
        assert len(await house.catches_up()) == 2
    assert [one["call_id"] for one in logs if one["log_level"] == "error"] == [str(refused.id)]


async def test_the_mark_follows_while_all_is_well_and_only_then(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MARK_SECONDS", 0.02)
    house.logs()
    await house.mark(LONG_AGO)
    ticks: list[None] = []
    note = house.catch_up._note

    async def counted() -> None:
        await note()
        ticks.append(None)

    async def several_ticks() -> None:
        wanted = len(ticks) + 3
        while len(ticks) < wanted:
            await asyncio.sleep(0.01)

    monkeypatch.setattr(house.catch_up, "_note", counted)
    async with house.running() as catch_up, asyncio.timeout(10):
        catch_up.synced()
        await catch_up.caught_up.wait()
        house.flush.failing_since = 1.0
        await house.watch(ANSWERED.files[0].read_bytes())
        now = house.tracker.now()
        assert now is not None
        await several_ticks()
        assert await house.mark() == LONG_AGO
        house.flush.failing_since = None
        while await house.mark() != now:
            await asyncio.sleep(0.01)
        # The PBX is silent: all that there was is stored, and no alert says otherwise.
        await several_ticks()
        assert await house.mark() == now
        assert (catch_up._counts.stored_until or 0) > time.time() - 60
        catch_up.lost()
        await house.watch(MISSED.files[0].read_bytes())
        await several_ticks()
        assert await house.mark() == now


@pytest.mark.parametrize(
    "error",
    [
        PoolTimeoutError(),
        InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_database_that_cannot_be_asked_costs_no_gap(
    house: House, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, tries = house.catch_up._since, 0

    async def busy_at_first(*gap: Any, behind: bool) -> datetime | None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise error
        return await look(*gap, behind=behind)

    monkeypatch.setattr(house.catch_up, "_since", busy_at_first)
    monkeypatch.setattr(module, "_MARK_SECONDS", 0.01)
    house.logs(ANSWERED)
    await house.mark(LONG_AGO)
    part = Outages(house.database).through("catching up", house.catch_up.run)
    running = asyncio.ensure_future(part())
    house.catch_up.synced()
    await house.until(lambda calls: len(calls) == 1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert tries == 2


async def test_a_gap_that_an_earlier_run_did_not_close_is_still_one(house: House) -> None:
    [call] = replay_calls(ANSWERED.files, None, settings())
    await house.mark(call.started_at - timedelta(seconds=1))
    house.logs(ANSWERED)
    house.start()
    assert len(await house.catches_up()) == 1
