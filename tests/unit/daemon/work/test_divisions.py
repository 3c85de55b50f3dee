"""Dividing the base through the API: what was shown is done, and nobody gives what is not his."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, select, update

from crm.access import Right, Scope
from crm.assigning import Giving
from crm.audit import Action, Entry
from crm.card_tables import client_change
from crm.changed import Way
from crm.division import Holding, Post, hand_over
from crm.people_tables import audit
from crm.tables import client, task
from crm.tasks import open_callback_task
from daemon.work.moves import order_moves
from store.ids import uuid7

from .conftest import BEGAN, Office, cards

ASSIGN = {Right.CLIENTS_ASSIGN: Scope.ALL, Right.CLIENTS_READ: Scope.ALL}


@pytest.fixture
async def three(office: Office) -> Office:
    """Anna, Boris and Clara."""
    await office.person("clara")
    return office


async def plan_of(office: Office, **wanted: Any) -> Any:
    status, plan = await office.ask("POST", "/api/v1/divisions", wanted)
    assert status == 200, plan
    return plan


async def test_what_was_shown_is_done(three: Office) -> None:
    ids = await three.write(lambda c: cards(c, 30, category="new"))
    await three.write(lambda c: open_callback_task(c, ids[0], None, uuid7(), BEGAN))
    plan = await plan_of(three, unassigned=True, category="new", to=["anna", "boris", "clara"])
    assert (plan["clients"], plan["moves"]) == (30, 30)
    assert [(one["name"], one["before"], one["comes"]) for one in plan["people"]] == [
        ("anna", 0, 10),
        ("boris", 0, 10),
        ("clara", 0, 10),
    ]
    assert await three.curators(ids) == {None: 30}
    status, progress = await three.ask("POST", f"/api/v1/divisions/{plan['id']}/run")
    assert (status, progress["total"]) == (202, 30)
    await three.moved(plan["id"])
    _, done = await three.ask("GET", f"/api/v1/divisions/{plan['id']}")
    assert (done["state"], done["left"], done["moved"], done["passed"]) == ("done", 0, 30, 0)
    assert await three.curators(ids) == {"anna": 10, "boris": 10, "clara": 10}
    # Asked again: the same progress, nothing more.
    status, again = await three.ask("POST", f"/api/v1/divisions/{plan['id']}/run")
    assert (status, again) == (202, done)
    [whose] = await three.rows(select(task.c.agent))
    [curator] = await three.rows(select(client.c.curator).where(client.c.id == ids[0]))
    assert whose.agent == curator.curator
    changes = await three.rows(
        select(client_change.c.way, client_change.c.field, client_change.c.actor)
    )
    assert Counter(map(tuple, changes)) == {("division", "curator", "operator"): 30}
    told = Counter(row.action for row in await three.rows(select(audit.c.action)))
    assert (told["client_assigned"], told["division_changed"]) == (30, 1)


async def test_a_plan_of_a_base_that_changed_is_refused(three: Office) -> None:
    ids = await three.write(lambda c: cards(c, 4, "anna"))
    plan = await plan_of(three, of="anna", to=["boris"])
    await three.write(
        lambda c: c.execute(update(client).where(client.c.id == ids[0]).values(curator="clara"))
    )
    run = f"/api/v1/divisions/{plan['id']}/run"
    status, refused = await three.ask("POST", run)
    assert (status, refused["code"]) == (409, "plan_changed")
    assert await three.curators(ids) == {"anna": 3, "clara": 1}
    # It is gone: nobody does it later by mistake.
    assert (await three.ask("POST", run))[0] == 404


async def test_who_changes_hands_meanwhile_is_passed_over(three: Office) -> None:
    ids: list[UUID] = await three.write(lambda c: cards(c, 4, "anna"))
    plan = hand_over([Holding(client=id_, curator="anna") for id_ in ids], "boris", Post.CURATOR)
    told = Entry(action=Action.CLIENT_ASSIGNED, actor="operator")
    giving = Giving(told=told, way=Way.DIVISION, at=BEGAN)

    def order(connection: Connection) -> int:
        connection.execute(update(client).where(client.c.id == ids[0]).values(curator="clara"))
        connection.execute(update(client).where(client.c.id == ids[1]).values(private=True))
        return order_moves(connection, "a plan", [plan], giving)

    total = await three.write(order)
    three.context.work.moves.begun("a plan", "operator", total)
    three.context.work.moves_ordered()
    progress = await three.moved("a plan")
    assert (progress.moved, progress.passed) == (2, 2)
    assert await three.curators(ids) == {"anna": 1, "boris": 2, "clara": 1}


async def test_moves_that_were_ordered_survive_a_restart(three: Office) -> None:
    ids: list[UUID] = await three.write(lambda c: cards(c, 450, "anna"))
    plan = hand_over([Holding(client=id_, curator="anna") for id_ in ids], "boris", Post.CURATOR)
    told = Entry(action=Action.CLIENT_ASSIGNED, actor="boss", address="192.0.2.1")
    giving = Giving(told=told, way=Way.DIVISION, at=BEGAN)
    await three.write(lambda c: order_moves(c, "a plan", [plan], giving))
    # Nobody remembers the order but the outbox, as after a restart.
    progress = await three.context.work.moves.progress("a plan")
    assert progress is not None
    assert (progress.actor, progress.total, progress.left, progress.moved) == (
        "boss",
        450,
        450,
        None,
    )
    three.context.work.moves.begun("a plan", "boss", 450)
    three.context.work.moves_ordered()
    await three.moved("a plan")
    assert await three.curators(ids) == {"boris": 450}
    [told_row] = await three.rows(
        select(audit.c.actor, audit.c.address).where(audit.c.action == "client_assigned").distinct()
    )
    assert tuple(told_row) == ("boss", "192.0.2.1")


async def test_private_clients_are_in_no_plan_and_no_count(three: Office) -> None:
    await three.write(lambda c: cards(c, 3, "anna"))
    hidden = await three.write(lambda c: cards(c, 5, "anna", private=True))
    plan = await plan_of(three, of="anna", to=["boris"])
    assert plan["clients"] == 3
    assert {one["name"]: one["before"] for one in plan["people"]} == {"anna": 3, "boris": 0}
    # For the operator they do not exist.
    wanted = {"clients": [str(hidden[0])], "to": "boris"}
    nobody = {"clients": [str(uuid7())], "to": "boris"}
    path = "/api/v1/clients/assign"
    answer = await three.ask("POST", path, wanted)
    assert answer[0] == 404
    assert answer == await three.ask("POST", path, nobody)
    # Their curator knows of them, and is told why.
    rights = {"exceptions": {right.value: "all" for right in ASSIGN}}
    assert (await three.ask("PATCH", "/api/v1/people/anna", rights))[0] == 200
    status, problem = await three.ask("POST", path, wanted, await three.token("anna"))
    assert (status, problem["code"]) == (409, "private_not_divided")


async def test_a_supervisor_gives_to_and_takes_from_his_department(office: Office) -> None:
    await office.person("boss", role="supervisor", department="sales")
    await office.person("dora", department="sales")
    await office.person("emil", department="sales")
    await office.person("clara", department="other")
    await office.person("engineer", role="engineer", department="sales")
    boss = await office.token("boss")
    [doras] = await office.write(lambda c: cards(c, 1, "dora"))
    [claras] = await office.write(lambda c: cards(c, 1, "clara"))
    path = "/api/v1/clients/assign"

    async def assign(id_: UUID, to: str) -> tuple[int, str | None]:
        status, answer = await office.ask("POST", path, {"clients": [str(id_)], "to": to}, boss)
        return status, answer.get("code")

    assert await assign(doras, "emil") == (200, None)
    assert await assign(claras, "emil") == (404, "client_not_found")
    assert await assign(doras, "clara") == (403, "serve_not_yours")
    assert await assign(doras, "engineer") == (400, "serve_reads_none")
    assert await assign(doras, "nobody at all") == (400, "serve_unknown")
    assert await office.curators([doras, claras]) == {"emil": 1, "clara": 1}
    dora = await office.token("dora")
    for where, body in (
        ("/api/v1/divisions", {"unassigned": True, "to": ["dora"]}),
        (path, {"clients": [str(doras)], "to": "dora"}),
    ):
        status, problem = await office.ask("POST", where, body, dora)
        assert (status, problem["code"]) == (403, "not_allowed")


async def test_a_plan_is_his_who_asked_for_it(three: Office) -> None:
    await three.person("boss", exceptions=ASSIGN)
    await three.write(lambda c: cards(c, 4, "anna"))
    plan = await plan_of(three, of="anna", to=["boris"])
    boss, path = await three.token("boss"), f"/api/v1/divisions/{plan['id']}"
    assert (await three.ask("POST", f"{path}/run", headers=boss))[0] == 404
    assert (await three.ask("POST", f"{path}/run"))[0] == 202
    assert (await three.ask("GET", path, headers=boss))[0] == 404


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"to": ["anna"]}, "which_clients"),
        ({"unassigned": True}, "to_or_by_category"),
        ({"unassigned": True, "to": ["anna"], "by_category": {}}, "to_or_by_category"),
        ({"unassigned": True, "to": []}, "nobody_to_divide_among"),
        ({"unassigned": True, "to": ["zoe"]}, "serve_unknown"),
        ({"unassigned": "perhaps", "to": ["anna"]}, "invalid_field"),
        ({"clients": ["no id"], "to": ["anna"]}, "invalid_field"),
        ({"post": "owner", "unassigned": True, "to": ["anna"]}, "invalid_field"),
        ({"whatever": 1}, "invalid_field"),
    ],
)
async def test_bad_requests_are_named(office: Office, wanted: dict[str, object], code: str) -> None:
    status, problem = await office.ask("POST", "/api/v1/divisions", wanted)
    assert (status, problem["code"]) == (400, code), problem


async def test_deputies_are_divided_too(three: Office) -> None:
    ids = await three.write(lambda c: cards(c, 4, "anna", category="d"))
    plan = await plan_of(three, post="deputy", category="d", to=["anna", "boris", "clara"])
    comes = {one["name"]: one["comes"] for one in plan["people"]}
    assert comes == {"anna": 0, "boris": 2, "clara": 2}
    await three.ask("POST", f"/api/v1/divisions/{plan['id']}/run")
    await three.moved(plan["id"])
    # A deputy who becomes the curator is no deputy any more.
    wanted = {"clients": list(map(str, ids)), "to": "boris"}
    assert await three.ask("POST", "/api/v1/clients/assign", wanted) == (
        200,
        {"moved": 4, "stayed": 0},
    )
    rows = await three.rows(select(client.c.deputy).where(client.c.id.in_(ids)))
    assert Counter(row.deputy for row in rows) == {None: 2, "clara": 2}


async def test_the_rule_for_new_clients(office: Office) -> None:
    path = "/api/v1/policies/division"
    assert await office.ask("GET", path) == (200, {"rule": "nobody", "among": []})
    for wanted, code in (
        ({"rule": "evenly"}, "evenly_among_nobody"),
        ({"rule": "who_talked", "among": ["anna"]}, "among_for_evenly_only"),
        ({"rule": "evenly", "among": ["zoe"]}, "serve_unknown"),
        ({"rule": "always"}, "invalid_field"),
    ):
        status, problem = await office.ask("PUT", path, wanted)
        assert (status, problem["code"]) == (400, code)
    rule = {"rule": "evenly", "among": ["anna", "boris"]}
    assert await office.ask("PUT", path, rule) == (200, rule)
    assert await office.ask("GET", path) == (200, rule)
    assert (await office.ask("GET", path, headers=await office.token("anna")))[0] == 403
