"""The service's files name the folders that the example's settings name."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from sqlalchemy import make_url

from config.loading import load
from daemon.stopping import STOP_SECONDS

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "config" / "callward.example.toml"


def test_every_folder_of_the_example_is_made_before_the_first_start() -> None:
    """``callward dialplan install`` and Asterisk need them before systemd starts the daemon."""
    rules = (ROOT / "systemd" / "callward.tmpfiles.conf").read_text().splitlines()
    made = {Path(rule.split()[1]) for rule in rules if rule.startswith("d ")}
    settings = load(EXAMPLE, {})
    pbx = settings.pbx[0]
    database = make_url(settings.database.url).database
    assert pbx.secret_file is not None
    assert pbx.cel.file is not None
    assert database is not None
    needed = (pbx.secret_file, pbx.cel.file, settings.vault.key_file, Path(database))
    assert made == {pbx.recordings_folder, *(file.parent for file in needed)}


def test_the_unit_lets_it_write_where_the_example_says() -> None:
    lines = (ROOT / "systemd" / "callward.service").read_text().splitlines()
    unit = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    settings = load(EXAMPLE, {})
    database = make_url(settings.database.url).database
    assert database is not None
    state = Path("/var/lib") / unit["StateDirectory"]
    assert {Path(database).parent, settings.vault.key_file.parent} == {state}
    assert unit["ProtectSystem"] == "strict"
    assert unit["ReadWritePaths"] == f"-{settings.pbx[0].recordings_folder}"


def test_the_unit_is_closed_to_all_that_it_needs_not(tmp_path: Path) -> None:
    """``systemd-analyze security``: 0 is shut, 10 is open; 2.0 at most."""
    unit = tmp_path / "callward.service"
    unit.write_text((ROOT / "systemd" / "callward.service").read_text())
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", unit],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = re.search(r"Overall exposure level .*: ([\d.]+) ", said)
    assert found is not None
    assert float(found[1]) <= 2.0


def test_systemd_finds_no_mistake_in_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "callward.service"
    text = (ROOT / "systemd" / "callward.service").read_text()
    unit.write_text(
        text.replace("ExecStart=/opt/callward/.venv/bin/callward", "ExecStart=/bin/true")
    )
    done = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_waits_longer_than_the_daemon_takes() -> None:
    unit = (ROOT / "systemd" / "callward.service").read_text()
    found = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert found is not None
    assert int(found[1]) > STOP_SECONDS + 1
