"""What people dial on the company's phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from daemon.routing.tokens import ClientLeg
from daemon.routing.wire import Announce, Answer, CallClient, DialClient, No, RingColleagues
from tests.unit.daemon.roster import member

from .conftest import NOW

if TYPE_CHECKING:
    from .conftest import House

COMPANY = "+442079460000"
KNOWN, NEW, MOBILE = "+442079460101", "+442079460199", "+447700900101"
REFUSED, WRONG = No("callward/not-allowed"), No("callward/wrong-code")


async def dial(house: House, dialled: str, endpoint: str = "101") -> Answer:
    channel = endpoint if "/" in endpoint else f"PJSIP/{endpoint}-0000000a"
    return await house.ask("dial", from_=channel, dialled=dialled)


async def go_on(house: House, answer: Answer) -> DialClient:
    """What the trunk is given for an answer that leads outside."""
    assert isinstance(answer, CallClient)
    outside = await house.ask("client", token=answer.token)
    assert isinstance(outside, DialClient)
    assert await house.ask("client", token=answer.token) == No("callward/unreachable")
    return outside


async def test_a_code_is_a_masked_call_to_the_client(house: House) -> None:
    _, code = await house.client(KNOWN, name="Jane")
    answer = await dial(house, code)
    assert isinstance(answer, CallClient)
    assert (answer.code, answer.name) == (code, "Jane")
    outside = await go_on(house, answer)
    assert outside == DialClient(f"PJSIP/{KNOWN}@operator", 45, COMPANY, code, "Jane", None)
    assert KNOWN not in repr(outside)


async def test_a_mistyped_code_reaches_nobody(house: House) -> None:
    _, code = await house.client(KNOWN)
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert await dial(house, wrong) == WRONG
    swapped = code[1] + code[0] + code[2:]
    if swapped != code:
        assert await dial(house, swapped) == WRONG


async def test_a_code_of_nobody_reaches_nobody(house: House) -> None:
    _, code = await house.client(KNOWN)
    other = next(one for one in house.codes.candidates(NEW) if one != code)
    assert await dial(house, other) == WRONG


@pytest.mark.parametrize(
    ("curator", "deputy", "allowed"),
    [(None, None, True), ("Bob", None, True), ("Alice", "Bob", True), ("Alice", None, False)],
)
async def test_who_may_call_only_his_own(
    house: House, curator: str | None, deputy: str | None, allowed: bool
) -> None:
    _, code = await house.client(KNOWN, curator=curator, deputy=deputy)
    for dialled in (code, KNOWN):
        answer = await dial(house, dialled, "102")
        assert isinstance(answer, CallClient) if allowed else answer == REFUSED


async def test_a_code_of_whom_he_may_not_know_is_nobodys(house: House) -> None:
    house.roster.put(member("Bob"))
    _, code = await house.client(KNOWN, curator="Alice")
    assert await dial(house, code, "102") == WRONG
    assert await dial(house, KNOWN, "102") == REFUSED


async def test_only_his_curator_dials_a_private_client(house: House) -> None:
    _, code = await house.client(KNOWN, name="Jane", curator="Alice", deputy="Carol", private=True)
    for endpoint in ("102", "103", "104"):
        assert await dial(house, code, endpoint) == WRONG
        assert await dial(house, KNOWN, endpoint) == REFUSED
    answer = await dial(house, code)
    assert isinstance(answer, CallClient)
    assert (answer.code, answer.name) == (code, "")
    assert (await go_on(house, answer)).name == ""


async def test_an_archived_client_has_no_code(house: House) -> None:
    _, code = await house.client(KNOWN, archived_at=NOW)
    assert await dial(house, code) == WRONG


async def test_who_left_dials_nobody_outside_but_for_help(house: House) -> None:
    _, code = await house.client(KNOWN, curator="Alice")
    house.roster.leave("Alice")
    assert await dial(house, code) == WRONG
    for number in (KNOWN, NEW):
        assert await dial(house, number) == REFUSED
    assert isinstance(await dial(house, "999"), CallClient)


async def test_a_phone_of_nobody_known_dials_no_client(house: House) -> None:
    _, code = await house.client(KNOWN)
    assert await dial(house, code, "105") == WRONG
    assert await dial(house, KNOWN, "105") == REFUSED


async def test_a_plain_number_of_a_client_goes_out_under_his_code(house: House) -> None:
    _, code = await house.client(KNOWN, name="Jane")
    answer = await dial(house, "02079460101")
    assert isinstance(answer, CallClient)
    assert (answer.code, answer.name) == (code, "Jane")
    assert (await go_on(house, answer)).dial == f"PJSIP/{KNOWN}@operator"


async def test_a_plain_number_of_a_stranger_goes_out_under_the_code_to_come(house: House) -> None:
    answer = await dial(house, NEW)
    assert isinstance(answer, CallClient)
    outside = await go_on(house, answer)
    assert outside.dial == f"PJSIP/{NEW}@operator"
    assert outside.caller_id == COMPANY
    assert (await house.client(NEW))[1] == answer.code == outside.code


@pytest.mark.parametrize(
    ("endpoint", "client", "stranger"),
    [("101", True, True), ("103", True, False), ("104", False, False)],
)
async def test_the_policy_of_plain_numbers(
    house: House, endpoint: str, client: bool, stranger: bool
) -> None:
    _, code = await house.client(KNOWN)
    for dialled, allowed in ((KNOWN, client), (NEW, stranger), (code, True)):
        answer = await dial(house, dialled, endpoint)
        assert isinstance(answer, CallClient) if allowed else answer == REFUSED


@pytest.mark.parametrize(
    "endpoint", ["101", "104", "PJSIP/operator-0000000a", "Local/x@y-00000001;2"]
)
@pytest.mark.parametrize("dialled", ["999", "112"])
async def test_emergency_numbers_pass_from_any_phone(
    house: House, endpoint: str, dialled: str
) -> None:
    announcing = house.under(announcements={"outbound": True})
    answer = await dial(announcing, dialled, endpoint)
    outside = await go_on(announcing, answer)
    assert outside.dial == f"PJSIP/{dialled}@operator"
    assert outside.announce is None


async def test_an_emergency_number_of_the_settings_comes_before_an_extension(house: House) -> None:
    ours = house.under(outbound={"emergency": ["202"]})
    assert isinstance(await dial(ours, "202"), CallClient)
    assert isinstance(await dial(house, "202"), RingColleagues)


@pytest.mark.parametrize(
    ("dialled", "expected"),
    [("202", "PJSIP/102"), ("103", "PJSIP/103")],
)
async def test_a_colleague_rings_on_his_phones(house: House, dialled: str, expected: str) -> None:
    answer = await dial(house, dialled)
    assert isinstance(answer, RingColleagues)
    assert [step.dials for step in answer.steps] == [(expected,)]


@pytest.mark.parametrize("dialled", [MOBILE, "07700 900101"])
async def test_a_colleagues_mobile_is_the_colleague(house: House, dialled: str) -> None:
    answer = await dial(house, dialled, "104")
    assert isinstance(answer, RingColleagues)
    (step,) = answer.steps
    assert step.dials[0] == "PJSIP/101"
    assert MOBILE[-7:] not in str(step)


async def test_the_companys_own_number_is_the_group(house: House) -> None:
    answer = await dial(house, COMPANY)
    assert isinstance(answer, RingColleagues)
    assert [step.dials for step in answer.steps] == [("PJSIP/102", "PJSIP/103", "PJSIP/104")]
    closed = house.under(routing={"hours": {"sunday": ["09:00-18:00"]}})
    assert await dial(closed, COMPANY) == No("callward/closed")
    alone = house.under(routing={"group": ["Alice"]})
    assert await dial(alone, COMPANY) == No("callward/nobody")


@pytest.mark.parametrize("dialled", ["*98", "abc", "777", "1", "0000000000", "+44"])
async def test_what_is_nothing_reaches_nobody(house: House, dialled: str) -> None:
    assert await dial(house, dialled) == WRONG


@pytest.mark.parametrize("endpoint", ["PJSIP/operator-0000000a", "Local/x@y-00000001;2"])
async def test_only_phones_of_the_company_may_dial(house: House, endpoint: str) -> None:
    _, code = await house.client(KNOWN)
    for dialled in (code, KNOWN, NEW, "202"):
        assert await dial(house, dialled, endpoint) == REFUSED


async def test_a_phone_of_no_agent_may_dial_what_all_may(house: House) -> None:
    assert isinstance(await dial(house, NEW, "109"), CallClient)


async def test_the_client_hears_that_he_is_recorded(house: House) -> None:
    announcing = house.under(announcements={"outbound": True, "language": "ru"})
    outside = await go_on(announcing, await dial(announcing, NEW))
    assert outside.announce == Announce("called", "callward/recorded", "ru")


async def test_the_trunks_own_way_of_writing(house: House) -> None:
    pbx = {
        "trunks": ["operator"],
        "secret": "x",
        "dial": "PJSIP/9{national}@operator",
        "caller_id": "{digits}",
    }
    ours = house.under(pbx=[pbx])
    outside = await go_on(ours, await dial(ours, NEW))
    assert (outside.dial, outside.caller_id) == ("PJSIP/902079460199@operator", COMPANY[1:])


async def test_a_client_without_a_phone_is_unreachable(house: House) -> None:
    _, code = await house.client(KNOWN)
    await house.database.write(
        lambda connection: connection.exec_driver_sql("UPDATE phone SET client_id = NULL") and None
    )
    assert await dial(house, code) == No("callward/unreachable")


async def test_a_client_token_rings_no_mobile(house: House) -> None:
    id_, code = await house.client(KNOWN)
    leg = ClientLeg(id_, id_, "Alice", code, "", 45)
    token = house.desk.tokens.issue(leg)
    assert await house.ask("mobile", token=token) == No("callward/unreachable")
