"""Two people at one card: each hears what the other did, and nobody overwrites blindly."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse

from .asking import NEW, Person, someone
from .conftest import Client, House


@pytest.fixture
async def anna(house: House, client: Client) -> Person:
    return await someone(house, client, "anna")


@pytest.fixture
async def boss(house: House, client: Client) -> Person:
    return await someone(house, client, "boss", "director")


async def heard(socket: ClientWebSocketResponse) -> dict[str, Any]:
    message: dict[str, Any] = await socket.receive_json(timeout=30)
    assert message["type"] == "client"
    return dict(message["client"])


async def test_who_may_know_of_a_card_hears_that_it_was_changed(
    house: House, client: Client, anna: Person, boss: Person
) -> None:
    await someone(house, client, "boris")
    made = await anna.post("/clients", {"name": "Ivan"})
    path = f"/clients/{made['id']}"
    events = client.ws_connect("/api/v1/events", headers=await house.token("anna"))
    others = client.ws_connect("/api/v1/events", headers=await house.token("boris"))
    async with events as hers, others as his:
        await boss.patch(path, {"company": "Steam"})
        assert await heard(hers) == {"id": made["id"], "by": "boss", "gone": False}
        await boss.post("/tasks", {"client_id": made["id"], "text": "send a quote"})
        assert (await heard(hers))["by"] == "boss"
        # Given away: who he is now, and by whom, is not hers to know.
        await boss.patch(path, {"curator": "boris"})
        assert await heard(hers) == {"id": made["id"], "by": None, "gone": True}
        assert await heard(his) == {"id": made["id"], "by": "boss", "gone": False}
        await boss.delete(path)
        assert await heard(his) == {"id": made["id"], "by": None, "gone": True}
        await boss.post(f"{path}/restore", None, 204)
        assert (await heard(his))["gone"] is False


async def test_a_refused_change_is_told_to_nobody(
    house: House, client: Client, anna: Person, boss: Person
) -> None:
    made = await anna.post("/clients", {"name": "Ivan"})
    path = f"/clients/{made['id']}"
    events = client.ws_connect("/api/v1/events", headers=await house.token("boss"))
    async with events as socket:
        stale = {"company": "Coal", "changed_at": "2026-01-01T00:00:00Z"}
        await anna.patch(path, stale, 409)
        await anna.patch(path, {"company": "Peat"})
        note = await anna.post(f"{path}/notes", {"text": "wants peat"})
        assert (await heard(socket))["by"] == "anna"
        assert (await heard(socket))["by"] == "anna"
        await anna.patch(path, {"company": "Steam"})
        await anna.delete(f"{path}/notes/{note['id']}")
        assert [(await heard(socket))["by"] for _ in range(2)] == ["anna", "anna"]


async def test_merged_cards_are_told_as_one_that_is_gone(
    house: House, client: Client, anna: Person, boss: Person
) -> None:
    one = await anna.post("/clients", {"name": "Ivan"})
    two = await anna.post("/clients", {"name": "Iwan"})
    events = client.ws_connect("/api/v1/events", headers=await house.token("anna"))
    async with events as socket:
        merge = await boss.post(f"/clients/{one['id']}/merge", {"source_id": two["id"]}, 200)
        told = {(one["id"], False), (two["id"], True)}
        assert {(h["id"], h["gone"]) for h in [await heard(socket), await heard(socket)]} == told
        await boss.post(f"/merges/{merge['id']}/undo", None, 200)
        assert {(await heard(socket))["gone"] for _ in range(2)} == {False}


async def test_who_was_quicker_is_named_and_what_they_changed(
    house: House, anna: Person, boss: Person
) -> None:
    made = await anna.post("/clients", {"name": "Ivan", "phones": [{"number": NEW}]})
    path = f"/clients/{made['id']}"
    await boss.patch(path, {"company": "Steam"})
    stale = {"company": "Coal", "changed_at": made["changed_at"]}
    refused = await anna.patch(path, stale, 409)
    assert (refused["by"], refused["fields"]) == (["boss"], ["company"])
    assert "boss" in refused["detail"]
    # What is hidden from her is not named, nor who changed that alone.
    fresh = (await anna.get(path))["changed_at"]
    phone = (await boss.get(path))["phones"][0]["id"]
    await boss.patch(f"{path}/phones/{phone}", {"label": "home"})
    await house.hide("anna", "phones")
    refused = await anna.patch(path, {"company": "Coal", "changed_at": fresh}, 409)
    assert (refused["by"], refused["fields"]) == ([], [])


async def test_a_contact_is_not_overwritten_either(anna: Person, boss: Person) -> None:
    made = await anna.post(
        "/clients", {"name": "Ivan", "contacts": [{"kind": "messenger", "value": "@ivan"}]}
    )
    path = f"/clients/{made['id']}"
    contact = f"{path}/contacts/{made['messengers'][0]['id']}"
    seen = {"If-Match": (await anna.ask("GET", path)).headers["ETag"]}
    await boss.patch(contact, {"value": "@iwan"})
    assert (await anna.ask("PATCH", contact, {"value": "@vanya"}, **seen)).status == 409
    assert (await anna.get(path))["messengers"][0]["value"] == "@iwan"
    now = {"If-Match": (await anna.ask("GET", path)).headers["ETag"]}
    assert (await anna.ask("PATCH", contact, {"value": "@vanya"}, **now)).status == 200


async def test_a_private_card_is_told_of_to_its_curator_alone(
    house: House, client: Client, anna: Person
) -> None:
    await someone(house, client, "boss", "director")
    private = await anna.post("/clients", {"name": "Ivan", "private": True})
    known = await anna.post("/clients", {"name": "Iwan"})
    hers = client.ws_connect("/api/v1/events", headers=await house.token("anna"))
    others = client.ws_connect("/api/v1/events", headers=await house.token("boss"))
    async with hers as anna_hears, others as boss_hears:
        await anna.patch(f"/clients/{private['id']}", {"company": "Steam"})
        await anna.patch(f"/clients/{known['id']}", {"company": "Steam"})
        assert (await heard(anna_hears))["id"] == private["id"]
        assert (await heard(boss_hears))["id"] == known["id"]
