"""What the doctor says of the backups."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.keeping import BackupSettings
from config.settings import Settings
from daemon.backup.places import name_at
from daemon.doctor import backups
from daemon.doctor.backups import examine_backups
from daemon.doctor.findings import Verdict

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def settings_of(folder: Path) -> Settings:
    backup = {"folder": str(folder / "backups"), "key_file": str(folder / "backup.key")}
    return Settings.model_validate(
        {
            "company": {"numbers": ["+442079460000"], "timezone": "Europe/London"},
            "pbx": [{"trunks": ["operator"], "secret": "x"}],
            "backup": backup,
        }
    )


def a_backup(folder: Path, age: timedelta) -> None:
    (folder / "backup.key").touch()
    (folder / "backups").mkdir(exist_ok=True)
    (folder / "backups" / name_at(NOW - age)).touch()


@pytest.mark.parametrize(
    ("ages", "verdict", "code"),
    [
        ([], Verdict.NOTE, "backups_none"),
        ([47], Verdict.OK, "backups"),
        ([100, 3], Verdict.OK, "backups"),
        ([49], Verdict.FAIL, "backups_old"),
        # By a clock that was ahead.
        ([100, -5], Verdict.FAIL, "backups_old"),
    ],
)
async def test_the_newest_says_it(
    tmp_path: Path, ages: list[int], verdict: Verdict, code: str
) -> None:
    (tmp_path / "backup.key").touch()
    made = (NOW - timedelta(hours=1)).timestamp()
    os.utime(tmp_path / "backup.key", (made, made))
    for hours in ages:
        a_backup(tmp_path, timedelta(hours=hours))
    found = await examine_backups(settings_of(tmp_path), NOW)
    assert (found.verdict, found.code) == (verdict, code)
    for language in ("en", "ru"):
        assert str(tmp_path / "backups") in found.text(language)


async def test_none_since_one_could_be_made_is_wrong(tmp_path: Path) -> None:
    key = tmp_path / "backup.key"
    key.touch()
    made = (NOW - timedelta(days=3)).timestamp()
    os.utime(key, (made, made))
    found = await examine_backups(settings_of(tmp_path), NOW)
    assert (found.verdict, found.code) == (Verdict.FAIL, "backups_none")


async def test_a_folder_that_hangs_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()

    def listed(_folder: Path) -> list[tuple[datetime, Path]]:
        answers.wait()
        return []

    (tmp_path / "backup.key").touch()
    monkeypatch.setattr(backups, "listed", listed)
    monkeypatch.setattr(backups, "PATIENCE_SECONDS", 0.05)
    try:
        found = await examine_backups(settings_of(tmp_path), NOW)
    finally:
        answers.set()
    assert (found.verdict, found.code) == (Verdict.FAIL, "backups_hang")


async def test_its_time_is_the_companys(tmp_path: Path) -> None:
    a_backup(tmp_path, timedelta(hours=3))
    assert "2026-01-31 09:00" in (await examine_backups(settings_of(tmp_path), NOW)).text("en")


async def test_without_a_key_there_will_be_none(tmp_path: Path) -> None:
    found = await examine_backups(settings_of(tmp_path), NOW)
    assert (found.verdict, found.code) == (Verdict.FAIL, "backups_no_key")
    assert "callward backup key" in found.text("en")


async def test_that_none_is_made_is_worth_knowing(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    off = settings.model_copy(update={"backup": BackupSettings()})
    found = await examine_backups(off, NOW)
    assert (found.verdict, found.code) == (Verdict.NOTE, "backups_off")


async def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "backup.key").touch()
    (tmp_path / "backups").touch()
    found = await examine_backups(settings_of(tmp_path), NOW)
    assert found.verdict is Verdict.FAIL
    assert str(tmp_path / "backups") in found.text("en")
