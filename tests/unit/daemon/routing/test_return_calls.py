"""Managers who call the company's number from their own mobile."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from daemon.calls.call import Disposition
from daemon.routing.sessions import MOST_TRIES
from daemon.routing.wire import (
    Answer,
    Bye,
    CallClient,
    DialClient,
    Manager,
    No,
    RingClient,
    Welcome,
)
from tests.unit.daemon.roster import KNOWS_ALL, member

if TYPE_CHECKING:
    from .conftest import House

KNOWN, OTHER, NEW, MOBILE = "+442079460101", "+442079460102", "+442079460199", "+447700900101"
PIN = "4826"
REFUSED, WRONG_CODE = Bye("callward/not-allowed"), No("callward/wrong-code")


async def come_in(house: House, channel: str = "1.1") -> Manager:
    answer = await house.ask("inbound", channel=channel, caller=MOBILE)
    assert isinstance(answer, Manager)
    return answer


async def give(house: House, manager: Manager, pin: str, channel: str = "1.1") -> Answer:
    return await house.ask("pin", channel=channel, session=manager.session, pin=pin)


async def choose(house: House, manager: Manager, code: str = "", channel: str = "1.1") -> Answer:
    return await house.ask("choose", channel=channel, session=manager.session, code=code)


async def trusted(house: House) -> Manager:
    manager = await come_in(house)
    assert isinstance(await give(house, manager, PIN), Welcome)
    return manager


@pytest.fixture
async def pinned(house: House) -> House:
    """Alice has a PIN."""
    await house.pins.set("Alice", PIN)
    return house


async def test_nothing_is_told_before_the_pin(pinned: House) -> None:
    await pinned.client(KNOWN)
    await pinned.talk(KNOWN)
    manager = await come_in(pinned)
    assert (manager.asks_pin, manager.code) == (True, "")
    assert await choose(pinned, manager) == REFUSED


async def test_the_right_pin_offers_the_last_client(pinned: House) -> None:
    _, code = await pinned.client(KNOWN, name="Jane")
    await pinned.client(OTHER)
    await pinned.talk(OTHER, ago=timedelta(hours=3))
    await pinned.talk(KNOWN)
    manager = await come_in(pinned)
    assert await give(pinned, manager, PIN) == Welcome(code)
    answer = await choose(pinned, manager)
    assert isinstance(answer, CallClient)
    assert (answer.code, answer.name) == (code, "Jane")
    outside = await pinned.ask("client", token=answer.token)
    assert isinstance(outside, DialClient)
    assert outside.dial == f"PJSIP/{KNOWN}@operator"


async def test_a_call_that_he_missed_is_offered(pinned: House) -> None:
    _, code = await pinned.client(KNOWN)
    await pinned.talk(KNOWN, disposition=Disposition.MISSED, talked=False)
    assert await give(pinned, await come_in(pinned), PIN) == Welcome(code)


@pytest.mark.parametrize(
    ("agent", "ago", "talked"),
    [
        ("Alice", timedelta(hours=25), True),
        ("Alice", timedelta(minutes=5), False),
        ("Bob", timedelta(minutes=5), True),
    ],
    ids=["long ago", "a colleague took it", "a colleague's"],
)
async def test_what_was_not_his_just_now_is_not_offered(
    pinned: House, agent: str, ago: timedelta, talked: bool
) -> None:
    await pinned.client(KNOWN)
    await pinned.talk(KNOWN, agent=agent, ago=ago, talked=talked)
    manager = await come_in(pinned)
    assert await give(pinned, manager, PIN) == Welcome("")
    assert await choose(pinned, manager) == WRONG_CODE


async def test_a_client_whom_he_may_not_call_is_not_offered(house: House) -> None:
    house.roster.put(member("Alice", KNOWS_ALL))
    ours = house.under(mobile={"pin": "never"})
    _, code = await ours.client(KNOWN, curator="Bob")
    await ours.talk(KNOWN)
    manager = await come_in(ours)
    assert manager.code == ""
    assert await choose(ours, manager, code) == No("callward/not-allowed")


async def test_a_code_of_whom_he_may_not_know_is_nobodys(house: House) -> None:
    house.roster.put(member("Alice"))
    ours = house.under(mobile={"pin": "never"})
    _, code = await ours.client(KNOWN, curator="Bob")
    await ours.talk(KNOWN)
    manager = await come_in(ours)
    assert manager.code == ""
    assert await choose(ours, manager, code) == WRONG_CODE


async def test_a_private_client_is_offered_to_his_curator_alone(house: House) -> None:
    ours = house.under(mobile={"pin": "never"})
    _, code = await ours.client(KNOWN, curator="Bob", deputy="Alice", private=True)
    await ours.talk(KNOWN)
    manager = await come_in(ours)
    assert manager.code == ""
    assert await choose(ours, manager, code) == WRONG_CODE
    await ours.client(KNOWN, curator="Alice")
    assert (await come_in(ours)).code == code


async def test_who_left_is_a_caller_like_any_other(house: House) -> None:
    ours = house.under(mobile={"pin": "never"})
    await ours.client(KNOWN)
    await ours.talk(KNOWN)
    house.roster.leave("Alice")
    answer = await ours.ask("inbound", caller=MOBILE)
    assert isinstance(answer, RingClient)
    assert (answer.code, answer.name) == ("", "")


async def test_he_may_key_any_code(pinned: House) -> None:
    _, code = await pinned.client(OTHER)
    answer = await choose(pinned, await trusted(pinned), code)
    assert isinstance(answer, CallClient)
    assert answer.code == code


async def test_wrong_codes_end_the_session(pinned: House) -> None:
    _, code = await pinned.client(KNOWN)
    manager = await trusted(pinned)
    for _ in range(MOST_TRIES - 1):
        assert await choose(pinned, manager, "22222") == WRONG_CODE
    assert await choose(pinned, manager, "22222") == Bye("callward/wrong-code")
    assert await choose(pinned, manager, code) == REFUSED


async def test_a_wrong_pin_may_be_tried_again(pinned: House) -> None:
    manager = await come_in(pinned)
    assert await give(pinned, manager, "1111") == No("callward/wrong-pin")
    assert await choose(pinned, manager) == REFUSED
    assert isinstance(await give(pinned, manager, PIN), Welcome)


async def test_wrong_pins_lock_out_over_calls_and_restarts(pinned: House) -> None:
    manager = await come_in(pinned)
    assert await give(pinned, manager, "1111") == No("callward/wrong-pin")
    manager = await come_in(pinned, "1.2")
    assert await give(pinned, manager, "1112", "1.2") == No("callward/wrong-pin")
    after = pinned.under()
    manager = await come_in(after, "1.3")
    assert await give(after, manager, "1113", "1.3") == Bye("callward/locked")
    assert await give(after, manager, PIN, "1.3") == REFUSED
    manager = await come_in(after, "1.4")
    assert await give(after, manager, PIN, "1.4") == Bye("callward/locked")
    after.clock.now += timedelta(minutes=31)
    manager = await come_in(after, "1.5")
    assert isinstance(await give(after, manager, PIN, "1.5"), Welcome)


async def test_another_channel_is_another_caller(pinned: House) -> None:
    manager = await trusted(pinned)
    assert await choose(pinned, manager, channel="1.2") == REFUSED
    assert await give(pinned, manager, PIN, channel="1.2") == REFUSED
    assert await pinned.ask("choose", channel="1.1", session="a" * 32, code="") == REFUSED


async def test_who_has_no_pin_rings_the_group_without_a_code(house: House) -> None:
    answer = await house.ask("inbound", caller=MOBILE)
    assert isinstance(answer, RingClient)
    assert (answer.code, answer.name) == ("", "")
    assert [step.dials for step in answer.steps] == [("PJSIP/102", "PJSIP/103", "PJSIP/104")]


async def test_without_pins_he_is_offered_the_client_at_once(house: House) -> None:
    open_ = house.under(mobile={"pin": "never"})
    _, code = await open_.client(KNOWN)
    await open_.talk(KNOWN)
    manager = await come_in(open_)
    assert (manager.asks_pin, manager.code) == (False, code)
    assert isinstance(await choose(open_, manager), CallClient)


@pytest.mark.parametrize("caller", [KNOWN, NEW, "", "+447700900102"])
async def test_nobody_else_gets_a_session(pinned: House, caller: str) -> None:
    assert isinstance(await pinned.ask("inbound", caller=caller), RingClient)
