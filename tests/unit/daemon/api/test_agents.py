"""Agents, their phones and PINs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crm.agent_choices import load_choices
from crm.pins import PinCheck

from .conftest import ANNAS_MOBILE

if TYPE_CHECKING:
    from .conftest import Client, House

Headers = dict[str, str]


async def answer(client: Client, method: str, path: str, status: int = 200, **more: Any) -> Any:
    response = await client.request(method, path, **more)
    assert response.status == status, await response.text()
    return await response.json(content_type=None) if await response.read() else None


@pytest.fixture
async def anna(house: House) -> Headers:
    return await house.token("anna")


async def test_agents_are_listed_with_their_phones_and_no_number(client: Client) -> None:
    listed = await answer(client, "GET", "/api/v1/agents")
    assert listed["items"][0] == {
        "name": "anna",
        "extension": "201",
        "phones": [{"key": "201", "kind": "endpoint"}, {"key": "mobile", "kind": "number"}],
        "ring": ["201"],
        "order": "together",
        "chosen": False,
    }
    assert ANNAS_MOBILE[-7:] not in str(listed)


async def test_a_manager_sees_his_own_phones_only(client: Client, anna: Headers) -> None:
    own, other = (await answer(client, "GET", "/api/v1/agents", headers=anna))["items"]
    assert [phone["key"] for phone in own["phones"]] == ["201", "mobile"]
    assert other == {
        "name": "boris",
        "extension": "202",
        "phones": None,
        "ring": None,
        "order": None,
        "chosen": None,
    }


async def test_a_choice_holds_at_once_and_is_kept(
    client: Client, house: House, anna: Headers
) -> None:
    path = "/api/v1/agents/anna/phones"
    body = {"ring": ["mobile", "PJSIP/201"], "order": "in_turn"}
    chosen = await answer(client, "PUT", path, headers=anna, json=body)
    assert (chosen["ring"], chosen["order"]) == (["mobile", "201"], "in_turn")
    assert chosen["chosen"] is True
    agent = house.context.people.find("anna")
    assert agent is not None
    assert agent.ring == ("mobile", "201")
    async with house.context.database.read() as connection:
        (kept,) = await connection.run_sync(load_choices)
    assert (kept.agent, kept.ring, kept.ring_order) == ("anna", ("mobile", "201"), "in_turn")
    back = await answer(client, "DELETE", path, headers=anna)
    assert (back["ring"], back["order"], back["chosen"]) == (["201"], "together", False)
    async with house.context.database.read() as connection:
        assert await connection.run_sync(load_choices) == []


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ({"ring": ["202"], "order": "together"}, "unknown_phone", "201, mobile"),
        ({"ring": [], "order": "together"}, "unknown_phone", "201, mobile"),
        ({"ring": ["201"], "order": "both"}, "invalid_field", "together, in_turn"),
        ({"ring": ["201"]}, "invalid_field", "order: must be given"),
        ({"ring": "201", "order": "together"}, "invalid_field", "ring"),
        ({"ring": [7], "order": "together"}, "invalid_field", "ring.0"),
    ],
)
async def test_a_choice_that_cannot_be_names_what_can(
    client: Client, house: House, body: dict[str, Any], code: str, said: str
) -> None:
    problem = await answer(client, "PUT", "/api/v1/agents/anna/phones", 400, json=body)
    assert problem["code"] == code
    assert said in problem["detail"]
    agent = house.context.people.find("anna")
    assert agent is not None
    assert agent.ring == ("201",)


async def test_what_is_anothers_is_refused_and_what_is_nobodys_is_not_there(
    client: Client, anna: Headers
) -> None:
    body = {"ring": ["202"], "order": "together"}
    for method, path, sent in (
        ("PUT", "phones", body),
        ("DELETE", "phones", None),
        ("PUT", "pin", {"pin": "2580"}),
        ("DELETE", "pin", None),
    ):
        theirs = await answer(
            client, method, f"/api/v1/agents/boris/{path}", 403, headers=anna, json=sent
        )
        assert theirs["code"] == "not_yours"
        nobodys = await answer(
            client, method, f"/api/v1/agents/carl/{path}", 404, headers=anna, json=sent
        )
        assert nobodys["code"] == "agent_not_found"


async def test_a_pin_is_set_by_himself_or_the_operator_and_taken_away(
    client: Client, house: House, anna: Headers
) -> None:
    pins = house.context.pins
    await answer(client, "PUT", "/api/v1/agents/anna/pin", 204, headers=anna, json={"pin": "2580"})
    assert await pins.check("anna", "2580") is PinCheck.RIGHT
    await answer(client, "PUT", "/api/v1/agents/anna/pin", 204, json={"pin": "907143"})
    assert await pins.check("anna", "907143") is PinCheck.RIGHT
    await answer(client, "DELETE", "/api/v1/agents/anna/pin", 204, headers=anna)
    assert await pins.check("anna", "907143") is PinCheck.WRONG


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("123", "pin_digits"),
        ("12345678901", "pin_digits"),
        ("25b0", "pin_digits"),
        ("٢٥٨٠", "pin_digits"),
        ("", "pin_digits"),
        ("7777", "pin_simple"),
        ("123456", "pin_simple"),
        ("9876", "pin_simple"),
        (2580, "invalid_field"),
        ("2580" * 30, "invalid_field"),
    ],
)
async def test_a_pin_that_is_none_is_refused_and_never_repeated(
    client: Client, pin: object, code: str
) -> None:
    problem = await answer(client, "PUT", "/api/v1/agents/anna/pin", 400, json={"pin": pin})
    assert problem["code"] == code
    assert not pin or str(pin) not in str(problem)
