"""Notes and the timeline of a card through the API."""

from __future__ import annotations

from typing import Any

import pytest

from .asking import Person, someone
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


async def test_notes_are_their_authors_for_a_day(
    house: House, anna: Person, boris: Person, operator: Person
) -> None:
    made = await anna.post("/clients", {"name": "Ivan"})
    path = f"/clients/{made['id']}"
    note = await anna.post(f"{path}/notes", {"text": "wants coal"})
    assert note["may"] == ["change", "remove"]
    changed = await anna.patch(f"{path}/notes/{note['id']}", {"text": "wants peat"})
    assert (changed["text"], changed["author"]) == ("wants peat", "anna")
    await boris.get(f"{path}/notes", 404)
    theirs = await operator.post(f"{path}/notes", {"text": "pays late"})
    assert (await anna.patch(f"{path}/notes/{theirs['id']}", {"text": "x"}, 403))["code"] == (
        "note_stands"
    )
    await anna.delete(f"{path}/notes/{theirs['id']}", 403)
    await operator.delete(f"{path}/notes/{note['id']}")
    assert [one["text"] for one in (await anna.get(f"{path}/notes"))["items"]] == ["pays late"]
    await house.hide("anna", "notes")
    await anna.get(f"{path}/notes", 403)
    await anna.post(f"{path}/notes", {"text": "x"}, 403)
    kinds = {one["kind"] for one in (await anna.get(f"{path}/timeline"))["items"]}
    assert kinds == {"change"}


async def test_the_timeline_is_paged_by_time(operator: Person) -> None:
    card = (await operator.get(f"/clients?number=%2B{CUSTOMERS[0][1:]}"))["items"][0]
    path = f"/clients/{card['id']}"
    await operator.patch(path, {"name": "Ivan"})
    for text in ("one", "two"):
        await operator.post(f"{path}/notes", {"text": text})
    whole = (await operator.get(f"{path}/timeline"))["items"]
    assert [one["kind"] for one in whole] == ["note", "note", "change", "call", "call"]
    assert whole[2]["after"] == "Ivan"
    paged: list[Any] = []
    after = ""
    while True:
        page = await operator.get(f"{path}/timeline?limit=2{after}")
        paged += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert paged == whole
    assert (await operator.get(f"{path}/timeline?after=x", 400))["code"] == "invalid_cursor"
