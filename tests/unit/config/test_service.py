"""The service's files name the folders that the example's settings name."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url

from config.loading import load

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
