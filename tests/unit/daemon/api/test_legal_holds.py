"""What is on legal hold cannot be deleted for good; who may say so, and that it is told."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient
from sqlalchemy import select

from crm.access import Right, Scope
from crm.audit import Action
from crm.people_tables import audit

from .conftest import House

Client = TestClient[web.Request, web.Application]
WHY = {"reason": "claim of 12 May"}


async def ask(
    client: Client,
    method: str,
    path: str,
    body: Any = None,
    headers: Any = None,
    *,
    expect: int = HTTPStatus.OK,
) -> Any:
    response = await client.request(method, f"/api/v1{path}", json=body, headers=headers)
    assert response.status == expect, await response.text()
    return await response.json() if response.content_type.endswith("json") else None


async def test_a_hold_on_a_client_or_on_a_call_with_him_keeps_him(
    house: House, client: Client
) -> None:
    calls = (await ask(client, "GET", "/calls"))["items"]
    call = next(one for one in calls if one["client_id"] is not None)
    card, hold = f"/clients/{call['client_id']}", f"/calls/{call['id']}/legal-hold"
    for path in (f"{card}/legal-hold", hold):
        assert (await ask(client, "GET", path))["hold"] is None
        empty = {"reason": "  "}
        await ask(client, "PUT", path, empty, expect=HTTPStatus.BAD_REQUEST)
        await ask(client, "DELETE", path, WHY, expect=HTTPStatus.CONFLICT)
    await ask(client, "DELETE", card, expect=HTTPStatus.NO_CONTENT)
    for path in (f"{card}/legal-hold", hold):
        await ask(client, "POST", f"{card}/purge")
        made = await ask(client, "PUT", path, WHY, expect=HTTPStatus.CREATED)
        assert made["reason"] == WHY["reason"]
        # What was ordered is cancelled, and nothing can be ordered.
        await ask(client, "DELETE", f"{card}/purge", expect=HTTPStatus.CONFLICT)
        refused = await ask(client, "POST", f"{card}/purge", expect=HTTPStatus.CONFLICT)
        assert refused["code"] == "legal_hold"
        again = await ask(client, "PUT", path, WHY, expect=HTTPStatus.CONFLICT)
        assert again["code"] == "legal_hold_stands"
        state = await ask(client, "GET", hold)
        assert (state["hold"] or state["client_hold"])["id"] == made["id"]
        [listed] = (await ask(client, "GET", "/legal-holds"))["items"]
        assert listed["id"] == made["id"]
        await ask(client, "DELETE", path, {"reason": "settled"}, expect=HTTPStatus.NO_CONTENT)
        assert (await ask(client, "GET", "/legal-holds"))["items"] == []
    lifted = (await ask(client, "GET", "/legal-holds?lifted=true"))["items"]
    assert [one["lift_reason"] for one in lifted] == ["settled", "settled"]
    await ask(client, "POST", f"{card}/purge")
    async with house.context.database.read() as connection:
        told = (await connection.execute(select(audit.c.action))).scalars().all()
    for action in (Action.LEGAL_HOLD_SET, Action.LEGAL_HOLD_LIFTED):
        assert told.count(action.value) == 2
    assert told.count(Action.CLIENT_PURGE_CANCELLED.value) == 2


async def test_a_held_client_keeps_his_numbers(house: House, client: Client) -> None:
    calls = (await ask(client, "GET", "/calls"))["items"]
    id_ = next(one["client_id"] for one in calls if one["client_id"] is not None)
    card = f"/clients/{id_}"
    number = {"number": "+442079460177"}
    extra = await ask(client, "POST", f"{card}/phones", number, expect=HTTPStatus.CREATED)
    [made, *_] = (await ask(client, "GET", f"{card}/changes"))["items"]
    await ask(client, "PUT", f"{card}/legal-hold", WHY, expect=HTTPStatus.CREATED)
    phone, other = f"{card}/phones/{extra['id']}", {"number": "+442079460178"}
    for method, path, body in (
        ("DELETE", phone, None),
        ("PATCH", phone, other),
        ("POST", f"/changes/{made['id']}/undo", None),
    ):
        refused = await ask(client, method, path, body, expect=HTTPStatus.CONFLICT)
        assert refused["code"] == "legal_hold"
    await ask(client, "PATCH", phone, {"label": "work"})
    numbers = [one["number"] for one in (await ask(client, "GET", card))["phones"]]
    assert number["number"] in numbers
    assert other["number"] not in numbers
    await ask(client, "DELETE", f"{card}/legal-hold", WHY, expect=HTTPStatus.NO_CONTENT)
    await ask(client, "DELETE", phone, expect=HTTPStatus.NO_CONTENT)


async def test_a_hold_on_a_card_that_became_part_of_another_is_that_one_s(
    house: House, client: Client
) -> None:
    ids = [
        (await ask(client, "POST", "/clients", {"name": name}, expect=HTTPStatus.CREATED))["id"]
        for name in ("Ann Lee", "A. Lee")
    ]
    target, source = (f"/clients/{id_}" for id_ in ids)
    await ask(client, "PUT", f"{source}/legal-hold", WHY, expect=HTTPStatus.CREATED)
    made = await ask(client, "POST", f"{target}/merge", {"source_id": ids[1]})
    assert (await ask(client, "GET", f"{target}/legal-hold"))["hold"]["reason"] == WHY["reason"]
    await ask(client, "POST", f"/merges/{made['id']}/undo")
    for card in (target, source):
        assert (await ask(client, "GET", f"{card}/legal-hold"))["hold"]["reason"] == WHY["reason"]
        await ask(client, "DELETE", f"{card}/legal-hold", WHY, expect=HTTPStatus.NO_CONTENT)
    async with house.context.database.read() as connection:
        told = (await connection.execute(select(audit.c.action))).scalars().all()
    assert told.count(Action.LEGAL_HOLD_SET.value) == 2


async def test_the_right_decides(house: House, client: Client) -> None:
    calls = (await ask(client, "GET", "/calls"))["items"]
    path = f"/calls/{calls[0]['id']}/legal-hold"
    await house.person("mine", {Right.RECORDINGS_HOLD: Scope.NONE, Right.CALLS_READ: Scope.ALL})
    headers = await house.token("mine")
    await ask(client, "PUT", path, WHY, headers, expect=HTTPStatus.FORBIDDEN)
    await ask(client, "GET", "/legal-holds", None, headers, expect=HTTPStatus.FORBIDDEN)
    await house.person("chief", {Right.RECORDINGS_HOLD: Scope.ALL})
    headers = await house.token("chief")
    await ask(client, "PUT", path, WHY, headers, expect=HTTPStatus.CREATED)
