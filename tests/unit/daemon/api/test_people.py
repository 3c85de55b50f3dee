"""People, roles, departments and field rules over the API."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, update

from crm.access import Right, Scope
from crm.audit import Action
from crm.people_tables import person
from tests.unit.daemon.api.conftest import House
from tests.unit.daemon.api.door import Client, Door, as_, told

PERSONNEL = {
    Right.PEOPLE_READ: Scope.DEPARTMENT,
    Right.PEOPLE_CHANGE: Scope.ALL,
}


@pytest.fixture
def operator(client: Client, house: House) -> Door:
    return Door(client, house.operator)


async def give_password(house: House, *names: str) -> None:
    def put(connection: Connection) -> None:
        connection.execute(
            update(person).where(person.c.name.in_(names)).values(password_hash="argon2")
        )

    await house.context.staff.change(put)


async def names(door: Door, query: str = "") -> list[str]:
    status, found = await door("GET", f"people{query}")
    assert status == 200, found
    return [one["name"] for one in found["items"]]


async def test_agents_of_the_settings_are_people(operator: Door) -> None:
    assert await names(operator) == ["anna", "boris"]
    status, anna = await operator("GET", "people/anna")
    assert (status, anna["role"], anna["hidden"]) == (200, "manager", ["phones"])
    assert (anna["created_by"], anna["has_password"]) == ("settings", False)


async def test_somebody_new_and_what_becomes_of_him(operator: Door, house: House) -> None:
    status, made = await operator(
        "POST",
        "people",
        {
            "name": "Карл Май",
            "role": "trainee",
            "exceptions": {"clients.read": "all"},
            "windows_account": "FIRM\\Karl",
        },
    )
    assert status == 201, made
    assert (made["rights"]["clients.read"], made["created_by"]) == ("all", "operator")
    assert made["windows_account"] == "firm\\karl"
    status, changed = await operator(
        "PATCH", "people/Карл Май", {"role": "manager", "exceptions": {}, "weight": 50}
    )
    assert (status, changed["role"], changed["weight"]) == (200, "manager", 50)
    assert changed["rights"]["clients.read"] == "own"
    assert await told(house, Action.PERSON_CREATED) == [("operator", "Карл Май")]
    assert await told(house, Action.PERSON_CHANGED) == [("operator", "Карл Май")]
    # What is as it was is no change.
    await operator("PATCH", "people/Карл Май", {"weight": 50})
    assert len(await told(house, Action.PERSON_CHANGED)) == 1


@pytest.mark.parametrize(
    ("body", "status", "code", "said"),
    [
        ({"name": "+44 7700 900101"}, 400, "invalid_name", "at most 6 digits"),
        ({"name": "a/b"}, 400, "invalid_name", "without a slash"),
        ({"name": "Operator"}, 400, "name_reserved", "name"),
        ({"name": "ANNA"}, 409, "name_taken", "anna"),
        ({"name": "x", "full_name": "x 447700900101"}, 400, "invalid_name", "full_name"),
        ({"name": "x", "role": "king"}, 400, "unknown_role", "director, administrator"),
        ({"name": "x", "department": "moon"}, 400, "unknown_department", "moon"),
        ({"name": "x", "exceptions": {"a.b": "all"}}, 400, "unknown_right", "exceptions.a.b"),
        (
            {"name": "x", "exceptions": {"people.change": "own"}},
            400,
            "impossible_scope",
            "allowed: none, all",
        ),
        ({"name": "x", "exceptions": 5}, 400, "invalid_field", "an object"),
        ({"name": "x", "weight": -1}, 400, "invalid_field", "0 to 1000"),
        ({"name": "x", "weight": True}, 400, "invalid_field", "0 to 1000"),
        ({"name": "x", "password": "y"}, 400, "invalid_field", "password"),
        ({}, 400, "invalid_field", "name"),
    ],
)
async def test_what_nobody_can_be_is_refused_by_name(
    operator: Door, body: object, status: int, code: str, said: str
) -> None:
    got, answer = await operator("POST", "people", body)
    assert (got, answer["code"]) == (status, code)
    assert said in answer["detail"]
    assert await names(operator) == ["anna", "boris"]


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "nothing_to_change"), ({"role": None}, "not_null"), ({"weight": None}, "not_null")],
)
async def test_a_change_says_what_changes(operator: Door, body: object, code: str) -> None:
    status, answer = await operator("PATCH", "people/anna", body)
    assert (status, answer["code"]) == (400, code)


async def test_two_have_no_windows_account_in_common(operator: Door) -> None:
    assert (await operator("PATCH", "people/anna", {"windows_account": "FIRM\\a"}))[0] == 200
    status, answer = await operator("PATCH", "people/boris", {"windows_account": "firm\\A"})
    assert (status, answer["code"]) == (409, "windows_account_taken")
    assert (await operator("PATCH", "people/anna", {"windows_account": None}))[0] == 200
    assert (await operator("PATCH", "people/boris", {"windows_account": "firm\\A"}))[0] == 200


async def test_a_windows_account_holds_no_number(operator: Door) -> None:
    for method, path, body in (
        ("PATCH", "people/anna", {}),
        ("POST", "people", {"name": "Karl"}),
    ):
        wanted = {**body, "windows_account": "FIRM\\44 7700 900100"}
        status, answer = await operator(method, path, wanted)
        assert (status, answer["code"]) == (400, "holds_number")
        assert "windows_account" in answer["detail"]


async def test_nobody_takes_a_role_that_may_read_more(
    client: Client, house: House, operator: Door
) -> None:
    await house.person("ada", role="administrator")
    rights = (await operator("GET", "roles/administrator"))[1]["rights"]
    await operator("PUT", "roles/reader", {"rights": rights})
    policy = {"roles": {"reader": {"rows_day": 100_000}}}
    assert (await operator("PUT", "policies/quotas", policy))[0] == 200
    await operator(
        "PUT", "field-rules", {"subject": "role", "name": "reader", "show": ["contacts"]}
    )
    ada = await as_(client, house, "ada")
    status, answer = await ada("PATCH", "people/ada", {"role": "reader"})
    assert (status, answer["code"]) == (403, "own_quota_raised")
    assert (await operator("PATCH", "people/ada", {"role": "reader"}))[0] == 200


async def test_who_may_not_read_people_finds_himself_alone(client: Client, house: House) -> None:
    anna = await as_(client, house, "anna")
    assert await names(anna) == ["anna"]
    assert (await anna("GET", "people/anna"))[0] == 200
    # Who is there and who is not: the same answer.
    assert await anna("GET", "people/boris") == await anna("GET", "people/nobody")
    for method, path in (
        ("POST", "people"),
        ("PATCH", "people/anna"),
        ("GET", "roles"),
        ("PUT", "roles/x"),
        ("DELETE", "roles/manager"),
        ("GET", "departments"),
        ("PUT", "departments/x"),
        ("GET", "field-rules"),
        ("PUT", "field-rules"),
        ("POST", "field-rules/preview"),
    ):
        status, answer = await anna(method, path, {})
        assert (status, answer["code"]) == (403, "not_allowed"), (method, path)


async def test_a_head_knows_his_department_and_those_below(
    client: Client, house: House, operator: Door
) -> None:
    await operator("PUT", "departments/sales", {})
    await operator("PUT", "departments/retail", {"parent": "sales"})
    await operator("PUT", "departments/service", {})
    await house.person("head", role="supervisor", department="sales")
    await house.person("anna", department="retail")
    await house.person("boris", department="service")
    head = await as_(client, house, "head")
    assert await names(head) == ["anna", "head"]
    assert await head("GET", "people/boris") == await head("GET", "people/nobody")
    _, found = await head("GET", "departments")
    assert found["items"] == [
        {"name": "retail", "parent": "sales", "people": 1},
        {"name": "sales", "parent": None, "people": 1},
    ]
    _, roles = await head("GET", "roles/manager")
    assert roles["people"] == 1


async def test_who_decides_on_people_gives_no_more_than_he_has(
    client: Client, house: House, operator: Door
) -> None:
    await operator("PUT", "departments/sales", {})
    await operator("PUT", "departments/retail", {"parent": "sales"})
    await house.person("head", PERSONNEL, role="supervisor", department="sales")
    await house.person("anna", department="retail")
    await house.person("boss", role="director", department="retail")
    head = await as_(client, house, "head")
    refused = {
        ("PATCH", "people/anna", "role", "director"): "beyond_yours",
        ("PATCH", "people/head", "role", "administrator"): "beyond_yours",
        ("PATCH", "people/boss", "role", "trainee"): "outranked",
        ("PATCH", "people/boss", "full_name", "Nobody"): "outranked",
    }
    for (method, path, key, value), code in refused.items():
        status, answer = await head(method, path, {key: value})
        assert (status, answer["code"]) == (403, code), path
    more = {"exceptions": {"clients.read": "all"}}
    assert (await head("PATCH", "people/anna", more))[1]["code"] == "beyond_yours"
    assert (await head("PATCH", "people/anna", {"role": "trainee"}))[0] == 200
    # Neither a new role, nor an old one, nor a department is a way around it.
    status, answer = await head("PUT", "roles/mine", {"rights": {"clients.export": "all"}})
    assert (status, answer["code"]) == (403, "beyond_yours")
    assert "clients.export" in answer["detail"]
    none: dict[str, object] = {"rights": {}}
    assert (await head("PUT", "roles/administrator", none))[1]["code"] == "outranked"
    assert (await head("PUT", "departments/mine", {}))[1]["code"] == "not_allowed"
    new = {"name": "new", "role": "trainee"}
    assert (await head("POST", "people", new))[1]["code"] == "department_not_yours"
    assert (await head("POST", "people", new | {"department": "retail"}))[0] == 201
    away = {"department": None}
    assert (await head("PATCH", "people/new", away))[1]["code"] == "department_not_yours"


async def test_the_last_administrator_cannot_be_lost(
    client: Client, house: House, operator: Door
) -> None:
    await house.person("root", role="administrator")
    await give_password(house, "root")
    root = await as_(client, house, "root")
    for door in (operator, root):
        for method, path, body in (
            ("PATCH", "people/root", {"role": "manager"}),
            ("PATCH", "people/root", {"exceptions": {"policy.change": "none"}}),
            ("PUT", "roles/administrator", {"rights": {"people.change": "all"}}),
        ):
            status, answer = await door(method, path, body)
            assert (status, answer["code"]) == (409, "would_lock_out"), (path, body)
            assert "nobody who can sign in" in answer["detail"]
    await house.person("second", role="administrator")
    # Who cannot sign in is no help.
    assert (await root("PATCH", "people/root", {"role": "manager"}))[0] == 409
    await give_password(house, "second")
    assert (await root("PATCH", "people/root", {"role": "manager"}))[0] == 200
    # It holds from the next request on.
    assert (await root("PATCH", "people/second", {"role": "manager"}))[0] == 403


async def test_an_administrator_whose_way_in_is_shut_does_not_count(
    house: House, operator: Door
) -> None:
    await house.person("root", role="administrator")
    await house.person("second", role="administrator")
    await give_password(house, "root")
    # Windows sign-in is not set up here.
    await operator("PATCH", "people/second", {"windows_account": "firm\\second"})
    assert (await operator("PATCH", "people/root", {"role": "manager"}))[0] == 409


async def test_roles_of_the_companys_own(operator: Door, house: House) -> None:
    _, found = await operator("GET", "roles")
    assert {one["name"] for one in found["items"] if one["template"]} >= {"director", "trainee"}
    status, made = await operator("PUT", "roles/closer", {"rights": {"clients.read": "all"}})
    assert (status, made["rights"]) == (200, {"clients.read": "all"})
    assert made["hidden"] == ["addresses", "emails", "messengers", "phones"]
    await operator("PATCH", "people/anna", {"role": "closer"})
    status, answer = await operator("DELETE", "roles/closer")
    assert (status, answer["code"]) == (409, "role_in_use")
    await operator("PATCH", "people/anna", {"role": "manager"})
    assert (await operator("DELETE", "roles/closer"))[0] == 204
    assert (await operator("GET", "roles/closer"))[0] == 404
    assert (await operator("DELETE", "roles/closer"))[0] == 404
    assert await told(house, Action.ROLE_CHANGED) == [("operator", "closer")] * 2


async def test_a_template_changes_and_comes_back(operator: Door) -> None:
    await operator("PATCH", "people/anna", {"exceptions": {}})
    _, before = await operator("GET", "roles/manager")
    _, changed = await operator("PUT", "roles/manager", {"rights": {"tasks.read": "own"}})
    assert (changed["changed"], changed["template"]) == (True, True)
    _, anna = await operator("GET", "people/anna")
    assert anna["rights"] == {"tasks.read": "own"}
    assert (await operator("DELETE", "roles/manager"))[0] == 204
    assert (await operator("GET", "roles/manager"))[1] == before
    status, answer = await operator("DELETE", "roles/manager")
    assert (status, answer["code"]) == (409, "role_is_template")


@pytest.mark.parametrize(
    ("path", "body", "code", "said"),
    [
        ("roles/x", {"rights": {"clients.steal": "all"}}, "unknown_right", "clients.read"),
        ("roles/x", {"rights": {"tasks.read": "ALL"}}, "impossible_scope", "none, own, department"),
        ("roles/447700900101", {"rights": {}}, "invalid_name", "6 digits"),
        ("roles/MANAGER", {"rights": {}}, "name_taken", "manager"),
        ("departments/447700900101", {}, "invalid_name", "6 digits"),
        ("departments/x", {"parent": "y"}, "unknown_department", "y"),
        ("departments/x", {"parent": "x"}, "department_circle", "x"),
    ],
)
async def test_a_wrong_role_or_department_is_named(
    operator: Door, path: str, body: object, code: str, said: str
) -> None:
    status, answer = await operator("PUT", path, body)
    assert (status in {400, 409}, answer["code"]) == (True, code)
    assert said in answer["detail"]


async def test_departments_make_no_circle_and_go_when_empty(operator: Door, house: House) -> None:
    for name, parent in (("a", None), ("b", "a"), ("c", "b")):
        assert (await operator("PUT", f"departments/{name}", {"parent": parent}))[0] == 200
    status, answer = await operator("PUT", "departments/a", {"parent": "c"})
    assert (status, answer["code"]) == (409, "department_circle")
    await operator("PATCH", "people/anna", {"department": "c"})
    for busy, why in (("b", "c"), ("c", "anna")):
        status, answer = await operator("DELETE", f"departments/{busy}")
        assert (status, answer["code"], why in answer["detail"]) == (409, "department_in_use", True)
    await operator("PATCH", "people/anna", {"department": None})
    assert (await operator("DELETE", "departments/c"))[0] == 204
    assert (await operator("DELETE", "departments/c"))[0] == 404
    assert len(await told(house, Action.DEPARTMENT_CHANGED)) == 4
