"""Client cards through the API, as persons of several roles."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm.access import Right, Scope
from crm.card_tables import client_change, phone_claim
from crm.people_tables import audit
from crm.tables import phone, short_code

from .asking import NEW, OTHER, Person, rows, someone
from .conftest import CUSTOMERS, Client, House


@pytest.fixture
def operator(house: House, client: Client) -> Person:
    return Person(house, client, house.operator)


@pytest.fixture
async def anna(house: House, client: Client) -> Person:
    return await someone(house, client, "anna")


@pytest.fixture
async def boris(house: House, client: Client) -> Person:
    return await someone(house, client, "boris")


async def test_a_card_is_written_down_read_and_changed(
    house: House, operator: Person, anna: Person
) -> None:
    await operator.put("/categories/Trusted", {"position": 1})
    await operator.put("/custom-fields/size", {"label": "Size", "kind": "number"})
    made = await anna.post(
        "/clients",
        {
            "name": "  Iván   Petróv ",
            "company": "Steam & Sons",
            "category": "Trusted",
            "custom": {"size": "12,50"},
            "phones": [{"number": "020 7946 0201", "label": "office"}],
            "contacts": [
                {"kind": "email", "value": "Ivan@Example.com"},
                {"kind": "address", "value": "1 High Street\nLondon"},
                {"kind": "messenger", "value": "@ivan", "label": "telegram"},
            ],
        },
    )
    assert made["name"] == "Iván Petróv"
    assert made["source"] == "manual"
    assert made["curator"] == "anna"
    assert made["custom"] == {"size": 12.5}
    assert [(one["number"], one["label"]) for one in made["phones"]] == [(NEW, "office")]
    assert [one["value"] for one in made["emails"]] == ["Ivan@example.com"]
    assert [one["value"] for one in made["addresses"]] == ["1 High Street\nLondon"]
    assert [one["label"] for one in made["messengers"]] == ["telegram"]
    assert made["hidden"] == []
    assert {"call", "change", "note", "task", "private"} <= set(made["may"])
    assert "assign" not in made["may"]
    codes = await rows(house, select(short_code.c.client_id))
    assert made["short_code"]
    assert made["id"].replace("-", "") in {one.client_id.hex for one in codes}

    path = f"/clients/{made['id']}"
    assert await anna.get(path) == made
    changed = await anna.patch(path, {"name": "Petr Ivanov", "custom": {"size": None}})
    assert changed["name"] == "Petr Ivanov"
    assert changed["custom"] == {}
    assert changed["company"] == "Steam & Sons"
    for q, found in (("petr", 1), ("iván", 0), ("STE", 1), ("petr steam", 1), ("petr x", 0)):
        assert len((await anna.get(f"/clients?q={q}"))["items"]) == found, q
    assert (await anna.get("/clients/suggest?q=pet"))["items"] == [
        {"id": made["id"], "short_code": made["short_code"], "name": "Petr Ivanov"}
    ]
    for found_by in (f"number=%2B{NEW[1:]}", "email=IVAN@example.com", "category=Trusted"):
        page = await anna.get(f"/clients?{found_by}")
        assert [one["id"] for one in page["items"]] == [made["id"]]
        assert "phones" not in page["items"][0]
    logged = [one.field for one in await rows(house, select(client_change.c.field))]
    once = ("company", "category", "curator", "phones", "emails", "addresses", "messengers")
    assert sorted(logged) == sorted((*once, *("name", "custom:size") * 2))
    actions = [one.action for one in await rows(house, select(audit.c.action))]
    for action in ("client_created", "client_changed", "client_opened", "clients_searched"):
        assert action in actions


async def test_an_older_edit_does_not_overwrite_a_newer_one(anna: Person, operator: Person) -> None:
    made = await anna.post("/clients", {"name": "Ivan"})
    path = f"/clients/{made['id']}"
    seen = await anna.ask("GET", path)
    await operator.patch(path, {"company": "Steam", "changed_at": made["changed_at"]})
    stale = {"company": "Coal", "changed_at": made["changed_at"]}
    assert (await anna.patch(path, stale, 409))["code"] == "edited_since"
    old = await anna.ask("PATCH", path, {"company": "Coal"}, **{"If-Match": seen.headers["ETag"]})
    assert old.status == 409
    bad = await anna.ask("PATCH", path, {"company": "Coal"}, **{"If-Match": '"x"'})
    assert bad.status == 400
    assert (await anna.get(path))["company"] == "Steam"
    now = await anna.ask("GET", path)
    new = await anna.ask("PATCH", path, {"company": "Coal"}, **{"If-Match": now.headers["ETag"]})
    assert new.status == 200
    # A note is in nobody's way.
    fresh = (await anna.get(path))["changed_at"]
    await operator.post(f"{path}/notes", {"text": "wants coal"})
    await anna.patch(path, {"company": "Peat", "changed_at": fresh})


async def test_a_number_that_he_may_not_know_of_is_claimed(
    house: House, anna: Person, boris: Person, operator: Person
) -> None:
    owned = await boris.post("/clients", {"name": "Owner", "phones": [{"number": NEW}]})
    mine = await anna.post("/clients", {"name": "Mine", "phones": [{"number": OTHER}]})
    path = f"/clients/{mine['id']}"
    plain = await anna.post(f"{path}/phones", {"number": OTHER[:-1] + "3", "label": "x"})
    claimed = await anna.post(f"{path}/phones", {"number": NEW, "label": "x"})
    assert claimed.keys() == plain.keys()
    card = await anna.get(path)
    assert [one["number"] for one in card["phones"]] == [OTHER, OTHER[:-1] + "3", NEW]
    assert len(await rows(house, select(phone_claim.c.id))) == 1
    assert (await anna.post(f"{path}/phones", {"number": NEW}, 409))["code"] == "already_there"
    # He finds his card by it, and the owner's people theirs.
    for who, wanted in ((anna, mine), (boris, owned)):
        page = await who.get(f"/clients?number=%2B{NEW[1:]}")
        assert [one["id"] for one in page["items"]] == [wanted["id"]]
    page = await operator.get(f"/clients?number=%2B{NEW[1:]}")
    assert {one["id"] for one in page["items"]} == {mine["id"], owned["id"]}
    assert (await boris.get(f"/clients/{owned['id']}"))["phones"][0]["label"] is None
    # Who may know of the owner's card is told so.
    refused = await operator.ask("POST", f"{path}/phones", {"number": CUSTOMERS[0]})
    assert refused.status == 409
    known = (await operator.get(f"/clients?number=%2B{CUSTOMERS[0][1:]}"))["items"][0]["id"]
    assert refused.headers["Location"] == f"/api/v1/clients/{known}"
    # The claim becomes the phone when the owner's card no longer has it.
    taken = (await boris.get(f"/clients/{owned['id']}"))["phones"][0]["id"]
    await boris.delete(f"/clients/{owned['id']}/phones/{taken}")
    assert await rows(house, select(phone_claim.c.id)) == []
    assert [one["number"] for one in (await anna.get(path))["phones"]].count(NEW) == 1


async def test_a_phone_with_calls_leaves_the_card_and_not_the_calls(
    house: House, operator: Person
) -> None:
    card = (await operator.get(f"/clients?number=%2B{CUSTOMERS[0][1:]}"))["items"][0]
    path = f"/clients/{card['id']}"
    number = (await operator.get(path))["phones"][0]
    changed = await operator.patch(f"{path}/phones/{number['id']}", {"number": NEW, "label": "new"})
    assert changed["id"] != number["id"]
    calls = (await operator.get("/calls"))["items"]
    assert [one["customer_number"] for one in calls].count(CUSTOMERS[0]) == 2
    kept = await operator.patch(f"{path}/phones/{changed['id']}", {"label": None})
    assert kept == {"id": changed["id"], "number": NEW, "label": None}
    await operator.delete(f"{path}/phones/{changed['id']}")
    assert (await operator.get(path))["phones"] == []
    await operator.delete(f"{path}/phones/{changed['id']}", 404)
    owners = {one.owner for one in await rows(house, select(phone.c.owner))}
    assert "outside" in owners


async def test_what_is_hidden_is_not_read_searched_or_written(
    house: House, anna: Person, operator: Person
) -> None:
    await operator.put("/custom-fields/debt", {"label": "Debt", "kind": "text"})
    made = await operator.post(
        "/clients",
        {
            "name": "Hidden",
            "curator": "anna",
            "company": "Secretive",
            "custom": {"debt": "much"},
            "phones": [{"number": NEW}],
            "contacts": [
                {"kind": "email", "value": "a@example.com"},
                {"kind": "messenger", "value": "whatsapp 020 7946 0201 or a@example.com"},
            ],
        },
    )
    path = f"/clients/{made['id']}"
    await operator.post(f"{path}/notes", {"text": "call 020 7946 0201"})
    await house.hide("anna", "phones", "emails", "company")
    card = await anna.get(path)
    assert card["phones"] is card["emails"] is card["company"] is None
    assert card["hidden"] == ["company", "emails", "phones"]
    assert card["messengers"][0]["value"] == "whatsapp ••• or •••"
    assert (await anna.get(f"{path}/notes"))["items"][0]["text"] == "call •••"
    timeline = await anna.get(f"{path}/timeline")
    assert NEW[-7:] not in str(timeline)
    assert "Secretive" not in str(timeline)
    assert {one.get("field") for one in timeline["items"]} & {
        "phones",
        "emails",
        "company",
    } == set()

    for query, field in (
        (f"number=%2B{NEW[1:]}", "phones"),
        ("email=a@example.com", "emails"),
        ("company=Secretive", "company"),
    ):
        refused = await anna.get(f"/clients?{query}", 403)
        assert refused["code"] == "field_hidden"
        assert field in refused["detail"]
    assert (await anna.get("/clients?q=secr"))["items"] == []
    assert (await anna.get("/clients/suggest?q=secr"))["items"] == []
    assert len((await anna.get("/clients?q=hid"))["items"]) == 1
    for body, field in (
        ({"company": "X"}, "company"),
        ({"company": None}, "company"),
    ):
        assert field in (await anna.patch(path, body, 403))["detail"]
    number, email = made["phones"][0]["id"], made["emails"][0]["id"]
    assert (await anna.post(f"{path}/phones", {"number": OTHER}, 403))["code"] == "field_hidden"
    await anna.patch(f"{path}/phones/{number}", {"label": "x"}, 403)
    await anna.delete(f"{path}/phones/{number}", 403)
    mail = {"kind": "email", "value": "b@example.com"}
    assert (await anna.post(f"{path}/contacts", mail, 403))["code"] == "field_hidden"
    await anna.patch(f"{path}/contacts/{email}", {"label": "x"}, 404)
    await anna.delete(f"{path}/contacts/{email}", 404)
    # What he sees in part he does not overwrite.
    messenger = made["messengers"][0]["id"]
    await anna.patch(f"{path}/contacts/{messenger}", {"value": "x"}, 403)
    await anna.post("/clients", {"name": "X", "phones": [{"number": OTHER}]}, 403)
    # Work on the card goes on.
    assert (await anna.patch(path, {"name": "Seen", "custom": {"debt": "none"}}))["name"] == "Seen"
    assert (await operator.get(path))["company"] == "Secretive"


async def test_a_private_client_is_its_curators_alone(
    house: House, anna: Person, boris: Person, operator: Person
) -> None:
    boss = await someone(house, boris._client, "boss", "director")
    made = await anna.post("/clients", {"name": "Quiet", "phones": [{"number": NEW}]})
    path = f"/clients/{made['id']}"
    assert (await boss.patch(path, {"private": True}, 403))["code"] == "not_your_private"
    assert (await anna.patch(path, {"private": True}))["private"] is True
    for who in (boris, boss, operator):
        nobody = await who.get("/clients/00000000-0000-7000-8000-000000000000", 404)
        assert await who.get(path, 404) == nobody
        assert await who.patch(path, {"name": "x"}, 404) == nobody
        assert await who.get(f"{path}/timeline", 404) == nobody
        for query in ("q=quiet", f"number=%2B{NEW[1:]}", f"code={made['short_code']}", "limit=500"):
            page = await who.get(f"/clients?{query}")
            assert made["id"] not in str(page)
    assert (await boss.patch(path, {"curator": "boss"}, 404))["code"] == "client_not_found"
    assert (await anna.patch(path, {"private": False}))["private"] is False
    moved = await boss.patch(path, {"curator": "boris", "deputy": "anna"})
    assert (moved["curator"], moved["deputy"]) == ("boris", "anna")
    assert (await boris.patch(path, {"curator": "boris"}, 403))["code"] == "not_allowed"


async def test_fields_and_categories_are_the_administrators(
    house: House, anna: Person, operator: Person
) -> None:
    await anna.put("/categories/Trusted", {}, 403)
    await anna.put("/custom-fields/size", {"label": "Size", "kind": "text"}, 403)
    await operator.put("/categories/Trusted", {"position": 2})
    await operator.put("/categories/Rare", {"position": 1})
    names = [one["name"] for one in (await anna.get("/categories"))["items"]]
    assert names == ["Rare", "Trusted"]
    made = await operator.post("/clients", {"name": "I", "category": "Rare", "curator": "anna"})
    assert (await operator.ask("DELETE", "/categories/Rare")).status == 409
    await operator.patch(f"/clients/{made['id']}", {"category": None})
    await operator.delete("/categories/Rare")
    await operator.delete("/categories/Rare", 404)
    for key, body in (
        ("Size", {"label": "x", "kind": "text"}),
        ("size", {"label": "x", "kind": "choice"}),
        ("size", {"label": "x", "kind": "text", "choices": ["a"]}),
        ("size", {"label": "+44 20 7946 0201", "kind": "text"}),
    ):
        await operator.put(f"/custom-fields/{key}", body, 400)
    await operator.put("/custom-fields/size", {"label": "Size", "kind": "text"})
    await operator.put("/custom-fields/size", {"label": "Size", "kind": "date"}, 400)
    path = f"/clients/{made['id']}"
    assert (await anna.patch(path, {"custom": {"size": "big"}}))["custom"] == {"size": "big"}
    await operator.delete("/custom-fields/size")
    assert (await anna.get(path))["custom"] == {}
    await anna.patch(path, {"custom": {"size": "small"}}, 400)
    await operator.put("/custom-fields/size", {"label": "Size", "kind": "text"})
    assert (await anna.get(path))["custom"] == {"size": "big"}


async def test_who_may_not_assign_gives_nobody_clients(
    house: House, anna: Person, boris: Person
) -> None:
    assert (await anna.post("/clients", {"name": "I", "curator": "boris"}, 403))["code"] == (
        "not_allowed"
    )
    made = await anna.post("/clients", {"name": "I", "curator": None})
    assert made["curator"] is None
    await house.person("anna", {Right.CLIENTS_CREATE: Scope.NONE}, role="manager")
    assert (await anna.post("/clients", {"name": "I"}, 403))["code"] == "not_allowed"
    trainee = await someone(house, boris._client, "trainee", "trainee")
    await trainee.post("/clients", {"name": "I", "curator": None}, 403)
