"""Alerts, notices, quotas and decoys over HTTP, and who may do what with them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any

import pytest
from sqlalchemy import Connection, select

from crm.alerts import Alert, raise_alert
from crm.audit import Action
from crm.notices import Notice, tell
from crm.people_tables import audit
from crm.tables import client as client_table
from daemon.api.notices import news_message
from daemon.api.viewer import Viewer
from daemon.calls.call import Call
from tests.unit.daemon.api.conftest import CUSTOMERS, Client, House, a_call

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
EVIDENCE = {
    "count": 48,
    "from": "2026-03-02T22:10:00+00:00",
    "to": "2026-03-02T22:40:00+00:00",
    "usual": 3,
}


@pytest.fixture
async def office(house: House) -> dict[str, dict[str, str]]:
    """What those who work here send."""
    await house.person("anna", department="sales")
    await house.person("boris", department="sales")
    await house.person("sofia", role="supervisor", department="sales")
    await house.person("dina", role="director")
    return {name: await house.token(name) for name in ("anna", "boris", "sofia", "dina")}


async def _raise(house: House, person: str, kind: str = "others", **evidence: object) -> None:
    at = datetime.fromisoformat("2026-03-02T22:41:00+00:00")

    def write(connection: Connection) -> None:
        key = f"{kind}:{person}"
        about = {**EVIDENCE, **evidence}
        raise_alert(connection, kind, person=person, evidence=about, key=key, at=at)

    await house.context.database.write(write)


async def _json(client: Client, headers: dict[str, str], path: str) -> Any:
    answer = await client.get(f"/api/v1/{path}", headers=headers)
    assert answer.status == HTTPStatus.OK, await answer.text()
    return await answer.json()


async def _actions(house: House) -> list[tuple[str, str]]:
    async with house.context.database.read() as connection:
        rows = await connection.execute(select(audit.c.action, audit.c.actor))
        return [(row.action, row.actor) for row in rows]


async def test_an_alert_is_said_in_plain_words_to_those_above(
    house: House, client: Client, office: dict[str, dict[str, str]]
) -> None:
    await _raise(house, "anna")
    (english,) = (await _json(client, office["sofia"], "alerts"))["items"]
    assert english["text"] == (
        "anna opened 48 cards of other managers between 22:10 and 22:40;"
        " the usual most in an hour is 3"
    )
    russian = {**office["sofia"], "Accept-Language": "ru"}
    (same,) = (await _json(client, russian, "alerts"))["items"]
    assert same["text"] == (
        "anna: открыто чужих карточек 48 с 22:10 до 22:40; обычно за час не больше 3"
    )
    answer = await client.get("/api/v1/alerts", headers=office["anna"])
    assert answer.status == HTTPStatus.FORBIDDEN
    notices = await _json(client, office["sofia"], "notices")
    assert notices["unread"] == 1
    assert notices["items"][0]["text"] == english["text"]
    assert (await _json(client, office["anna"], "notices"))["items"] == []


async def test_it_is_settled_once_by_somebody_else(
    house: House, client: Client, office: dict[str, dict[str, str]]
) -> None:
    await _raise(house, "anna")
    await _raise(house, "sofia")
    (about_anna,) = (await _json(client, office["sofia"], "alerts"))["items"]
    ids = [one["id"] for one in (await _json(client, office["dina"], "alerts"))["items"]]
    (about_sofia,) = set(ids) - {about_anna["id"]}
    for id_, expected in (
        (about_sofia, HTTPStatus.NOT_FOUND),
        (about_anna["id"], HTTPStatus.OK),
        (about_anna["id"], HTTPStatus.CONFLICT),
    ):
        answer = await client.patch(
            f"/api/v1/alerts/{id_}", headers=office["sofia"], json={"note": "she was on duty"}
        )
        assert answer.status == expected, await answer.text()
    (settled,) = (await _json(client, office["dina"], "alerts?state=settled"))["items"]
    assert settled["settled_by"] == "sofia"
    assert settled["settled_note"] == "she was on duty"
    assert (Action.ALERT_SETTLED, "sofia") in await _actions(house)


async def test_an_alert_names_only_cards_that_its_reader_may_open(
    house: House, client: Client, office: dict[str, dict[str, str]]
) -> None:
    async with house.context.database.read() as connection:
        ids = list((await connection.execute(select(client_table.c.id))).scalars())
    table = client_table

    def give(connection: Connection) -> None:
        update = table.update()
        connection.execute(update.where(table.c.id == ids[0]).values(curator="anna"))
        connection.execute(update.where(table.c.id == ids[1]).values(curator="boris", private=True))
        connection.execute(update.where(table.c.id == ids[2]).values(curator="dina"))

    await house.context.database.write(give)
    await _raise(house, "anna", clients=[str(id_) for id_ in ids])
    (for_sofia,) = (await _json(client, office["sofia"], "alerts"))["items"]
    assert for_sofia["clients"] == [str(ids[0])]
    (for_dina,) = (await _json(client, office["dina"], "alerts"))["items"]
    assert for_dina["clients"] == [str(ids[0]), str(ids[2])]
    (for_all,) = (await _json(client, house.operator, "alerts"))["items"]
    assert for_all["clients"] == [str(ids[0]), str(ids[2])]
    assert "clients" not in for_all["evidence"]


async def test_notices_are_ones_own_and_are_read(
    house: House, client: Client, office: dict[str, dict[str, str]]
) -> None:
    about = {"unit": "cards", "hours": 1, "limit": 60, "used": 60, "until": NOW.isoformat()}
    for name in ("anna", "boris"):
        work = partial(tell, person=name, kind="quota", about=about, at=NOW)
        await house.context.database.write(work)
    mine = await _json(client, office["anna"], "notices")
    assert [one["kind"] for one in mine["items"]] == ["quota"]
    assert "60" in mine["items"][0]["text"]
    theirs = (await _json(client, office["boris"], "notices"))["items"][0]["id"]
    answer = await client.patch("/api/v1/notices", headers=office["anna"], json={"ids": [theirs]})
    assert await answer.json() == {"unread": 1}
    answer = await client.patch("/api/v1/notices", headers=office["anna"], json={})
    assert await answer.json() == {"unread": 0}
    assert (await _json(client, office["boris"], "notices"))["unread"] == 1
    assert (await _json(client, office["anna"], "notices?unread=true"))["items"] == []


async def test_news_reach_whom_they_are_for(house: House, client: Client, office: Any) -> None:
    heard: list[Alert | Notice] = []
    news = house.context.watching
    await news.start()
    news.listeners.append(heard.append)
    await _raise(house, "anna")
    await news.tell()
    await news.tell()
    zone = house.context.settings.company.timezone
    messages = [news_message(one, zone) for one in heard]

    def types(name: str) -> list[str]:
        access = house.context.staff.now.access_of(name)
        assert access is not None
        viewer = Viewer(access=access, actor=name)
        said = [message for message in messages if message.is_for(viewer)]
        return sorted(json.loads(message.text("en", viewer))["type"] for message in said)

    assert types("sofia") == types("dina") == ["alert", "notice"]
    assert types("anna") == types("boris") == []


async def test_a_supervisor_s_page_hears_of_an_alert_at_once(
    house: House, client: Client, office: dict[str, dict[str, str]]
) -> None:
    await house.context.watching.start()
    async with (
        client.ws_connect("/api/v1/events", headers=office["sofia"]) as sofia,
        client.ws_connect("/api/v1/events", headers=office["boris"]) as boris,
    ):
        await _raise(house, "anna", "rate")
        await _raise(house, "sofia", "rate")
        await house.context.watching.tell()
        said = [await sofia.receive_json(timeout=30) for _ in range(2)]
        assert [one["type"] for one in said] == ["alert", "notice"]
        assert said[0]["alert"]["person"] == "anna"
        assert said[0]["alert"]["text"] == said[1]["notice"]["text"]
        about = {"unit": "rows", "hours": 24, "limit": 9, "used": 9, "until": NOW.isoformat()}
        work = partial(tell, person="boris", kind="quota", about=about, at=NOW)
        await house.context.database.write(work)
        await house.context.watching.tell()
        # The first that boris hears of at all.
        assert (await boris.receive_json(timeout=30))["type"] == "notice"


async def test_quotas_are_seen_lifted_and_set_by_those_who_may(
    house: House, client: Client, office: dict[str, dict[str, str]]
) -> None:
    assert [one["person"] for one in (await _json(client, office["anna"], "quotas"))["items"]] == [
        "anna"
    ]
    seen = (await _json(client, office["sofia"], "quotas"))["items"]
    assert [one["person"] for one in seen] == ["sofia", "anna", "boris"]
    for who, whom, expected in (
        ("anna", "boris", HTTPStatus.FORBIDDEN),
        ("sofia", "sofia", HTTPStatus.FORBIDDEN),
        ("sofia", "dina", HTTPStatus.NOT_FOUND),
        ("sofia", "nobody", HTTPStatus.NOT_FOUND),
        ("sofia", "anna", HTTPStatus.NO_CONTENT),
    ):
        answer = await client.delete(f"/api/v1/quotas/{whom}", headers=office[who])
        assert answer.status == expected, (who, whom)
    assert (Action.QUOTA_LIFTED, "sofia") in await _actions(house)
    wanted = {"roles": {"manager": {"cards_hour": 7}}, "people": {"boris": {"cards_hour": 9}}}
    answer = await client.put("/api/v1/policies/quotas", headers=office["sofia"], json=wanted)
    assert answer.status == HTTPStatus.FORBIDDEN
    answer = await client.put("/api/v1/policies/quotas", headers=office["dina"], json=wanted)
    assert answer.status == HTTPStatus.OK, await answer.text()
    limits = {
        one["person"]: one["windows"][0]["limit"]
        for one in (await _json(client, house.operator, "quotas"))["items"]
    }
    assert limits["anna"] == 7
    assert limits["boris"] == 9
    assert (Action.POLICY_CHANGED, "dina") in await _actions(house)


@pytest.mark.parametrize(
    ("body", "named", "reason"),
    [
        ({"roles": {"manager": {"cards_hour": 0}}}, "cards_hour", "from 1 to 100000"),
        ({"roles": {"manager": {"cards_hour": "7"}}}, "cards_hour", "from 1 to 100000"),
        ({"roles": {"manager": {"cards_hour": 10_000}}}, "roles.manager.cards_hour", "a day"),
        ({"roles": {"managers": {}}}, "roles.managers", "there are"),
        ({"people": {"nobody": {}}}, "people.nobody", "there are"),
        ({"people": {"anna": {"cards": 1}}}, "people.anna.cards", ""),
    ],
)
async def test_a_wrong_policy_is_refused_and_named(
    house: House, client: Client, body: dict[str, object], named: str, reason: str
) -> None:
    answer = await client.put("/api/v1/policies/quotas", headers=house.operator, json=body)
    assert answer.status == HTTPStatus.BAD_REQUEST
    detail = (await answer.json())["detail"]
    assert named in detail
    assert reason in detail
    assert house.context.staff.now.policy("quotas") is None


async def test_nobody_raises_his_own_quota(
    house: House, client: Client, office: dict[str, dict[str, str]]
) -> None:
    async def put(headers: dict[str, str], body: object) -> tuple[int, Any]:
        answer = await client.put("/api/v1/policies/quotas", headers=headers, json=body)
        return answer.status, await answer.json()

    dina = office["dina"]
    # Her own entry, her role's; and an entry that held her down, left out.
    for policy in (
        {"people": {"dina": {"rows_hour": 10_001}}},
        {"roles": {"director": {"cards_hour": 301}}},
    ):
        status, said = await put(dina, policy)
        assert (status, said["code"]) == (403, "own_quota_raised")
    assert (await put(dina, {"people": {"dina": {"rows_hour": 50}}}))[0] == 200
    status, said = await put(dina, {})
    assert (status, said["code"]) == (403, "own_quota_raised")
    assert house.context.staff.now.policy("quotas")["people"] == {"dina": {"rows_hour": 50}}
    assert (await put(house.operator, {"people": {"dina": {"rows_hour": 10_001}}}))[0] == 200


async def test_decoys_are_for_those_who_decide_on_policy(
    house: House, client: Client, office: dict[str, dict[str, str]]
) -> None:
    body = {"count": 3, "languages": ["ru"], "domain": "example.com", "curators": ["anna"]}
    for name in ("anna", "sofia"):
        answer = await client.post("/api/v1/decoys", headers=office[name], json=body)
        assert answer.status == HTTPStatus.FORBIDDEN
        answer = await client.get("/api/v1/decoys", headers=office[name])
        assert answer.status == HTTPStatus.FORBIDDEN
    answer = await client.post("/api/v1/decoys", headers=office["dina"], json=body)
    assert answer.status == HTTPStatus.CREATED, await answer.text()
    made = (await answer.json())["items"]
    assert len(made) == 3
    assert {one["curator"] for one in made} == {"anna"}
    card = await client.get(f"/api/v1/clients/{made[0]['id']}", headers=office["anna"])
    assert card.status == HTTPStatus.OK
    assert "decoy" not in await card.text()
    answer = await client.delete(f"/api/v1/decoys/{made[0]['id']}", headers=office["dina"])
    assert answer.status == HTTPStatus.NO_CONTENT
    answer = await client.delete(f"/api/v1/decoys/{made[0]['id']}", headers=office["dina"])
    assert answer.status == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"count": 0}, HTTPStatus.BAD_REQUEST, "invalid_field"),
        ({"count": 1, "domain": "not a domain"}, HTTPStatus.BAD_REQUEST, "decoy_domain"),
        ({"count": 1, "curators": ["nobody"]}, HTTPStatus.BAD_REQUEST, "unknown_agent"),
        (
            {"count": 1, "numbers": ["+442079460199"]},
            HTTPStatus.BAD_REQUEST,
            "decoy_number_foreign",
        ),
        # The number that customers call.
        ({"count": 1, "numbers": ["+442079460000"]}, HTTPStatus.CONFLICT, "decoy_number_used"),
    ],
)
async def test_decoys_that_cannot_be_are_refused(
    house: House, client: Client, body: dict[str, object], status: HTTPStatus, code: str
) -> None:
    # The house's calls are of the past.
    await house.write(_recent())
    answer = await client.post("/api/v1/decoys", headers=house.operator, json=body)
    assert answer.status == status, await answer.text()
    assert (await answer.json())["code"] == code


def _recent() -> Call:
    at = datetime.now(UTC) - timedelta(hours=1)
    return replace(a_call(9, customer=CUSTOMERS[0]), started_at=at)
