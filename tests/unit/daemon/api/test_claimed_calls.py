"""Calls with a number that somebody's card only claims look to him like calls with any number."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.access import Right, Scope
from daemon.calls.call import Call, Party, PartyKind
from daemon.history.queries import CallFilter, list_calls

from .asking import Person, someone
from .conftest import CUSTOMERS, a_call, put_on_card

if TYPE_CHECKING:
    from .conftest import Client, House

HERS, FREE = CUSTOMERS[0], "+442079460377"
OWN = {
    Right.CALLS_READ: Scope.OWN,
    Right.CLIENTS_READ: Scope.OWN,
    Right.CLIENTS_UNASSIGNED: Scope.NONE,
}


def a_call_of(agent: str, number: int, customer: str) -> Call:
    """That agent's call with that customer, after all that was before."""
    call, later = a_call(number, customer=customer), datetime.now(UTC) + timedelta(hours=1)
    party = Party(kind=PartyKind.AGENT, name=agent)
    return replace(
        call,
        started_at=later + timedelta(minutes=number),
        legs=tuple(replace(leg, party=party) for leg in call.legs),
    )


async def of_boris(house: House, *, private: bool = False) -> str:
    """The first customer is a client of boris; his id."""
    async with house.context.database.read() as connection:
        index = house.context.vault.blind_index(HERS)
        (stored,) = await list_calls(connection, CallFilter(number=index), limit=1)
    assert stored.client is not None
    id_ = stored.client.id
    card = {"name": "Jane Ford", "curator": "boris", "deputy": None, "private": private}
    await house.context.database.write(lambda connection: put_on_card(connection, id_, card))
    return str(id_)


async def anna_with(house: House, client: Client, *numbers: str) -> tuple[Person, list[Any]]:
    """She, and the cards that she makes of these numbers."""
    await house.person("anna", OWN)
    anna = await someone(house, client, "anna")
    await house.person("anna", OWN)
    cards = [
        await anna.post("/clients", {"name": f"Card {n}", "phones": [{"number": number}]})
        for n, number in enumerate(numbers)
    ]
    return anna, cards


@pytest.mark.parametrize("private", [False, True])
async def test_her_call_is_her_cards(client: Client, house: House, private: bool) -> None:
    jane = await of_boris(house, private=private)
    anna, (claiming, plain) = await anna_with(house, client, HERS, FREE)
    await house.write(a_call_of("anna", 20, HERS), a_call_of("anna", 21, FREE))
    newest = (await anna.get("/calls?limit=2"))["items"]
    told = [(one["client_id"], one["client_name"], one["customer_number"]) for one in newest]
    assert told == [(plain["id"], "Card 1", FREE), (claiming["id"], "Card 0", HERS)]
    assert "Jane" not in str(newest)
    assert jane not in str(newest)
    for card, call in ((claiming, newest[1]), (plain, newest[0])):
        found = (await anna.get(f"/calls?client={card['id']}"))["items"]
        assert [one["id"] for one in found] == [call["id"]]
        assert await anna.get(f"/calls/{call['id']}") == call
        timeline = (await anna.get(f"/clients/{card['id']}/timeline"))["items"]
        assert [one["id"] for one in timeline if one["kind"] == "call"] == [call["id"]]
        number = call["customer_number"].replace("+", "%2B")
        found = (await anna.get(f"/calls?number={number}"))["items"]
        assert [one["id"] for one in found] == [call["id"]]


@pytest.mark.parametrize("private", [False, True])
async def test_whose_client_he_is_is_told_to_nobody_else(
    client: Client, house: House, private: bool
) -> None:
    """She took the call, and claims nothing."""
    jane = await of_boris(house, private=private)
    anna, _ = await anna_with(house, client)
    await house.write(a_call_of("anna", 20, HERS))
    (call,) = (await anna.get("/calls?limit=1"))["items"]
    assert [call[name] for name in ("client_id", "client_name", "short_code")] == [None] * 3
    assert call["customer_number"] == (None if private else HERS)
    assert (await anna.get(f"/calls?client={jane}"))["items"] == []
    boris = await someone(house, client, "boris")
    (his,) = (await boris.get(f"/calls?client={jane}&limit=1"))["items"]
    assert (his["id"], his["client_name"]) == (call["id"], "Jane Ford")


async def test_a_guessed_number_names_no_call_of_a_private_client(
    client: Client, house: House
) -> None:
    """From before she wrote the number down."""
    await of_boris(house, private=True)
    early = a_call_of("anna", 20, HERS)
    await house.write(replace(early, started_at=datetime.now(UTC) - timedelta(hours=1)))
    anna, (card,) = await anna_with(house, client, HERS)
    assert (await anna.get(f"/calls?client={card['id']}"))["items"] == []
    (call,) = (await anna.get("/calls?limit=1"))["items"]
    assert (call["client_id"], call["customer_number"]) == (None, None)
    timeline = (await anna.get(f"/clients/{card['id']}/timeline"))["items"]
    assert [one["id"] for one in timeline if one["kind"] == "call"] == []


async def test_colleagues_calls_with_the_number_are_not_her_cards(
    client: Client, house: House
) -> None:
    await of_boris(house)
    anna, (card,) = await anna_with(house, client, HERS)
    await house.write(a_call_of("boris", 20, HERS))
    assert (await anna.get("/calls"))["items"] == []
    assert (await anna.get(f"/calls?client={card['id']}"))["items"] == []
