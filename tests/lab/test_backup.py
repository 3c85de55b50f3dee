"""A backup of a running company, put onto an empty machine: every call and every sound is there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.daemon import Daemon, audio, free_port
from lab.lab import Lab
from lab.operator import operator_headers
from lab.phones import Answer
from lab.postgres import Postgres
from lab.scenarios import Stage, numbers

pytestmark = pytest.mark.lab

CALLS = 4


class OtherMachine(Daemon):
    """An empty folder, and settings in it; its PBX is gone."""

    def __init__(self, folder: Path, database_url: str | None) -> None:
        folder.mkdir()
        self.port = free_port()
        self.config = folder / "callward.toml"
        self.log_file = folder / "callward.log"
        self.folder = folder
        self.url = database_url or f"sqlite+aiosqlite:///{folder}/callward.db"
        self._process = None
        self._log = None

    def take_settings(self, old: Daemon) -> None:
        """Those of the old machine, with this one's folders, port and database."""
        text = moved(old.config.read_text(), self.folder)
        text = re.sub(r'(?m)^url = ".*"$', f'url = "{self.url}"', text)
        text = re.sub(r"(?m)^port = (\d+)$", self._other_port(old.port), text)
        self.config.write_text(text)

    def _other_port(self, http: int) -> Any:
        def other(found: re.Match[str]) -> str:
            # Its PBX is gone: nobody listens there.
            return f"port = {self.port if int(found[1]) == http else 1}"

        return other

    @property
    def leads(self) -> bool:
        """Without a PBX it is never whole; it answers."""
        return "items" in self._get("/api/v1/calls?limit=1")

    @property
    def headers(self) -> dict[str, str]:
        return operator_headers(self.config)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_urls(request: pytest.FixtureRequest) -> Iterator[tuple[str | None, str | None]]:
    if request.param == "sqlite":
        yield None, None
        return
    with Postgres() as server:
        yield server.create("old"), server.create("new")


def everything(daemon: Daemon) -> dict[str, Any]:
    """Calls whole, clients, and each day's ledger."""
    calls = [daemon.get(f"/api/v1/calls/{one['id']}") for one in daemon.calls()]
    clients = daemon.get("/api/v1/clients?limit=200")["items"]
    return {"calls": calls, "clients": clients}


def talk(stage: Stage, customer: int) -> None:
    """A real call with two sides that are heard."""
    desk = stage.desk("101", Answer(0.2))
    caller = stage.dial(stage.customer(customer), numbers.DESK_101)
    stage.answers(desk)
    heard = caller.phone.heard(caller.call)
    stage.wait_until(lambda: heard.exists() and heard.stat().st_size > 16000)
    caller.hangup()


def over(daemon: Daemon, count: int) -> bool:
    """Whether all calls ended, and what became of each recording is known: so many are stored.

    The PBX's log may hold calls of others, of whose recordings nothing is left.
    """
    calls = [daemon.get(f"/api/v1/calls/{one['id']}") for one in daemon.calls()]
    states = [one["state"] for call in calls for one in call["recordings"]]
    return (
        all(call["ended_at"] is not None for call in calls)
        and all(call["recordings"] or call["recording"] is None for call in calls)
        and states.count("stored") >= count
        and "failed" not in states
    )


def test_an_empty_machine_has_the_same_calls_sounds_and_ledger(
    lab: Lab,
    stage: Stage,
    alone: None,
    log_of_days: None,
    tmp_path: Path,
    database_urls: tuple[str | None, str | None],
) -> None:
    old = Daemon(lab, name="backed-up", database_url=database_urls[0])
    home = tmp_path / "old"
    home.mkdir()
    settings = moved(old.config.read_text(), home)
    own = f'[ledger]\nsettle_seconds = 5\n[backup]\nkey_file = "{home}/backup.key"\n'
    old.config.write_text(f"{settings}\n{own}")
    copies = str(tmp_path / "copies")
    with old:
        recovery = old.command("backup", "key").strip()
        for at in range(CALLS):
            talk(stage, 180 + at)
        # One that is made while a call runs is whole as well.
        desk = stage.desk("101", Answer(0.2))
        running = stage.dial(stage.customer(190), numbers.DESK_101)
        leg = stage.answers(desk)
        old.wait_until(lambda: old.calls()[0]["answered_by"] == "101")
        early = json.loads(old.command("backup", "--to", copies, "--json"))
        assert early["restored"] is True
        assert early["tables"]["call"] >= CALLS + 1
        running.hangup()
        leg.wait_end()
        old.wait_until(lambda: over(old, CALLS + 1))
        before = everything(old)
        said = json.loads(old.command("backup", "--to", f"{copies}/last.backup", "--json"))
        sounds = {id_: audio(old, id_, tmp_path / "played").read_bytes() for id_ in stored(before)}
        days = Counter(call["started_at"][:10] for call in before["calls"])
        ledgers = {day: ledger(old, day, calls) for day, calls in days.items()}
    assert (said["missing"], said["altered"]) == ([], [])
    assert said["recordings"] == len(sounds) >= CALLS + 1
    checked = [one for account in ledgers.values() for one in account["pbxs"]]
    assert not any(one["unchecked"] for one in checked)
    assert sum(one["matched"] for one in checked) >= CALLS + 1

    new = OtherMachine(tmp_path / "new", database_urls[1])
    new.take_settings(old)
    command = [sys.executable, "-m", "daemon", "backup", "key", "--restore"]
    subprocess.run([*command, "--config", str(new.config)], input=recovery, text=True, check=True)
    done = json.loads(new.command("restore", said["path"], "--json"))
    assert (done["recordings"], done["absent"]) == (len(sounds), 0)
    with new:
        assert everything(new) == before
        played = {id_: audio(new, id_, tmp_path / "played").read_bytes() for id_ in sounds}
        assert played == sounds
        assert {day: ledger(new, day, calls) for day, calls in days.items()} == ledgers


def moved(settings: str, folder: Path) -> str:
    """With all that Callward keeps in that folder."""
    home = re.search(r'key_file = "(.*)/vault.key"', settings)
    assert home is not None
    return settings.replace(home[1], str(folder))


def stored(found: dict[str, Any]) -> list[str]:
    """Ids of the recordings that can be played."""
    recordings = [one for call in found["calls"] for one in call["recordings"]]
    return [one["id"] for one in recordings if one["state"] == "stored"]


def ledger(daemon: Daemon, day: str, calls: int) -> dict[str, Any]:
    """What a look at that day finds once so many calls are judged, but for when it looked."""
    account: dict[str, Any] = {}

    def is_judged() -> bool:
        found = daemon.ask("POST", f"/api/v1/ledger/{day}/check")
        account.update(found["account"] or {})
        return bool(not found["checking"] and account["customers"] + account["nameless"] == calls)

    daemon.wait_until(is_judged)
    return {name: value for name, value in account.items() if name != "checked_at"}
