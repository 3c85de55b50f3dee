"""What single AMI messages become."""

from __future__ import annotations

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
