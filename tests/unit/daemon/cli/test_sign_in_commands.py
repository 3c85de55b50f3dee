"""``callward sign-in``, ``people reset-codes``, and a report as it stands in a terminal."""

from __future__ import annotations

import json
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from daemon.cli.report_tables import duration, report_table

if TYPE_CHECKING:
    from .conftest import Command, Running


def shown(result: Any) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_policy_is_shown_and_changed_in_part(command: Command, running: Running) -> None:
    assert "after 12 h without use, and after 7 d" in command("sign-in", "show").output
    said = command("sign-in", "set", "--idle-hours", "8", "--codes-for", "director").output
    assert "8 h without use" in said
    assert "needed by: director" in said
    policy = shown(command("sign-in", "set", "--attempts", "3", "--no-bind-address", "--json"))
    assert (policy["idle_hours"], policy["attempts"], policy["totp_roles"]) == (8, 3, ["director"])
    assert shown(command("sign-in", "set", "--codes-for-nobody", "--json"))["totp_roles"] == []
    assert "не нужны ни одной" in command("sign-in", "show", CALLWARD_LANGUAGE="ru").output


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["sign-in", "set"], 2, "Nothing to change"),
        (["sign-in", "set", "--codes-for", "manager", "--codes-for-nobody"], 2, "--codes-for"),
        (["sign-in", "set", "--codes-for", "king"], 1, "king"),
        (["sign-in", "set", "--idle-hours", "0"], 1, "idle_hours"),
        (["sign-in", "set", "--no-password"], 1, "Windows"),
        (["people", "reset-codes", "king"], 1, "no such person"),
    ],
)
def test_what_cannot_be_is_one_line(
    command: Command, running: Running, arguments: list[str], code: int, said: str
) -> None:
    result = command(*arguments)
    assert (result.exit_code, len(result.stderr.splitlines())) == (code, 1), result.output
    assert said in result.stderr


def test_somebodys_codes_are_taken_away(command: Command, running: Running) -> None:
    assert "anna" in command("people", "reset-codes", "anna").output


def test_a_report_fits_into_a_terminal() -> None:
    figures: dict[str, Any] = {
        "inbound": 101, "answered": 80, "missed": 21, "outbound": 7, "reached": 5,
        "waiting": {"median": 13.6}, "talk": {"median": None}, "talk_seconds": 26860.0,
    }  # fmt: skip
    lines: list[dict[str, Any]] = [
        {"line": 1, "number": "+442079460000"},
        {"line": 2, "number": None},
    ]
    report = {"items": [one | figures for one in lines], "total": figures}
    written = StringIO()
    Console(file=written, width=80).print(report_table("numbers", report, "en"))
    rows = [line.split() for line in written.getvalue().splitlines() if line.strip()]
    assert rows[2] == [
        *("+442079460000", "101", "80", "21", "7", "5", "0:14", "–", "7:27:40"),
    ]
    assert rows[3][:2] == ["number", "2"]
    assert rows[4][0] == "Total"


def test_a_duration_is_read_like_a_clock() -> None:
    assert [duration(one) for one in (0, 9, 161, 3909)] == ["0:00", "0:09", "2:41", "1:05:09"]
