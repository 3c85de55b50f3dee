"""``callward init``: the least is asked, and what is written loads."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.loading import EXAMPLE, load
from config.secrets import read_secrets
from crm.access import Right, Scope
from crm.audit import Action
from crm.audit_head import head_file, read_head
from crm.key_file import open_vault
from crm.passwords import Passwords
from crm.people_tables import audit, person
from crm.staff import Staff, load_staff
from daemon.cli import init as init_command
from daemon.cli import init_questions
from daemon.cli.app import app
from store.database import Database

PASSWORD = "glass otter rides nine trams"
PJSIP = """\
[carrier]
type = endpoint
outbound_auth = carrier
[101]
type = endpoint
[102]
type = endpoint
"""
GIVEN = ("--number", "+442079460000", "--administrator", "petra")


class Place:
    """An empty folder, and beside it an Asterisk with a trunk and two phones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "etc" / "callward.toml"
        self.data = folder / "data"
        self.asterisk = folder / "asterisk"
        self.asterisk.mkdir()
        (self.asterisk / "pjsip.conf").write_text(PJSIP)

    def arguments(self, *more: str) -> list[str]:
        where = ("--config", self.config, "--data", self.data, "--asterisk", self.asterisk)
        return ["init", *map(str, where), *more]

    def __call__(self, *more: str, answers: Iterable[str] = ()) -> Result:
        env = {"LANG": "C", "LC_ALL": "", "CALLWARD_LANGUAGE": ""}
        typed = "".join(f"{answer}\n" for answer in answers)
        return CliRunner().invoke(app, self.arguments(*more), env=env, input=typed)

    def staff(self) -> tuple[Staff, list[tuple[str, str, str | None]], str]:
        """Everybody, what the audit says, and petra's password's hash."""

        async def read() -> tuple[Staff, list[tuple[str, str, str | None]], str]:
            database = Database(load(self.config, {}).database.url)
            try:
                await open_vault(database, self.data / "vault.key")
                async with database.read() as connection:
                    staff = await connection.run_sync(load_staff)
                    told = await connection.execute(
                        audit.select().with_only_columns(
                            audit.c.action, audit.c.actor, audit.c.object
                        )
                    )
                    stored = await connection.execute(
                        person.select()
                        .with_only_columns(person.c.password_hash)
                        .where(person.c.name == "petra")
                    )
                    return staff, [tuple(row) for row in told], stored.scalar_one()
            finally:
                await database.close()

        return asyncio.run(read())


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(init_questions, "_timezone", lambda: "Europe/London")
    monkeypatch.setattr(init_questions, "_port", lambda: None)
    return Place(tmp_path)


@pytest.fixture
def at_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(init_command, "_at_terminal", lambda: True)


def test_a_script_gets_settings_that_load_and_an_administrator(place: Place) -> None:
    (place.folder / "password").write_text(f"{PASSWORD}\n")
    done = place(*GIVEN, "--password-file", str(place.folder / "password"))
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    settings = load(place.config, {})
    assert settings.company.numbers == ("+442079460000",)
    assert settings.pbx[0].trunks == ("carrier",)
    assert settings.routing.group == ("101", "102")
    assert str(settings.company.timezone) == "Europe/London"
    assert read_secrets(settings)["pbx"].get_secret_value()
    assert place.config.stat().st_mode & 0o777 in {0o600, 0o640}
    assert sorted(path.name for path in place.config.parent.iterdir()) == [
        "ami.secret",
        "callward.toml",
    ]
    staff, told, stored = place.staff()
    access = staff.access_of("petra")
    assert access is not None
    assert all(access.scope(right) is Scope.ALL for right in Right)
    assert asyncio.run(Passwords().verify(stored, PASSWORD)).right
    assert told == [
        (Action.PERSON_CREATED, "operator", "petra"),
        (Action.PASSWORD_CHANGED, "operator", "petra"),
    ]
    # The daemon's first start misses nothing.
    noted = read_head(head_file(settings.vault))
    assert noted is not None
    assert noted.seq == len(told)


def test_the_settings_and_the_example_name_the_same_settings(place: Place) -> None:
    assert place(*GIVEN, "--yes").exit_code == 0
    assert str(EXAMPLE) in place.config.read_text()


def test_a_password_is_made_and_told_once(place: Place) -> None:
    done = place(*GIVEN, "--yes")
    assert done.exit_code == 0, done.output
    line = next(line for line in done.output.splitlines() if "never again" in line)
    stored = place.staff()[2]
    assert asyncio.run(Passwords().verify(stored, line.rsplit(" ", 1)[1])).right


@pytest.mark.usefixtures("at_terminal")
def test_wrong_answers_are_asked_again(place: Place) -> None:
    (place.asterisk / "pjsip.conf").unlink()
    done = place(
        answers=[
            "020 7946 0000",
            "+44 20 7946 0000",
            "PJSIP/what & ever",
            "PJSIP/carrier",
            "operator",
            "petra 447700900101",
            "petra",
            "short",
            "password1234",
            PASSWORD,
            "another one entirely",
            PASSWORD,
            PASSWORD,
        ]
    )
    assert done.exit_code == 0, done.output
    for sentence in (
        "with its country code",
        "a PJSIP endpoint's name",
        "Callward itself is called so",
        "at most 6 digits",
        "10 characters at least",
        "easy to guess",
        "The two were not the same",
        "No phone rings yet",
    ):
        assert done.output.count(sentence) == 1, sentence
    assert PASSWORD not in done.output
    settings = load(place.config, {})
    assert (settings.pbx[0].trunks, settings.routing.group) == (("carrier",), ())


def test_where_nobody_can_be_asked_one_line_says_what_is_missing(place: Place) -> None:
    done = place()
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert "--number, --administrator, --password-file" in done.stderr
    assert not place.config.parent.exists()


def test_two_trunks_are_not_guessed(place: Place) -> None:
    more = PJSIP.replace("carrier", "second")
    (place.asterisk / "pjsip.conf").write_text(PJSIP + more)
    done = place(*GIVEN, "--yes")
    assert (done.exit_code, "carrier, second" in done.stderr) == (2, True)
    assert place(*GIVEN, "--yes", "--trunk", "second").exit_code == 0
    assert load(place.config, {}).routing.group == ("101", "102")


def test_settings_that_are_there_stay(place: Place) -> None:
    place.config.parent.mkdir()
    place.config.write_text("mine")
    done = place(*GIVEN, "--yes")
    assert (done.exit_code, place.config.read_text()) == (2, "mine")
    assert not place.data.exists()


def test_settings_that_come_meanwhile_stay(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(init_command, "_found", lambda *_: place.config.write_text("mine"))
    done = place(*GIVEN, "--yes")
    assert (done.exit_code, place.config.read_text()) == (2, "mine")
    assert "is there already" in done.stderr


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--number", "12", "--administrator", "petra"), "with its country code"),
        (("--number", "+442079460000", "--administrator", "callward"), "Callward itself"),
        ((*GIVEN, "--trunk", "a b"), "PJSIP endpoint"),
        ((*GIVEN, "--password-file", "/nowhere"), "/nowhere"),
    ],
)
def test_a_wrong_option_is_one_line(place: Place, more: tuple[str, ...], said: str) -> None:
    done = place(*more, "--yes")
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert said in done.stderr
    assert not place.config.exists()


def test_what_fails_leaves_no_settings_and_can_be_tried_again(place: Place) -> None:
    place.data.write_text("in the way")
    failed = place(*GIVEN, "--yes")
    assert failed.exit_code == 1, failed.output
    assert list(place.config.parent.iterdir()) == []
    place.data.unlink()
    assert place(*GIVEN, "--yes").exit_code == 0


def test_an_administrator_who_is_there_already_gets_the_new_password(place: Place) -> None:
    assert place(*GIVEN, "--yes").exit_code == 0
    place.config.unlink()
    assert place("--number", "+442079460000", "--administrator", "Petra", "--yes").exit_code == 1
    assert place(*GIVEN, "--yes").exit_code == 0
    assert [one.name for one in place.staff()[0].people] == ["petra"]


def test_at_a_real_terminal_the_password_is_not_echoed(place: Place) -> None:
    environ = {**os.environ, "CALLWARD_LANGUAGE": "ru", "CALLWARD_CONFIG": ""}
    process, terminal = pty.fork()
    if process == 0:
        command = [sys.executable, "-m", "daemon", *place.arguments()]
        os.execve(sys.executable, command, environ)
    seen = b""
    # Echo is off once the space behind a question is there.
    answers = [
        ("Номер компании", "+442079460000"),
        ("Имя первого", "petra"),
        ("показан один раз): ", PASSWORD),
        ("ещё раз: ", PASSWORD),
    ]
    deadline = time.monotonic() + 30
    try:
        while time.monotonic() < deadline:
            if answers and answers[0][0].encode() in seen:
                os.write(terminal, f"{answers.pop(0)[1]}\n".encode())
            if select.select([terminal], [], [], 0.2)[0]:
                try:
                    seen += os.read(terminal, 4096)
                except OSError:
                    # It has ended.
                    break
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(terminal)
    assert answers == [], seen.decode()
    assert PASSWORD.encode() not in seen
    assert "Готово" in seen.decode()
    assert load(place.config, {}).company.language == "ru"
