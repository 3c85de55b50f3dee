from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from sqlalchemy import select, update

from crm.access import Right, Scope
from crm.audit import Action
from crm.callers import find_by_client
from crm.people_tables import audit, person
from crm.tables import client as client_table
from crm.watch_tables import notice
from daemon.api.server import application

from .conftest import CUSTOMERS, House

Client = TestClient[web.Request, web.Application]
SUPERVISING = dict.fromkeys(
    (
        Right.CLIENTS_READ,
        Right.CLIENTS_UNASSIGNED,
        Right.CLIENTS_CHANGE,
        Right.CLIENTS_ASSIGN,
        Right.CLIENTS_MERGE,
        Right.CLIENTS_ARCHIVE,
        Right.CLIENTS_RESTORE,
        Right.CHANGES_UNDO,
        Right.REPORTS_READ,
    ),
    Scope.ALL,
)


async def ask(
    client: Client,
    method: str,
    path: str,
    body: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    expect: int = HTTPStatus.OK,
) -> Any:
    response = await client.request(method, f"/api/v1{path}", json=body, headers=headers)
    assert response.status == expect, await response.text()
    return await response.json() if response.content_type.endswith("json") else None


async def cards(client: Client) -> list[dict[str, Any]]:
    """By their first call, the oldest first."""
    found = (await ask(client, "GET", "/clients"))["items"]
    return sorted(found, key=lambda one: one["id"])


async def card_of(client: Client, number: str) -> dict[str, Any]:
    query = number.replace("+", "%2B")
    found = await ask(client, "GET", f"/clients?number={query}")
    card: dict[str, Any] = await ask(client, "GET", f"/clients/{found['items'][0]['id']}")
    return card


def phone_numbers(card: Mapping[str, Any]) -> list[str]:
    return sorted(phone["number"] for phone in card["phones"])


@pytest.fixture
async def managers(
    house: House, aiohttp_client: Callable[..., Awaitable[Client]]
) -> Callable[[str], Awaitable[Client]]:
    async def signed_in(name: str) -> Client:
        return await aiohttp_client(application(house.context), headers=await house.token(name))

    return signed_in


async def test_an_edit_of_digits_is_reported_and_put_back_by_one_click(
    house: House, client: Client, managers: Callable[[str], Awaitable[Client]]
) -> None:
    await house.person("boris", SUPERVISING)
    await house.hide("boris", "phones")
    boris = await managers("boris")
    card = await card_of(client, CUSTOMERS[0])
    wrong = CUSTOMERS[0][:-2] + "10"
    path = f"/clients/{card['id']}/phones/{card['phones'][0]['id']}"
    await ask(client, "PATCH", path, {"number": wrong})
    report = (await ask(client, "GET", "/reports/digit-edits"))["items"]
    assert len(report) == 1
    assert (report[0]["before"], report[0]["after"]) == (CUSTOMERS[0], wrong)
    assert (report[0]["places"], report[0]["of"]) == ([11, 12], 12)
    # Who may not see phones sees who, when and how many, not the number.
    blind = (await ask(boris, "GET", "/reports/digit-edits"))["items"]
    assert (blind[0]["before"], blind[0]["after"], blind[0]["digits"]) == (None, None, 2)
    changes = (await ask(boris, "GET", f"/clients/{card['id']}/changes"))["items"]
    assert "phones" not in {one["field"] for one in changes}
    change = report[0]["change_id"]
    await ask(boris, "POST", f"/changes/{change}/undo", expect=HTTPStatus.NOT_FOUND)
    undone = await ask(client, "POST", f"/changes/{change}/undo")
    assert undone["fields"] == {"phones": 2}
    assert phone_numbers(await card_of(client, CUSTOMERS[0])) == [CUSTOMERS[0]]
    await ask(client, "POST", f"/changes/{change}/undo", expect=HTTPStatus.CONFLICT)
    async with house.context.database.read() as connection:
        told = await connection.execute(
            select(audit.c.object).where(audit.c.action == Action.CHANGE_UNDONE)
        )
        assert told.scalars().all() == [change]


async def test_all_that_a_person_changed_goes_back_after_a_preview(
    house: House, client: Client, managers: Callable[[str], Awaitable[Client]]
) -> None:
    await house.person("boris", SUPERVISING)
    boris = await managers("boris")
    made = await cards(client)
    since = datetime.now(UTC).isoformat()
    for card in made:
        await ask(boris, "PATCH", f"/clients/{card['id']}", {"name": "Nobody Known"})
    await ask(client, "PATCH", f"/clients/{made[0]['id']}", {"name": "Put Right"})
    body = {"since": since, "preview": True}
    shown = await ask(client, "POST", "/people/boris/undo", body)
    assert (shown["state"], shown["total"]) == ("done", len(made))
    assert shown["result"]["fields"] == {"name": len(made) - 1}
    assert shown["result"]["left"] == {"changed_since": 1}
    assert {one["name"] for one in await cards(client)} == {"Nobody Known", "Put Right"}
    done = await ask(client, "POST", "/people/boris/undo", {"since": since})
    assert done["result"]["clients"] == len(made) - 1
    assert {one["name"] for one in await cards(client)} == {None, "Put Right"}
    again = await ask(client, "GET", f"/undoings/{done['id']}")
    assert again["state"] == "done"
    await ask(boris, "GET", f"/undoings/{done['id']}", expect=HTTPStatus.NOT_FOUND)
    await ask(client, "POST", "/people/nobody/undo", body, expect=HTTPStatus.NOT_FOUND)


async def test_two_cards_become_one_and_two_again(house: House, client: Client) -> None:
    target, source, running = [await card_of(client, number) for number in CUSTOMERS]
    body = {"source_id": source["id"]}
    made = await ask(client, "POST", f"/clients/{target['id']}/merge", body)
    one = await ask(client, "GET", f"/clients/{target['id']}")
    assert phone_numbers(one) == sorted(CUSTOMERS[:2])
    await ask(client, "GET", f"/clients/{source['id']}", expect=HTTPStatus.NOT_FOUND)
    path = f"/clients/{running['id']}/merge"
    refused = await ask(client, "POST", path, body, expect=HTTPStatus.CONFLICT)
    assert refused["code"] == "client_merged"
    # Who dials the other card's id or code reaches the one.
    async with house.context.database.read() as connection:
        found = await connection.run_sync(find_by_client, UUID(source["id"]))
        assert found is not None
        assert str(found.client_id) == target["id"]
    by_code = await ask(client, "GET", f"/clients?code={source['short_code']}")
    assert [card["id"] for card in by_code["items"]] == [target["id"]]
    undone = await ask(client, "POST", f"/merges/{made['id']}/undo")
    assert undone["back"]["phone"] == 1
    assert phone_numbers(await ask(client, "GET", f"/clients/{source['id']}")) == [CUSTOMERS[1]]
    await ask(client, "POST", f"/merges/{made['id']}/undo", expect=HTTPStatus.CONFLICT)


async def test_into_the_archive_and_back_and_an_order_to_purge(
    house: House, client: Client, managers: Callable[[str], Awaitable[Client]]
) -> None:
    await house.person("boris", {**SUPERVISING, Right.CLIENTS_PURGE: Scope.ALL})
    boris = await managers("boris")
    card = (await cards(client))[0]
    path = f"/clients/{card['id']}"
    await ask(client, "POST", f"{path}/purge", expect=HTTPStatus.CONFLICT)
    await ask(client, "DELETE", path, expect=HTTPStatus.NO_CONTENT)
    await ask(client, "GET", path, expect=HTTPStatus.NOT_FOUND)
    listed = (await ask(client, "GET", "/archive"))["items"]
    assert [one["id"] for one in listed] == [card["id"]]
    anna = await managers("anna")
    await ask(anna, "GET", "/archive", expect=HTTPStatus.FORBIDDEN)
    await ask(anna, "POST", f"{path}/restore", expect=HTTPStatus.FORBIDDEN)
    ordered = await ask(client, "POST", f"{path}/purge")
    due = datetime.fromisoformat(ordered["purge_at"])
    assert timedelta(days=7) - timedelta(minutes=1) < due - datetime.now(UTC) <= timedelta(days=7)
    assert (await ask(client, "POST", f"{path}/purge"))["purge_at"] == ordered["purge_at"]
    async with house.context.database.read() as connection:
        told = (await connection.execute(select(notice.c.person, notice.c.kind))).all()
    assert ("boris", "purge_ordered") in {tuple(row) for row in told}
    # Any administrator can cancel it, whoever ordered it.
    await ask(boris, "DELETE", f"{path}/purge", expect=HTTPStatus.NO_CONTENT)
    await ask(boris, "DELETE", f"{path}/purge", expect=HTTPStatus.CONFLICT)
    await ask(client, "POST", f"{path}/restore", expect=HTTPStatus.NO_CONTENT)
    await ask(client, "GET", path)


async def test_private_clients_change_hands_by_the_word_of_two(
    house: House, client: Client, managers: Callable[[str], Awaitable[Client]]
) -> None:
    taking = {Right.CLIENTS_READ: Scope.ALL, Right.CLIENTS_TAKEOVER: Scope.ALL}
    card = (await cards(client))[0]

    def private(connection: Any) -> None:
        mine = update(client_table).where(client_table.c.id == UUID(card["id"]))
        connection.execute(mine.values(curator="anna", private=True))

    await house.context.database.write(private)
    await house.person("boris", taking)
    boris = await managers("boris")
    body = {"curator": "anna", "successor": "boris", "reason": "She is ill"}
    refused = await ask(boris, "POST", "/takeovers", body, expect=HTTPStatus.CONFLICT)
    assert refused["code"] == "takeover_nobody_to_allow"
    # The command could be either of two people.
    await ask(client, "POST", "/takeovers", body, expect=HTTPStatus.FORBIDDEN)
    await house.person("carl", taking)
    await house.person("anna", taking)

    def may_sign_in(connection: Any) -> None:
        connection.execute(update(person).values(password_hash="hash"))

    await house.context.staff.change(may_sign_in)
    asked = await ask(boris, "POST", "/takeovers", body, expect=HTTPStatus.CREATED)
    assert not {"clients", "count", "total"} & asked.keys()
    path = f"/takeovers/{asked['id']}"
    await ask(boris, "POST", f"{path}/allow", expect=HTTPStatus.FORBIDDEN)
    anna, carl = await managers("anna"), await managers("carl")
    await ask(anna, "POST", f"{path}/allow", expect=HTTPStatus.FORBIDDEN)
    await ask(client, "POST", f"{path}/allow", expect=HTTPStatus.FORBIDDEN)
    await ask(boris, "GET", f"/clients/{card['id']}", expect=HTTPStatus.NOT_FOUND)
    allowed = await ask(carl, "POST", f"{path}/allow")
    assert (allowed["decided_by"], allowed["allowed"]) == ("carl", True)
    await ask(carl, "POST", f"{path}/refuse", expect=HTTPStatus.CONFLICT)
    await ask(boris, "GET", f"/clients/{card['id']}")
    for other in (anna, carl, client):
        await ask(other, "GET", f"/clients/{card['id']}", expect=HTTPStatus.NOT_FOUND)
    async with house.context.database.read() as connection:
        rows = (await connection.execute(select(notice.c.person, notice.c.kind))).all()
    told = {tuple(row) for row in rows}
    assert {("anna", "takeover_asked"), ("carl", "takeover_asked")} <= told
    assert {("anna", "takeover_allowed"), ("boris", "takeover_allowed")} <= told
