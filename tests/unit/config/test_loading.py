"""A right file becomes Settings; a wrong one becomes one line for each mistake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

COMPANY = '[company]\nnumbers = ["+442079460000"]\n'
PBX = '[[pbx]]\ntrunks = ["operator"]\n'
MINIMAL = COMPANY + PBX

Load = Callable[..., Settings]
Lines = Callable[..., list[str]]


@pytest.fixture
def from_text(tmp_path: Path) -> Load:
    def from_text(text: str, environ: Mapping[str, str] | None = None) -> Settings:
        file = tmp_path / "callward.toml"
        file.write_text(text, encoding="utf-8")
        return load(file, environ or {})

    return from_text


@pytest.fixture
def mistakes(from_text: Load) -> Lines:
    def mistakes(text: str, environ: Mapping[str, str] | None = None) -> list[str]:
        with pytest.raises(SettingsError) as caught:
            from_text(text, environ)
        return str(caught.value).splitlines()

    return mistakes


def test_the_least_file_takes_every_default(from_text: Load) -> None:
    settings = from_text(MINIMAL)
    assert settings.company.region == "GB"
    assert settings.pbx[0].port == 5038
    assert settings.http.host == "127.0.0.1"


def test_a_given_region_wins(from_text: Load) -> None:
    assert from_text(COMPANY + 'region = "IE"\n' + PBX).company.region == "IE"


WRONG = {
    "missing section": (PBX, "company: is missing and has no default"),
    "missing setting": (COMPANY + "[[pbx]]\n", "pbx[0].trunks: is missing and has no default"),
    "typo": (
        COMPANY + PBX + "prot = 5039\n",
        "pbx[0].prot: no such setting; did you mean port?",
    ),
    "unlike anything": (
        MINIMAL + "[log]\nzzz = 1\n",
        "log.zzz: no such setting; there are: level, format",
    ),
    "one table for a list": (
        COMPANY + '[pbx]\ntrunks = ["operator"]\n',
        "pbx: must be a list of tables: write [[pbx]] before each",
    ),
    "a text for a section": (
        "company = 1\n" + PBX,
        "company: must be a table of settings: [company]",
    ),
    "a text for a list": (
        COMPANY + '[[pbx]]\ntrunks = "operator"\n',
        'pbx[0].trunks = "operator": must be a list, such as ["one", "two"]',
    ),
    "no trunk": (COMPANY + "[[pbx]]\ntrunks = []\n", "pbx[0].trunks: must name at least one"),
    "no number": ("[company]\nnumbers = []\n" + PBX, "company.numbers: must name at least one"),
    "an empty name": (
        COMPANY + PBX + 'name = ""\n',
        'pbx[0].name = "": must have 1 to 80 characters',
    ),
    "port too high": (
        COMPANY + PBX + "port = 65536\n",
        "pbx[0].port = 65536: must be 65535 or less",
    ),
    "port too low": (COMPANY + PBX + "port = 0\n", "pbx[0].port = 0: must be 1 or more"),
    "port a word": (
        COMPANY + PBX + 'port = "ami"\n',
        'pbx[0].port = "ami": must be a whole number',
    ),
    "port a fraction": (
        COMPANY + PBX + "port = 5.5\n",
        "pbx[0].port = 5.5: must be a whole number",
    ),
    "a number for a text": (
        COMPANY + PBX + "name = 1\n",
        "pbx[0].name = 1: must be text in quotes",
    ),
    "a number for a path": (
        COMPANY + PBX + "recordings_folder = 1\n",
        "pbx[0].recordings_folder = 1: must be the path of a file or folder",
    ),
    "a word for yes": (
        MINIMAL + '[recordings]\nkeep_originals = "perhaps"\n',
        'recordings.keep_originals = "perhaps": must be true or false',
    ),
    "no such choice": (
        MINIMAL + '[recordings]\nformat = "mp3"\n',
        'recordings.format = "mp3": must be one of: flac, opus',
    ),
    "number with spaces": (
        '[company]\nnumbers = ["+44 20 7946 0000"]\n' + PBX,
        'company.numbers[0] = "+44 20 7946 0000": must be written in E.164, without spaces or '
        "signs; did you mean +442079460000?",
    ),
    "national number": (
        '[company]\nnumbers = ["02079460000"]\n' + PBX,
        'company.numbers[0] = "02079460000": must be an international number in E.164: '
        "+, country code, number, no spaces",
    ),
    "short number": (
        '[company]\nnumbers = ["+4420"]\n' + PBX,
        'company.numbers[0] = "+4420": has too few or too many digits for its country',
    ),
    "unknown region": (
        COMPANY + 'region = "gb"\n' + PBX,
        'company.region = "gb": must be a country in two capital letters, such as GB or RU',
    ),
    "unknown timezone": (
        COMPANY + PBX + 'timezone = "Mars/Olympus"\n',
        'pbx[0].timezone = "Mars/Olympus": must be a time zone of the IANA list, '
        "such as Europe/London",
    ),
    "a path for a timezone": (
        COMPANY + PBX + 'timezone = "/etc/passwd"\n',
        'pbx[0].timezone = "/etc/passwd": must be a time zone of the IANA list, '
        "such as Europe/London",
    ),
    "open to the network": (
        MINIMAL + '[http]\nhost = "0.0.0.0"\n',
        'http.host = "0.0.0.0": must be a loopback address (127.0.0.1, ::1): the API does not yet '
        "ask who is calling, so other machines must not reach it",
    ),
    "unknown database": (
        MINIMAL + '[database]\nurl = "mysql://x"\n',
        'database.url = "mysql://x": must begin with sqlite+aiosqlite:///, '
        "followed by the path of the file",
    ),
    "unknown storage": (
        MINIMAL + '[recordings]\nstorage = "s3://x"\n',
        'recordings.storage = "s3://x": must begin with file:///, followed by the path of a folder',
    ),
    "two PBXs of one name": (
        COMPANY + PBX + PBX,
        'pbx[1].name = "pbx": is the same as pbx[0].name',
    ),
    "an endpoint of two agents": (
        MINIMAL + '[[agents]]\nname = "a"\nendpoints = ["101"]\n'
        '[[agents]]\nname = "b"\nendpoints = ["PJSIP/101"]\n',
        'agents[1].endpoints[0] = "PJSIP/101": is the same as agents[0].endpoints[0]',
    ),
    "two agents of one name": (
        MINIMAL + '[[agents]]\nname = "a"\n[[agents]]\nname = "a"\n',
        'agents[1].name = "a": is the same as agents[0].name',
    ),
    "a company number as mobile": (
        MINIMAL + '[[agents]]\nname = "a"\nmobiles = ["+442079460000"]\n',
        "agents[0].mobiles[0]: is a number of the company (company.numbers[0]); "
        "an employee's mobile is his own",
    ),
    "a mobile of two agents": (
        MINIMAL + '[[agents]]\nname = "a"\nmobiles = ["+447700900101"]\n'
        '[[agents]]\nname = "b"\nmobiles = ["+447700900101"]\n',
        "agents[1].mobiles[0]: is the same as agents[0].mobiles[0]",
    ),
    "two secrets": (
        COMPANY + PBX + 'secret = "x"\nsecret_file = "/x"\n',
        "pbx[0].secret_file: is set beside secret; keep only one of them",
    ),
    "undefined variable": (
        COMPANY + PBX + 'secret_file = "${CREDENTIALS_DIRECTORY}/ami"\n',
        "pbx[0].secret_file: uses ${CREDENTIALS_DIRECTORY}, "
        "and the environment has no CREDENTIALS_DIRECTORY",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_one_line_with_place_value_and_what_is_allowed(
    mistakes: Lines, name: str
) -> None:
    text, line = WRONG[name]
    assert mistakes(text) == [line]


def test_every_mistake_is_named_at_once(mistakes: Lines) -> None:
    lines = mistakes('[company]\nnumbers = ["1"]\nregon = "GB"\n[[pbx]]\nport = 0\n')
    assert [line.split(":")[0] for line in lines] == [
        'company.numbers[0] = "1"',
        "company.regon",
        "pbx[0].port = 0",
        "pbx[0].trunks",
    ]


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
        ["+44", "+442079460000", "${X}", "${}", "::1%x", "file:///", "\0", "a\nb", "x" * 99]
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


def test_the_defaults_that_the_example_names_are_the_real_ones(from_text: Load) -> None:
    """With every "# name = value" line taken in, nothing changes."""
    example = EXAMPLE.read_text(encoding="utf-8")
    chosen = {"secret", "file", "columns", "endpoints"}
    lines = [
        line.removeprefix("# ") if _setting(line) not in chosen | {None} else line
        for line in example.splitlines()
    ]
    assert from_text("\n".join(lines)) == load(EXAMPLE, {})


def _setting(line: str) -> str | None:
    name = line.removeprefix("# ").split("=")[0].strip()
    return name if line.startswith("# ") and " = " in line and name.isidentifier() else None


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:8088"), ("::1", "http://[::1]:8088")],
)
def test_where_the_api_is_reached(from_text: Load, host: str, url: str) -> None:
    assert from_text(MINIMAL + f'[http]\nhost = "{host}"\n').http.url == url
