"""Who may put whom on hold: asked at the API's door, with a PBX that is not there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from crm.access import Right, Scope
from daemon.calls.call import Call, HeldBy, Leg, Party, PartyKind

from .conftest import BEGAN, CUSTOMERS, House, a_call

Client = TestClient[web.Request, web.Application]
Ask = Callable[..., Awaitable[tuple[int, Any]]]


def _talk(house: House, agent: str = "anna", **changes: Any) -> Call:
    call = a_call(9, customer=CUSTOMERS[0], running=True)
    people = (Party(kind=PartyKind.CUSTOMER), Party(kind=PartyKind.AGENT, name=agent))
    legs = tuple(
        Leg(channel=f"9.{at}", party=party, started_at=BEGAN, answered_at=BEGAN)
        for at, party in enumerate(people)
    )
    call = replace(call, legs=legs, answered_at=BEGAN, last_agent=agent, **changes)
    house.context.board.publish(call)
    return call


@pytest.fixture
def ask(house: House, client: Client) -> Ask:
    async def asked(person: str, method: str, call: Call) -> tuple[int, Any]:
        headers = await house.token(person)
        path = f"/api/v1/calls/{call.id}/hold"
        async with client.request(method, path, headers=headers) as answer:
            return answer.status, (await answer.json())["code"] if answer.content_length else None

    return asked


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_of_ones_own_talk_alone(house: House, ask: Ask, method: str) -> None:
    call = _talk(house)
    await house.person("boris", {Right.CALLS_MAKE: Scope.OWN})
    await house.person("chief", {Right.CALLS_MAKE: Scope.ALL})
    assert await ask("boris", method, call) == (404, "call_not_found")
    assert await ask("chief", method, call) == (409, "hold_not_talking")
    house.context.board.publish(replace(call, gone=True, ended_at=BEGAN))
    assert await ask("anna", method, call) == (404, "call_not_found")


async def test_a_phones_hold_is_the_phones(house: House, ask: Ask) -> None:
    call = _talk(house, held_from=BEGAN, held_by=HeldBy.PHONE)
    assert await ask("anna", "PUT", call) == (409, "hold_by_phone")
    assert await ask("anna", "DELETE", call) == (409, "hold_by_phone")


async def test_without_the_pbx_nobody_is_put_on_hold(house: House, ask: Ask) -> None:
    call = _talk(house)
    assert await ask("anna", "PUT", call) == (503, "pbx_down")
    # He is not on hold: nothing is to be done.
    assert await ask("anna", "DELETE", call) == (204, None)
