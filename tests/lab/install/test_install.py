"""``callward dialplan install|check|remove`` on a real Asterisk's folder."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.daemon import Daemon
from lab.lab import Lab
from lab.messages import LabError

pytestmark = pytest.mark.lab

ENGINEER = Path(__file__).parents[3] / "lab" / "masked" / "config"
"""Plain Asterisk: trunks lead to callward-inbound, phones to callward-phones."""
CEL = "[general]\nenable = no\n"
CEL_CUSTOM = "[mappings]\n;Master.csv => ${CSV_QUOTE(${eventtype})}\n"


class PlainLab(Lab):
    """An Asterisk that has not heard of Callward yet."""

    def __init__(self) -> None:
        super().__init__(overlay=ENGINEER)
        for file in self.etc.glob("*callward*"):
            file.unlink()
        manager = self.etc / "manager.conf"
        manager.write_text(manager.read_text().replace('#include "manager_callward.conf"\n', ""))
        (self.etc / "cel.conf").write_text(CEL)
        (self.etc / "cel_custom.conf").write_text(CEL_CUSTOM)

    @property
    def etc(self) -> Path:
        return self.folder / "etc"

    @property
    def files(self) -> dict[str, tuple[bytes, int]]:
        """Everything that an installation could touch, with its mode."""
        folders = (self.etc, self.folder / "data" / "sounds", self.folder / "agi-bin")
        return {
            str(path.relative_to(self.folder)): (path.read_bytes(), path.stat().st_mode)
            for folder in folders
            for path in folder.rglob("*")
            if path.is_file() and not path.is_symlink()
        }


@pytest.fixture(scope="module")
def plain(asterisk_here: None) -> Iterator[PlainLab]:
    with PlainLab() as running:
        yield running


@pytest.fixture(scope="module")
def callward(plain: PlainLab) -> Daemon:
    """Not started: its settings."""
    return Daemon(plain)


def dialplan(callward: Daemon, etc: Path, command: str, *options: str) -> tuple[int, str]:
    where = ("--asterisk", str(etc), "--config", str(callward.config))
    done = subprocess.run(
        [sys.executable, "-m", "daemon", "dialplan", command, *where, *options],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "CALLWARD_LANGUAGE": "en"},
    )
    return done.returncode, done.stdout + done.stderr


def check(callward: Daemon, etc: Path) -> tuple[int, dict[str, set[str]], str]:
    """Exit code, verdicts by code, and all that was said."""
    code, said = dialplan(callward, etc, "check", "--json")
    found: dict[str, set[str]] = {}
    for one in json.loads(said):
        found.setdefault(one["code"], set()).add(one["verdict"])
    return code, found, said


@pytest.fixture
def installed(plain: PlainLab, callward: Daemon) -> Iterator[dict[str, tuple[bytes, int]]]:
    """Installed and loaded; the files as they were before."""
    before = plain.files
    code, said = dialplan(callward, plain.etc, "install", "--yes")
    assert code == 0, said
    plain.cli("core reload")
    yield before
    dialplan(callward, plain.etc, "remove", "--yes")
    plain.cli("core reload")


def test_nothing_is_changed_without_a_yes(plain: PlainLab, callward: Daemon) -> None:
    before = plain.files
    code, said = dialplan(callward, plain.etc, "install", "--dry-run")
    assert (code, plain.files) == (0, before), said
    assert "extensions_callward.conf" in said
    code, said = dialplan(callward, plain.etc, "install")
    assert (code, plain.files) == (2, before)
    assert "--yes" in said


def test_what_is_installed_runs_and_goes_without_a_trace(
    plain: PlainLab, callward: Daemon, installed: dict[str, tuple[bytes, int]]
) -> None:
    with callward:
        callward.wait_until((plain.recordings_folder / "fallback.json").exists)
        code, found, said = check(callward, plain.etc)
    assert code == 0, said
    for one in ("files", "included", "running", "globals", "modules", "answers", "snapshot"):
        assert found[one] == {"ok"}, one
    assert found["trunk_leads"] == found["phones_lead"] == {"ok"}
    # Endpoints that say more than they need are told of, and no more than that.
    assert found["leaky"] == {"note"}
    engineers = set(installed)
    for name, (content, mode) in plain.files.items():
        if name in engineers:
            ours = re.sub(rb"[^\n]*; callward dialplan install\n", b"", content)
            assert (ours, mode) == installed[name], name
        elif name.endswith(("_secret.conf", "fallback.json")):
            assert mode & 0o777 == 0o640, name
    code, said = dialplan(callward, plain.etc, "install", "--yes")
    assert (code, said) == (
        0,
        "Nothing to do: all files are as they should be.\nAsterisk has loaded it.\n",
    )
    # Asterisk was started without a mapping, and so without this module: a reload is not enough.
    assert "Not Running" not in plain.cli("module show like cel_custom")
    code, said = dialplan(callward, plain.etc, "remove", "--yes")
    assert code == 0, said
    assert plain.files == installed
    with pytest.raises(LabError, match="no existence of 'callward-inbound'"):
        plain.cli("dialplan show callward-inbound")


def test_asterisk_loads_an_upgrade_by_itself(
    plain: PlainLab, callward: Daemon, installed: dict[str, tuple[bytes, int]]
) -> None:
    old = plain.etc / "extensions_callward_settings.conf"
    old.write_text(old.read_text().replace("CALLWARD_LANGUAGE = en", "CALLWARD_LANGUAGE = xx"))
    plain.cli("dialplan reload")
    code, said = dialplan(callward, plain.etc, "install", "--yes")
    assert code == 0
    assert "replace" in said
    assert "Asterisk has loaded it" in said
    assert "CALLWARD_LANGUAGE=en" in plain.cli("dialplan show globals")


def test_each_thing_that_is_broken_is_named(
    plain: PlainLab, callward: Daemon, installed: dict[str, tuple[bytes, int]]
) -> None:
    etc = plain.etc

    def broken(code: str) -> str:
        exit_code, found, said = check(callward, etc)
        assert exit_code == 1
        assert found.get(code) == {"fail"}, (code, said)
        return said

    own = etc / "extensions_callward.conf"
    right = own.read_text()
    own.write_text(f"{right}\n[callward-arrived]\nexten => more,1,NoOp()\n")
    assert "callward-arrived" in broken("running_differs")
    broken("file_differs")
    own.write_text(right)

    # Who changes what runs leaves no trace in any file.
    plain.cli("dialplan remove extension s@callward-cover 2")
    assert "callward-cover" in broken("running_differs")
    plain.cli("dialplan reload")

    plain.cli("dialplan set global CALLWARD_FALLBACK PJSIP/104")
    assert "CALLWARD_FALLBACK" in broken("globals_differ")
    plain.cli("dialplan reload")

    secret = etc / "extensions_callward_secret.conf"
    secret.chmod(0o644)
    assert "0640" in broken("file_mode")
    secret.chmod(0o640)

    host = etc / "extensions.conf"
    content = host.read_text()
    line = '#include "extensions_callward.conf" ; callward dialplan install\n'
    host.write_text(content.replace(line, ""))
    broken("include_missing")
    host.write_text(content + line)
    broken("include_doubled")
    host.write_text(content)

    with plain.server.connect() as ami:
        ami.action("ModuleLoad", Module="func_curl.so", LoadType="unload")
        assert "func_curl" in broken("modules_missing")
        ami.action("ModuleLoad", Module="func_curl.so", LoadType="load")

    sound = next((plain.folder / "data" / "sounds").glob("*/callward/*.wav"))
    kept = sound.read_bytes()
    sound.unlink()
    assert str(sound) in broken("file_missing")
    sound.write_bytes(kept)

    # Nobody is there to be asked.
    broken("answers_not")
