"""A right file becomes Settings; a wrong one becomes one line for each mistake."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.loading import EXAMPLE, load, settings_of
from config.problems import WORDS, Language, SettingsError
from config.schema import SettingPath, dotted, settings_under
from config.settings import Settings
from config.values import Span
from tests.unit.config.texts import COMPANY, MINIMAL, PBX, Lines, Load


def test_the_least_file_takes_every_default(from_text: Load) -> None:
    settings = from_text(MINIMAL)
    assert settings.company.region == "GB"
    assert settings.pbx[0].port == 5038
    assert settings.http.host == "127.0.0.1"


def test_a_given_region_wins(from_text: Load) -> None:
    assert from_text(COMPANY + 'region = "IE"\n' + PBX).company.region == "IE"


def test_neither_secrets_nor_mobiles_are_repeated(mistakes: Lines) -> None:
    lines = mistakes(
        COMPANY + PBX + 'secret = 31337\nsecert = "hunter2"\n'
        '[[agents]]\nname = "a"\nmobiles = ["+44 7700 900101", "07700900102"]\n'
    )
    assert len(lines) == 4
    assert not [line for line in lines if "31337" in line or "hunter2" in line or "0090010" in line]
    assert "900 101" not in "".join(lines)
    assert "900101" not in "".join(lines)


def test_a_toml_mistake_names_line_and_column(mistakes: Lines, tmp_path: Path) -> None:
    (line,) = mistakes("[company]\nname = oops\n")
    assert line.startswith(f"{tmp_path / 'callward.toml'}: is not TOML: ")
    assert "line 2, column 8" in line


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path / "none.toml", {})
    assert "--config" in str(caught.value)
    assert str(EXAMPLE) in str(caught.value)


def test_a_folder_and_latin_1_are_no_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path, {})
    file = tmp_path / "latin.toml"
    file.write_bytes(b"# one\n[company]\nname = '\xe9'\n")
    with pytest.raises(SettingsError, match=r"is not UTF-8 \(line 3\)"):
        load(file, {})


def test_russian_by_the_file_or_by_the_locale(mistakes: Lines, tmp_path: Path) -> None:
    (line,) = mistakes(COMPANY + 'language = "ru"\n' + PBX + "prot = 1\n")
    assert line == "pbx[0].prot: такой настройки нет; возможно, port?"
    with pytest.raises(SettingsError, match="такого файла нет"):
        load(tmp_path / "none.toml", {"LANG": "ru_RU.UTF-8"})


def test_every_word_is_in_both_languages_and_leaves_the_same_gaps() -> None:
    def gaps(text: str) -> list[str]:
        return sorted(part.split("}")[0] for part in text.replace("{{", "").split("{")[1:])

    for english, russian in WORDS.values():
        assert gaps(english) == gaps(russian)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.dates()
    | st.sampled_from(
        [
            "+44",
            "+442079460000",
            "09:00-18:00",
            "2026-01-01",
            "{number}",
            "${X}",
            "${}",
            "::1%x",
            "file:///",
            "\0",
            "a\nb",
            "x" * 99,
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5) | st.just("a\nb"), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(st.sampled_from([*settings_under(Settings), ("pbx", 0), ("company",), ("zz",)]), VALUES)
@example(("http", "port"), "a\nb")
@example(("company", "a\nb"), 1)
@example(("agents", 0, "endpoints"), ["\n", "\n"])
def test_any_value_anywhere_is_a_setting_or_a_worded_mistake(path: SettingPath, value: Any) -> None:
    document: Any = {"company": {"numbers": ["+442079460000"]}, "pbx": [{"trunks": ["operator"]}]}
    node = document
    for part, below in pairwise(path):
        if isinstance(part, int):
            node = node[part]
        else:
            node = node.setdefault(part, [{"name": "a"}] if isinstance(below, int) else {})
    node[path[-1]] = value
    try:
        settings_of(document, {})
    except SettingsError as error:
        for language in get_args(Language):
            assert len(error.text(language).split("\n")) == len(error.problems) > 0


def test_the_example_is_right_and_shows_every_setting() -> None:
    assert load(EXAMPLE, {}).pbx[0].secret_file == Path("/etc/callward/ami.secret")
    section, shown = "", set[str]()
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        plain = line.removeprefix("# ")
        if plain.startswith("["):
            section = plain.strip("[]")
        elif " = " in plain and plain.split(" = ")[0].isidentifier():
            shown.add(f"{section}.{plain.split(' = ')[0]}")
    assert shown == {dotted(path).replace("[0]", "") for path in settings_under(Settings)}


NO_DEFAULT = {
    "pbx.secret", "pbx.ask_url", "pbx.snapshot", "pbx.cel.file", "pbx.cel.columns",
    "pbx.cel.url", "pbx.cel.secret", "pbx.cel.secret_file", "pbx.cdr.file",
    "agents.endpoints", "agents.extension", "agents.ring", "agents.dials",
    "routing.holidays", "routing.group", "routing.voicemail", "routing.fallback",
    "outbound.emergency", "announcements.language",
    "http.certificate", "http.key", "http.hosts", "http.proxies",
    "http.embed_origins", "monitoring.address",
    "vault.credential", "vault.audit_head_file", "backup.folder",
    "windows.hostname", "windows.keytab", "windows.ntlm_users",
}  # fmt: skip
"""Settings of which the example shows an example, because their default is worked out."""


def test_the_defaults_that_the_example_names_are_the_real_ones(from_text: Load) -> None:
    """With every "# name = value" line taken in, nothing changes."""
    section, lines = "", []
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        plain = line.removeprefix("# ")
        if plain.startswith("["):
            section = plain.strip("[]")
        name = _setting(line)
        taken = name is not None and not section.endswith(("hours", "rules"))
        lines.append(plain if taken and f"{section}.{name}" not in NO_DEFAULT else line)
    assert from_text("\n".join(lines)) == load(EXAMPLE, {})


def test_with_every_line_of_the_example_taken_in_it_is_still_right(from_text: Load) -> None:
    section, lines = "", []
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line
        # What stands instead of another setting.
        instead = {"secret"} | ({"url", "secret_file"} if section == "[pbx.cel]" else set())
        taken = _setting(line) not in {None, *instead} or line.startswith("# [")
        lines.append(line.removeprefix("# ") if taken else line)
    settings = from_text("\n".join(lines))
    assert settings.agents[0].hours is not None
    assert settings.agents[0].hours.on(0) == (Span(540, 780), Span(840, 1080))
    assert settings.routing.holidays == (date(2026, 12, 25), date(2027, 1, 1))


def _setting(line: str) -> str | None:
    name = line.removeprefix("# ").split("=")[0].strip()
    return name if line.startswith("# ") and " = " in line and name.isidentifier() else None


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:8088"), ("::1", "http://[::1]:8088")],
)
def test_where_the_api_is_reached(from_text: Load, host: str, url: str) -> None:
    assert from_text(MINIMAL + f'[http]\nhost = "{host}"\n').http.url == url


def test_with_tls_this_machine_asks_without_it(from_text: Load) -> None:
    tls = '[http]\nhost = "0.0.0.0"\ncertificate = "/tls.pem"\nkey = "/tls.key"\n'
    assert from_text(MINIMAL + tls).http.url == "http://127.0.0.1:8089"
