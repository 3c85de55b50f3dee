"""Commands that change something go through the running daemon; those that read need none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from typer.testing import CliRunner

from crm.pins import PinCheck
from crm.tasks import open_callback_task
from daemon.cli.app import app
from tests.unit.daemon.api.conftest import BEGAN

if TYPE_CHECKING:
    from .conftest import Command, Running

NUMBER = "+442079460101"


def shown(result: Any) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def the_card(command: Command) -> dict[str, Any]:
    (card,) = shown(command("clients", "--json", "--number", NUMBER))
    return dict(card)


def test_a_card_is_set_by_its_id_and_by_its_code(command: Command, running: Running) -> None:
    card = the_card(command)
    changed = shown(
        command("clients", "set", card["id"], "--curator", "anna", "--name", "Ford", "--json")
    )
    assert (changed["curator"], changed["name"]) == ("anna", "Ford")
    result = command("clients", "set", card["short_code"], "--name", "", "--deputy", "boris")
    assert card["short_code"] in result.output
    # A list of clients tells no numbers; a card does.
    assert NUMBER in command("clients", "show", card["short_code"]).output
    changed = the_card(command)
    assert (changed["name"], changed["curator"], changed["deputy"]) == (None, "anna", "boris")
    assert shown(command("clients", "--json", "--code", card["short_code"])) == [changed]
    assert shown(command("clients", "--json", "--code", "23457")) == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["22222", "--name", "x"], 1, "There is no such client"),
        (["7x", "--name", "x"], 1, "UUID"),
        (["22222"], 2, "--curator"),
    ],
)
def test_what_cannot_be_set_is_said(
    command: Command, running: Running, arguments: list[str], code: int, said: str
) -> None:
    result = command("clients", "set", *arguments)
    assert result.exit_code == code
    assert said in result.stderr


def test_an_unknown_curator_names_who_there_is(command: Command, running: Running) -> None:
    result = command("clients", "set", the_card(command)["id"], "--curator", "carl")
    assert result.exit_code == 1
    assert "anna, boris" in result.stderr
    result = command(
        "clients", "set", the_card(command)["id"], "--curator", "carl", CALLWARD_LANGUAGE="ru"
    )
    assert "есть: anna, boris" in result.stderr


def test_tokens_are_made_listed_and_revoked(command: Command, running: Running) -> None:
    made = command("tokens", "create", "anna")
    assert made.stdout.startswith("callward_")
    assert len(made.stdout.split()) == 1
    assert "Bearer" in made.stderr
    (token,) = shown(command("tokens", "list", "--json"))
    assert token["agent"] == "anna"
    assert made.stdout.strip() not in command("tokens", "list").output
    assert command("tokens", "revoke", token["id"]).exit_code == 0
    again = command("tokens", "revoke", token["id"])
    assert (again.exit_code, "still good" in again.stderr) == (1, True)
    (token,) = shown(command("tokens", "list", "--json", "--agent", "anna"))
    assert token["revoked_at"] is not None
    assert "anna, boris" in command("tokens", "create", "carl").stderr


def test_phones_are_shown_and_chosen(command: Command, running: Running) -> None:
    before = command("phones", "anna").output
    assert "●   201" in before
    assert "–   mobile" in before
    command("phones", "anna", "--ring", "mobile", "--ring", "201", "--order", "in_turn")
    agent = running.agent("anna")
    assert (agent.ring, agent.ring_order) == (("mobile", "201"), "in_turn")
    assert "1.  mobile" in command("phones", "anna").output
    # What is not named stays.
    chosen = shown(command("phones", "anna", "--order", "together", "--json"))
    assert (chosen["ring"], chosen["order"]) == (["mobile", "201"], "together")
    assert shown(command("phones", "anna", "--reset", "--json"))["ring"] == ["201"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["anna", "--ring", "202"], 1, "201, mobile"),
        (["anna", "--order", "both"], 1, "together, in_turn"),
        (["carl"], 1, "no such agent"),
        (["anna", "--reset", "--ring", "201"], 2, "--reset"),
    ],
)
def test_a_wrong_choice_is_said(
    command: Command, running: Running, arguments: list[str], code: int, said: str
) -> None:
    result = command("phones", *arguments)
    assert result.exit_code == code
    assert said in result.stderr


def pin(command: Command, typed: str, *arguments: str) -> Any:
    return CliRunner().invoke(
        app,
        ["pin", *arguments, "--config", str(command.config)],
        input=typed,
        env={"CALLWARD_LANGUAGE": "en"},
    )


def test_a_pin_is_asked_for_unseen_and_twice(command: Command, running: Running) -> None:
    def check(typed: str) -> PinCheck:
        return running.do(running.house.context.pins.check("anna", typed))

    result = pin(command, "2580\n2580\n", "anna")
    assert result.exit_code == 0
    assert "2580" not in result.output
    assert check("2580") is PinCheck.RIGHT
    assert pin(command, "3690\n3691\n", "anna").exit_code == 2
    assert check("2580") is PinCheck.RIGHT
    simple = pin(command, "1234\n1234\n", "anna")
    assert (simple.exit_code, "1234" in simple.output) == (1, False)
    assert "too easy" in simple.stderr
    # Nobody is asked for the PIN of somebody who is not there.
    assert "New PIN" not in pin(command, "", "carl").output
    assert pin(command, "", "anna", "--remove").exit_code == 0
    assert check("2580") is PinCheck.WRONG


def test_tasks_are_listed_open_ones_first_asked(command: Command, running: Running) -> None:
    card = the_card(command)
    house = running.house
    client_id, call_id = UUID(card["id"]), house.calls[0].id
    running.do(
        house.context.database.write(
            lambda connection: open_callback_task(connection, client_id, "anna", call_id, BEGAN)
        )
    )
    (task,) = shown(command("tasks", "--json"))
    assert (task["agent"], task["short_code"]) == ("anna", card["short_code"])
    assert card["short_code"] in command("tasks").output
    assert shown(command("tasks", "--json", "--agent", "boris")) == []
    assert shown(command("tasks", "--json", "--all", "--agent", "anna")) == [task]


def test_without_the_key_it_says_so_where_a_daemon_answers(
    command: Command, running: Running
) -> None:
    key = command.folder / "vault.key"
    key.unlink()
    result = command("clients", "list", CALLWARD_LANGUAGE="ru")
    assert result.exit_code == 1
    assert "vault.key" in result.stderr
    assert "через sudo" in result.stderr
    assert "callward run" not in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["clients", "set", "22222", "--name", "x"],
        ["tokens", "create", "anna"],
        ["tokens", "list"],
        ["tokens", "revoke", "x"],
        ["phones", "anna"],
        ["pin", "anna"],
    ],
)
def test_without_a_daemon_it_says_so(command: Command, arguments: list[str]) -> None:
    command.write_settings(http_port=1)
    result = command(*arguments)
    assert result.exit_code == 1
    assert "callward run" in result.stderr
