"""Somebody leaves: shown first, then all at once; and nothing of his is left behind."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from sqlalchemy import Connection, select, update

from crm.agent_choices import save_choice
from crm.people_tables import access_token, audit, person, session
from crm.tables import agent_choice, agent_pin, client, task
from crm.tasks import add_task
from crm.watch_tables import watched_client
from store.ids import uuid7

from .conftest import BEGAN, Office, cards

LEAVE = "/api/v1/people/anna/leave"


@pytest.fixture
async def annas(office: Office) -> list[UUID]:
    """Anna has 10 clients, 2 in the archive, and is Boris's deputy for 3."""
    await office.person("clara")
    await office.person("boss", role="administrator")
    await office.write(lambda c: cards(c, 3, "boris", deputy="anna"))
    return [
        *await office.write(lambda c: cards(c, 8, "anna")),
        *await office.write(lambda c: cards(c, 2, "anna", archived_at=BEGAN)),
    ]


async def go(office: Office, **wanted: Any) -> tuple[int, Any]:
    """Shown, then done."""
    status, plan = await office.ask("POST", LEAVE, wanted)
    assert (status, plan["done"]) == (200, False), plan
    return await office.ask("POST", LEAVE, {**wanted, "plan": plan["id"]})


async def a_task(office: Office, client_id: UUID, agent: str) -> UUID:
    id_ = uuid7()
    vault = office.context.vault

    def add(connection: Connection) -> None:
        add_task(
            connection,
            vault,
            id_=id_,
            client_id=client_id,
            agent=agent,
            text="send the offer",
            due_at=None,
            remind_at=None,
            by=agent,
            at=BEGAN,
        )

    await office.write(add)
    return id_


async def test_it_is_shown_first_and_nothing_is_changed(office: Office, annas: list[UUID]) -> None:
    await a_task(office, annas[0], "anna")
    token = await office.token("anna")
    status, plan = await office.ask("POST", LEAVE, {"to": ["boris", "clara"]})
    assert status == 200
    assert (plan["clients"], plan["deputy_of"], plan["tasks"], plan["tokens"]) == (10, 3, 1, 1)
    people = {one["name"]: (one["before"], one["comes"]) for one in plan["people"]}
    # Boris has three, so that fewer come to him.
    assert people == {"boris": (3, 4), "clara": (0, 6)}
    assert "takeover" in plan["private"]
    assert "[[agents]]" in plan["settings"]
    assert await office.curators(annas) == {"anna": 10}
    assert (await office.ask("GET", "/api/v1/tasks", headers=token))[0] == 200
    assert await office.rows(select(watched_client)) == []


async def test_all_is_taken_at_once(office: Office, annas: list[UUID]) -> None:
    ours = await a_task(office, annas[0], "anna")
    [boris_client] = await office.rows(
        select(client.c.id).where(client.c.curator == "boris").limit(1)
    )
    on_his = await a_task(office, boris_client.id, "anna")
    token = await office.token("anna")
    await office.context.pins.set("anna", "2580")
    await office.write(lambda c: save_choice(c, "anna", ["201"], "together", BEGAN))
    await office.write(
        lambda c: c.execute(
            update(person).where(person.c.name == "anna").values(password_hash="$argon2id$x")
        )
    )
    socket = await office.http.ws_connect("/api/v1/events", headers=token)
    status, done = await go(office, to=["boris", "clara"])
    assert (status, done["done"]) == (200, True), done
    # Signed out everywhere.
    assert (await office.ask("GET", "/api/v1/tasks", headers=token))[0] == 401
    message = await socket.receive(timeout=10)
    assert message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
    await office.moved(done["id"])
    assert await office.curators(annas) == {"boris": 4, "clara": 6}
    assert await office.rows(select(client.c.id).where(client.c.deputy == "anna")) == []
    assert await office.rows(select(agent_pin)) == []
    assert await office.rows(select(agent_choice)) == []
    [left] = await office.rows(
        select(person.c.left_at, person.c.password_hash).where(person.c.name == "anna")
    )
    assert left.left_at is not None
    assert left.password_hash is None
    open_ = select(access_token.c.id).where(access_token.c.revoked_at.is_(None))
    assert await office.rows(open_) == []
    assert await office.rows(select(session.c.id).where(session.c.ended_at.is_(None))) == []
    agents = {row.id: row.agent for row in await office.rows(select(task.c.id, task.c.agent))}
    [serves] = await office.rows(select(client.c.curator).where(client.c.id == annas[0]))
    assert agents == {ours: serves.curator, on_his: "boris"}
    assert office.context.staff.now.access_of("anna") is None
    assert len(await office.rows(select(watched_client))) == 10
    told = Counter(row.action for row in await office.rows(select(audit.c.action)))
    assert (told["person_left"], told["client_assigned"]) == (1, 13)
    # Twice is refused, and says why.
    status, problem = await office.ask("POST", LEAVE, {"group": True})
    assert (status, problem["code"]) == (409, "has_left_already")


async def test_private_clients_stay_and_nobody_learns_of_them(
    office: Office, annas: list[UUID]
) -> None:
    _, before = await office.ask("POST", LEAVE, {"group": True})
    private: list[UUID] = await office.write(lambda c: cards(c, 7, "anna", private=True))
    await a_task(office, private[0], "anna")
    deputy: list[UUID] = await office.write(
        lambda c: cards(c, 2, "boris", deputy="anna", private=True)
    )
    _, plan = await office.ask("POST", LEAVE, {"group": True})
    assert plan == before
    status, done = await office.ask("POST", LEAVE, {"group": True, "plan": plan["id"]})
    assert status == 200
    await office.moved(done["id"])
    assert await office.curators(private) == {"anna": 7}
    assert await office.curators(annas) == {None: 10}
    rows = await office.rows(select(client.c.deputy).where(client.c.id.in_(deputy)))
    assert [row.deputy for row in rows] == [None, None]


async def test_a_plan_that_is_another_one_now_is_refused(office: Office, annas: list[UUID]) -> None:
    _, plan = await office.ask("POST", LEAVE, {"to": ["boris"]})
    await office.write(lambda c: cards(c, 1, "anna"))
    status, problem = await office.ask("POST", LEAVE, {"to": ["boris"], "plan": plan["id"]})
    assert (status, problem["code"]) == (409, "plan_changed")
    assert await office.curators(annas) == {"anna": 10}


async def test_evenly_is_among_his_department(office: Office) -> None:
    for name, weight in (("dora", 100), ("emil", 50), ("fred", 0)):
        await office.person(name, department="sales", weight=weight)
    await office.person("gail", role="engineer", department="sales")
    await office.person("zoe", department="other")
    await office.write(lambda c: cards(c, 6, "dora"))
    path = "/api/v1/people/dora/leave"
    _, plan = await office.ask("POST", path, {"evenly": True})
    assert {one["name"]: one["comes"] for one in plan["people"]} == {"emil": 6}
    _, problem = await office.ask("POST", "/api/v1/people/zoe/leave", {"evenly": True})
    assert problem["code"] == "leave_no_colleagues"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({}, "leave_to_whom"),
        ({"to": ["boris"], "group": True}, "leave_one_way"),
        ({"to": ["anna"]}, "leave_to_himself"),
        ({"to": ["zoe"]}, "serve_unknown"),
    ],
)
@pytest.mark.usefixtures("annas")
async def test_bad_requests_are_named(office: Office, wanted: dict[str, object], code: str) -> None:
    status, problem = await office.ask("POST", LEAVE, wanted)
    assert (status, problem["code"]) == (400, code)


async def test_the_last_administrator_cannot_leave(office: Office) -> None:
    await office.person("boss", role="administrator")
    await office.write(
        lambda c: c.execute(
            update(person).where(person.c.name == "boss").values(password_hash="$argon2id$x")
        )
    )
    await office.context.staff.reload()
    path = "/api/v1/people/boss/leave"
    _, plan = await office.ask("POST", path, {})
    status, problem = await office.ask("POST", path, {"plan": plan["id"]})
    assert (status, problem["code"]) == (409, "would_lock_out")
    assert office.context.staff.now.access_of("boss") is not None


@pytest.mark.usefixtures("annas")
async def test_only_who_changes_people_may(office: Office) -> None:
    for role in ("manager", "supervisor", "trainee", "accountant", "engineer"):
        await office.person(f"a {role}", role=role)
        headers = await office.token(f"a {role}")
        for path in (LEAVE, "/api/v1/people/anna/return"):
            status, problem = await office.ask("POST", path, {"group": True}, headers)
            assert (status, problem["code"]) == (403, "not_allowed")
    # Whom there is not is told to those alone who may ask.
    status, problem = await office.ask("POST", "/api/v1/people/zoe/leave", {})
    assert (status, problem["code"]) == (404, "person_not_found")


async def test_who_comes_back_comes_with_empty_hands(office: Office, annas: list[UUID]) -> None:
    status, problem = await office.ask("POST", "/api/v1/people/anna/return")
    assert (status, problem["code"]) == (409, "has_not_left")
    _, done = await go(office, to=["boris"])
    await office.moved(done["id"])
    status, back = await office.ask("POST", "/api/v1/people/anna/return")
    assert (status, back["left_at"], back["has_password"]) == (200, None, False)
    assert office.context.staff.now.access_of("anna") is not None
    assert await office.curators(annas) == {"boris": 10}
    told = [row.action for row in await office.rows(select(audit.c.action))]
    assert told.count("person_returned") == 1


async def test_what_he_touched_is_told_without_private_clients(
    office: Office, annas: list[UUID]
) -> None:
    [private] = await office.write(lambda c: cards(c, 1, "boris", private=True))
    rights = {"exceptions": {"clients.read": "all"}}
    await office.ask("PATCH", "/api/v1/people/boris", rights)
    boris = await office.token("boris")
    for id_ in (annas[0], annas[1], private):
        assert (await office.ask("GET", f"/api/v1/clients/{id_}", headers=boris))[0] == 200
    status, report = await office.ask("GET", "/api/v1/people/boris/touched")
    assert status == 200
    assert {one["id"] for one in report["clients"]} == {str(annas[0]), str(annas[1])}
    assert report["actions"]["client_opened"] == 2
    assert all(one["opened"] == 1 for one in report["clients"])
    assert (await office.ask("GET", "/api/v1/people/boris/touched", headers=boris))[0] == 403
    asked = await office.rows(select(audit.c.action).where(audit.c.action == "report_opened"))
    assert len(asked) == 1


async def test_what_became_of_his_clients(office: Office, annas: list[UUID]) -> None:
    path = "/api/v1/people/anna/aftermath"
    assert (await office.ask("GET", path))[0] == 409
    began = datetime.now(UTC)
    await go(office, to=["boris"])
    status, report = await office.ask("GET", path)
    assert (status, report["followed"], report["quiet"]) == (200, 8, [])
    assert datetime.fromisoformat(report["left_at"]) >= began


async def test_nothing_rings_at_his_phones_and_his_callbacks_end(
    office: Office, annas: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two that run, his own is cancelled."""
    people, callbacks = office.context.people, office.context.callbacks
    ended: list[UUID] = []

    async def cancel(id_: UUID) -> None:
        ended.append(id_)

    ids = {"anna": uuid7(), "boris": uuid7()}
    running = [SimpleNamespace(id=id_, agent=name) for name, id_ in ids.items()]
    monkeypatch.setattr(callbacks, "running", lambda: running)
    monkeypatch.setattr(callbacks, "cancel", cancel)

    def ringing(name: str) -> bool:
        agent = people.find(name)
        assert agent is not None
        return bool(agent.ringing)

    assert ringing("anna")
    await go(office, to=["boris"])
    assert (ringing("anna"), ringing("boris")) == (False, True)
    assert ended == [ids["anna"]]
