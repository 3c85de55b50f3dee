"""Installing into a folder, and out of it again."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from config.problems import SettingsError
from config.settings import Settings
from dialplan.folders import read_folders
from dialplan.install import InstallError, apply, install, plan_install, plan_remove
from dialplan.manager_secret import get_manager_secret
from dialplan.product import Secrets
from tests.unit.dialplan.conftest import PYTHON, SECRETS, VAULT

Make = Callable[..., Settings]


def put(settings: Settings, etc: Path, secrets: Secrets = SECRETS) -> list[str]:
    changes = install(settings, settings.pbx[0], etc, secrets, python=PYTHON)
    return sorted({change.kind for change in changes})


def files(etc: Path) -> dict[Path, tuple[bytes, int]]:
    return {
        path: (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
        for path in etc.parents[1].rglob("*")
        if path.is_file()
    }


def test_install_is_done_once_and_remove_leaves_what_was(etc: Path, make_settings: Make) -> None:
    before = files(etc)
    assert put(make_settings(), etc) == ["included", "new"]
    modes = {path.name: mode for path, (_, mode) in files(etc).items()}
    assert modes["extensions_callward_secret.conf"] == 0o640
    assert modes["manager_callward_secret.conf"] == 0o640
    assert modes["callward_fallback.json"] == 0o640
    assert modes["extensions_callward.conf"] == 0o644
    assert modes["callward_fallback.py"] == 0o755
    assert put(make_settings(), etc) == []
    apply(plan_remove(etc))
    assert files(etc) == before
    assert plan_remove(etc) == []


def test_languages_that_are_links_to_one_folder_lose_ours_and_nothing_else(
    etc: Path, make_settings: Make
) -> None:
    """As Debian has them: ``en`` and ``en_US`` lead to the folder of one voice."""
    sounds = etc.parents[1] / "share" / "sounds"
    (sounds / "en_US_f" / "callward").mkdir(parents=True)
    for name in ("en", "en_US"):
        (sounds / name).symlink_to("en_US_f")
    (sounds / "en_US_f" / "hello.wav").touch()
    (sounds / "en_US_f" / "callward" / "own.wav").touch()
    before = files(etc)
    put(make_settings(), etc)
    assert (sounds / "en_US_f" / "callward" / "nobody.wav").is_file()
    apply(plan_remove(etc))
    assert files(etc) == before
    assert not (sounds / "ru").exists()


def test_an_upgrade_replaces_what_changed_and_nothing_else(etc: Path, make_settings: Make) -> None:
    put(make_settings(), etc)
    settings = make_settings(company={"language": "ru"})
    changes = plan_install(settings, settings.pbx[0], etc, SECRETS, python=PYTHON)
    assert [(one.kind, one.path.name) for one in changes] == [
        ("replaced", "extensions_callward_settings.conf")
    ]


def test_the_engineers_files_keep_mode_and_way(etc: Path, make_settings: Make) -> None:
    real = etc.parent / "real.conf"
    host = etc / "extensions.conf"
    host.rename(real)
    real.chmod(0o600)
    host.symlink_to("../real.conf")
    put(make_settings(), etc)
    assert host.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    assert real.read_bytes().count(b"; callward dialplan install") == 2


def test_the_host_of_a_plain_section_gets_an_addition_to_it(etc: Path, make_settings: Make) -> None:
    (etc / "cel.conf").write_text("[general]\ndateformat = %s\n")
    put(make_settings(), etc)
    own = (etc / "cel_callward.conf").read_text()
    assert "[general](+)" in own
    # His own log goes on in his own format.
    assert "\ndateformat" not in own
    assert (etc / "cel_custom_callward.conf").read_text().count("\n[mappings]\n") == 1


def test_a_mapping_that_was_copied_by_hand_is_not_written_twice(
    etc: Path, make_settings: Make
) -> None:
    (etc / "cel_custom.conf").write_text("[mappings]\ncallward.csv => ${eventtype}\n")
    put(make_settings(), etc)
    assert not (etc / "cel_custom_callward.conf").exists()


def test_freepbx_gets_its_custom_files(etc: Path, make_settings: Make) -> None:
    (etc / "extensions_additional.conf").touch()
    before = files(etc)
    put(make_settings(), etc)
    after = files(etc)
    assert after[etc / "extensions.conf"] == before[etc / "extensions.conf"]
    assert b"callward" in after[etc / "extensions_custom.conf"][0]
    assert b"callward" in after[etc / "manager_custom.conf"][0]
    assert not (etc / "cel_callward.conf").exists()
    apply(plan_remove(etc))
    assert files(etc) == before


def test_a_file_that_somebody_else_includes_is_kept(etc: Path, make_settings: Make) -> None:
    host = etc / "extensions.conf"
    host.write_text('[general]\n#include "extensions_callward.conf"\n')
    put(make_settings(), etc)
    changes = {change.path.name: change.kind for change in plan_remove(etc)}
    assert changes["extensions_callward.conf"] == "kept"
    assert changes["extensions_callward_settings.conf"] == "removed"
    apply(plan_remove(etc))
    assert (etc / "extensions_callward.conf").exists()
    assert host.read_text() == '[general]\n#include "extensions_callward.conf"\n'


def test_an_engineers_own_manager_user_is_left_alone(etc: Path, make_settings: Make) -> None:
    settings = make_settings(pbx={"username": "monitor", "secret": "his"})
    secret = get_manager_secret(settings, settings.pbx[0], etc)
    assert secret.text is None
    put(settings, etc, Secrets.of(VAULT, "pbx", None))
    assert not (etc / "manager_callward.conf").exists()
    assert "callward" not in (etc / "manager.conf").read_text()


def test_where_nothing_can_be_written_nothing_is(
    etc: Path, make_settings: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(etc)
    monkeypatch.setattr(os, "access", lambda path, _: Path(path).name != "asterisk")
    with pytest.raises(InstallError) as error:
        put(make_settings(), etc)
    assert error.value.code == "not_writable"
    assert error.value.about == {"path": etc}
    assert files(etc) == before


def test_a_folder_without_asterisk_is_told(tmp_path: Path) -> None:
    with pytest.raises(InstallError) as error:
        plan_remove(tmp_path)
    assert error.value.code == "no_asterisk"


def test_a_setting_that_no_line_can_hold_is_told(etc: Path, make_settings: Make) -> None:
    before = files(etc)
    with pytest.raises(InstallError) as error:
        put(make_settings(pbx={"name": "${EXTEN}"}), etc)
    assert error.value.code == "bad_value"
    assert files(etc) == before


# --- the manager's secret ---


def test_a_new_secret_is_made_once_and_never_over_a_file(
    etc: Path, tmp_path: Path, make_settings: Make
) -> None:
    file = tmp_path / "callward" / "ami.secret"
    settings = make_settings(pbx={"secret_file": str(file)})
    made = get_manager_secret(settings, settings.pbx[0], etc)
    assert made.text is not None
    assert made.new_file == file
    assert not file.exists()
    made.keep()
    assert file.read_text().strip() == made.text
    assert stat.S_IMODE(file.stat().st_mode) & 0o037 == 0
    again = get_manager_secret(settings, settings.pbx[0], etc)
    assert (again.text, again.new_file) == (made.text, None)
    with pytest.raises(InstallError):
        made.keep()
    assert made.text not in repr(made)


def test_asterisks_secret_is_taken_over(etc: Path, tmp_path: Path, make_settings: Make) -> None:
    (etc / "manager_callward_secret.conf").write_text("secret = a\\;b\n")
    settings = make_settings(pbx={"secret_file": str(tmp_path / "ami.secret")})
    assert get_manager_secret(settings, settings.pbx[0], etc).text == "a;b"


def test_a_secret_file_that_others_may_read_is_told(
    etc: Path, tmp_path: Path, make_settings: Make
) -> None:
    file = tmp_path / "ami.secret"
    file.write_text("word")
    file.chmod(0o644)
    settings = make_settings(pbx={"secret_file": str(file)})
    with pytest.raises(SettingsError):
        get_manager_secret(settings, settings.pbx[0], etc)


def test_without_any_secret_the_engineer_is_told(etc: Path, make_settings: Make) -> None:
    settings = make_settings()
    with pytest.raises(InstallError) as error:
        get_manager_secret(settings, settings.pbx[0], etc)
    assert error.value.code == "no_secret"


# --- folders ---


def test_folders_of_another_root_are_found_there(tmp_path: Path) -> None:
    etc = tmp_path / "pbx" / "etc" / "asterisk"
    (tmp_path / "pbx" / "usr" / "share" / "asterisk").mkdir(parents=True)
    etc.mkdir(parents=True)
    (etc / "asterisk.conf").write_text(
        "[directories]\nastetcdir => /etc/asterisk\nastagidir => /srv/agi/\n"
    )
    folders = read_folders(etc)
    assert folders.sounds == tmp_path / "pbx/usr/share/asterisk/sounds"
    assert folders.agi == tmp_path / "pbx/srv/agi"
    assert folders.seen(tmp_path / "pbx/var/spool") == "/var/spool"


def test_a_template_says_nothing_as_in_asterisks_own_sample(tmp_path: Path) -> None:
    (tmp_path / "asterisk.conf").write_text(
        "[directories](!)\nastdatadir => /nowhere\nastagidir => /nowhere\n"
    )
    folders = read_folders(tmp_path)
    assert str(folders.sounds) in {"/usr/share/asterisk/sounds", "/var/lib/asterisk/sounds"}
    assert folders.seen(Path("/x")) == "/x"
