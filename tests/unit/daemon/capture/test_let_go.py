"""More than there is room for: what nobody kept comes from the PBX's log."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from structlog.testing import capture_logs

from config.event_log import CelSettings
from daemon.ami.framing import Framer
from daemon.ami.translate import EVENTS, AmiTranslator
from daemon.board import Board
from daemon.capture import Capture
from daemon.flusher import Flusher
from daemon.metrics import PbxCounts
from daemon.replay import fold, journal_events, replay_calls
from tests.replay.recorded import settings
from tests.replay.test_log import known_to_the_log
from tests.replay.test_truth import differences
from tests.unit.daemon.capture.conftest import (
    ANSWERED,
    LONG_AGO,
    MISSED,
    House,
    shown,
)


async def test_a_call_that_was_let_go_is_taken_from_the_log(house: House) -> None:
    """Too many waited for a database: what was watched from its beginning to its end was kept
    by nobody, though the tracker remembers it still."""
    await house.mark(datetime.now(UTC))
    [whole] = replay_calls(ANSWERED.files, None, settings())
    fold(house.tracker, journal_events(ANSWERED.files))
    house.logs(ANSWERED, MISSED)
    async with house.running() as catch_up:
        catch_up.let_go(whole)
        calls = await house.until(lambda calls: any(call.id == whole.id for call in calls))
    assert (
        differences(shown([one for one in calls if one.id == whole.id]), known_to_the_log(ANSWERED))
        == []
    )


async def test_without_a_log_it_is_said_that_such_calls_are_lost(house: House) -> None:
    house.pbx = house.pbx.model_copy(update={"cel": CelSettings()})
    house.start()
    [whole] = replay_calls(ANSWERED.files, None, settings())
    with capture_logs() as logs:
        house.catch_up.let_go(whole)
        house.catch_up.let_go(whole)
    assert [line["event"][:14] for line in logs] == ["calls are lost"]


async def test_what_a_full_inbox_dropped_comes_from_the_log(house: House) -> None:
    """The very parts that run live: capture, tracker, flusher, catch-up."""
    await house.mark(LONG_AGO)
    counts = PbxCounts()
    flusher = Flusher(house.writer, Board(), house.flush)
    translator = AmiTranslator()
    capture = Capture(
        house.pbx.name,
        translator,
        house.tracker,
        flusher,
        counts,
        gaps=house.catch_up,
        inbox_limit=10,
    )

    def resync() -> None:
        capture.on_messages(
            Framer(wanted=EVENTS).feed(b"Event: CoreShowChannelsComplete\r\nListItems: 0\r\n\r\n")
        )

    capture.resync = resync
    house.logs(ANSWERED, MISSED)
    # All that the link read in one go is more than has room.
    capture.on_messages(Framer(wanted=EVENTS).feed(ANSWERED.files[0].read_bytes()))
    async with house.running(), asyncio.TaskGroup() as parts:
        running = [parts.create_task(capture.run()), parts.create_task(flusher.run())]
        calls = await house.until(lambda calls: len(calls) == 2)
        for part in running:
            part.cancel()
    truth = [call for one in (ANSWERED, MISSED) for call in known_to_the_log(one)]
    assert differences(shown(calls), truth) == []
    assert counts.messages_dropped > 10
