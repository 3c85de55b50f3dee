"""Who asks decides what is seen: a manager by his token, the operator without one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from crm.tasks import open_callback_task
from daemon.api.server import application
from daemon.calls.call import Direction, Leg, Party, PartyKind, Transfer, TransferKind
from recordings.models import RecordingState
from recordings.queries import Recording, save

from .conftest import ANNAS_MOBILE, BEGAN, CUSTOMERS, a_call, put_on_card

if TYPE_CHECKING:
    from daemon.calls.call import Call

    from .conftest import Client, House

Headers = dict[str, str]
NOW = datetime(2026, 1, 3, tzinfo=UTC)
NOBODYS = "01941f29-7c00-7aaa-9bbb-0123456789ab"


async def get(client: Client, path: str, headers: Headers, status: int = 200) -> Any:
    response = await client.get(path, headers=headers)
    assert response.status == status, await response.text()
    return await response.json(content_type=None)


async def card(client: Client, number: str) -> dict[str, Any]:
    """The operator's view of a customer."""
    page = await get(client, f"/api/v1/clients?number={number.removeprefix('+')}", {})
    (found,) = page["items"]
    return dict(found)


async def assign(house: House, id_: str, **whose: object) -> None:
    await house.context.database.write(lambda connection: put_on_card(connection, UUID(id_), whose))


def with_agent(call: Call, name: str, number: str | None = None) -> Call:
    """The call as if it had been that agent's."""
    party = Party(kind=PartyKind.AGENT, name=name, number=number)
    legs: tuple[Leg, ...] = tuple(replace(leg, party=party) for leg in call.legs)
    return replace(call, legs=legs, answered_by=party.label, last_agent=party.label)


@pytest.fixture
async def anna(house: House) -> Headers:
    return await house.token("anna")


@pytest.fixture
async def boris(house: House) -> Headers:
    """He reaches his own clients and nobody's."""
    return await house.token("boris")


async def test_a_manager_gets_names_and_codes_and_no_number(
    client: Client, house: House, anna: Headers
) -> None:
    known = await card(client, CUSTOMERS[0])
    await assign(house, known["id"], name="Mr Ford")
    call = await get(client, f"/api/v1/calls/{house.calls[0].id}", anna)
    assert call["client_id"] == known["id"]
    assert call["short_code"] == known["short_code"]
    assert call["client_name"] == "Mr Ford"
    assert call["customer_number"] is None
    assert call["company_number"] is None
    assert call["recording"] is None
    assert call["recordings"][0]["id"] == str(house.recording)
    seen = await get(client, f"/api/v1/clients/{known['id']}", anna)
    assert (seen["phones"], seen["hidden"]) == (None, ["phones"])


async def test_a_name_that_is_a_number_is_not_shown(
    client: Client, house: House, anna: Headers
) -> None:
    known = await card(client, CUSTOMERS[0])
    await assign(house, known["id"], name="Ford 020 7946 0101", curator="anna")
    assert (await get(client, f"/api/v1/clients/{known['id']}", anna))["name"] is None
    call = await get(client, f"/api/v1/calls/{house.calls[0].id}", anna)
    assert (call["client_name"], call["short_code"]) == (None, known["short_code"])


async def test_who_was_reached_on_his_mobile_goes_by_name(
    client: Client, house: House, boris: Headers
) -> None:
    call = with_agent(a_call(30, customer=CUSTOMERS[0]), "anna", ANNAS_MOBILE)
    call = replace(
        call,
        queue="sales 020 7946 0109",
        transfers=(
            Transfer(at=BEGAN, kind=TransferKind.BLIND, by=ANNAS_MOBILE, to="+442079460109"),
            Transfer(at=BEGAN, kind=TransferKind.BLIND, by="anna", to="202"),
        ),
    )
    await house.write(call)
    house.context.board.publish(with_agent(a_call(31, customer=CUSTOMERS[0]), "boris"))
    seen = await get(client, f"/api/v1/calls/{call.id}", boris)
    assert (seen["answered_by"], seen["rang"], seen["queue"]) == ("anna", ["anna"], None)
    assert [(one["by"], one["to"]) for one in seen["transfers"]] == [
        ("anna", None),
        ("anna", "202"),
    ]
    operators = await get(client, f"/api/v1/calls/{call.id}", {})
    assert operators["answered_by"] == ANNAS_MOBILE


async def test_the_board_holds_only_calls_in_which_he_takes_part(
    client: Client, house: House, anna: Headers
) -> None:
    at_annas = with_agent(a_call(20, customer=CUSTOMERS[1], running=True), "anna", ANNAS_MOBILE)
    house.context.board.publish(at_annas)
    board = await get(client, "/api/v1/board", anna)
    assert [call["id"] for call in board["running"]] == [str(at_annas.id)]
    assert board["ended"] == []
    assert (board["running"][0]["rang"], board["running"][0]["customer_number"]) == (["anna"], None)


async def test_reach_decides_which_calls_and_clients_there_are(
    client: Client, house: House, anna: Headers, boris: Headers
) -> None:
    first, second, third = [await card(client, number) for number in CUSTOMERS]
    await assign(house, first["id"], curator="anna")
    await assign(house, second["id"], curator="anna", deputy="boris")
    clients = await get(client, "/api/v1/clients", boris)
    assert {one["id"] for one in clients["items"]} == {second["id"], third["id"]}
    assert len((await get(client, "/api/v1/clients", anna))["items"]) == 3
    # The first is in calls 1 and 4; the third call has no client and was not his.
    calls = await get(client, "/api/v1/calls", boris)
    assert [one["id"] for one in calls["items"]] == [str(house.calls[n].id) for n in (4, 1)]
    everything = await get(client, "/api/v1/calls", anna)
    assert [one["id"] for one in everything["items"]] == [
        str(house.calls[n].id) for n in (4, 3, 1, 0)
    ]
    # Had it rung at him, he may see it.
    rang = with_agent(a_call(40, customer=CUSTOMERS[0]), "boris")
    await house.write(rang)
    calls = await get(client, "/api/v1/calls", boris)
    assert str(rang.id) in [one["id"] for one in calls["items"]]


async def test_what_he_may_not_see_is_answered_like_what_is_not_there(
    client: Client, house: House, boris: Headers
) -> None:
    known = await card(client, CUSTOMERS[0])
    await assign(house, known["id"], curator="anna")
    theirs = house.calls[0]
    for hidden, missing in (
        (f"/api/v1/clients/{known['id']}", f"/api/v1/clients/{NOBODYS}"),
        (f"/api/v1/calls/{theirs.id}", f"/api/v1/calls/{NOBODYS}"),
        (f"/api/v1/recordings/{house.recording}", f"/api/v1/recordings/{NOBODYS}"),
        (f"/api/v1/recordings/{house.recording}/audio", f"/api/v1/recordings/{NOBODYS}/audio"),
    ):
        assert await get(client, hidden, boris, 404) == await get(client, missing, boris, 404)
    by_code = f"/api/v1/clients?code={known['short_code']}"
    assert (await get(client, by_code, boris))["items"] == []
    assert (await get(client, f"/api/v1/calls?client={known['id']}", boris))["items"] == []
    assert (await get(client, by_code, {}))["items"][0]["id"] == known["id"]


async def test_recordings_are_those_of_calls_that_he_sees(
    client: Client, house: House, anna: Headers
) -> None:
    recording = await get(client, f"/api/v1/recordings/{house.recording}", anna)
    assert (recording["name"], recording["channel"]) == (None, None)
    audio = await client.get(f"/api/v1/recordings/{house.recording}/audio", headers=anna)
    assert await audio.read() == house.sound
    # A call of nobody's card that rang elsewhere.
    other = UUID("01941f29-7c00-7aaa-9bbb-0123456789ac")
    row = Recording(
        id=other,
        call_id=house.calls[2].id,
        pbx="pbx",
        channel="1",
        name="x",
        state=RecordingState.EMPTY,
    )
    await house.context.database.write(lambda connection: save(connection, row))
    await get(client, f"/api/v1/recordings/{other}", {})
    assert (await get(client, f"/api/v1/recordings/{other}", anna, 404))[
        "code"
    ] == "recording_not_found"


@pytest.mark.parametrize("number", ["+442079460101", "020 7946 0109", "nonsense"])
@pytest.mark.parametrize("path", ["/api/v1/calls", "/api/v1/clients"])
async def test_search_by_number_gets_the_same_refusal_for_every_number(
    client: Client, anna: Headers, path: str, number: str
) -> None:
    response = await client.get(path, params={"number": number}, headers=anna)
    assert response.status == 403
    problem = await response.json(content_type=None)
    assert problem["code"] == "field_hidden"
    assert "phones" in problem["detail"]


async def test_health_is_told_and_its_details_are_not(
    client: Client, house: House, anna: Headers
) -> None:
    health = await get(client, "/health", anna)
    assert health.pop("ok")
    assert set(health.values()) == {None}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/metrics"),
        ("GET", "/api/v1/alerts"),
        ("POST", "/api/v1/people"),
        ("GET", "/api/v1/audit"),
        ("DELETE", "/api/v1/roles/manager"),
    ],
)
async def test_what_his_role_does_not_hold_is_closed(
    client: Client, anna: Headers, method: str, path: str
) -> None:
    response = await client.request(method, path, headers=anna, json={})
    assert response.status == 403
    assert (await response.json(content_type=None))["code"] == "not_allowed"


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer callward_unknown"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic YTpi"},
        {"Authorization": ""},
        {"Sec-WebSocket-Protocol": "callward, callward_unknown"},
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/calls", "/health", "/metrics", "/api/v1/events"])
async def test_a_token_that_is_not_good_is_401_everywhere(
    stranger: Client, path: str, headers: Headers
) -> None:
    response = await stranger.get(path, headers=headers)
    assert response.status == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert (await response.json(content_type=None))["code"] == "invalid_token"


async def test_who_left_the_settings_has_no_token_any_more(client: Client, house: House) -> None:
    left = await house.token("101")  # an endpoint's name; there are agents, and he is none
    assert (await get(client, "/api/v1/calls", left, 401))["code"] == "invalid_token"


async def test_a_token_is_made_listed_and_revoked_and_closes_what_it_opened(
    client: Client, stranger: Client, house: House
) -> None:
    made = await client.post("/api/v1/tokens", json={"agent": "anna"})
    assert made.status == 201
    token = await made.json()
    headers = {"Authorization": f"Bearer {token['token']}"}
    await get(client, "/api/v1/board", headers)
    listed = await (await client.get("/api/v1/tokens?agent=anna")).json()
    assert [one["id"] for one in listed["items"]] == [token["id"]]
    assert token["token"] not in str(listed)
    socket = await stranger.ws_connect("/api/v1/events", protocols=("callward", token["token"]))
    assert socket.protocol == "callward"
    assert (await client.delete(f"/api/v1/tokens/{token['id']}")).status == 204
    assert (await socket.receive(timeout=10)).data == 1013
    assert (await get(client, "/api/v1/board", headers, 401))["code"] == "invalid_token"
    again = await client.delete(f"/api/v1/tokens/{token['id']}")
    assert (await again.json(content_type=None))["code"] == "token_not_found"


async def test_a_token_for_nobody_names_who_there_is(client: Client) -> None:
    response = await client.post("/api/v1/tokens", json={"agent": "nobody"})
    assert response.status == 400
    problem = await response.json(content_type=None)
    assert problem["code"] == "unknown_agent"
    assert "anna, boris" in problem["detail"]


async def test_tasks_are_his_and_the_groups_of_clients_whom_he_may_call(
    client: Client, house: House, anna: Headers, boris: Headers
) -> None:
    first, second, third = [await card(client, number) for number in CUSTOMERS]
    await assign(house, first["id"], curator="anna")
    await assign(house, third["id"], curator="boris")

    def open_tasks(connection: Any) -> None:
        for n, (known, agent) in enumerate(((first, "anna"), (second, None), (third, "boris"))):
            id_ = house.calls[n].id
            open_callback_task(connection, UUID(known["id"]), agent, id_, NOW)

    await house.context.database.write(open_tasks)
    whose = {
        name: [task["client_id"] for task in (await get(client, "/api/v1/tasks", who))["items"]]
        for name, who in (("anna", anna), ("boris", boris), ("operator", {}))
    }
    assert whose == {
        "anna": [second["id"], first["id"]],
        "boris": [third["id"], second["id"]],
        "operator": [third["id"], second["id"], first["id"]],
    }
    assert (await get(client, "/api/v1/tasks?agent=anna", boris, 403))["code"] == "not_yours"
    # The group's task of a client whom others serve is none of his.
    await assign(house, second["id"], deputy="anna")
    assert second["id"] not in str(await get(client, "/api/v1/tasks", boris))
    # The client goes to Boris, and his open task with him.
    patched = await client.patch(f"/api/v1/clients/{first['id']}", json={"curator": "boris"})
    assert (await patched.json())["curator"] == "boris"
    mine = (await get(client, "/api/v1/tasks", boris))["items"]
    assert mine[-1] | {"client_id": first["id"], "agent": "boris"} == mine[-1]
    assert mine[-1]["short_code"] == first["short_code"]
    assert first["id"] not in str(await get(client, "/api/v1/tasks", anna))


async def test_a_card_is_changed_field_by_field(client: Client) -> None:
    path = f"/api/v1/clients/{(await card(client, CUSTOMERS[0]))['id']}"
    known = await get(client, path, {})
    changed = await client.patch(path, json={"name": "Mr Ford", "curator": "anna"})
    wanted = known | {"name": "Mr Ford", "curator": "anna"}
    now = await changed.json()
    assert now.pop("changed_at") > wanted.pop("changed_at")
    assert now == wanted
    changed = await client.patch(path, json={"name": None, "deputy": "boris"})
    wanted = known | {"curator": "anna", "deputy": "boris"}
    now = await changed.json()
    assert now.pop("changed_at") > wanted.pop("changed_at")
    assert now == wanted
    assert (await (await client.patch(path, json={})).json())["deputy"] == "boris"
    lost = await client.patch(f"/api/v1/clients/{NOBODYS}", json={"name": "x"})
    assert (await lost.json(content_type=None))["code"] == "client_not_found"


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (
            b'{"curator": "carl"}',
            "unknown_person",
            "curator: there is no person carl; there are: anna, boris",
        ),
        (b'{"curater": "anna"}', "invalid_field", "curater: there is no such field"),
        (b'{"name": ""}', "invalid_field", "name: must be text of 1 to 120"),
        (b'{"name": 7}', "invalid_field", "name: must be text"),
        (b"[]", "invalid_json", "JSON object"),
        (b"{", "invalid_json", "JSON object"),
        (b"", "invalid_json", "JSON object"),
        (b"\xff", "invalid_json", "JSON object"),
        (b"[" * 100_000, "invalid_json", "JSON object"),
    ],
)
async def test_a_wrong_body_gets_one_clear_error(
    client: Client, body: bytes, code: str, said: str
) -> None:
    known = await card(client, CUSTOMERS[0])
    response = await client.patch(
        f"/api/v1/clients/{known['id']}", data=body, headers={"Content-Type": "application/json"}
    )
    problem = await response.json(content_type=None)
    assert (response.status, problem["code"]) == (400, code)
    assert said in problem["detail"]


async def test_direction_of_internal_calls_between_others_stays_theirs(
    client: Client, house: House, anna: Headers
) -> None:
    internal = replace(with_agent(a_call(50, customer=None), "boris"), direction=Direction.INTERNAL)
    await house.write(internal)
    assert (await get(client, f"/api/v1/calls/{internal.id}", anna, 404))["code"]


async def test_without_agents_in_the_settings_any_endpoint_may_have_a_token(
    house: House, aiohttp_client: Callable[..., Awaitable[Client]]
) -> None:
    from daemon.routing.people import People

    settings = house.context.settings.model_copy(update={"agents": ()})
    context = replace(house.context, settings=settings, people=People.from_settings(settings))
    await house.person("101")
    client = await aiohttp_client(application(context))
    calls = await get(client, "/api/v1/calls?agent=101", await house.token("101"))
    assert len(calls["items"]) == 5
    # The third of them has no client and is seen because it rang at 101.
    assert str(house.calls[2].id) in str(calls)
