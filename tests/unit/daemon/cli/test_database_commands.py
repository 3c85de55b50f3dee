"""``callward database``: where the schema stands, forward, and back by one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from config.loading import load
from crm.audit_head import head_file, read_head
from crm.key_file import open_vault
from daemon.calls.call import Call
from daemon.cli.app import app
from daemon.messages import say
from lab.messages import LabError
from lab.postgres import Postgres
from store.database import Database
from store.leadership import Leadership
from store.lease import share
from store.migrate import _known, stored_schema
from store.migrations import HEAD

if TYPE_CHECKING:
    from .conftest import Command

T = TypeVar("T")

VERSIONS = _known()
BEFORE = VERSIONS[-2]


def with_database(command: Command, work: Callable[[Database], Awaitable[T]]) -> T:
    async def run() -> T:
        database = Database(f"sqlite+aiosqlite:///{command.folder}/callward.db")
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


def execute(command: Command, statement: str) -> list[Any]:
    def run(connection: Any) -> list[Any]:
        result = connection.execute(text(statement))
        return list(result.all()) if result.returns_rows else []

    return with_database(command, lambda database: database.write(run))


def made_newer(command: Command) -> None:
    execute(command, "UPDATE alembic_version SET version_num = '9999', callward = '7.8.9'")


@pytest.mark.sqlite
def test_where_it_stands(command: Command, stored: list[Call]) -> None:
    said = command("database", "version")
    assert said.exit_code == 0
    assert f"schema {HEAD}" in said.output
    assert "Nothing is to be done." in said.output
    assert json.loads(command("database", "version", "--json").stdout) == {
        "database": f"{command.folder}/callward.db",
        "schema": HEAD,
        "written_by": version("callward"),
        "needed": HEAD,
        "callward": version("callward"),
        "newer": False,
        "to_do": [],
    }


@pytest.mark.sqlite
def test_back_by_one_and_forward_again(command: Command, stored: list[Call]) -> None:
    said = command("database", "downgrade", "--yes")
    assert said.exit_code == 0, said.output
    assert f"from schema {HEAD} to {BEFORE}" in said.output
    assert f"Done: database {command.folder}/callward.db has schema {BEFORE}" in said.output

    said = command("database", "version")
    assert said.exit_code == 0
    assert say("en", f"database.step.{HEAD}") in said.output
    assert json.loads(command("database", "version", "--json").stdout)["to_do"] == [HEAD]
    # What would read it wrongly says so.
    for words in (("calls",), ("audit", "verify"), ("vault", "rotate", "--yes")):
        said = command(*words)
        assert said.exit_code == 1, said.output
        assert f"schema version {BEFORE}" in said.output
        assert "callward database upgrade" in said.output

    said = command("database", "upgrade")
    assert said.exit_code == 0, said.output
    assert f"has schema {HEAD}" in said.output
    assert "Nothing is to be done" in command("database", "upgrade").output
    found = json.loads(command("calls", "--json").stdout)
    assert len(found) == len(stored)


@pytest.mark.sqlite
def test_the_audit_tells_of_it_and_stays_whole(command: Command, stored: list[Call]) -> None:
    command("database", "downgrade", "--yes")
    command("database", "upgrade")

    assert command("audit", "verify").exit_code == 0
    actions = execute(command, "SELECT action, object FROM audit ORDER BY seq DESC LIMIT 1")
    assert actions == [("database_downgraded", f"{HEAD} → {BEFORE}")]
    head = read_head(head_file(load(command.config, {}).vault))
    assert head is not None
    assert [(head.seq,)] == execute(command, "SELECT max(seq) FROM audit")


@pytest.mark.sqlite
def test_it_asks_and_says_what_is_lost(command: Command, stored: list[Call]) -> None:
    while json.loads(command("database", "version", "--json").stdout)["schema"] > "0006":
        assert command("database", "downgrade", "--yes").exit_code == 0
    execute(
        command,
        "INSERT INTO away (person, since, set_by) VALUES ('anna', 0, 'anna'), ('boris', 0, 'x')",
    )
    result = CliRunner().invoke(
        app,
        ["database", "downgrade", "--config", str(command.config)],
        input="n\n",
        env={"LANG": "C", "LC_ALL": "", "CALLWARD_LANGUAGE": ""},
    )
    assert result.exit_code == 1
    assert "  away: 2" in result.output
    assert "saved_view" not in result.output
    assert "callward backup" in result.output
    assert execute(command, "SELECT version_num FROM alembic_version") == [("0006",)]
    said = command("database", "downgrade", CALLWARD_LANGUAGE="ru")
    assert "away, строк: 2" in said.output


@pytest.mark.sqlite
def test_to_the_first_one_and_no_further(command: Command, stored: list[Call]) -> None:
    for _ in VERSIONS[1:]:
        assert command("database", "downgrade", "--yes").exit_code == 0
    said = command("database", "downgrade", "--yes")
    assert said.exit_code == 1
    assert "no Callward is older" in said.output
    assert execute(command, "SELECT count(*) FROM call") == [(len(stored),)]
    assert command("database", "upgrade").exit_code == 0


@pytest.mark.sqlite
def test_not_while_a_daemon_works_on_it(command: Command, stored: list[Call]) -> None:
    def while_shared(*words: str) -> Any:
        async def run(database: Database) -> Any:
            async with share(database):
                return await asyncio.to_thread(command, *words)

        return with_database(command, run)

    for words in (["downgrade", "--yes"], ["downgrade"]):
        said = while_shared("database", *words)
        assert said.exit_code == 1
        assert "systemctl stop callward" in said.output
    assert while_shared("database", "version").exit_code == 0
    execute(command, "UPDATE alembic_version SET version_num = '0005'")
    said = while_shared("database", "upgrade")
    assert said.exit_code == 1
    assert "systemctl stop callward" in said.output


@pytest.mark.parametrize(
    "words",
    [
        ("run",),
        ("calls",),
        ("audit", "verify"),
        ("vault", "rotate", "--yes"),
        ("database", "version"),
        ("database", "upgrade"),
        ("database", "downgrade", "--yes"),
    ],
)
@pytest.mark.parametrize(
    ("spoken", "said"),
    [
        (
            "en",
            f"schema version 9999, written by Callward 7.8.9; this Callward {version('callward')}",
        ),
        ("ru", "версия схемы 9999, её записал Callward 7.8.9"),
    ],
)
@pytest.mark.sqlite
def test_a_newer_database_is_refused_with_what_to_do(
    command: Command, stored: list[Call], words: tuple[str, ...], spoken: str, said: str
) -> None:
    made_newer(command)
    result = command(*words, CALLWARD_LANGUAGE=spoken)
    assert result.exit_code != 0
    assert said in result.output
    assert "callward database downgrade" in result.output
    assert len(result.output.splitlines()) <= 3
    assert execute(command, "SELECT version_num FROM alembic_version") == [("9999",)]


@pytest.mark.sqlite
def test_there_is_none_yet(command: Command) -> None:
    for words in ("version", "upgrade", "downgrade"):
        said = command("database", words)
        assert said.exit_code == 1
        assert "There is no database yet" in said.output
    assert not Path(command.folder, "callward.db").exists()


def test_each_step_is_named(command: Command) -> None:
    for each in VERSIONS:
        assert say("en", f"database.step.{each}") != say("ru", f"database.step.{each}")


@pytest.mark.sqlite
def test_a_run_forward_waits_for_nobody_and_changes_nothing_under_a_daemon(
    command: Command, stored: list[Call]
) -> None:
    """A second daemon of a later Callward, started by mistake."""
    command("database", "downgrade", "--yes")

    async def start(database: Database) -> Any:
        async with share(database):
            said = await asyncio.to_thread(command, "run")
            return said, (await stored_schema(database)).version

    said, standing = with_database(command, start)
    assert said.exit_code != 0
    assert "systemctl stop callward" in said.output
    assert standing == BEFORE


def test_not_while_a_standby_waits(command: Command) -> None:
    """It would take over, and bring the schema forward again."""
    try:
        with Postgres() as server:
            url = server.create("callward")
            settings = command.config.read_text()
            ours = f"sqlite+aiosqlite:///{command.folder}/callward.db"
            command.config.write_text(settings.replace(ours, url))
            asyncio.run(_with_standby(command, url))
    except LabError:
        pytest.skip("PostgreSQL is not installed")


async def _with_standby(command: Command, url: str) -> None:
    works, waits = Database(url), Database(url)
    leader = Leadership(works, on_lost=lambda: None)
    standby = Leadership(waits, on_lost=lambda: None)
    assert await leader.try_to_lead()
    await open_vault(works, command.folder / "vault.key")
    assert not await standby.try_to_lead()
    await leader.release()
    said = await asyncio.to_thread(command, "database", "downgrade")
    assert said.exit_code == 1
    assert "systemctl stop callward" in said.output
    assert (await stored_schema(works)).version == HEAD
    await standby.release()
    said = await asyncio.to_thread(command, "database", "downgrade", "--yes")
    assert said.exit_code == 0, said.output
    assert (await stored_schema(works)).version == BEFORE
    # A later one is refused by who would be a standby that cannot take over.
    async with works.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    said = await asyncio.to_thread(command, "run")
    assert said.exit_code != 0
    assert "schema version 9999" in said.output
    await works.close()
    await waits.close()
