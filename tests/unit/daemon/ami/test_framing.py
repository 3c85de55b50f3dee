from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from daemon.ami.filters import WANTED
from daemon.ami.framing import Framer
from daemon.ami.message import Message

GREETING = b"Asterisk Call Manager/11.0.0\r\n"


def headers_of(data: bytes) -> list[dict[str, str]]:
    return [message.headers for message in Framer().feed(data)]


def test_an_event_is_a_dict_of_its_headers() -> None:
    data = b"Event: Hangup\r\nChannel: PJSIP/101-00000001\r\nCause: 16\r\n\r\n"
    assert headers_of(data) == [{"Event": "Hangup", "Channel": "PJSIP/101-00000001", "Cause": "16"}]


def test_an_event_without_headers_is_an_event() -> None:
    framer = Framer(wanted={"Shutdown"})
    assert [m.event for m in framer.feed(b"Event: Shutdown\r\n\r\nEvent: VarSet\r\n\r\n")] == [
        "Shutdown"
    ]


def test_empty_values_are_kept_the_last_one_too() -> None:
    data = b"Event: VarSet\r\nVariable: X\r\nOdd:\r\nValue: \r\n\r\n"
    assert headers_of(data) == [{"Event": "VarSet", "Variable": "X", "Odd": "", "Value": ""}]


def test_a_value_may_hold_colons() -> None:
    data = b"Event: Status\r\nApplicationData: a: b: c\r\n\r\n"
    assert headers_of(data)[0]["ApplicationData"] == "a: b: c"


def test_a_lone_line_feed_or_another_line_end_stays_inside_its_value() -> None:
    data = "Event: A\r\nName: x\nEvent: B\x85\u2028y\r\n\r\n".encode()
    assert headers_of(data) == [{"Event": "A", "Name": "x\nEvent: B\x85\u2028y"}]


def test_of_a_doubled_event_header_the_first_wins() -> None:
    framer = Framer()
    (message,) = framer.feed(b"Event: UserEvent\r\nUserEvent: X\r\nEvent: Hangup\r\n\r\n")
    assert message.event == "UserEvent"
    assert message.repeated == {"Event": ("UserEvent", "Hangup")}
    assert framer.surprises == {"doubled_event": 1}


def test_every_value_of_a_repeated_header_is_there() -> None:
    (message,) = Framer().feed(
        b"Event: Newchannel\r\nChanVariable: A=1\r\nChanVariable: B=\r\nExten: \r\n\r\n"
    )
    assert message.headers == {"Event": "Newchannel", "ChanVariable": "A=1", "Exten": ""}
    assert message.all("ChanVariable") == ("A=1", "B=")
    assert message.all("Exten") == ("",)


def test_lines_without_a_colon_are_counted_and_the_rest_is_read() -> None:
    framer = Framer()
    messages = framer.feed(
        b"\x00\xff garbage\r\n\r\nEvent: Hangup\r\nnonsense\r\nCause: 16\r\n\r\nEvent: Hold\r\n\r\n"
    )
    assert [m.headers for m in messages] == [{"Event": "Hangup", "Cause": "16"}, {"Event": "Hold"}]
    assert framer.surprises == {"garbage": 2, "undecodable": 1}


def test_a_block_that_is_neither_event_nor_response_is_counted() -> None:
    framer = Framer()
    assert framer.feed(b"Channel: X\r\nCause: 16\r\n\r\n") == []
    assert framer.surprises == {"nameless": 1}


def test_names_that_are_not_utf8_are_kept_as_far_as_they_can_be() -> None:
    framer = Framer()
    data = b"Event: Newchannel\r\nCallerIDName: M\xfcller\r\nExten: 7\r\n\r\n"
    (message,) = framer.feed(data)
    assert message.headers == {"Event": "Newchannel", "CallerIDName": "M\ufffdller", "Exten": "7"}
    assert framer.surprises == {"undecodable": 1}


def test_a_character_split_over_two_segments_is_whole() -> None:
    data = "Event: Newchannel\r\nCallerIDName: Иванов\r\n\r\n".encode()
    cut = data.index("в".encode()) + 1
    framer = Framer()
    assert framer.feed(data[:cut]) == []
    (message,) = framer.feed(data[cut:])
    assert message.headers["CallerIDName"] == "Иванов"


def test_the_greeting_is_read_and_is_no_message() -> None:
    framer = Framer()
    assert framer.feed(GREETING) == []
    assert framer.greeting == "11.0.0"
    (message,) = framer.feed(b"Response: Success\r\nActionID: 1\r\n\r\n")
    assert message.response == "Success"
    assert not framer.surprises


def test_a_greeting_between_two_journals_is_no_message() -> None:
    framer = Framer()
    messages = framer.feed(b"Event: Hold\r\n\r\n" + GREETING + b"Response: Success\r\n\r\n")
    assert [m.headers for m in messages] == [{"Event": "Hold"}, {"Response": "Success"}]
    assert not framer.surprises


@pytest.mark.parametrize(
    "banner", [b"SSH-2.0-OpenSSH_9.2p1\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"220 hello\n"]
)
def test_the_opening_tells_who_is_not_an_ami(banner: bytes) -> None:
    framer = Framer()
    framer.feed(banner)
    assert framer.opened
    assert framer.greeting is None
    assert framer.opening == banner.partition(b"\n")[0].rstrip()


def test_an_opening_without_end_is_cut() -> None:
    framer = Framer()
    framer.feed(b"A" * 5000)
    assert framer.opened
    assert len(framer.opening) == 256


def test_the_output_of_a_command_is_one_value_a_line() -> None:
    (message,) = Framer().feed(
        b"Response: Success\r\nActionID: 1\r\nMessage: Command output follows\r\n"
        b"Output: a: b\r\nOutput: \r\nOutput: c\r\n\r\n"
    )
    assert message.all("Output") == ("a: b", "", "c")


def test_the_output_of_a_command_before_asterisk_14() -> None:
    (message,) = Framer().feed(
        b"Response: Follows\r\nPrivilege: Command\r\nActionID: 1\r\n"
        b"a: b\n\nc\n--END COMMAND--\r\n\r\n"
    )
    assert message.response == "Follows"
    assert message.headers["ActionID"] == "1"
    assert message.all("Output") == ("a: b", "", "c")


def test_a_header_of_8_mib_is_skipped_and_never_held() -> None:
    framer = Framer()
    chunk = b"x" * 65536
    messages = framer.feed(b"Event: Hold\r\n\r\nEvent: UserEvent\r\nValue: ")
    held = 0
    for _ in range(128):
        messages += framer.feed(chunk)
        held = max(held, len(framer._tail))
    messages += framer.feed(b"\r\n\r\nEvent: Unhold\r\n\r\n")
    assert [m.event for m in messages] == ["Hold", "Unhold"]
    assert framer.surprises == {"oversized": 1}
    assert held <= 1024 * 1024 + 65536


def test_a_truncated_last_block_is_counted() -> None:
    framer = Framer()
    assert framer.feed(b"Event: Hangup\r\nChannel: PJSIP/1") == []
    framer.end()
    assert framer.surprises == {"truncated": 1}


def test_unwanted_events_are_dropped_but_answers_never() -> None:
    framer = Framer(wanted={"Hangup"})
    messages = framer.feed(
        b"Event: HangupRequest\r\nChannel: A\r\n\r\n"
        b"Event: Hangup\r\nChannel: B\r\n\r\n"
        b"Event: VarSet\r\nChannel: C\r\nChannel: C\r\n\r\n"
        b"junk\r\nEvent: VarSet\r\n\r\n"
        b"Event: DeviceStateChange\r\nActionID: 7\r\n\r\n"
        b"Response: Success\r\nActionID: 7\r\n\r\n"
    )
    assert [m.event or m.response for m in messages] == ["Hangup", "DeviceStateChange", "Success"]


# Chunking: whatever the cuts, the messages and the counts are the same.

PIECES = [
    b"Event: Hangup\r\nCause: 16\r\n\r\n",
    b"Event: VarSet\r\nValue: \r\n\r\n",
    "Event: Newchannel\r\nCallerIDName: Пётр 🙂\r\n\r\n".encode(),
    b"Event: Newchannel\r\nCallerIDName: \xd0\xff\r\n\r\n",
    b"Event: X\r\nEvent: Y\r\nA: 1\r\nA: 2\r\n\r\n",
    b"Response: Success\r\nActionID: 1\r\n\r\n",
    b"Response: Follows\r\nx: 1\n\n--END COMMAND--\r\n\r\n",
    b"garbage",
    b"\r\n",
    b"\n",
    b"\r",
    b"\r\n\r\n",
    b"Event: Cut",
    GREETING,
    b"Event: UserEvent\r\nValue: " + b"y" * 290 + b"\r\n\r\n",
    b"z" * 300,
]


def all_messages(
    chunks: list[bytes], wanted: frozenset[str] | None
) -> tuple[list[Message], Counter[str], str | None, bytes]:
    framer = Framer(wanted=wanted, max_block_bytes=300)
    messages = [message for chunk in chunks for message in framer.feed(chunk)]
    framer.end()
    return messages, framer.surprises, framer.greeting, framer.opening


@given(
    pieces=st.lists(st.sampled_from(PIECES) | st.binary(max_size=80), max_size=12),
    cuts=st.lists(st.integers(min_value=0, max_value=900), max_size=40),
    wanted=st.sampled_from([None, WANTED]),
)
@example(pieces=[b"z" * 300, b"\r\n\r\n", b"\r\n\r\n"], cuts=[301, 302, 303], wanted=None)
@example(pieces=[b"z" * 301, b"\r\n\r\n"], cuts=[301, 302, 303, 304], wanted=None)
def test_any_chunking_gives_the_same(
    pieces: list[bytes], cuts: list[int], wanted: frozenset[str] | None
) -> None:
    data = b"".join(pieces)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    chunks = [data[start:end] for start, end in itertools.pairwise(edges)]
    whole = all_messages([data], wanted)
    assert all_messages(chunks, wanted) == whole
    assert all_messages([data[i : i + 1] for i in range(len(data))], wanted) == whole


@given(st.binary(max_size=2000))
def test_no_bytes_are_fatal(data: bytes) -> None:
    framer = Framer()
    framer.feed(data)
    messages = framer.feed(b"\r\n\r\nEvent: Hangup\r\n\r\n")
    assert messages[-1].headers == {"Event": "Hangup"}


CHANNEL = (
    "Event: {event}\r\nPrivilege: call,all\r\nTimestamp: 1767344400.000001\r\n"
    "Channel: PJSIP/operator-00000001\r\nChannelState: 4\r\nChannelStateDesc: Ring\r\n"
    "CallerIDNum: {number}\r\nCallerIDName: <unknown>\r\nConnectedLineNum: <unknown>\r\n"
    "ConnectedLineName: <unknown>\r\nLanguage: en\r\nAccountCode: \r\nContext: from-operator\r\n"
    "Exten: {exten}\r\nPriority: 1\r\nUniqueid: 1767344400.1\r\nLinkedid: 1767344400.1\r\n\r\n"
)
FORGED = (
    "1\r\n\r\nEvent: Shutdown\r\nPrivilege: system,all",
    "1\r\n\r\nEvent: Hangup\r\nUniqueid: 1767344399.9",
    "1\r\nUniqueid: 1767344399.9\r\nLinkedid: 1767344399.9",
    "1\r\n\r\n\r\n\r\nResponse: Success\r\nActionID: 1\r\n\r\n",
    "1\r\n\r\nUniqueid: 1\r\nLinkedid: 1\r\n\r\nEvent: Shutdown",
)


@pytest.mark.parametrize(
    ("field", "injected"),
    # What follows an extension is as short as the last of these: see the next test.
    [("number", one) for one in FORGED] + [("exten", one) for one in FORGED[:-1]],
)
@pytest.mark.parametrize("chunk", [1, 7, 10_000])
def test_a_caller_writes_no_events(injected: str, field: str, chunk: int) -> None:
    """Line ends in a caller's number, or in what was dialled, are that number's."""
    values = {"number": "1", "exten": "1", "event": "Newchannel"}
    before, after = CHANNEL.format(**values), CHANNEL.format(**{**values, "event": "Hangup"})
    data = (before + CHANNEL.format(**{**values, field: injected}) + after).encode()
    framer = Framer()
    messages = [m for at in range(0, len(data), chunk) for m in framer.feed(data[at : at + chunk])]
    assert [message.event for message in messages] == ["Newchannel", "Newchannel", "Hangup"]
    assert {message.headers["Uniqueid"] for message in messages} == {"1767344400.1"}
    assert {message.headers["Linkedid"] for message in messages} == {"1767344400.1"}
    assert not any(message.response for message in messages)


def test_a_forged_event_beside_a_whole_channel() -> None:
    """Of the channel the ids are lost then, which one cannot tell; the event is not believed."""
    exten = "1\r\nPriority: 1\r\nUniqueid: 1\r\nLinkedid: 1\r\n\r\nEvent: Shutdown"
    framer = Framer()
    messages = framer.feed(CHANNEL.format(event="Newchannel", number="1", exten=exten).encode())
    assert [message.event for message in messages] == ["Newchannel"]
    assert framer.surprises == {"forged": 1}


def test_what_asterisk_says_at_a_login_needs_no_time() -> None:
    booted = (
        b"Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 9\r\nStatus: Fully Booted\r\n\r\n"
    )
    stamped = CHANNEL.format(event="Newchannel", number="1", exten="1").encode()
    assert [m.event for m in Framer().feed(stamped + booted)] == ["Newchannel", "FullyBooted"]
