"""Rules of fields over the API: what is hidden from whom."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from crm.access import Right, Scope
from crm.audit import Action
from crm.card_tables import custom_field
from tests.unit.daemon.api.conftest import House
from tests.unit.daemon.api.door import Client, Door, as_, told


@pytest.fixture
def operator(client: Client, house: House) -> Door:
    return Door(client, house.operator)


async def test_fields_are_hidden_and_shown(operator: Door, house: House) -> None:
    wanted = {"subject": "role", "name": "manager", "hide": ["contacts"], "show": ["notes"]}
    status, preview = await operator("POST", "field-rules/preview", wanted)
    assert status == 200
    assert preview["items"][0] == {
        "person": "anna",
        "role": "manager",
        "hidden": ["addresses", "emails", "messengers", "phones"],
        "before": ["phones"],
    }
    assert (await operator("GET", "field-rules"))[1]["items"] == []
    status, stored = await operator("PUT", "field-rules", wanted)
    assert (status, len(stored["items"])) == (200, 5)
    own = {"subject": "person", "name": "anna", "show": ["phones"]}
    await operator("PUT", "field-rules", own)
    assert (await operator("GET", "people/anna"))[1]["hidden"] == [
        "addresses",
        "emails",
        "messengers",
    ]
    gone = "field-rules?subject=person&name=anna&field=phones"
    assert (await operator("DELETE", gone))[0] == 204
    assert (await operator("DELETE", gone))[1]["code"] == "field_rule_not_found"
    assert "phones" in (await operator("GET", "people/anna"))[1]["hidden"]
    assert [about for _, about in await told(house, Action.FIELD_RULE_CHANGED)] == [
        *["role:manager"] * 5,
        *["person:anna"] * 2,
    ]


async def test_rules_go_in_the_same_change(operator: Door, house: House) -> None:
    own = {"subject": "person", "name": "anna", "hide": ["notes"], "show": ["phones"]}
    await operator("PUT", "field-rules", own)
    wanted = {"subject": "person", "name": "anna", "hide": ["emails"], "reset": ["phones"]}
    preview = (await operator("POST", "field-rules/preview", wanted))[1]["items"]
    assert (preview[0]["person"], preview[0]["hidden"]) == ("anna", ["emails", "notes", "phones"])
    assert preview[0]["before"] == ["notes"]
    stored = (await operator("PUT", "field-rules", wanted))[1]["items"]
    assert {(one["field"], one["hidden"]) for one in stored} == {("notes", True), ("emails", True)}
    # Where there is no such rule any more, nothing is left to do; what was done is told once.
    again = {"subject": "person", "name": "anna", "reset": ["phones"]}
    assert (await operator("PUT", "field-rules", again))[0] == 200
    told_of = await told(house, Action.FIELD_RULE_CHANGED)
    assert [about for _, about in told_of] == ["person:anna"] * 4


async def test_a_custom_field_can_be_hidden(operator: Door, house: House) -> None:
    def put(connection: Connection) -> None:
        connection.execute(
            custom_field.insert().values(
                key="passport", label="Passport", kind="text", choices=[], position=1
            )
        )

    await house.context.database.write(put)
    wanted = {"subject": "everyone", "hide": ["custom:passport"]}
    status, stored = await operator("PUT", "field-rules", wanted)
    assert (status, "custom:passport" in stored["fields"]) == (200, True)
    assert "custom:passport" in (await operator("GET", "people/anna"))[1]["hidden"]


@pytest.mark.parametrize(
    ("wanted", "code", "said"),
    [
        ({"subject": "everyone", "hide": ["shoe"]}, "not_hideable", "shoe"),
        ({"subject": "everyone", "hide": ["name"]}, "not_hideable", "phones, emails"),
        ({"subject": "everyone", "show": ["custom:none"]}, "not_hideable", "show"),
        ({"subject": "everyone"}, "hide_or_show", "hide"),
        ({"subject": "everyone", "reset": ["shoe"]}, "not_hideable", "reset"),
        ({"subject": "everyone", "hide": ["notes"], "reset": ["notes"]}, "hide_or_show", "once"),
        ({"subject": "everyone", "hide": ["phones"], "show": ["contacts"]}, "hide_or_show", "once"),
        ({"subject": "everyone", "name": "anna", "hide": ["phones"]}, "subject_name", "everyone"),
        ({"subject": "role", "hide": ["phones"]}, "subject_name", "names it"),
        ({"subject": "role", "name": "king", "hide": ["phones"]}, "unknown_subject", "king"),
        ({"subject": "person", "name": "nobody", "hide": ["phones"]}, "unknown_subject", "nobody"),
        ({"subject": "planet", "hide": ["phones"]}, "invalid_field", "everyone, role, person"),
        ({"subject": "everyone", "hide": "phones"}, "invalid_field", "a list"),
    ],
)
async def test_a_wrong_rule_is_named(operator: Door, wanted: object, code: str, said: str) -> None:
    for method, path in (("PUT", "field-rules"), ("POST", "field-rules/preview")):
        status, answer = await operator(method, path, wanted)
        assert (status, answer["code"]) == (400, code)
        assert said in answer["detail"]


async def test_nobody_shows_what_he_does_not_see(client: Client, house: House) -> None:
    await house.person("guard", {Right.POLICY_CHANGE: Scope.ALL, Right.POLICY_READ: Scope.ALL})
    guard = await as_(client, house, "guard")
    for wanted in (
        {"subject": "person", "name": "guard", "show": ["phones"]},
        {"subject": "role", "name": "manager", "show": ["phones"]},
    ):
        status, answer = await guard("PUT", "field-rules", wanted)
        assert (status, answer["code"]) == (403, "beyond_yours")
    assert (await guard("PUT", "field-rules", {"subject": "everyone", "hide": ["emails"]}))[
        0
    ] == 200
    _, preview = await guard(
        "POST", "field-rules/preview", {"subject": "everyone", "hide": ["emails"]}
    )
    assert [one["person"] for one in preview["items"]] == ["guard"]
