"""The command as an operator types it."""

from __future__ import annotations

import asyncio
import io
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from daemon.api.models import CallModel
from daemon.api.viewer import operator
from daemon.cli import tables
from daemon.cli.app import app
from store.database import Database

if TYPE_CHECKING:
    from daemon.calls.call import Call

    from .conftest import Command

# The command is a process of its own, with settings of its own: they name a file.
pytestmark = pytest.mark.sqlite
JOURNALS = Path(__file__).parents[3] / "replay" / "journals"


def shown(result: Any) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    "name", ["run", "calls", "clients", "tasks", "phones", "pin", "watch", "replay", "doctor"]
)
def test_every_command_explains_itself_and_its_options(name: str) -> None:
    result = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    assert "--config" in result.output
    assert "CALLWARD_CONFIG" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [([], "Показать звонки"), (["clients", "show"], "[обязательно]"), (["import"], "good]")],
)
def test_help_speaks_russian(words: list[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "daemon", *words, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={"CALLWARD_LANGUAGE": "ru", "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"},
    )
    assert said in done.stdout
    for english in ("Usage", "Options", "Arguments", "Commands", "default", "Show this"):
        assert english not in done.stdout


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, daemon.cli.app; "
        "heavy = {'sqlalchemy', 'aiohttp', 'phonenumbers', 'panoramisk', 'numpy', 'alembic'}; "
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_daemons_process_loads_no_library_of_the_command_line_or_the_encoder() -> None:
    code = (
        "import sys; sys.modules.setdefault('rich', None); import daemon.supervisor; "
        "heavy = {'typer', 'alembic', 'numpy', 'soundfile', 'pydantic_settings'}; "
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_calls_as_json_are_those_of_the_api(command: Command, stored: list[Call]) -> None:
    calls = shown(command("calls", "--json"))
    assert [call["id"] for call in calls] == [str(call.id) for call in reversed(stored)]
    assert calls[2]["customer_number"] == "+442079460101"
    assert calls[0]["customer_number"] is None


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--disposition", "missed"], [3, 2]),
        (["--number", "020 7946 0101"], [1]),
        (["--agent", "101", "--limit", "1"], [3]),
        (["--agent", "102"], []),
        (["--since", "2026-01-02T09:02:00+00:00"], [3, 2]),
        (["--until", "2026-01-02T09:02:00+00:00"], [1]),
        (["--direction", "outbound"], []),
        (["--running"], []),
    ],
)
def test_filters(
    command: Command, stored: list[Call], options: list[str], expected: list[int]
) -> None:
    calls = shown(command("calls", "--json", *options))
    assert [call["id"] for call in calls] == [str(stored[number - 1].id) for number in expected]


def test_calls_of_a_client(command: Command, stored: list[Call]) -> None:
    (known,) = shown(command("calls", "--json", "--number", "+442079460102"))
    (call,) = shown(command("calls", "--json", "--client", known["client_id"]))
    assert call["id"] == str(stored[1].id)


def test_tables_in_both_languages(command: Command, stored: list[Call]) -> None:
    english = command("calls").output
    assert "Outcome" in english
    assert "answered" in english
    assert "1:05" in english
    assert "anonymous" in english
    russian = command("calls", CALLWARD_LANGUAGE="ru").output
    assert "Итог" in russian
    assert "пропущен" in russian


def test_a_narrow_terminal_shows_fewer_columns_and_whole_numbers(
    stored: list[Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [
        CallModel.of(call, viewer=operator("root")).model_dump(mode="json") for call in stored
    ]
    printed = io.StringIO()
    narrow = Console(width=80, file=printed)
    monkeypatch.setattr(tables, "console", lambda: narrow)
    narrow.print(tables.calls_table(records, "ru"))
    said = printed.getvalue()
    assert "+442079460102" in said
    assert "пропущен" in said
    assert "Гудки" not in said


def test_nothing_found_is_said(command: Command, stored: list[Call]) -> None:
    assert command("calls", "--agent", "nobody").output.strip() == "Nothing found."


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--since", "yesterday"], "--since = yesterday"),
        (["--client", "7"], "--client = 7"),
        (["--disposition", "lost"], "'lost'"),
        (["--limit", "0"], "--limit"),
    ],
)
def test_a_wrong_option_names_itself(command: Command, options: list[str], said: str) -> None:
    result = command("calls", *options)
    assert result.exit_code == 2
    assert said in result.output


def test_a_wrong_number_is_not_repeated(command: Command) -> None:
    result = command("calls", "--number", "79460101x")
    assert result.exit_code == 2
    assert "79460101x" not in result.output


def test_a_typo_in_the_settings_is_named_with_what_is_allowed(command: Command) -> None:
    text = command.config.read_text().replace("region", "regoin")
    command.config.write_text(text)
    for name in ("calls", "clients", "doctor", "run", "watch"):
        result = command(name)
        assert result.exit_code == 2
        assert "company.regoin" in result.stderr
        assert "region" in result.stderr
    assert "такой настройки нет" in command("calls", CALLWARD_LANGUAGE="ru").stderr


def test_without_a_database_it_says_how_to_get_one(command: Command) -> None:
    result = command("calls")
    assert result.exit_code == 1
    assert "callward run" in result.stderr
    assert not (command.folder / "callward.db").exists()


def test_a_database_that_is_closed_to_this_user_is_told(
    command: Command, stored: list[Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Path.stat

    def closed(path: Path, **options: Any) -> os.stat_result:
        if path.suffix == ".db":
            raise PermissionError(13, "Permission denied")
        return look(path, **options)

    monkeypatch.setattr(Path, "stat", closed)
    result = command("calls")
    assert result.exit_code == 1
    assert "runuser -u callward" in result.stderr


def test_calls_are_shown_while_the_database_is_locked(command: Command, stored: list[Call]) -> None:
    holder = sqlite3.connect(command.folder / "callward.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        result = command("calls", "--json")
        assert len(shown(result)) == 3
        assert "audit was not told" in result.stderr
    finally:
        holder.close()
    assert "audit" not in command("calls", "--json").stderr


def test_with_an_older_database_it_says_what_to_do(command: Command, empty_files: None) -> None:
    async def make_empty() -> None:
        database = Database(f"sqlite+aiosqlite:///{command.folder}/callward.db")
        await database.close()

    asyncio.run(make_empty())
    result = command("calls")
    assert result.exit_code == 1
    assert "callward run" in result.stderr


def test_replay_prints_the_calls_of_a_journal(command: Command) -> None:
    journal = JOURNALS / "inbound_missed_declined" / "journal.ami"
    result = command("replay", str(journal), "--json")
    (call,) = shown(result)
    assert call["disposition"] == "missed"
    assert call["direction"] == "inbound"
    assert "missed" in command("replay", str(journal)).output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.ami"], "nowhere.ami: there is no such file"),
        (["--pbx", "other", "x.ami"], "--pbx = other"),
    ],
)
def test_replay_names_what_it_cannot_read(
    command: Command, arguments: list[str], said: str
) -> None:
    result = command("replay", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_watch_without_a_daemon_says_so(command: Command) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        command.write_settings(http_port=probe.getsockname()[1])
    result = command("watch", "--once")
    assert result.exit_code == 1
    assert "callward run" in result.stderr


def test_watch_knows_when_somebody_else_listens_there(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        command.write_settings(http_port=other.getsockname()[1])

        def answer() -> None:
            peer, _ = other.accept()
            with peer:
                peer.recv(1000)
                peer.sendall(b"220 mail.example ESMTP\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        result = command("watch", "--once")
        thread.join()
    assert result.exit_code == 1
    assert "callward run" in result.stderr


def test_the_configuration_is_found_by_the_environment(
    command: Command, stored: list[Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLWARD_CONFIG", str(command.config))
    result = CliRunner().invoke(app, ["calls", "--json"])
    assert len(shown(result)) == 3


def test_without_the_lab_its_command_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lab.cli", None)
    result = CliRunner().invoke(app, ["lab", "up"], env={"CALLWARD_LANGUAGE": "en"})
    assert result.exit_code == 1
    assert "callward[lab]" in result.stderr
