"""The link against a scripted AMI on a real socket: signing in, and all that goes well."""

from __future__ import annotations

import asyncio
import socket

import pytest
from structlog.testing import capture_logs

from daemon.ami.actions import Action
from daemon.ami.state import Reason

from .conftest import (
    SECRET,
    FakeAsterisk,
    Headers,
    StartLink,
    block,
    error,
    is_ready,
    listing,
    log_in,
    success,
    until,
)

# What it does when all goes well


async def test_it_signs_in_filters_and_takes_a_snapshot(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    asterisk.answers["BridgeList"] = listing(
        "BridgeListComplete",
        ("Event: BridgeListItem", "BridgeUniqueid: b1"),
        ("Event: BridgeListItem", "BridgeUniqueid: b2"),
    )
    asterisk.answers["CoreShowChannels"] = listing(
        "CoreShowChannelsComplete", ("Event: CoreShowChannel", "Uniqueid: 1.1")
    )
    watched = start_link()
    await until(lambda: "ParkedCallsComplete" in watched.events())
    assert asterisk.actions() == [
        *("Login", "CoreStatus", "Filter", "Filter"),
        *("CoreShowChannels", "Status", "BridgeList", "BridgeInfo", "BridgeInfo"),
        *("QueueStatus", "ParkedCalls"),
    ]
    login = asterisk.received[0][1]
    assert (login["Username"], login["Secret"]) == ("callward", SECRET)
    assert login["Events"] == "system,call,agent,user"
    status = next(headers for _, headers in asterisk.received if headers["Action"] == "Status")
    assert status["Variables"] == "CDR(start,u),CDR(answer,u),CALLWARD_RECORDING,CALLWARD_PARTY"
    assert watched.history[:4] == [
        "up",
        "FullyBooted",
        "CoreShowChannel",
        "CoreShowChannelsComplete",
    ]
    assert watched.link.state.notices == ()
    assert watched.link.state.text("ru").endswith("на связи")


async def test_events_come_in_order_and_only_the_wanted_ones(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    watched = start_link()
    await is_ready(asterisk)
    asterisk.push(block("Event: Newchannel", "Uniqueid: 1.1") + block("Event: VarSet", "X: 1"))
    asterisk.push(block("Event: HangupRequest") + block("Event: Hangup", "Cause: 16"))
    await until(lambda: "Hangup" in watched.events())
    assert watched.events()[-3:] == ["Newchannel", "HangupRequest", "Hangup"]


async def test_a_snapshot_after_each_fully_booted_on_one_connection(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    start_link()
    await is_ready(asterisk)
    asterisk.push(block("Event: FullyBooted", "Status: Fully Booted"))
    await is_ready(asterisk, times=2)
    assert asterisk.connections == 1


async def test_without_fully_booted_the_snapshot_is_taken_with_a_notice(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    asterisk.answers["Login"] = success
    watched = start_link(booted=0.01)
    await is_ready(asterisk)
    assert watched.reasons() == [Reason.NOT_BOOTED]
    asterisk.push(block("Event: FullyBooted"))
    await is_ready(asterisk, times=2)
    assert watched.reasons() == []


async def test_an_action_is_answered_by_its_own_answer(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    waiting: list[Headers] = []

    def later(headers: Headers) -> bytes | None:
        waiting.append(headers)
        if len(waiting) < 2:
            return None
        return success(waiting[1], "second") + success(waiting[0], "first")

    asterisk.answers["Setvar"] = later
    watched = start_link()
    await watched.is_up()
    first, second = await asyncio.gather(
        watched.link.send(Action("Setvar", (("Value", "1"),))),
        watched.link.send(Action("Setvar", (("Value", "2"),))),
    )
    assert [first.text, second.text] == ["first", "second"]


async def test_a_list_is_answered_as_a_whole_and_a_foreign_event_is_no_part_of_it(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    def answer(headers: Headers) -> bytes:
        list_ = listing("QueueStatusComplete", ("Event: QueueParams", "Queue: sales"))(headers)
        assert list_ is not None
        foreign = block("Event: OriginateResponse", "ActionID: 1", "Response: Failure")
        return list_.replace(b"Event: QueueParams", foreign + b"Event: QueueParams")

    asterisk.answers["QueueStatus"] = answer
    watched = start_link()
    await watched.is_up()
    response = await watched.link.send(Action("QueueStatus"))
    assert response.success
    assert [event.event for event in response.events] == ["QueueParams", "QueueStatusComplete"]
    assert "OriginateResponse" in watched.events()


async def test_a_refused_list_is_an_answer(asterisk: FakeAsterisk, start_link: StartLink) -> None:
    asterisk.answers["BridgeInfo"] = lambda headers: error(headers, "Bridge not found")
    watched = start_link()
    await watched.is_up()
    response = await watched.link.send(Action("BridgeInfo"))
    assert (response.success, response.text) == (False, "Bridge not found")


async def test_several_links_live_side_by_side(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    other = FakeAsterisk(answers=asterisk.answers)
    await other.start()
    one, two = start_link(), start_link(port=other.port)
    await one.is_up()
    await two.is_up()
    asterisk.push(block("Event: Hold"))
    other.push(block("Event: Unhold"))
    await until(lambda: "Hold" in one.events() and "Unhold" in two.events())
    await other.stop()
    await two.is_down(Reason.REFUSED)
    assert one.link.state.connected


# Signing in


async def test_a_wrong_secret_says_so_and_is_tried_again_with_longer_pauses(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    with capture_logs() as logs:
        watched = start_link(secret="wrong-secret")
        state = await watched.is_down(Reason.LOGIN_REFUSED)
        await until(lambda: len(watched.pauses) > 5)
    assert "Authentication failed" in state.text("en")
    assert "manager.conf" in state.text("en")
    assert "вход отклонён" in state.text("ru")
    assert watched.pauses[:5] == [0.5, 1.0, 2.0, 4.0, 4.0]
    assert watched.history == ["down"], "told once, not once for each attempt"
    assert "wrong-secret" not in str(logs) + state.text("en") + repr(state)
    asterisk.answers["Login"] = success
    await watched.is_up()


async def test_a_closed_port_says_so(start_link: StartLink) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        watched = start_link(port=port)
        state = await watched.is_down(Reason.REFUSED)
    assert f"office (127.0.0.1:{port}): down; nothing listens" in state.text("en")


async def test_an_unknown_host_says_so(start_link: StartLink) -> None:
    watched = start_link(host="pbx.invalid")
    await until(lambda: {*watched.reasons()} & {Reason.NAME_UNKNOWN})
    assert "DNS" in watched.link.state.text("ru")


@pytest.mark.parametrize(
    "banner",
    [b"SSH-2.0-OpenSSH_9.2p1\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x15\x03\x01\x00\x02"],
)
async def test_not_an_ami_says_what_it_saw_and_never_gets_the_secret(
    asterisk: FakeAsterisk, start_link: StartLink, banner: bytes
) -> None:
    asterisk.greeting = banner
    watched = start_link()
    state = await watched.is_down(Reason.NOT_AMI)
    assert "this is not an AMI, it said '" in state.text("en")
    assert banner[:3].isalpha() is False or banner[:3].decode() in state.text("en")
    assert state.text("en").isprintable()
    assert asterisk.received == []


async def test_a_stranger_that_quotes_a_number_is_not_quoted(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    asterisk.greeting = b"call from +442079460101\r\n"
    state = await start_link().is_down(Reason.NOT_AMI)
    assert "call from +…" in state.text("en")


async def test_silence_instead_of_a_greeting(asterisk: FakeAsterisk, start_link: StartLink) -> None:
    asterisk.greeting = b"Asterisk Call"
    await start_link(greeting=0.02).is_down(Reason.GREETING_TIMEOUT)
    assert asterisk.received == []


async def test_closed_without_a_greeting(start_link: StartLink) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    watched = start_link(port=server.sockets[0].getsockname()[1])
    await watched.is_down(Reason.NO_GREETING)
    server.close()


async def test_a_login_that_is_never_answered(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    asterisk.answers["Login"] = lambda _: None
    watched = start_link(login=0.02)
    await watched.is_down(Reason.LOGIN_TIMEOUT)
    await until(lambda: asterisk.connections > 2)
    asterisk.answers["Login"] = log_in
    await watched.is_up()


async def test_a_refused_filter_is_a_notice_and_the_events_are_dropped_here(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    asterisk.answers["Filter"] = lambda headers: error(headers, "Permission denied")
    watched = start_link()
    await is_ready(asterisk)
    assert watched.reasons() == [Reason.FILTER_REFUSED]
    assert "write = system" in watched.link.state.text("en")
    asterisk.push(block("Event: VarSet") + block("Event: Hold"))
    await until(lambda: "Hold" in watched.events())
    assert "VarSet" not in watched.events()


async def test_a_snapshot_that_is_refused_or_not_answered_is_a_notice(
    asterisk: FakeAsterisk, start_link: StartLink
) -> None:
    asterisk.answers["Status"] = lambda headers: error(headers, "Permission denied")
    asterisk.answers["BridgeList"] = lambda headers: block(  # a list without an end
        "Response: Success", f"ActionID: {headers['ActionID']}", "EventList: start"
    )
    asterisk.answers["QueueStatus"] = lambda headers: error(headers, "Invalid/unknown command")
    watched = start_link(snapshot=0.02)
    await until(lambda: watched.reasons() == [Reason.SNAPSHOT_INCOMPLETE])
    assert watched.link.state.notices[0].detail == "Status, BridgeList"
    assert "Status, BridgeList" in watched.link.state.text("ru")
    assert watched.link.state.connected
