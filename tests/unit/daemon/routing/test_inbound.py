"""Calls to the company's number, and the mobiles that they ring."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from daemon.routing.tokens import PhoneLeg
from daemon.routing.wire import (
    Announce,
    CallClient,
    DialMobile,
    No,
    RingClient,
    RingColleagues,
    Say,
    Voicemail,
    encode,
)

if TYPE_CHECKING:
    from .conftest import House

COMPANY, SECOND = "+442079460000", "+442079460001"
KNOWN, NEW, MOBILE = "+442079460101", "+442079460199", "+447700900101"


async def ring(house: House, caller: str, **fields: str) -> RingClient:
    answer = await house.ask("inbound", caller=caller, **fields)
    assert isinstance(answer, RingClient)
    return answer


def dials(answer: RingClient) -> list[tuple[int, str]]:
    """Each step, with TOKEN for tokens."""
    return [
        (step.seconds, re.sub("/[a-z]{32}@", "/TOKEN@", "&".join(step.dials)))
        for step in answer.steps
    ]


async def test_a_client_reaches_curator_deputy_group(house: House) -> None:
    _, code = await house.client(KNOWN, name="Jane Doe", curator="Alice", deputy="Bob")
    answer = await ring(house, KNOWN)
    assert (answer.code, answer.name) == (code, "Jane Doe")
    assert answer.caller_id == COMPANY
    assert dials(answer) == [
        (20, "PJSIP/101&Local/TOKEN@callward-mobile/n"),
        (20, "PJSIP/102"),
        (40, "PJSIP/103&PJSIP/104"),
    ]
    assert answer.last == Say("callward/nobody")
    assert answer.announce is None


async def test_a_private_client_is_shown_by_his_code_alone(house: House) -> None:
    _, code = await house.client(KNOWN, name="Jane Doe", curator="Alice", private=True)
    answer = await ring(house, KNOWN)
    assert (answer.code, answer.name) == (code, "")
    assert dials(answer)[0] == (20, "PJSIP/101&Local/TOKEN@callward-mobile/n")


async def test_nothing_is_routed_to_who_left(house: House) -> None:
    await house.client(KNOWN, curator="Alice", deputy="Bob")
    house.roster.leave("Alice")
    answer = await ring(house, KNOWN)
    assert dials(answer) == [(20, "PJSIP/102"), (40, "PJSIP/103&PJSIP/104")]
    house.roster.leave("Bob")
    assert dials(await ring(house, KNOWN)) == [(40, "PJSIP/103&PJSIP/104")]
    house.roster.leave("Carol", "Dave")
    assert dials(await ring(house, KNOWN)) == []


@pytest.mark.parametrize("written", [KNOWN, "020 7946 0101", "02079460101", "00442079460101"])
async def test_the_callers_number_is_read_as_the_trunk_wrote_it(house: House, written: str) -> None:
    _, code = await house.client(KNOWN)
    assert (await ring(house, written)).code == code


async def test_a_new_caller_is_promised_the_code_that_his_card_gets(house: House) -> None:
    answer = await ring(house, NEW)
    assert house.codes.is_code(answer.code)
    assert answer.name == ""
    assert [seconds for seconds, _ in dials(answer)] == [40]
    _, code = await house.client(NEW)
    assert code == answer.code


@pytest.mark.parametrize("caller", ["", "anonymous", "unknown", "asterisk", "101", COMPANY, SECOND])
async def test_who_shows_no_number_of_his_own_has_no_code(house: House, caller: str) -> None:
    answer = await ring(house, caller)
    assert (answer.code, answer.name) == ("", "")
    assert [seconds for seconds, _ in dials(answer)] == [40]


async def test_a_name_that_holds_a_number_is_not_shown(house: House) -> None:
    await house.client(KNOWN, name="Jane 020 7946 0101")
    assert (await ring(house, KNOWN)).name == ""


async def test_no_digits_of_anybody_stand_in_the_answer(house: House) -> None:
    await house.client(KNOWN, name="Jane", curator="Alice")
    line = encode(await ring(house, KNOWN))
    digits = re.sub(r"\D", "", line)
    assert KNOWN[-7:] not in digits
    assert MOBILE[-7:] not in digits


async def test_the_number_that_was_called_is_shown(house: House) -> None:
    assert (await ring(house, KNOWN, called=SECOND)).caller_id == SECOND
    assert (await ring(house, KNOWN, called="020 7946 0001")).caller_id == SECOND
    assert (await ring(house, KNOWN, called="s")).caller_id == COMPANY


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"inbound": "early"}, Announce("early", "callward/recorded", "en")),
        (
            {"inbound": "answer", "language": "ru", "sound": "custom/rec"},
            Announce("answer", "custom/rec", "ru"),
        ),
    ],
)
async def test_announcement(house: House, settings: dict[str, Any], expected: Announce) -> None:
    assert (await ring(house.under(announcements=settings), KNOWN)).announce == expected


async def test_after_hours_the_last_word_is_closed(house: House) -> None:
    closed = {"hours": {"sunday": ["09:00-18:00"]}}
    answer = await ring(house.under(routing=closed), KNOWN)
    assert answer.steps == ()
    assert answer.last == Say("callward/closed")
    answer = await ring(house.under(routing={**closed, "voicemail": "101@default"}), KNOWN)
    assert answer.last == Voicemail("101@default")


async def test_a_mobile_is_dialled_once_for_its_token(house: House) -> None:
    _, code = await house.client(KNOWN, curator="Alice")
    answer = await ring(house, KNOWN)
    found = re.search("Local/([a-z]{32})@callward-mobile/n", encode(answer))
    assert found is not None
    dialled = await house.ask("mobile", token=found[1])
    assert dialled == DialMobile(f"PJSIP/{MOBILE}@operator", 20, COMPANY, code)
    assert MOBILE not in repr(dialled)
    assert await house.ask("mobile", token=found[1]) == No("callward/unreachable")


async def test_a_mobiles_token_dials_no_client(house: House) -> None:
    await house.client(KNOWN, curator="Alice")
    found = re.search("/([a-z]{32})@", encode(await ring(house, KNOWN)))
    assert found is not None
    assert await house.ask("client", token=found[1]) == No("callward/unreachable")


async def test_a_phone_that_is_gone_is_not_dialled(house: House) -> None:
    token = house.desk.tokens.issue(PhoneLeg("Alice", "mobile7", "", 20))
    assert await house.ask("mobile", token=token) == No("callward/unreachable")


async def test_a_large_group_is_cut_to_what_the_dialplan_can_hold(house: House) -> None:
    agents = [
        {"name": f"Agent {n}", "mobiles": [f"+4477009001{n:02d}"], "ring": ["mobile"]}
        for n in range(100)
    ]
    answer = await ring(house.under(agents=agents), KNOWN)
    assert len(encode(answer)) < 4000
    assert len(answer.steps[0].dials) > 40


async def test_a_choice_of_phones_holds_at_once(house: House) -> None:
    await house.client(KNOWN, curator="Alice")
    house.people.choose("Alice", ["101"], "together")
    assert dials(await ring(house, KNOWN))[0] == (20, "PJSIP/101")


async def test_who_is_away_is_left_out_and_his_own_calls_go_on(house: House) -> None:
    _, code = await house.client(KNOWN, curator="Alice", deputy="Bob")
    house.people.is_away = {"Alice", "Carol"}.__contains__
    answer = await ring(house, KNOWN)
    assert dials(answer) == [(20, "PJSIP/102"), (40, "PJSIP/104")]
    # He dials a client's code, and a colleague dials him.
    called = await house.ask("dial", from_="PJSIP/101-00000001", dialled=code)
    assert isinstance(called, CallClient)
    colleague = await house.ask("dial", from_="PJSIP/102-00000001", dialled="101")
    assert isinstance(colleague, RingColleagues)
    house.people.is_away = lambda _name: True
    answer = await ring(house, KNOWN)
    assert (answer.steps, answer.last) == ((), Say("callward/nobody"))
