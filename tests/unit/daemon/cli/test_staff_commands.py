"""``callward people``, ``roles``, ``departments``, ``fields``: through the running daemon."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .conftest import Command, Running


def shown(result: Any) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_people_are_added_changed_and_listed(command: Command, running: Running) -> None:
    added = command("people", "add", "Карл Май", "--role", "trainee", "--full-name", "K. M.")
    assert "callward people password" in added.output
    command("departments", "set", "sales")
    changed = shown(
        command(
            *("people", "set", "Карл Май", "--role", "manager", "--department", "sales"),
            *("--allow", "clients.export=own", "--full-name", "", "--json"),
        )
    )
    assert (changed["role"], changed["department"], changed["full_name"]) == (
        "manager",
        "sales",
        None,
    )
    more = shown(command("people", "set", "Карл Май", "--allow", "calls.make=none", "--json"))
    assert more["exceptions"] == {"clients.export": "own", "calls.make": "none"}
    none = shown(command("people", "set", "Карл Май", "--no-exceptions", "--json"))
    assert none["exceptions"] == {}
    listed = shown(command("people", "list", "--department", "sales", "--json"))
    assert [one["name"] for one in listed] == ["Карл Май"]
    table = command("people", "list", CALLWARD_LANGUAGE="ru").output
    assert "Карл Май" in table
    assert "не может" in table
    assert "clients.read" in command("people", "show", "Карл Май").output


def test_departments_are_a_tree(command: Command, running: Running) -> None:
    command("departments", "set", "sales")
    command("departments", "set", "retail", "--under", "sales")
    assert "└── retail" in command("departments", "list").output
    refused = command("departments", "remove", "sales")
    assert (refused.exit_code, "retail" in refused.stderr) == (1, True)
    assert command("departments", "remove", "retail").exit_code == 0
    assert [one["name"] for one in shown(command("departments", "list", "--json"))] == ["sales"]


def test_a_role_is_made_like_another(command: Command, running: Running) -> None:
    made = shown(
        command(
            *("roles", "set", "closer", "clients.read=all", "calls.make=none"),
            *("--like", "manager", "--json"),
        )
    )
    assert made["rights"]["clients.read"] == "all"
    assert "calls.make" not in made["rights"]
    assert made["rights"]["tasks.read"] == "own"
    changed = shown(command("roles", "set", "closer", "tasks.read=department", "--json"))
    assert changed["rights"]["tasks.read"] == "department"
    assert "closer" in command("roles", "list").output
    assert "tasks.read" in command("roles", "show", "closer").output
    assert command("roles", "remove", "closer").exit_code == 0
    assert "closer" not in command("roles", "list").output


def test_fields_are_previewed_hidden_shown_and_reset(command: Command, running: Running) -> None:
    command("people", "add", "karl")
    whom = ("--person", "karl")
    would = command("fields", "hide", "contacts", *whom, "--preview")
    assert "would change for 1" in would.output
    assert shown(command("people", "show", "karl", "--json"))["hidden"] == ["phones"]
    assert "changed for 1" in command("fields", "hide", "contacts", *whom).output
    assert len(shown(command("people", "show", "karl", "--json"))["hidden"]) == 4
    everybody = shown(command("fields", "show", "phones", *whom, "--json"))
    assert {one["person"] for one in everybody} >= {"anna", "karl"}
    assert "person karl" in command("fields", "list").output
    assert command("fields", "reset", "contacts", *whom).exit_code == 0
    assert shown(command("people", "show", "karl", "--json"))["hidden"] == ["phones"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["people", "set", "anna"], 2, "Nothing"),
        (["people", "set", "nobody", "--role", "manager"], 1, "no such person"),
        (["people", "set", "anna", "--allow", "clients.read"], 2, "RIGHT=SCOPE"),
        (["people", "set", "anna", "--allow", "clients.read=mine"], 1, "department"),
        (["people", "add", "x", "--role", "king"], 1, "administrator"),
        (["roles", "set", "closer"], 2, "Nothing"),
        (["roles", "set", "closer", "--like", "king"], 2, "administrator"),
        (["roles", "set", "closer", "clients.steal=all"], 1, "clients.steal"),
        (["roles", "show", "king"], 1, "no such role"),
        (["fields", "hide", "phones"], 2, "--everyone"),
        (["fields", "hide", "phones", "--everyone", "--role", "manager"], 2, "one of them"),
        (["fields", "hide", "shoe", "--everyone"], 1, "shoe"),
    ],
)
def test_what_is_wrong_is_one_line(
    command: Command, running: Running, arguments: list[str], code: int, said: str
) -> None:
    result = command(*arguments)
    assert result.exit_code == code, result.output
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_who_is_away(command: Command, running: Running) -> None:
    assert "Everybody is here." in command("people", "away").output
    told = command("people", "away", "anna", "--until", "2h", "--reason", "meeting").output
    assert "anna is away (meeting) until " in told
    (gone,) = shown(command("people", "away", "--json"))
    assert (gone["person"], gone["reason"], gone["set_by"]) == ("anna", "meeting", "operator")
    assert "anna" in command("people", "away", CALLWARD_LANGUAGE="ru").output
    refused = command("people", "away", "anna", "--until", "soon")
    assert (refused.exit_code, "17:30" in refused.stderr) == (2, True)
    assert "anna takes calls" in command("people", "back", "anna").output
    assert shown(command("people", "away", "--json")) == []
