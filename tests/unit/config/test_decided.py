"""What is decided over the file is held to what holds for the file."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from config.decided import DECIDABLE, decide, decide_what_may_be, key_of, written
from config.problems import SettingsError
from config.settings import Settings
from config.values import Span

FILE = Settings.model_validate(
    {
        "company": {"numbers": ["+442079460000"]},
        "pbx": [{"trunks": ["operator"], "secret": "x"}],
        "agents": [{"name": "Анна", "endpoints": ["101"]}],
        "routing": {"hours": {"monday": ["09:00-18:00"]}, "voicemail": "101@default"},
    }
)


def test_a_decision_stands_over_the_file_and_leaves_the_rest() -> None:
    made = decide(
        FILE, {"routing": {"holidays": ["2026-12-25"]}, "announcements": {"outbound": True}}
    )
    assert made.routing.holidays == (date(2026, 12, 25),)
    assert made.routing.hours is not None
    assert made.routing.hours.monday == (Span(540, 1080),)
    assert (made.routing.voicemail, made.announcements.outbound) == ("101@default", True)
    assert FILE.routing.holidays == ()


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"curator_seconds": 1}, "routing.curator_seconds = 1: must be 3 or more"),
        ({"group": ["Борис"]}, 'routing.group[0] = "Борис": is no agent\'s name'),
        ({"group": ["101", "PJSIP/101"]}, "is the same as routing.group[0]"),
        ({"hours": {"monday": ["09:00-08:00"]}}, "routing.hours.monday[0]"),
        ({"hours": {"monday": ["09:00-12:00", "11:00-13:00"]}}, "overlaps with"),
    ],
)
def test_the_files_own_words_for_what_may_not_be(values: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        decide(FILE, {"routing": values})
    assert says in caught.value.text("en")


def test_what_no_longer_goes_with_the_file_is_left_out_alone() -> None:
    stored = {"routing": {"group": ["Борис"], "group_seconds": 9, "gone": 1}, "no section": {}}
    made, refused = decide_what_may_be(FILE, stored)
    assert (made.routing.group, made.routing.group_seconds) == ((), 9)
    assert sorted(map(key_of, refused)) == ["gone", "group"]


def test_what_is_written_is_read_again() -> None:
    for section, keys in DECIDABLE.items():
        values = {key: written(getattr(getattr(FILE, section), key)) for key in keys}
        assert decide(FILE, {section: values}) == FILE
