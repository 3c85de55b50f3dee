"""Who was missed is called back once, by whom he belongs to, and not when it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from crm.tables import client
from crm.tasks import Task, close_task, list_tasks
from daemon.calls.call import Call, Direction, Disposition
from daemon.history.lost import close_lost
from daemon.history.writer import HistoryWriter

from .conftest import Base
from .story import answered, at, ended, ringing


async def tasks(base: Base) -> list[Task]:
    async with base.database.read() as connection:
        return await connection.run_sync(list_tasks)


def a_call(second: int, *, talked: bool, channel: str, number: str | None = None) -> Call:
    """One that lasted ten seconds."""
    call = ringing(channel=channel) if number is None else ringing(number, channel=channel)
    call = answered(call) if talked else call
    call = ended(call, 10)
    moved = timedelta(seconds=second)
    return replace(
        call,
        started_at=call.started_at + moved,
        answered_at=call.answered_at and call.answered_at + moved,
        ended_at=call.ended_at and call.ended_at + moved,
    )


async def test_a_missed_client_is_the_curators_to_call_back(
    base: Base, writer: HistoryWriter
) -> None:
    await writer.write([a_call(0, talked=True, channel="1.0")])
    await base.database.write(lambda c: c.execute(update(client).values(curator="Anna")))
    missed = a_call(100, talked=False, channel="2.0")
    await writer.write([replace(missed, gone=False, complete=False, ended_at=None)])
    assert await tasks(base) == []
    await writer.write([missed])
    [task] = await tasks(base)
    assert (task.agent, task.call_id, task.closed_at) == ("Anna", missed.id, None)
    assert task.created_at == missed.ended_at


async def test_nobodys_client_is_the_groups(base: Base, writer: HistoryWriter) -> None:
    await writer.write([a_call(0, talked=False, channel="1.0")])
    [task] = await tasks(base)
    assert task.agent is None


async def test_five_missed_calls_are_one_task(base: Base, writer: HistoryWriter) -> None:
    calls = [a_call(20 * n, talked=False, channel=f"{n}.0") for n in range(5)]
    await writer.write(calls)
    [task] = await tasks(base)
    assert task.call_id == calls[0].id


@pytest.mark.parametrize("direction", [Direction.INBOUND, Direction.OUTBOUND])
async def test_a_talk_closes_it_whoever_called(
    base: Base, writer: HistoryWriter, direction: Direction
) -> None:
    await writer.write([a_call(0, talked=False, channel="1.0")])
    talk = replace(a_call(60, talked=True, channel="2.0"), direction=direction)
    running = replace(talk, gone=False, complete=False, ended_at=None)
    await writer.write([replace(running, answered_at=None, disposition=None)])
    [task] = await tasks(base)
    assert task.closed_at is None
    await writer.write([running])
    [task] = await tasks(base)
    assert (task.closed_at, task.closed_by_call_id) == (talk.answered_at, talk.id)


async def test_an_attempt_that_reached_nobody_closes_nothing(
    base: Base, writer: HistoryWriter
) -> None:
    await writer.write([a_call(0, talked=False, channel="1.0")])
    tried = replace(a_call(60, talked=False, channel="2.0"), direction=Direction.OUTBOUND)
    await writer.write([replace(tried, disposition=Disposition.BUSY)])
    [task] = await tasks(base)
    assert task.closed_at is None


async def test_another_clients_talk_closes_nothing(base: Base, writer: HistoryWriter) -> None:
    await writer.write([a_call(0, talked=False, channel="1.0")])
    await writer.write([a_call(60, talked=True, channel="2.0", number="+442079460109")])
    [task] = await tasks(base)
    assert task.closed_at is None


async def test_one_that_a_person_closed_is_not_opened_by_the_same_call(
    base: Base, writer: HistoryWriter
) -> None:
    missed = a_call(0, talked=False, channel="1.0")
    await writer.write([missed])
    await base.database.write(lambda c: close_task(c, missed.id, at(30)))
    for again in (writer, base.writer()):
        await again.write([missed])
    [task] = await tasks(base)
    assert task.closed_at == at(30)


@pytest.mark.parametrize("together", [True, False])
async def test_an_old_missed_call_that_turns_up_late_is_done_already(
    base: Base, writer: HistoryWriter, together: bool
) -> None:
    missed, talk = a_call(0, talked=False, channel="1.0"), a_call(60, talked=True, channel="2.0")
    if together:
        await writer.write([missed, talk])
    else:
        await writer.write([talk])
        await writer.write([missed])
    assert [task for task in await tasks(base) if task.closed_at is None] == []


async def test_an_old_talk_that_turns_up_late_closes_nothing(
    base: Base, writer: HistoryWriter
) -> None:
    await writer.write([a_call(60, talked=False, channel="2.0")])
    await writer.write([a_call(0, talked=True, channel="1.0")])
    [task] = await tasks(base)
    assert task.closed_at is None


async def test_who_is_being_talked_with_on_another_line_is_not_missed(
    base: Base, writer: HistoryWriter
) -> None:
    talk = a_call(0, talked=True, channel="1.0")
    await writer.write([replace(talk, gone=False, complete=False, ended_at=None)])
    await writer.write([a_call(5, talked=False, channel="2.0")])
    assert await tasks(base) == []


async def test_a_call_that_was_answered_after_all_withdraws_its_task(
    base: Base, writer: HistoryWriter
) -> None:
    talk = a_call(0, talked=True, channel="1.0")
    seen = ended(ringing(channel="1.0"), 10)
    await writer.write([replace(seen, id=talk.id, complete=False)])
    [task] = await tasks(base)
    assert task.closed_at is None
    await base.writer().write([talk])
    [task] = await tasks(base)
    assert task.closed_by_call_id == talk.id


async def test_a_missed_piece_of_a_call_that_was_answered_withdraws_its_task(
    base: Base, writer: HistoryWriter
) -> None:
    talk, piece = a_call(0, talked=True, channel="1.0"), a_call(0, talked=False, channel="1.5")
    await writer.write([piece])
    assert (await tasks(base))[0].closed_at is None
    await writer.write([talk], {piece.id: talk.id})
    assert (await tasks(base))[0].closed_at is not None


async def test_an_anonymous_caller_leaves_no_task(base: Base, writer: HistoryWriter) -> None:
    await writer.write([ended(ringing(None))])
    assert await tasks(base) == []


async def test_one_of_whose_end_nobody_knows_is_called_back(
    base: Base, writer: HistoryWriter
) -> None:
    call = ringing()
    await writer.write([call])
    await base.database.write(lambda connection: close_lost(connection, [call.id], at(60)))
    [task] = await tasks(base)
    assert task.call_id == call.id
