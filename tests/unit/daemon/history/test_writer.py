from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from crm.call_notes import add_call_note, call_notes
from daemon.calls.call import (
    Announcement,
    Call,
    Disposition,
    PartyKind,
    RecordingRef,
)
from daemon.history.lost import close_lost, open_calls
from daemon.history.writer import HistoryWriter
from store.ids import uuid7

from .conftest import Base
from .story import MOBILE, answered, at, ended, leg, ringing, transferred


def _whole(call: Call) -> list[Call]:
    stages = [call, answered(call)]
    stages.append(transferred(stages[-1]))
    return [*stages, ended(stages[-1])]


async def test_every_stage_reads_back_as_it_was(base: Base, writer: HistoryWriter) -> None:
    for stage in _whole(ringing()):
        await writer.write([stage])
        assert await base.call(stage.id) == stage


async def test_writing_again_changes_nothing(base: Base, writer: HistoryWriter) -> None:
    stages = _whole(ringing())
    for stage in stages:
        await writer.write([stage])
    for again in (writer, base.writer()):
        for stage in reversed(stages):
            await again.write([stage])
        assert await base.calls() == [stages[-1]]
    assert await base.recordings_finished() == ["pbx-1.0"]
    assert await base.count("client") == 1


async def test_the_card_comes_with_the_first_write(base: Base, writer: HistoryWriter) -> None:
    call = ringing()
    await writer.write([call])
    found = await base.find(call.id)
    assert found is not None
    assert found.client_id is not None


async def test_an_anonymous_call_has_no_client(base: Base, writer: HistoryWriter) -> None:
    call = ringing(None)
    await writer.write([call])
    assert await base.call(call.id) == call
    assert await base.count("client") == 0


async def test_numbers_and_labels_come_back(base: Base, writer: HistoryWriter) -> None:
    call = ended(transferred(answered(ringing())))
    call = replace(call, answered_by=MOBILE)
    await writer.write([call])
    stored = await base.call(call.id)
    assert (stored.answered_by, stored.last_agent, stored.transfers[0].to) == (MOBILE,) * 3
    async with base.database.read() as connection:
        rows = await connection.execute(text("SELECT answered_by, last_agent FROM call"))
        assert rows.all() == [("Anna", "Anna")]


@pytest.mark.sqlite
async def test_no_number_stands_in_the_raw_files(base: Base, writer: HistoryWriter) -> None:
    call = ended(transferred(answered(ringing())))
    external = leg("pbx-1.9", PartyKind.EXTERNAL, number="+442079460199")
    odd = leg("pbx-1.8", PartyKind.AGENT, "02079460188")
    transfer = replace(call.transfers[0], by=MOBILE, to="902079460177")
    call = replace(call, legs=(*call.legs, external, odd), transfers=(transfer,))
    await writer.write([call])
    assert (await base.call(call.id)).transfers == (transfer,)
    raw = b"".join(file.read_bytes() for file in base.folder.glob("callward.db*"))
    assert b"pbx-1.9" in raw
    for number in ("442079460101", "442079460000", MOBILE, "79460199", "79460188", "79460177"):
        digits = number[-7:].encode()
        assert digits not in raw
        assert digits.hex().encode() not in raw


async def test_a_leg_that_turns_out_to_be_none_goes(base: Base, writer: HistoryWriter) -> None:
    call = transferred(answered(ringing()))
    await writer.write([call])
    fewer = replace(call, legs=call.legs[:2], transfers=())
    await writer.write([fewer])
    assert await base.call(call.id) == fewer


async def test_the_end_is_handed_over_once(base: Base, writer: HistoryWriter) -> None:
    call = answered(ringing())
    await writer.write([call])
    assert await base.recordings_finished() == []
    assert base.pokes == []
    await writer.write([ended(call)])
    assert await base.recordings_finished() == ["pbx-1.0"]
    assert len(base.pokes) == 1
    late = RecordingRef(channel="pbx-1.0", name="second", started_at=at(5))
    await base.writer().write([replace(ended(call), recordings=(*call.recordings, late))])
    assert await base.recordings_finished() == ["pbx-1.0", "second"]


@pytest.mark.parametrize("reconciled", [False, True])
async def test_whoever_tells_the_end_a_recording_of_before_is_handed_over(
    base: Base, writer: HistoryWriter, *, reconciled: bool
) -> None:
    """Its run was killed; the next one, or the PBX's log, knows of the end alone."""
    call = answered(ringing())
    await writer.write([call])
    end = replace(ended(call), recordings=())
    await base.writer().write([end], reconciled=reconciled)
    assert await base.recordings_finished() == ["pbx-1.0"]


async def test_a_failed_transaction_is_forgotten(base: Base, writer: HistoryWriter) -> None:
    call = ringing()
    broken = replace(ringing("+442079460102"), cause=2**70)
    with pytest.raises(Exception, match="int"):
        await writer.write([call, broken])
    assert await base.count("phone") == 0
    await writer.write([call])
    assert await base.call(call.id) == call


async def test_after_a_restart_nothing_known_is_lost(base: Base, writer: HistoryWriter) -> None:
    before = answered(ringing())
    await writer.write([before])
    # The new run sees two channels that are up, and believes that the call began just now.
    seen = replace(
        before,
        started_at=at(30),
        answered_at=None,
        answered_by=None,
        disposition=None,
        queue=None,
        ring_seconds=0.0,
        legs=tuple(
            replace(leg, started_at=at(30), ringing_from=None, ringing_to=None, dial_status=None)
            for leg in before.legs[:2]
        ),
        recordings=(),
    )
    again = base.writer()
    await again.write([seen])
    await again.write([replace(ended(seen), disposition=Disposition.MISSED)])
    stored = await base.call(before.id)
    assert stored == replace(ended(before), talk_seconds=0.0)
    assert await base.recordings_finished() == ["pbx-1.0"]


async def test_a_late_start_does_not_blur_when_the_call_began(
    base: Base, writer: HistoryWriter
) -> None:
    exact = ringing(second=1)
    exact = replace(exact, started_at=exact.started_at + timedelta(seconds=0.6))
    await writer.write([exact])
    floor = replace(exact, started_at=exact.started_at - timedelta(seconds=0.6), seen_whole=False)
    await base.writer().write([floor])
    assert (await base.call(exact.id)).started_at == exact.started_at


async def test_a_final_call_is_not_made_worse(base: Base, writer: HistoryWriter) -> None:
    final = ended(transferred(answered(ringing())))
    await writer.write([final])
    for lesser in (
        replace(final, complete=False, legs=(), transfers=(), disposition=Disposition.MISSED),
        replace(final, legs=final.legs[:1], answered_at=None, disposition=Disposition.MISSED),
        replace(final, gone=False, complete=False, ended_at=None, disposition=None),
    ):
        await base.writer().write([lesser])
        assert await base.call(final.id) == final


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=8))
async def test_any_order_with_restarts_ends_the_same(
    base: Base, steps: list[tuple[int, bool]]
) -> None:
    stages = _whole(ringing(channel=f"pbx-{uuid7()}"))
    writer = base.writer()
    reached = 0
    for stage, restart in steps:
        if restart:
            writer = base.writer()
        # Within one run the tracker goes forward only; a new run may begin with anything.
        reached = stage if restart else max(reached, stage)
        await writer.write([stages[reached]])
    await base.writer().write([stages[-1]])
    assert await base.call(stages[0].id) == stages[-1]


async def test_calls_that_join_are_one(base: Base, writer: HistoryWriter) -> None:
    kept = answered(ringing(channel="pbx-1.0"))
    gone = answered(ringing(None, channel="pbx-2.0"))
    await writer.write([kept, gone])
    joined = replace(
        kept,
        legs=(*kept.legs, *gone.legs),
        linkedids=kept.linkedids | gone.linkedids,
        recordings=(*kept.recordings, *gone.recordings),
    )
    await writer.write([joined], {gone.id: kept.id})
    assert await base.calls() == [joined]
    assert await base.call(gone.id) == joined
    await writer.write([ended(joined)])
    assert await base.recordings_finished() == ["pbx-1.0", "pbx-2.0"]


async def test_joined_after_its_recording_was_handed_over(
    base: Base, writer: HistoryWriter
) -> None:
    kept, gone = answered(ringing(channel="pbx-1.0")), ended(answered(ringing(channel="pbx-2.0")))
    await writer.write([kept, gone])
    await writer.write([kept], {gone.id: kept.id})
    await writer.write([ended(kept)])
    assert await base.recordings_finished() == ["pbx-2.0", "pbx-1.0"]
    stored = await base.call(kept.id)
    assert {one.name for one in stored.recordings} == {"pbx-1.0", "pbx-2.0"}


async def test_a_chain_of_merges(base: Base, writer: HistoryWriter) -> None:
    first, second, third = (answered(ringing(channel=f"pbx-{n}.0")) for n in range(3))
    await writer.write([first, second, third])
    await writer.write([second], {third.id: second.id})
    await writer.write([first], {second.id: first.id})
    assert [call.id for call in await base.calls()] == [first.id]
    assert (await base.call(third.id)).id == first.id
    a, b, c = (answered(ringing(channel=f"pbx-{n}.0")) for n in range(3))
    await writer.write([a, b, c], {c.id: b.id, b.id: a.id})
    assert (await base.call(a.id)).id == a.id


async def test_a_merged_call_that_comes_back_after_a_restart(
    base: Base, writer: HistoryWriter
) -> None:
    kept, gone = answered(ringing(channel="pbx-1.0")), answered(ringing(channel="pbx-2.0"))
    await writer.write([kept, gone])
    await writer.write([kept], {gone.id: kept.id})
    again = base.writer()
    for stage in (gone, ended(gone)):
        await again.write([stage])
    stored = await base.calls()
    assert [call.id for call in stored] == [kept.id]
    assert stored[0].complete


async def test_what_people_wrote_of_a_merged_call_follows_it(
    base: Base, writer: HistoryWriter
) -> None:
    kept, gone = answered(ringing(channel="pbx-1.0")), answered(ringing(channel="pbx-2.0"))
    await writer.write([kept, gone])
    for one in (kept, gone):
        noted = partial(
            add_call_note,
            vault=base.vault,
            call_id=one.id,
            text="wants coal",
            by="Anna",
            at=at(1),
        )
        await base.database.write(noted)
    await writer.write([kept], {gone.id: kept.id})
    async with base.database.read() as connection:
        notes = await connection.run_sync(call_notes, base.vault, kept.id)
    assert len(notes) == 2


async def test_calls_that_nobody_ended(base: Base, writer: HistoryWriter) -> None:
    missed, talked, alive = ringing(), answered(ringing(channel="pbx-2.0")), ringing(None)
    over = ended(ringing(channel="pbx-3.0"))
    await writer.write([missed, talked, alive, over])
    async with base.database.read() as connection:
        running = await open_calls(connection, "pbx")
    assert running == {missed.id, talked.id, alive.id}
    async with base.database.read() as connection:
        assert await open_calls(connection, "another") == set()
    lost = {missed.id, talked.id, over.id}
    await base.database.write(lambda connection: close_lost(connection, lost, at(99)))
    one = await base.call(missed.id)
    assert (one.gone, one.complete, one.ended_at) == (True, False, at(99))
    assert one.disposition is Disposition.MISSED
    assert (await base.call(talked.id)).disposition is Disposition.ANSWERED
    assert await base.call(over.id) == over
    assert await base.recordings_finished() == ["pbx-2.0"]
    # The PBX's own log knew the end after all.
    await base.writer().write([ended(talked)])
    assert await base.call(talked.id) == ended(talked)
    assert await base.recordings_finished() == ["pbx-2.0"]


@pytest.mark.sqlite
async def test_a_locked_database_loses_nothing(base: Base, writer: HistoryWriter) -> None:
    blocker = sqlite3.connect(base.folder / "callward.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    call = ringing()
    with capture_logs() as logs:
        first = asyncio.create_task(writer.write([call]))
        async with asyncio.timeout(30):
            while not logs:
                await asyncio.sleep(0.01)
        second = asyncio.create_task(writer.write([answered(call), ringing("+442079460102")]))
        assert await base.calls() == []
        blocker.execute("ROLLBACK")
        async with asyncio.timeout(30):
            await asyncio.gather(first, second)
    blocker.close()
    assert await base.count("call") == 2
    assert await base.call(call.id) == answered(call)
    assert [entry["log_level"] for entry in logs] == ["warning", "info"]


async def test_an_attempt_that_failed_leaves_no_phone_in_memory(base: Base) -> None:
    """PostgreSQL ends one of two transactions that wait for each other; it is tried again."""
    attempts: list[Connection] = []

    def fail_first(connection: Connection, _appeared: object) -> None:
        attempts.append(connection)
        if len(attempts) == 1:
            deadlock = Exception("deadlock detected")
            deadlock.sqlstate = "40P01"  # type: ignore[attr-defined]
            raise DBAPIError(None, None, deadlock)

    writer = base.writer(returns=fail_first)
    call = answered(ringing())
    await writer.write([call])
    assert len(attempts) == 2
    assert await base.call(call.id) == call
    assert await base.count("client") == 1


async def test_a_correction_of_a_recording_is_not_a_second_one(
    base: Base, writer: HistoryWriter
) -> None:
    call = ended(answered(ringing()))
    await writer.write([call])
    exact = replace(call.recordings[0], started_at=at(2.9))
    await writer.write([replace(call, recordings=(exact,))])
    assert (await base.call(call.id)).recordings == (exact,)
    assert await base.recordings_finished() == ["pbx-1.0"]


async def test_what_was_announced_reads_back_and_is_kept(base: Base, writer: HistoryWriter) -> None:
    told = Announcement(
        channel="pbx-1.0", sound="callward/recorded", language="en", at=at(2), whole=True
    )
    call = replace(answered(ringing()), announcements=(told,))
    await writer.write([call])
    assert (await base.call(call.id)).announcements == (told,)
    # Another run that saw only the end, and the log, whose clock is a moment off.
    fresh = base.writer()
    await fresh.write([replace(call, announcements=())])
    later = replace(told, at=told.at + timedelta(seconds=0.01))
    outbound = replace(told, channel="pbx-1.0a", at=at(4), whole=False)
    await fresh.write([ended(replace(call, announcements=(later, outbound)))])
    assert (await base.call(call.id)).announcements == (later, outbound)
    assert await base.count("announcement") == 2


async def test_a_call_that_joins_another_leaves_no_announcement(
    base: Base, writer: HistoryWriter
) -> None:
    told = Announcement(
        channel="pbx-1.0", sound="callward/recorded", language="en", at=at(2), whole=True
    )
    one, other = replace(ringing(), announcements=(told,)), ringing(channel="pbx-2.0")
    await writer.write([one, other])
    await writer.write([replace(other, announcements=(told,))], {one.id: other.id})
    assert (await base.call(other.id)).announcements == (told,)
    assert await base.count("announcement") == 1
