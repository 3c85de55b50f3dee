"""``callward division``, ``people leave`` and ``tasks``, against the daemon itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner, Result

from daemon.cli.app import app

from .conftest import Office, cards

Command = Callable[..., Awaitable[Result]]

SETTINGS = """\
[company]
numbers = ["+442079460000"]
region = "GB"

[[pbx]]
secret = "not a secret"
trunks = ["operator"]

[database]
url = "sqlite+aiosqlite:///{folder}/callward.db"

[vault]
key_file = "{folder}/vault.key"

[recordings]
storage = "file://{folder}/recordings"

[http]
port = {port}
"""


@pytest.fixture
def command(office: Office, tmp_path: Path) -> Command:
    """Beside the daemon, in a thread of its own."""
    config = tmp_path / "callward.toml"
    config.write_text(SETTINGS.format(folder=tmp_path, port=office.daemon.http_port))

    async def run(*arguments: str, language: str = "en") -> Result:
        env = {"CALLWARD_LANGUAGE": language, "COLUMNS": "200"}
        full = [*arguments, "--config", str(config)]
        return await asyncio.to_thread(lambda: CliRunner().invoke(app, full, env=env))

    return run


def shown(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
async def annas(office: Office) -> list[UUID]:
    await office.person("clara")
    found: list[UUID] = await office.write(lambda c: cards(c, 6, "anna"))
    return found


async def test_divided_as_shown(office: Office, command: Command, annas: list[UUID]) -> None:
    result = await command("division", "plan", "--of", "anna", "--to", "boris,clara")
    assert result.exit_code == 0, result.output
    assert "Clients: 6; change hands: 6" in result.output
    plan = shown(await command("division", "plan", "--of", "anna", "--to", "boris,clara", "--json"))
    assert f"callward division run {plan['id']}" in result.output
    assert await office.curators(annas) == {"anna": 6}
    result = await command("division", "run", plan["id"])
    assert "6 moved" in result.output, result.output
    assert await office.curators(annas) == {"boris": 3, "clara": 3}
    result = await command("division", "run", "an old plan")
    assert result.exit_code == 1
    assert "no such plan" in result.stderr


async def test_assigned_at_once(office: Office, command: Command, annas: list[UUID]) -> None:
    result = await command("clients", "assign", *map(str, annas[:2]), "--to", "clara")
    assert "Given: 2" in result.output, result.output
    result = await command("clients", "assign", str(annas[2]), "--nobody")
    assert result.exit_code == 0, result.output
    assert await office.curators(annas) == {"anna": 3, "clara": 2, None: 1}
    result = await command("clients", "assign", str(annas[0]))
    assert (result.exit_code, "--nobody" in result.stderr) == (2, True)


async def test_the_rule(command: Command) -> None:
    assert "everybody's" in (await command("division", "rule")).output
    result = await command("division", "rule", "evenly", "--among", "anna, boris")
    assert "anna, boris" in result.output, result.output
    result = await command("division", "rule", "sometimes")
    assert result.exit_code == 1


async def test_somebody_leaves(office: Office, command: Command, annas: list[UUID]) -> None:
    result = await command("people", "leave", "anna", "--to", "boris,clara", "--dry-run")
    assert result.exit_code == 0, result.output
    assert "anna leaves. Clients: 6" in result.output
    assert "Private clients of anna" in result.output
    assert await office.curators(annas) == {"anna": 6}
    # Nobody is there to be asked.
    result = await command("people", "leave", "anna", "--to", "boris,clara")
    assert result.exit_code == 2
    assert "--yes" in result.stderr
    assert await office.curators(annas) == {"anna": 6}
    result = await command("people", "leave", "anna", "--to", "boris,clara", "--yes", language="ru")
    assert result.exit_code == 0, result.output
    assert "все сеансы закрыты" in result.output
    async with asyncio.timeout(20):
        while await office.curators(annas) != {"boris": 3, "clara": 3}:
            await asyncio.sleep(0.01)
    result = await command("people", "aftermath", "anna")
    assert "6" in result.output, result.output
    assert shown(await command("people", "touched", "anna", "--json"))["clients"] == []
    result = await command("people", "return", "anna")
    assert "anna works here again" in result.output, result.output
    result = await command("people", "leave", "zoe", "--group", "--yes")
    assert result.exit_code == 1


async def test_tasks(office: Office, command: Command, annas: list[UUID]) -> None:
    made = shown(
        await command(
            "tasks", "add", str(annas[0]), "send the offer", "--due", "2026-01-03T09:00", "--json"
        )
    )
    assert (made["agent"], made["text"], made["overdue"]) == ("anna", "send the offer", True)
    result = await command("tasks", "add", str(annas[0]), "later", "--for", "anna")
    assert "for anna" in result.output, result.output
    result = await command("tasks")
    assert "send the offer" in result.output, result.output
    assert [one["text"] for one in shown(await command("tasks", "list", "--json"))] == [
        "later",
        "send the offer",
    ]
    assert [one["id"] for one in shown(await command("tasks", "list", "--overdue", "--json"))] == [
        made["id"]
    ]
    assert "closed" in (await command("tasks", "done", made["id"])).output
    assert [one["text"] for one in shown(await command("tasks", "list", "--json"))] == ["later"]
    assert "open again" in (await command("tasks", "reopen", made["id"])).output
    result = await command("tasks", "add", str(annas[0]), "x", "--due", "tomorrow")
    assert result.exit_code == 1
    assert "due_at" in result.stderr
