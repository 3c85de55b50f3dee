"""Environment variables win over the file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from config.loading import load
from config.problems import SettingsError
from config.settings import Settings
from config.values import Span

TEXT = '[company]\nnumbers = ["+442079460000"]\n[[pbx]]\ntrunks = ["operator"]\n'


def _load(tmp_path: Path, environ: Mapping[str, str], text: str = TEXT) -> Settings:
    file = tmp_path / "callward.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, environ)


def test_a_variable_reaches_any_depth(tmp_path: Path) -> None:
    settings = _load(
        tmp_path,
        {
            "CALLWARD__HTTP__PORT": "0",
            "CALLWARD__PBX__0__SECRET": "hunter2",
            "CALLWARD__PBX__0__CEL__FILE": "/var/log/cel.csv",
            "CALLWARD__RECORDINGS__KEEP_ORIGINALS": "true",
            "CALLWARD__COMPANY__NUMBERS": "+442079460001, +442079460002",
            "CALLWARD__PBX__0__TRUNKS": '["a,b", "c"]',
        },
    )
    assert settings.http.port == 0
    assert settings.pbx[0].secret is not None
    assert settings.pbx[0].secret.get_secret_value() == "hunter2"
    assert settings.pbx[0].cel.file == Path("/var/log/cel.csv")
    assert settings.recordings.keep_originals
    assert settings.company.numbers == ("+442079460001", "+442079460002")
    assert settings.pbx[0].trunks == ("a,b", "c")


def test_a_text_may_hold_variables_and_a_secret_does_not(tmp_path: Path) -> None:
    text = TEXT + 'secret_file = "${CREDENTIALS_DIRECTORY}/ami"\n'
    settings = _load(tmp_path, {"CREDENTIALS_DIRECTORY": "/run/credentials/callward"}, text)
    assert settings.pbx[0].secret_file == Path("/run/credentials/callward/ami")
    # A command is not in the unit, and finds there what systemd gave to it.
    settings = _load(tmp_path, {}, text)
    assert settings.pbx[0].secret_file == Path("/run/credentials/callward.service/ami")
    settings = _load(tmp_path, {"HOME": "x"}, TEXT + 'secret = "a${HOME}b"\n')
    assert settings.pbx[0].secret is not None
    assert settings.pbx[0].secret.get_secret_value() == "a${HOME}b"


def test_the_environment_alone_is_enough(tmp_path: Path) -> None:
    environ = {
        "CALLWARD__COMPANY__NUMBERS": "+442079460000",
        "CALLWARD__PBX__0__TRUNKS": "operator",
        "CALLWARD__AGENTS__0__NAME": "101",
        "CALLWARD__AGENTS__0__MOBILES__0": "+447700900101",
    }
    settings = _load(tmp_path, environ, "")
    assert settings.agents[0].mobiles == ("+447700900101",)


def test_a_variable_for_each_kind_of_the_masked_calls_settings(tmp_path: Path) -> None:
    settings = _load(
        tmp_path,
        {
            "CALLWARD__AGENTS__0__NAME": "Ann",
            "CALLWARD__AGENTS__0__ENDPOINTS": "101, 102",
            "CALLWARD__AGENTS__0__MOBILES": "+447700900101",
            "CALLWARD__AGENTS__0__RING": "mobile,102",
            "CALLWARD__AGENTS__0__HOURS__MONDAY": "09:00-13:00, 14:00-24:00",
            "CALLWARD__AGENTS__0__DIALS": "nobody",
            "CALLWARD__ROUTING__HOLIDAYS": "2026-12-25,2027-01-01",
            "CALLWARD__ROUTING__GROUP__0": "Ann",
            "CALLWARD__OUTBOUND__EMERGENCY": "111",
            "CALLWARD__ANNOUNCEMENTS__OUTBOUND": "true",
            "CALLWARD__MASKING__CODE_DIGITS": "6",
            "CALLWARD__PBX__0__ASK_URL": "http://[::1]:8088/callward",
            "CALLWARD__PBX__0__DIAL": "PJSIP/operator/sip:{digits}@127.0.0.2",
        },
    )
    agent = settings.agents[0]
    assert agent.ring == ("mobile", "102")
    assert agent.hours is not None
    assert agent.hours.on(0) == (Span(540, 780), Span(840, 1440))
    assert agent.dials == "nobody"
    assert settings.routing.holidays == (date(2026, 12, 25), date(2027, 1, 1))
    assert settings.routing.group == ("Ann",)
    assert settings.outbound.emergency == ("111",)
    assert settings.announcements.outbound
    assert settings.masking.code_digits == 6
    assert settings.pbx[0].ask_url == "http://[::1]:8088/callward"


@pytest.mark.parametrize(
    ("variable", "value", "line"),
    [
        (
            "CALLWARD__HTTP__PORT",
            "x",
            'http.port (from CALLWARD__HTTP__PORT) = "x": must be a whole number',
        ),
        (
            "CALLWARD__HTPP__PORT",
            "1",
            "htpp (from CALLWARD__HTPP__PORT): no such setting; did you mean http?",
        ),
        (
            "CALLWARD__PBX__0__PROT",
            "1",
            "pbx[0].prot (from CALLWARD__PBX__0__PROT): no such setting; did you mean port?",
        ),
        (
            "CALLWARD__PBX__7__PORT",
            "1",
            "CALLWARD__PBX__7__PORT: leads nowhere: 7 must be a number from 0 to 1, "
            "in the order of the file",
        ),
        (
            "CALLWARD__PBX__PORT",
            "1",
            "CALLWARD__PBX__PORT: leads nowhere: PORT must be a number from 0 to 1, "
            "in the order of the file",
        ),
        (
            "CALLWARD__PBX",
            "1",
            "CALLWARD__PBX: names a whole section; name one setting in it: CALLWARD__PBX__0__NAME",
        ),
        (
            "CALLWARD__ROUTING__HOURS",
            "09:00-18:00",
            "CALLWARD__ROUTING__HOURS: names a whole section; name one setting in it: "
            "CALLWARD__ROUTING__HOURS__MONDAY",
        ),
        (
            "CALLWARD__ROUTING__HOLIDAYS",
            "2026-12-25,soon",
            'routing.holidays[1] (from CALLWARD__ROUTING__HOLIDAYS) = "soon": '
            "must be a date, such as 2026-12-31",
        ),
        (
            "CALLWARD__LOG__LEVEL",
            "loud",
            'log.level (from CALLWARD__LOG__LEVEL) = "loud": '
            "must be one of: debug, info, warning, error",
        ),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, variable: str, value: str, line: str) -> None:
    with pytest.raises(SettingsError) as caught:
        _load(tmp_path, {variable: value})
    assert str(caught.value) == line


@pytest.mark.parametrize("variable", ["CALLWARD__", "CALLWARD____", "CALLWARD__COMPANY__NAME__X"])
def test_a_senseless_variable_is_a_mistake_and_no_crash(tmp_path: Path, variable: str) -> None:
    with pytest.raises(SettingsError):
        _load(tmp_path, {variable: "1"})
