"""The ledger of a day of real calls: clean after a kill, and it finds and mends what is broken."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from lab.daemon import Daemon
from lab.lab import Lab
from lab.phones import Answer
from lab.scenarios import Stage, numbers
from tests.lab.test_capture import listens, stored

pytestmark = pytest.mark.lab

_BY_CALL = ("leg", "transfer", "announcement", "call_recording", "recording", "call_linkedid")


@dataclass
class Books:
    """Callward beside the lab, with what an operator's hands reach."""

    daemon: Daemon
    home: Path

    def look(self, day: str, order: str = "check") -> dict[str, Any]:
        found: dict[str, Any] = self.daemon.ask("POST", f"/api/v1/ledger/{day}/{order}")
        return found

    def sql(self, *statements: tuple[str, bytes]) -> list[Any]:
        base = sqlite3.connect(self.home / "callward.db", timeout=30)
        try:
            with base:
                rows = [base.execute(text, (value,)).fetchall() for text, value in statements]
        finally:
            base.close()
        return rows[-1]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "daemon", *arguments, "--config", str(self.daemon.config)],
            check=False,
            capture_output=True,
            text=True,
            env={"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        )


@pytest.fixture
def books(lab: Lab, alone: None, log_of_days: None) -> Iterator[Books]:
    """Calls are judged five seconds after their end."""
    daemon = Daemon(lab, name="books")
    daemon.config.write_text(daemon.config.read_text() + "\n[ledger]\nsettle_seconds = 5\n")
    with daemon:
        yield Books(daemon, lab.folder / "callward")


def talk(stage: Stage, caller: int) -> None:
    """A customer calls 101, who answers; both hear each other."""
    stage.desk("101", Answer(0.3))
    customer = stage.dial(stage.customer(caller), numbers.DESK_101)
    agent = stage.answers(stage.desk("101"))
    customer.wait("answered")
    listens(stage, customer, 0.5)
    customer.hangup()
    agent.wait_end()


def test_a_days_ledger_is_clean_and_what_is_broken_is_found_and_mended(
    stage: Stage, books: Books
) -> None:
    daemon = books.daemon
    began = datetime.now(UTC)
    day = f"{began:%Y-%m-%d}"
    talk(stage, 186)
    daemon.kill()
    talk(stage, 187)
    daemon.start()
    talk(stage, 188)

    def mine() -> list[dict[str, Any]]:
        return [
            one
            for one in daemon.calls()
            if datetime.fromisoformat(one["started_at"]) > began - timedelta(seconds=2)
        ]

    daemon.wait_until(lambda: len(mine()) == 3 and all(one["complete"] for one in mine()))
    calls = mine()
    ids = {one["id"] for one in calls}
    channels = {leg["channel"] for one in calls for leg in one["legs"]}
    kept = [stored(daemon, one["id"])["id"] for one in calls]

    def of_mine(found: dict[str, Any]) -> list[dict[str, Any]]:
        """Other tests' calls of this lab stand in the same day's ledger."""
        return [
            one
            for one in found["differences"]
            if one["call_id"] in ids or one["linkedid"] in channels or one["recording_id"] in kept
        ]

    def is_judged() -> bool:
        account = books.look(day)["account"]
        return bool(not account["pbxs"][0]["running"] and not account["recordings_waiting"])

    daemon.wait_until(is_judged)
    clean = books.look(day)
    [pbx] = clean["account"]["pbxs"]
    assert pbx["unchecked"] is None
    assert pbx["logged"] >= 3
    assert of_mine(clean) == []

    # By hand: one call's rows, and the file of another one's recording.
    gone, silent = UUID(calls[0]["id"]), UUID(calls[1]["id"])
    [(path,)] = books.sql(("SELECT path FROM recording WHERE call_id = ?", silent.bytes))
    (books.home / "recordings" / path).unlink()
    books.sql(
        *((f"DELETE FROM {table} WHERE call_id = ?", gone.bytes) for table in _BY_CALL),
        ("DELETE FROM call WHERE id = ?", gone.bytes),
    )
    command = books.command("ledger", "--day", day)
    assert command.returncode == 1, command.stderr
    assert "call not stored" in command.stdout
    kinds = sorted(one["kind"] for one in of_mine(books.look(day)))
    assert kinds == ["not_stored", "object_missing", "orphan"]

    mended = books.look(day, "fix")
    [left] = of_mine(mended)
    assert (left["kind"], left["call_id"]) == ("object_missing", str(silent))
    assert "backup" in left["left"]
    back = daemon.get(f"/api/v1/calls/{gone}")
    assert (back["disposition"], back["answered_by"]) == ("answered", "101")
    assert back["client_id"] == calls[0]["client_id"]
    assert stored(daemon, str(gone))["id"] == kept[0]
    assert mended["account"]["mended"]
    assert books.look(day, "fix")["account"]["mended"] == []
