"""``callward ledger``: what it prints, and the exit code by which a script knows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.unit.daemon.api.conftest import BEGAN

if TYPE_CHECKING:
    from .conftest import Command, Running

DAY = BEGAN.date().isoformat()


def test_a_day_that_differs_says_what_and_ends_with_1(command: Command, running: Running) -> None:
    result = command("ledger", "--day", DAY)
    assert result.exit_code == 1, result.output
    assert f"{DAY}: differs, unmatched: 2" in result.output
    assert "pbx has no event log in the settings" in result.output
    assert "Outside CRM: none is used" in result.output
    assert "stored file altered" in result.output
    result = command("ledger", "--day", DAY, "--fix", CALLWARD_LANGUAGE="ru")
    assert result.exit_code == 1
    assert "Исправлено: 0" in result.output
    # The daemon of this test writes its log there too.
    printed = command("ledger", "--day", DAY, "--json").stdout
    found = json.loads(printed[printed.index('{\n  "day"') :])
    assert {one["kind"] for one in found["differences"]} == {"object_altered", "recording_missing"}


def test_without_a_day_it_is_yesterday_and_without_a_log_3(
    command: Command, running: Running
) -> None:
    result = command("ledger")
    assert result.exit_code == 3, result.output
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    assert f"{yesterday}: not all checked, unmatched: 0" in result.output


def test_a_day_that_is_none_is_said_in_one_line(command: Command, running: Running) -> None:
    result = command("ledger", "--day", "31.01.2026")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "31.01.2026" in result.stderr
    later = (datetime.now(UTC).date() + timedelta(days=2)).isoformat()
    result = command("ledger", "--day", later)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert later in result.stderr


def test_without_a_daemon_it_says_so(command: Command) -> None:
    result = command("ledger", "--day", DAY)
    assert result.exit_code == 1
    assert "127.0.0.1" in result.stderr
