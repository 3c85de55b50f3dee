"""The link against a scripted AMI on a real socket: losing it, and what a PBX may send."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from daemon.ami.actions import Action, ActionError, originate
from daemon.ami.link import ActionTimeoutError, LinkDownError, Retries
from daemon.ami.message import Message
from daemon.ami.state import Reason

from .conftest import (
    DEADLINE,
    FakeAsterisk,
    Headers,
    StartLink,
    block,
    is_ready,
    success,
    until,
)

# Losing it


async def test_a_cut_in_mid_action_fails_it_and_it_is_never_sent_again(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    def cut(_: Headers) -> None:
        asterisk.cut()

    asterisk.answers["Originate"] = cut
    watched = start_link()
    await is_ready(asterisk)
    with pytest.raises(LinkDownError, match="office: the connection ended"):
        await watched.link.send(
            originate(channel="PJSIP/101", channel_id="c-1", context="c", exten="token")
        )
    await is_ready(asterisk, times=2)
    await watched.is_up()
    assert asterisk.connections == 2
    assert asterisk.actions().count("Originate") == 1
    assert [event for event in watched.history if event in {"up", "down"}] == ["up", "down", "up"]


async def test_an_action_while_down_is_refused_and_never_sent(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    resume = asyncio.Event()

    async def wait(_: float) -> None:
        await resume.wait()

    watched = start_link(sleep=wait)
    await is_ready(asterisk)
    asterisk.cut()
    await watched.is_down(Reason.LOST)
    with pytest.raises(LinkDownError, match="the connection ended"):
        await watched.link.send(Action("Originate"))
    resume.set()
    await is_ready(asterisk, times=2)
    await asterisk_has_read_all(watched.link.send)
    assert "Originate" not in asterisk.actions()


async def asterisk_has_read_all(send: object) -> None:
    """Whatever was sent before has been read by now: AMI is answered in order."""
    assert callable(send)
    await send(Action("Ping"))


async def test_an_action_before_the_first_connection_is_refused(start_link: StartLink) -> None:
    watched = start_link()
    with pytest.raises(LinkDownError, match="office: connecting"):
        await watched.link.send(Action("Ping"))


async def test_an_action_without_its_last_event_ends_by_its_deadline(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    asterisk.answers["QueueAdd"] = lambda headers: block(
        "Response: Success", f"ActionID: {headers['ActionID']}", "EventList: start"
    )
    watched = start_link()
    await watched.is_up()
    with pytest.raises(ActionTimeoutError, match=r"office: QueueAdd was not answered in 0\.02 s"):
        await watched.link.send(Action("QueueAdd"), timeout=0.02)
    assert (await watched.link.send(Action("Ping"))).success


async def test_queue_add_as_asterisk_answers_it_is_answered_at_once(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    asterisk.answers["QueueAdd"] = lambda headers: success(headers, "Added interface to queue")
    watched = start_link()
    await watched.is_up()
    response = await watched.link.send(Action("QueueAdd"))
    assert (response.success, response.events) == (True, ())


async def test_a_half_open_connection_is_noticed_and_left(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    asterisk.answers["Ping"] = lambda _: None
    watched = start_link(ping_every=0.02, ping=0.02)
    await watched.is_down(Reason.SILENT)
    asterisk.answers["Ping"] = success
    await watched.is_up()
    assert asterisk.connections >= 2


async def test_a_late_pong_among_events_is_no_silence(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    pings: list[Headers] = []
    asterisk.answers["Ping"] = pings.append
    watched = start_link(ping_every=0.01, ping=0.2)
    await is_ready(asterisk)
    await until(lambda: pings)
    async with asyncio.timeout(DEADLINE):
        while len(watched.events()) < 400:  # some 0.4 s of events, and no pong
            asterisk.push(block("Event: Hold"))
            await asyncio.sleep(0.001)
    assert len(pings) == 1
    asterisk.push(success(pings[0]))
    await until(lambda: len(pings) == 2)
    assert asterisk.connections == 1


async def test_a_shutdown_is_told_apart_from_a_cut(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    resume = asyncio.Event()

    async def wait(_: float) -> None:
        await resume.wait()

    watched = start_link(sleep=wait)
    await is_ready(asterisk)
    asterisk.push(block("Event: Shutdown", "Shutdown: Cleanly", "Restart: False"))
    await until(lambda: "Shutdown" in watched.events())
    asterisk.cut()
    await watched.is_down(Reason.PBX_SHUTDOWN)
    assert watched.history[-1] == "down", "no message after it"
    resume.set()
    await watched.is_up()


async def test_close_while_it_waits_to_connect_again_really_stops(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    waiting = asyncio.Event()

    async def wait_for_ever(_: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    watched = start_link(sleep=wait_for_ever)
    await is_ready(asterisk)
    asterisk.cut()
    async with asyncio.timeout(DEADLINE):
        await waiting.wait()
        watched.link.close()
        await watched.task
    assert asterisk.connections == 1
    assert watched.reasons() == [Reason.CLOSED]
    assert asyncio.all_tasks() == {asyncio.current_task()} | {
        task for task in asyncio.all_tasks() if "_serve" in repr(task)
    }


@pytest.mark.parametrize("moment", ["connected", "logging in"])
async def test_close_and_cancellation_end_it_at_any_moment(
    asterisk: FakeAsterisk, start_link: StartLink, moment: str
) -> None:
    if moment == "logging in":
        asterisk.answers["Login"] = lambda _: None
    closed, cancelled = start_link(), start_link()
    await until(lambda: asterisk.actions().count("Login") == 2)
    if moment == "connected":
        await closed.is_up()
        await cancelled.is_up()
    closed.link.close()
    cancelled.task.cancel()
    async with asyncio.timeout(DEADLINE):
        await closed.task
        with contextlib.suppress(asyncio.CancelledError):
            await cancelled.task
    assert closed.reasons() == cancelled.reasons() == [Reason.CLOSED]
    cancelled.task = closed.task


@pytest.mark.parametrize("steps", range(8))
@pytest.mark.parametrize("cancels", [False, True])
async def test_close_that_meets_a_cut_is_not_forgotten(
    asterisk: FakeAsterisk, start_link: StartLink, steps: int, cancels: bool
) -> None:
    watched = start_link()
    await is_ready(asterisk)
    loop = asyncio.get_running_loop()

    def stop(left: int) -> None:
        if left:
            loop.call_soon(stop, left - 1)
        elif cancels:
            watched.task.cancel()
        else:
            watched.link.close()

    session = watched.link._session
    assert session is not None
    session._protocol.ended.add_done_callback(lambda _: stop(steps))
    asterisk.cut()
    _, still_running = await asyncio.wait({watched.task}, timeout=DEADLINE)
    assert not still_running
    if cancels:
        watched.task = asyncio.create_task(asyncio.sleep(0))


# What the PBX may send


async def test_garbage_truncated_doubled_and_oversized_events_leave_it_in_step(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    watched = start_link()
    await is_ready(asterisk)
    asterisk.push(b"\x00\xfe\xff\r\n\r\n")
    asterisk.push(block("Event: UserEvent", "UserEvent: CallwardRecording", "Event: Hangup"))
    asterisk.push("Event: Newchannel\r\nCallerIDName: M\xfcller\r\n\r\n".encode("latin-1"))
    split = "Event: Newstate\r\nCallerIDName: Иванов\r\nExten: \r\n\r\n".encode()
    middle = split.index("в".encode()) + 1
    asterisk.push(split[:middle])
    await until(lambda: "Newchannel" in watched.events())
    asterisk.push(split[middle:])
    asterisk.push(b"Event: Hold\r\nValue: " + b"x" * (8 * 1024 * 1024) + b"\r\n\r\n")
    asterisk.push(block("Event: Hangup", "Cause: 16") + b"Event: Rena")
    await until(lambda: "Hangup" in watched.events())
    doubled, newchannel, newstate, hangup = watched.messages[-4:]
    assert doubled.event == "UserEvent"
    assert newchannel.headers["CallerIDName"] == "M\ufffdller"
    assert newstate.headers == {"Event": "Newstate", "CallerIDName": "Иванов", "Exten": ""}
    assert hangup.headers == {"Event": "Hangup", "Cause": "16"}
    asterisk.cut()
    await until(lambda: watched.link.surprises["truncated"] == 1)
    assert watched.link.surprises == {
        **{"garbage": 1, "doubled_event": 1, "undecodable": 2, "oversized": 1, "truncated": 1}
    }
    await until(lambda: asterisk.connections == 2)


async def test_an_exception_in_the_callback_is_told_once_without_what_was_in_it(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    def fail(batch: list[Message]) -> None:
        for message in batch:
            if message.event == "Newchannel":
                raise ValueError(message.headers["CallerIDNum"])

    with capture_logs() as logs:
        watched = start_link(on_messages=fail)
        await is_ready(asterisk)
        # Once this is answered, all that came before has been read.
        assert (await watched.link.send(Action("Ping"))).success
        for number in range(3):
            asterisk.push(block("Event: Newchannel", "CallerIDNum: 442079460101"))
            await until(lambda: watched.link.surprises["callback_failed"] == number + 1)  # noqa: B023
        asterisk.push(block("Event: Hangup"))
        await until(lambda: "Hangup" in watched.events())
        assert (await watched.link.send(Action("Ping"))).success
    assert asterisk.connections == 1
    failures = [entry for entry in logs if entry["event"] == "ami callback failed"]
    assert len(failures) == 1
    assert failures[0]["events"] == ["Newchannel"]
    assert "442079460101" not in str(logs)


async def test_a_line_break_in_a_value_never_reaches_the_wire(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    watched = start_link()
    await is_ready(asterisk)
    with pytest.raises(ActionError):
        await watched.link.send(Action("Setvar", (("Value", "x\r\nAction: Originate"),)))
    await asterisk_has_read_all(watched.link.send)
    assert not {"Setvar", "Originate"} & set(asterisk.actions())


# Pauses


def test_pauses_double_up_to_the_most() -> None:
    retries = Retries(first=0.5, most=30.0)
    assert [retries.ceiling(n) for n in (0, 1, 2, 5, 6, 10_000)] == [0.5, 1, 2, 16, 30, 30]


async def test_since_is_when_it_went_down_not_when_it_last_failed(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    before = datetime.now(UTC)
    watched = start_link()
    await is_ready(asterisk)
    await asterisk.stop()
    await watched.is_down(Reason.REFUSED)
    down = [state for state in watched.states if not state.connected]
    assert before < down[0].since == down[-1].since < datetime.now(UTC)
