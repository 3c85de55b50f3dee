"""Rows of our own dialplan in the PBX's log."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from daemon.calls import events as e
from daemon.cel.rows import CelRow
from daemon.cel.translate import CelTranslator

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def row(event: str, kind: str, said: object) -> CelRow:
    columns = {"uniqueid": "1.0", "linkedid": "1.0", "channame": "X/1-1", "userdeftype": kind}
    return CelRow(event, AT, columns, {"extra": said})


@pytest.mark.parametrize("event", ["USER_DEFINED", "CallwardAnnouncement"])
def test_what_was_played_is_told(event: str) -> None:
    said = "callward/recorded~ru~yes"
    [told] = CelTranslator().translate(row(event, "CallwardAnnouncement", said))
    assert isinstance(told, e.AnnouncementPlayed)
    assert (told.sound, told.language, told.whole) == ("callward/recorded", "ru", True)
    assert (told.at, told.channel.uniqueid) == (AT, "1.0")


@pytest.mark.parametrize("said", ["callward/recorded~ru", "a~ru~maybe", "442079460101~ru~yes", 7])
def test_other_words_are_passed_over(said: object) -> None:
    translator = CelTranslator()
    assert translator.translate(row("USER_DEFINED", "CallwardAnnouncement", said)) == ()
    assert translator.surprises == {"USER_DEFINED: unreadable": 1}


def test_rows_of_others_are_nothing_to_us() -> None:
    translator = CelTranslator()
    assert translator.translate(row("USER_DEFINED", "Theirs", "callward/recorded~ru~yes")) == ()
    assert not translator.surprises


def test_music_to_a_customer_on_hold_is_told_by_the_application() -> None:
    columns = {
        "uniqueid": "callward-hold-7",
        "linkedid": "callward-hold-7",
        "channame": "Local/between@callward-hold-00000000;1",
        "appname": "ChanSpy",
        "appdata": "1.1,quESW",
    }
    [told] = CelTranslator().translate(CelRow("APP_START", AT, columns, {}))
    assert isinstance(told, e.MusicStarted)
    assert (told.channel.uniqueid, told.to) == ("callward-hold-7", "1.1")
