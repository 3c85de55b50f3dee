"""What single AMI messages become."""

from __future__ import annotations

import pytest

from daemon.ami.framing import Framer
from daemon.ami.message import Message
from daemon.ami.translate import AmiTranslator
from daemon.calls import events as e

STATUS = b"""Event: Status
Channel: PJSIP/operator-00000001
ChannelState: 6
DNID: +442079460000
Uniqueid: 1795298016.2
Linkedid: 1795298016.2
Variable: CDR(start,u)=1795298016.500000
Variable: CDR(answer,u)=1795298017.250000
Variable: CALLWARD_RECORDING=(null)
Variable: CALLWARD_PARTY=PSs0NDIwNzk0NjAxMDE=

Event: BridgeListItem
BridgeUniqueid: b1

"""
ORIGINATE = b"""Event: OriginateResponse
Timestamp: 1795298016.5
Response: Failure
Channel: PJSIP/101
Application: Dial
Data: PJSIP/+442079460101@operator&PJSIP/+442079460102@operator,30
Uniqueid: <null>

"""


def events(text: bytes) -> list[e.TelephonyEvent]:
    translator = AmiTranslator()
    messages = Framer().feed(text.replace(b"\n", b"\r\n"))
    return [event for message in messages for event in translator.translate(message)]


def test_a_status_row_tells_what_was_dialled_and_no_recording_that_is_none() -> None:
    [timed, listed] = events(STATUS)
    assert isinstance(timed, e.ChannelTimed)
    assert (timed.dialled, timed.recording) == ("+442079460000", "")
    assert timed.party == "+442079460101"
    assert "101" not in repr(timed)
    # What comes after it cannot be earlier than the answer that it tells of.
    assert timed.at == timed.answered_at == listed.at


def test_an_originate_of_dial_tells_whom_it_was_to_call() -> None:
    [ended] = events(ORIGINATE)
    assert isinstance(ended, e.OriginateEnded)
    assert (ended.address, ended.exten) == ("PJSIP/101", "+442079460101")


def test_a_recording_has_the_name_that_our_dialplan_gives_and_no_other() -> None:
    ours = {"Event": "UserEvent", "UserEvent": "CallwardRecording", "Timestamp": "1700000001.5"}
    translator = AmiTranslator()
    [told] = translator.translate(
        Message({**ours, "Uniqueid": "pbx-1700000000.1", "Name": "pbx-1700000000.1"})
    )
    assert isinstance(told, e.RecordingStarted)
    assert told.name == "pbx-1700000000.1"
    forged = {**ours, "Uniqueid": "1700000000.1", "Name": "+442079460101"}
    assert translator.translate(Message(forged)) == ()
    assert translator.surprises == {"UserEvent: unreadable": 1}


PLAYED = {
    "Event": "UserEvent",
    "UserEvent": "CallwardAnnouncement",
    "Timestamp": "1700000001.5",
    "Uniqueid": "1700000000.1",
    "Sound": "callward/recorded",
    "Language": "ru",
    "Whole": "no",
}


def test_what_was_played_is_told() -> None:
    [told] = AmiTranslator().translate(Message(PLAYED))
    assert isinstance(told, e.AnnouncementPlayed)
    assert (told.sound, told.language, told.whole) == ("callward/recorded", "ru", False)
    assert told.channel.uniqueid == "1700000000.1"


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Sound", ""),
        ("Sound", "/etc/passwd"),
        ("Sound", "callward/../../etc/passwd"),
        ("Sound", "call the customer"),
        ("Sound", "customers/442079460101"),
        ("Sound", "x" * 81),
        ("Language", "de"),
        ("Language", ""),
        ("Whole", "1"),
        ("Whole", "YES"),
    ],
)
def test_an_announcement_in_other_words_is_passed_over(header: str, value: str) -> None:
    translator = AmiTranslator()
    assert translator.translate(Message({**PLAYED, header: value})) == ()
    assert translator.surprises == {"UserEvent: unreadable": 1}


def test_an_announcement_without_one_of_its_words_is_passed_over() -> None:
    translator = AmiTranslator()
    for header in ("Sound", "Language", "Whole", "Uniqueid"):
        left = {name: value for name, value in PLAYED.items() if name != header}
        assert translator.translate(Message(left)) == ()
    assert translator.surprises == {"UserEvent: unreadable": 4}


HOLDS = {
    "Timestamp": "1700000001.5",
    "SpyerUniqueid": "callward-hold-7",
    "SpyerChannel": "Local/between@callward-hold-00000000;1",
    "SpyeeUniqueid": "1700000000.1",
    "SpyeeChannel": "PJSIP/operator-00000001",
}


def test_music_to_a_customer_on_hold_is_no_listening() -> None:
    spy = {**HOLDS, "Event": "ChanSpyStart"}
    [told] = AmiTranslator().translate(Message(spy))
    assert isinstance(told, e.MusicStarted)
    assert (told.channel.uniqueid, told.to) == ("callward-hold-7", "1700000000.1")
    [other] = AmiTranslator().translate(Message({**spy, "SpyerUniqueid": "1700000000.7"}))
    assert isinstance(other, e.SpyStarted)


@pytest.mark.parametrize(
    ("uniqueid", "application", "to"),
    [
        ("callward-hold-7", "ChanSpy", "1700000000.1"),
        ("callward-hold-7-2", "Dial", ""),
        ("1700000000.7", "ChanSpy", ""),
    ],
)
def test_a_listed_channel_tells_to_whom_it_plays(uniqueid: str, application: str, to: str) -> None:
    listed = {
        "Event": "CoreShowChannel",
        "Uniqueid": uniqueid,
        "Channel": "Local/between@callward-hold-00000000;1",
        "Application": application,
        "ApplicationData": "1700000000.1,quESW",
        "Timestamp": "1700000001.5",
    }
    [told] = AmiTranslator().translate(Message(listed))
    assert isinstance(told, e.ChannelListed)
    assert told.plays_to == to
