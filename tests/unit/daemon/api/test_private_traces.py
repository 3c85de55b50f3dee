"""What private clients leave behind: the audit of lists, and alerts about those who hide many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crm.made_private import MANY

from .asking import NEW, Person, someone

if TYPE_CHECKING:
    from .conftest import Client, House


async def private_card(anna: Person, name: str = "Jane Ford", **more: Any) -> dict[str, Any]:
    card: dict[str, Any] = await anna.post("/clients", {"name": name, "private": True, **more})
    return card


@pytest.mark.parametrize("path", ["/tasks?client_id={id}", "/calls?client={id}"])
async def test_a_list_of_a_private_client_names_him_to_nobody(
    client: Client, house: House, path: str
) -> None:
    anna, head = (
        await someone(house, client, "anna"),
        await someone(house, client, "head", role="director"),
    )
    card = await private_card(anna)
    await anna.get(path.format(id=card["id"]))
    (told,) = (await head.get("/audit?person=anna&action=tasks_listed,calls_listed"))["items"]
    assert (told["client"], told["count"]) == (None, 0)
    assert card["id"] not in str(told)
    # What is told of a client whom he may know of.
    plain = await anna.post("/clients", {"name": "Vera"})
    await anna.get(path.format(id=plain["id"]))
    told = (await head.get("/audit?person=anna&action=tasks_listed,calls_listed"))["items"][0]
    assert told["client"]["id"] == plain["id"]


@pytest.mark.parametrize("question", ["q=Jane", "code={short_code}", "company=Roses"])
async def test_a_search_that_finds_a_private_client_does_not_tell_how(
    client: Client, house: House, question: str
) -> None:
    anna, head = (
        await someone(house, client, "anna"),
        await someone(house, client, "head", role="director"),
    )
    card = await private_card(anna, company="Roses", phones=[{"number": NEW}])
    found = await anna.get("/clients?" + question.format(**card))
    assert [one["id"] for one in found["items"]] == [card["id"]]
    (told,) = (await head.get("/audit?person=anna&action=clients_searched"))["items"]
    assert told["count"] == 0
    assert set(told["details"].values()) == {"…"}


async def test_who_makes_many_clients_private_is_looked_at(client: Client, house: House) -> None:
    anna, head = (
        await someone(house, client, "anna"),
        await someone(house, client, "head", role="director"),
    )
    plain = await anna.post("/clients", {"name": "Vera"})
    for n in range(MANY - 1):
        await private_card(anna, f"Client {chr(ord('a') + n)}")
    # The same one again is no further one.
    last = (await anna.get("/clients?limit=1"))["items"][0]["id"]
    for private in (False, True):
        await anna.patch(f"/clients/{last}", {"private": private})
    assert (await head.get("/alerts?kind=many_private"))["items"] == []
    await anna.patch(f"/clients/{plain['id']}", {"private": True})
    await private_card(anna, "One more")
    (alert,) = (await head.get("/alerts?kind=many_private"))["items"]
    assert (alert["person"], str(MANY) in alert["text"]) == ("anna", True)
    assert "Vera" not in str(alert)
    assert plain["id"] not in str(alert)
