"""``callward dialplan``, as far as no Asterisk is needed."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from config.problems import Language
from daemon.doctor.words import WORDS
from daemon.messages import say
from dialplan.install import Kind

if TYPE_CHECKING:
    from .conftest import Command


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    folder = tmp_path / "asterisk"
    folder.mkdir()
    (folder / "asterisk.conf").write_text(
        f"[directories]\nastdatadir = {tmp_path}/share\nastagidir = {tmp_path}/agi\n"
    )
    (folder / "extensions.conf").write_text("[general]\n")
    (folder / "manager.conf").write_text("[general]\n")
    return folder


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_the_plan_is_shown_and_nothing_is_done_without_a_yes(command: Command, etc: Path) -> None:
    before = names(etc)
    for options, code in ((("--dry-run",), 0), ((), 2)):
        result = command("dialplan", "install", "--asterisk", str(etc), *options)
        assert result.exit_code == code, result.output
        assert f"{etc}/extensions_callward_secret.conf" in result.output
        assert names(etc) == before
    assert "--yes" in result.output


def test_installed_checked_and_removed_without_a_running_asterisk(
    command: Command, etc: Path
) -> None:
    before = names(etc)
    result = command("dialplan", "check", "--asterisk", str(etc), "--json")
    assert "not_installed" in result.output
    asked = ("dialplan", "install", "--asterisk", str(etc), "--yes")
    result = command(*asked)
    assert result.exit_code == 0, result.output
    # Nobody is there to be told, so the engineer is.
    assert "core reload" in result.output
    assert "include => callward-phones" in result.output
    assert "${EXTEN}" in result.output
    said = command(*asked).output
    assert said.startswith("Nothing to do")
    assert "core reload" in said

    result = command("dialplan", "check", "--asterisk", str(etc), "--json")
    assert result.exit_code == 1
    found = {one["code"]: one["verdict"] for one in json.loads(result.output)}
    assert found["files"] == found["included"] == "ok"
    assert found["link_down"] == found["answers_not"] == "fail"

    result = command("dialplan", "remove", "--asterisk", str(etc), "--yes", CALLWARD_LANGUAGE="ru")
    assert result.exit_code == 0, result.output
    assert "удалить" in result.output
    assert names(etc) == before
    result = command("dialplan", "remove", "--asterisk", str(etc), "--yes")
    assert "Nothing to remove" in result.output


def test_the_vaults_key_is_made_before_the_first_start_and_never_again(
    command: Command, etc: Path
) -> None:
    (command.folder / "callward.db").unlink(missing_ok=True)
    key = command.folder / "vault.key"
    key.unlink(missing_ok=True)
    assert command("dialplan", "install", "--asterisk", str(etc), "--dry-run").exit_code == 0
    assert not key.exists()
    assert command("dialplan", "install", "--asterisk", str(etc), "--yes").exit_code == 0
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    (command.folder / "callward.db").touch()
    key.unlink()
    result = command("dialplan", "install", "--asterisk", str(etc), "--yes")
    assert result.exit_code == 1
    assert "put the key back" in result.output


def test_who_does_not_say_yes_leaves_no_key_and_no_password(command: Command, etc: Path) -> None:
    secret = command.folder / "ami.secret"
    text = command.config.read_text()
    command.config.write_text(text.replace('secret = "not a secret"', f'secret_file = "{secret}"'))
    key = command.folder / "vault.key"
    assert command("dialplan", "install", "--asterisk", str(etc)).exit_code == 2
    assert not key.exists()
    assert not secret.exists()
    assert command("dialplan", "install", "--asterisk", str(etc), "--yes").exit_code == 0
    assert key.exists()
    assert secret.read_text().strip() in (etc / "manager_callward_secret.conf").read_text()


def test_who_may_not_write_is_told_before_anything_is_made(
    command: Command, etc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = names(etc)
    monkeypatch.setattr(os, "access", lambda path, mode: path != etc or not mode & os.W_OK)
    result = command("dialplan", "install", "--asterisk", str(etc), "--yes")
    assert result.exit_code == 1
    assert "sudo callward" in result.output
    assert names(etc) == before
    assert not (command.folder / "vault.key").exists()


def test_who_may_not_see_the_key_is_told(
    command: Command, etc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, _: path != command.folder)
    for name in ("install", "check"):
        result = command("dialplan", name, "--asterisk", str(etc), CALLWARD_LANGUAGE="ru")
        assert result.exit_code == 1
        assert "Выполните от root" in result.output


def test_an_asterisk_on_this_machine_is_told_of_its_new_user(
    command: Command, etc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = command.folder / "told"
    (command.folder / "bin").mkdir()
    asterisk = command.folder / "bin" / "asterisk"
    asterisk.write_text(f'#!/bin/sh\necho "$@" > {told}\n')
    asterisk.chmod(0o755)
    monkeypatch.setenv("PATH", f"{asterisk.parent}:{os.environ['PATH']}")
    assert command("dialplan", "install", "--asterisk", str(etc), "--yes").exit_code == 0
    assert told.read_text() == f"-C {etc}/asterisk.conf -rx manager reload\n"


def test_a_folder_without_asterisk_is_told(command: Command, tmp_path: Path) -> None:
    for name in ("install", "remove"):
        result = command("dialplan", name, "--asterisk", str(tmp_path), "--yes")
        assert result.exit_code == 1
        assert "asterisk.conf" in result.output
    result = command("dialplan", "check", "--asterisk", str(tmp_path))
    assert result.exit_code == 1
    assert "asterisk.conf" in result.output


def test_which_of_several_pbxes_has_to_be_said(command: Command, etc: Path) -> None:
    text = command.config.read_text()
    second = '[[pbx]]\nname = "two"\nsecret = "x"\ntrunks = ["operator"]\n\n[database]'
    command.config.write_text(text.replace("[database]", second))
    result = command("dialplan", "install", "--asterisk", str(etc), "--dry-run")
    assert result.exit_code == 2
    assert "--pbx pbx | two" in result.output
    result = command("dialplan", "install", "--asterisk", str(etc), "--pbx", "three")
    assert result.exit_code == 2
    assert "pbx, two" in result.output
    result = command("dialplan", "install", "--asterisk", str(etc), "--pbx", "two", "--dry-run")
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("language", get_args(Language))
def test_each_change_has_its_words(language: Language) -> None:
    for kind in get_args(Kind):
        assert "/x" in say(language, f"dialplan.{kind}", path="/x", mode="0640")


def test_the_doctors_words_are_the_same_in_both_languages() -> None:
    for english, russian in WORDS.values():
        assert english.count("{") == russian.count("{") or "what_ru" in russian
