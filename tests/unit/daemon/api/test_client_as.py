"""A card as somebody else sees it: that, and nothing that who asks would not see by himself."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm.people_tables import audit

from .asking import NEW, Person, rows, someone
from .conftest import Client, House


@pytest.fixture
async def anna(house: House, client: Client) -> Person:
    return await someone(house, client, "anna")


@pytest.fixture
async def boss(house: House, client: Client) -> Person:
    return await someone(house, client, "boss", "administrator")


CARD = {
    "name": "Ivan",
    "company": "call 020 7946 0201",
    "phones": [{"number": NEW}],
    "contacts": [{"kind": "email", "value": "ivan@example.com"}],
}


async def test_it_is_what_that_person_gets(house: House, anna: Person, boss: Person) -> None:
    made = await boss.post("/clients", {**CARD, "company": "Steam", "curator": "anna"})
    await house.hide("anna", "phones")
    path = f"/clients/{made['id']}"
    hers = await anna.get(path)
    seen = await boss.get(f"{path}/as/anna")
    assert seen.pop("withheld") == []
    assert seen == hers
    assert (seen["phones"], seen["hidden"]) == (None, ["phones"])
    # It is he who opened it.
    query = select(audit.c.actor).where(audit.c.action == "client_opened")
    assert [one.actor for one in await rows(house, query)] == ["anna", "boss"]


async def test_what_is_hidden_from_who_asks_stays_so(
    house: House, anna: Person, boss: Person
) -> None:
    made = await boss.post("/clients", {**CARD, "company": "Steam", "curator": "anna"})
    await house.hide("boss", "phones", "emails")
    seen = await boss.get(f"/clients/{made['id']}/as/anna")
    assert (seen["phones"], seen["emails"]) == (None, None)
    assert (seen["hidden"], seen["withheld"]) == ([], ["emails", "phones"])
    assert "call" in seen["may"]


async def test_whom_he_may_not_know_is_not_there(
    house: House, client: Client, anna: Person, boss: Person
) -> None:
    private = await anna.post("/clients", {"name": "Ivan", "private": True})
    await boss.get(f"/clients/{private['id']}/as/anna", 404)
    known = await boss.post("/clients", {"name": "Iwan"})
    not_hers = await boss.get(f"/clients/{known['id']}/as/anna", 404)
    assert not_hers["code"] == "client_not_found"
    # Nobody looks as somebody of whom he may not know; nor as nobody.
    hers = await anna.post("/clients", {"name": "Petr"})
    path = f"/clients/{hers['id']}"
    unknown = await anna.get(f"{path}/as/nobody", 404)
    assert await anna.get(f"{path}/as/boss", 404) == unknown
    assert unknown["code"] == "person_not_found"
    # A supervisor does, of his department.
    await house.person("chief", role="supervisor", department="sales")
    await house.person("clara", role="manager", department="sales")
    await house.person("dora", role="manager", department="service")
    chief = Person(house, client, await house.token("chief"))
    clara = Person(house, client, await house.token("clara"))
    path = f"/clients/{(await clara.post('/clients', {'name': 'Pavel'}))['id']}"
    assert (await chief.get(f"{path}/as/clara"))["hidden"] == ["phones"]
    assert (await chief.get(f"{path}/as/dora", 404))["code"] == "person_not_found"


async def test_it_is_what_that_person_would_get(house: House, anna: Person, boss: Person) -> None:
    made = await boss.post("/clients", {**CARD, "company": "Steam", "curator": "anna"})
    path = f"/clients/{made['id']}/as/anna/preview"
    wanted = {"subject": "person", "name": "anna", "hide": ["company"], "show": ["phones"]}
    seen = await boss.post(path, wanted, 200)
    assert (seen["hidden"], seen["company"]) == (["company"], None)
    assert [phone["number"] for phone in seen["phones"]] == [NEW]
    # Nothing was changed by it; and it shows nobody more than he sees by himself.
    assert (await anna.get(f"/clients/{made['id']}"))["company"] == "Steam"
    await house.hide("boss", "phones")
    seen = await boss.post(path, wanted, 200)
    assert (seen["phones"], seen["withheld"]) == (None, ["phones"])
    await anna.post(path, wanted, 403)
