"""Who is away: by himself and by others; kept, over in time, told at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from sqlalchemy import select

from crm.access import Right, Scope
from crm.people_tables import audit
from daemon.api.server import application
from daemon.away import AwayBook

if TYPE_CHECKING:
    from .conftest import Client, House

Connect = Callable[..., Awaitable[TestClient[web.Request, web.Application]]]
OWN = "/api/v1/presence"
ANNAS = "/api/v1/people/anna/presence"


async def answer(client: Client, method: str, path: str, status: int = 200, **more: Any) -> Any:
    response = await client.request(method, path, **more)
    assert response.status == status, await response.text()
    return await response.json(content_type=None)


def later(**length: float) -> str:
    return (datetime.now(UTC) + timedelta(**length)).isoformat()


async def told(house: House) -> list[tuple[str, str, str]]:
    columns = (audit.c.action, audit.c.actor, audit.c.object)
    async with house.context.database.read() as connection:
        rows = await connection.execute(
            select(*columns).where(audit.c.action.like("person_%")).order_by(audit.c.seq)
        )
        return [tuple(row) for row in rows]


async def test_a_manager_is_away_and_back(client: Client, house: House) -> None:
    anna = await house.token("anna")
    now = await answer(client, "GET", OWN, headers=anna)
    assert (now["is_agent"], now["is_away"], now["can_set"]) == (True, False, True)
    until = later(hours=1)
    gone = await answer(client, "PUT", OWN, headers=anna, json={"reason": "break", "until": until})
    assert (gone["is_away"], gone["reason"], gone["set_by"]) == (True, "break", "anna")
    assert datetime.fromisoformat(gone["until"]) == datetime.fromisoformat(until)
    assert house.context.people.is_away("anna")
    # Another reason: he is away as long as before.
    more = await answer(client, "PUT", OWN, headers=anna, json={"reason": "meeting"})
    assert (more["since"], more["until"], more["reason"]) == (gone["since"], None, "meeting")
    # A restart.
    book = AwayBook(house.context.database)
    await book.load()
    assert book.of("anna") == house.context.away.of("anna")
    back = await answer(client, "DELETE", OWN, headers=anna)
    assert (back["is_away"], back["since"], back["reason"]) == (False, None, None)
    await book.load()
    assert not book.is_away("anna")
    # Once is enough.
    await answer(client, "DELETE", OWN, headers=anna)
    assert await told(house) == [
        ("person_away", "anna", "anna"),
        ("person_away", "anna", "anna"),
        ("person_back", "anna", "anna"),
    ]


async def test_a_supervisor_says_it_of_his_people_alone(client: Client, house: House) -> None:
    rights = dict.fromkeys((Right.PEOPLE_AWAY, Right.CALLS_READ), Scope.DEPARTMENT)
    await house.person("chief", rights, department="sales")
    await house.person("boris", {Right.PEOPLE_AWAY: Scope.OWN}, department="sales")
    chief, boris = await house.token("chief"), await house.token("boris")
    path = "/api/v1/people/boris/presence"
    gone = await answer(client, "PUT", path, headers=chief, json={"reason": "day_off"})
    assert (gone["person"], gone["set_by"], gone["can_set"]) == ("boris", "chief", True)
    assert (await answer(client, "GET", OWN, headers=boris))["set_by"] == "chief"
    listed = await answer(client, "GET", "/api/v1/presences", headers=chief)
    assert [(one["person"], one["is_away"]) for one in listed["items"]] == [("boris", True)]
    # Of others he knows nothing.
    refused = await answer(client, "PUT", ANNAS, 404, headers=chief, json={})
    assert refused["code"] == "person_not_found"
    # Without the right not even of whom he knows.
    assert (await answer(client, "DELETE", ANNAS, 404, headers=boris))["code"] == "person_not_found"
    refused = await answer(
        client, "DELETE", path, 403, headers=await house.token("anna"), json=None
    )
    assert refused["code"] == "not_allowed"
    assert (await answer(client, "DELETE", path, headers=chief))["is_away"] is False


async def test_whom_he_reads_about_he_may_not_say_it_of(client: Client, house: House) -> None:
    rights = {Right.PEOPLE_READ: Scope.ALL, Right.PEOPLE_AWAY: Scope.OWN}
    await house.person("reader", rights)
    reader = await house.token("reader")
    assert (await answer(client, "GET", ANNAS, headers=reader))["can_set"] is False
    refused = await answer(client, "PUT", ANNAS, 403, headers=reader, json={})
    assert refused["code"] == "presence_not_yours"
    # No call rings at him himself.
    assert (await answer(client, "GET", OWN, headers=reader))["is_agent"] is False
    refused = await answer(client, "PUT", OWN, 404, headers=reader, json={})
    assert refused["code"] == "agent_not_found"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"until": "2026-01-01T00:00:00Z"}, "away_until"),
        ({"until": "2999-01-01T00:00:00Z"}, "away_until"),
        ({"until": "tomorrow"}, "invalid_field"),
        ({"reason": "asleep"}, "invalid_field"),
        ({"since": "2026-01-01T00:00:00Z"}, "invalid_field"),
    ],
)
async def test_what_cannot_be_is_refused(
    client: Client, house: House, body: dict[str, str], code: str
) -> None:
    anna = await house.token("anna")
    assert (await answer(client, "PUT", OWN, 400, headers=anna, json=body))["code"] == code
    assert not house.context.people.is_away("anna")


async def test_pages_are_told_at_once(house: House, aiohttp_client: Connect) -> None:
    await house.person("chief", {Right.CALLS_READ: Scope.ALL})
    await house.person("boris", {})
    app = application(house.context)
    chief = await aiohttp_client(app, headers=await house.token("chief"))
    boris = await house.token("boris")
    async with (
        chief.ws_connect("/api/v1/events") as events,
        chief.ws_connect("/api/v1/events", headers=boris) as others,
        chief.ws_connect("/api/v1/live") as live,
    ):
        snapshot = await live.receive_json(timeout=30)
        assert {one["name"]: one["state"] for one in snapshot["people"]}["anna"] == "free"
        anna = await house.token("anna")
        await answer(chief, "PUT", OWN, headers=anna, json={"reason": "training"})
        heard = await events.receive_json(timeout=30)
        assert (heard["type"], heard["presence"]["person"]) == ("presence", "anna")
        (row,) = (await live.receive_json(timeout=30))["people"]
        assert (row["name"], row["state"], row["reason"]) == ("anna", "away", "training")
        assert row["since"] == heard["presence"]["since"]
        await answer(chief, "DELETE", OWN, headers=anna)
        assert (await events.receive_json(timeout=30))["presence"]["is_away"] is False
        (row,) = (await live.receive_json(timeout=30))["people"]
        assert (row["state"], row["is_away"], row["reason"]) == ("free", False, None)
        # Who may not know of her hears of himself alone.
        await answer(chief, "PUT", OWN, headers=boris, json={})
        assert (await others.receive_json(timeout=30))["presence"]["person"] == "boris"
