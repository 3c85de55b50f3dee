"""Calls of private clients, whose calls somebody sees, and that both ways of saying so agree."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from crm.access import Access, Right, Scope, allows
from daemon.calls.call import Party, PartyKind
from daemon.history.queries import CallFilter, list_calls
from daemon.history.seen import Seen, sees_call

from .conftest import CUSTOMERS, a_call, put_on_card

if TYPE_CHECKING:
    from .conftest import Client, House

Headers = dict[str, str]


async def get(client: Client, path: str, headers: Headers, status: int = 200) -> Any:
    response = await client.get(path, headers=headers)
    assert response.status == status, await response.text()
    return await response.json(content_type=None)


def _put(client_id: UUID, card: dict[str, object], connection: Connection) -> None:
    put_on_card(connection, client_id, card)


async def make_private(house: House, curator: str) -> str:
    """The first customer becomes a private client of that curator; his id."""
    async with house.context.database.read() as connection:
        (stored,) = await list_calls(
            connection, CallFilter(number=house.context.vault.blind_index(CUSTOMERS[0])), limit=1
        )
    client = stored.client
    assert client is not None
    card = {"name": "Jane Ford", "curator": curator, "deputy": "anna", "private": True}
    await house.context.database.write(lambda reading: put_on_card(reading, client.id, card))
    return str(client.id)


@pytest.mark.parametrize("who", ["operator", "director", "supervisor", "deputy", "talked"])
async def test_who_is_not_his_curator_sees_the_call_and_not_whose(
    client: Client, house: House, who: str
) -> None:
    client_id = await make_private(house, "boris")
    await house.hide("anna")
    asking = house.operator
    if who in {"director", "supervisor"}:
        await house.person(who, role=who, department="sales")
        await house.person("101", department="sales")
        asking = await house.token(who)
    elif who == "deputy":
        # His deputy had no part in it: for him there is no such call at all.
        anna = await house.token("anna")
        await get(client, f"/api/v1/calls/{house.calls[0].id}", anna, 404)
        return
    elif who == "talked":
        await house.person("101")
        await house.hide("101")
        asking = await house.token("101")
    call = await get(client, f"/api/v1/calls/{house.calls[0].id}", asking)
    listed = await get(client, "/api/v1/calls", asking)
    (same,) = (one for one in listed["items"] if one["id"] == call["id"])
    assert same == call
    for name in ("client_id", "short_code", "client_name", "customer_number", "recording"):
        assert call[name] is None, name
    assert call["recordings"] == []
    assert call["rang"] == ["101"]
    for text in (str(listed), str(await get(client, "/api/v1/board", asking))):
        assert CUSTOMERS[0][-7:] not in text
        assert "Jane" not in text
    assert (await get(client, f"/api/v1/calls?client={client_id}", asking))["items"] == []
    by_number = await get(client, "/api/v1/calls?number=02079460101", asking)
    assert by_number["items"] == []
    refused = await get(client, f"/api/v1/recordings/{house.recording}", asking, 404)
    assert refused["code"] == "recording_not_found"
    await get(client, f"/api/v1/recordings/{house.recording}/audio", asking, 404)


async def test_his_curator_sees_him(client: Client, house: House) -> None:
    client_id = await make_private(house, "boris")
    await house.hide("boris")
    boris = await house.token("boris")
    call = await get(client, f"/api/v1/calls/{house.calls[0].id}", boris)
    assert (call["client_id"], call["client_name"]) == (client_id, "Jane Ford")
    assert call["customer_number"] == CUSTOMERS[0]
    assert [one["id"] for one in call["recordings"]] == [str(house.recording)]
    assert len((await get(client, f"/api/v1/calls?client={client_id}", boris))["items"]) == 2
    assert len((await get(client, "/api/v1/calls?number=02079460101", boris))["items"]) == 2
    heard = await client.get(f"/api/v1/recordings/{house.recording}/audio", headers=boris)
    assert await heard.read() == house.sound


async def test_recordings_are_listed_for_who_may_listen(client: Client, house: House) -> None:
    await house.person("auditor", role="accountant")
    asking = await house.token("auditor")
    call = await get(client, f"/api/v1/calls/{house.calls[0].id}", asking)
    assert call["recordings"] == []
    await get(client, f"/api/v1/recordings/{house.recording}", asking, 403)


async def test_what_a_query_finds_is_what_the_rule_says(house: House) -> None:
    whose = ("anna", "boris", "carl", None)
    for n, (agent, curator, private) in enumerate(product(whose, whose, (False, True)), 100):
        call = a_call(n, customer=f"+442079460{n}")
        party = Party(kind=PartyKind.AGENT, name=agent or "101")
        await house.write(replace(call, legs=tuple(replace(leg, party=party) for leg in call.legs)))
        async with house.context.database.read() as connection:
            (stored,) = await list_calls(connection, limit=1)
        assert stored.client is not None
        client_id: UUID = stored.client.id
        card: dict[str, object] = {"curator": curator, "private": private}
        await house.context.database.write(partial(_put, client_id, card))
    async with house.context.database.read() as connection:
        every = await list_calls(connection, limit=500)
    for scope, unassigned in product(Scope, (Scope.NONE, Scope.ALL)):
        access = Access(
            person="anna",
            rights={
                Right.CALLS_READ: scope,
                Right.CLIENTS_READ: Scope.OWN,
                Right.CLIENTS_UNASSIGNED: unassigned,
            },
            colleagues=frozenset({"anna", "boris"}),
        )
        seen = Seen(access, Right.CALLS_READ)
        async with house.context.database.read() as connection:
            found = await list_calls(connection, CallFilter(seen=seen), limit=500)
        assert {one.call.id for one in found} == {
            one.call.id
            for one in every
            if sees_call(
                access,
                Right.CALLS_READ,
                one.call,
                None if one.client is None else one.client.target,
            )
        }, (scope, unassigned)
        for one in found:
            hidden = {stored.call.id: stored for stored in every}[one.call.id].client
            is_private = hidden is not None and hidden.private and hidden.curator != "anna"
            assert one.private is is_private
            # Whose it is, is told to who may know of him.
            told = hidden is not None and allows(access, Right.CLIENTS_READ, hidden.target)
            assert (one.client is not None) is told
