"""What the dialplan learns of the settings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from config.settings import Settings
from dialplan.parsing import Dialplan, Step
from dialplan.settings_file import emergency, fallback, lost_emergency, settings_file, value

Make = Callable[..., Settings]


def read(settings: Settings) -> Dialplan:
    found = Dialplan()
    found.read(settings_file(settings, settings.pbx[0], recordings="/rec"))
    return found


def test_globals(make_settings: Make) -> None:
    settings = make_settings(
        pbx={
            "name": "main; office",
            "dial": "PJSIP/9{national}@operator",
            "caller_id": "{digits}",
            "ask_url": "http://192.0.2.1:8088/",
        },
        company={"language": "ru"},
        routing={"fallback": ["101", "SIP/102", "PJSIP/101"]},
        outbound={"policy": "clients_only"},
        announcements={"inbound": "answer", "language": "en"},
        http={"port": 9000},
    )
    assert read(settings).globals == {
        "CALLWARD_DIALPLAN": "1",
        "CALLWARD_URL": "http://192.0.2.1:8088",
        "CALLWARD_SECONDS": "0.3",
        "CALLWARD_PBX": "main; office",
        "CALLWARD_NUMBER": "442079460000",
        "CALLWARD_FALLBACK": "PJSIP/101&SIP/102",
        "CALLWARD_LANGUAGE": "ru",
        "CALLWARD_OUTBOUND_SILENT": "deny",
        "CALLWARD_DIAL_BEFORE": "PJSIP/9",
        "CALLWARD_DIAL_AFTER": "@operator",
        "CALLWARD_ANNOUNCE_INBOUND": "answer",
        "CALLWARD_ANNOUNCE_OUTBOUND": "off",
        "CALLWARD_ANNOUNCE_SOUND": "callward/recorded",
        "CALLWARD_ANNOUNCE_LANGUAGE": "en",
        "CALLWARD_RECORDINGS": "/rec",
    }


def test_no_secret_stands_in_a_file_that_all_may_read(make_settings: Make) -> None:
    settings = make_settings()
    assert "SECRET" not in read(settings).globals
    text = settings_file(settings, settings.pbx[0])
    assert '#include "extensions_callward_secret.conf"' in text


def test_every_length_of_a_code_can_be_dialled(make_settings: Make) -> None:
    codes = read(make_settings(masking={"code_digits": 4})).contexts["callward-codes"]
    assert {exten for exten, _ in codes} == {"_[2-8]XXX", "_[2-8]XXXX", "_[2-8]XXXXX"}


def test_extensions_ring_desk_phones_while_callward_is_silent(make_settings: Make) -> None:
    agents = [
        {"name": "Quist", "endpoints": ["101", "101w"], "mobiles": ["+447700900101"]},
        {"name": "Yarrow", "extension": "120", "endpoints": ["PJSIP/desk"], "ring": ["mobile"]},
        {"name": "Zelnik"},
    ]
    rows = read(make_settings(agents=agents)).contexts["callward-extensions"]
    assert rows["101", 1] == Step("Set", "CALLWARD_OWN=PJSIP/101&PJSIP/101w")
    assert rows["120", 1] == Step("Set", "CALLWARD_OWN=")
    assert rows["101", 2] == Step("Goto", "callward-dial,${EXTEN},1")
    assert {exten for exten, _ in rows} == {"101", "120"}


def test_emergency_numbers_are_the_countrys_and_the_settings(make_settings: Make) -> None:
    settings = make_settings(outbound={"emergency": ["1999"]})
    rows = read(settings).contexts["callward-emergency"]
    assert rows["999", 1] == rows["1999", 1] == Step("Goto", "callward-urgent,${EXTEN},1")
    assert not lost_emergency(settings)


def test_an_extension_that_the_country_uses_too_is_the_employees(make_settings: Make) -> None:
    sections = {"company": {"region": "RU"}, "agents": [{"name": "101"}]}
    settings = make_settings(**sections)
    assert "101" not in emergency(settings)
    assert lost_emergency(settings) == ("101",)
    wanted = make_settings(**sections, outbound={"emergency": ["101"]})
    assert "101" in emergency(wanted)
    assert not lost_emergency(wanted)


def test_the_fallback_is_the_groups_desk_phones_else_everybodys(make_settings: Make) -> None:
    agents = [
        {"name": "Quist", "endpoints": ["101"], "ring": ["mobile", "101"]},
        {"name": "Yarrow", "endpoints": ["102"]},
    ]
    assert fallback(make_settings(agents=agents)) == "PJSIP/101&PJSIP/102"
    group = {"group": ["Yarrow", "201"]}
    assert fallback(make_settings(agents=agents, routing=group)) == "PJSIP/102&PJSIP/201"
    assert fallback(make_settings()) == ""


@pytest.mark.parametrize("text", ["two\nlines", "${EXTEN}", "$[1+1]", "nul\0"])
def test_what_no_line_can_hold_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        value(text)
