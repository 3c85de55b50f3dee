"""``callward doctor`` against a real Asterisk: all well, and each thing that can be wrong there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from lab.daemon import Daemon
    from lab.lab import Lab

pytestmark = pytest.mark.lab


def examine(config: Path) -> tuple[int, dict[str, str], str]:
    """Exit code, verdict by code, and all that was said."""
    done = subprocess.run(
        [sys.executable, "-m", "daemon", "doctor", "--json", "--config", str(config)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "CALLWARD_LANGUAGE": "en"},
    )
    found = json.loads(done.stdout)
    return done.returncode, {one["code"]: one["verdict"] for one in found}, done.stdout


def changed(daemon: Daemon, folder: Path, old: str, new: str) -> Path:
    """The daemon's settings with something else in one place."""
    settings = daemon.config.read_text()
    assert old in settings
    config = folder / "callward.toml"
    config.write_text(settings.replace(old, new))
    return config


def test_a_pbx_that_is_set_up_as_it_should_be_passes(daemon: Daemon) -> None:
    code, found, said = examine(daemon.config)
    assert code == 0, said
    assert "fail" not in found.values()
    for one in ("link", "rights", "read", "filter", "version", "clock", "dialplan", "module"):
        assert found[one] == "ok", one
    for one in ("cel", "trunks", "phones", "originals", "database", "key", "daemon"):
        assert found[one] == "ok", one


def test_a_wrong_secret_is_told(daemon: Daemon, lab: Lab, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("guessed")
    secret.chmod(0o600)
    config = changed(daemon, tmp_path, str(lab.secret_file), str(secret))
    code, found, said = examine(config)
    assert (code, found["link_down"]) == (1, "fail")
    assert "manager.conf" in said
    assert "guessed" not in said


def test_a_trunk_that_the_pbx_does_not_have_is_told(daemon: Daemon, tmp_path: Path) -> None:
    code, found, said = examine(changed(daemon, tmp_path, '"operator"', '"operater"'))
    assert (code, found["trunk_missing"]) == (1, "fail")
    assert "operater" in said


def test_a_recordings_folder_that_is_not_there_is_told_with_the_pbxs_own(
    daemon: Daemon, lab: Lab, tmp_path: Path
) -> None:
    config = changed(daemon, tmp_path, str(lab.recordings_folder), str(tmp_path / "nowhere"))
    code, found, _ = examine(config)
    assert (code, found["originals_missing"]) == (1, "fail")


def test_a_port_where_no_ami_listens_is_told(daemon: Daemon, lab: Lab, tmp_path: Path) -> None:
    config = changed(daemon, tmp_path, f"port = {lab.ami_port}", "port = 1")
    code, found, _ = examine(config)
    assert (code, found["link_down"]) == (1, "fail")
