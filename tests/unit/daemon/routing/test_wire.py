"""The protocol's lines, exact; nothing that could be misread gets into one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.names import shown_name
from daemon.routing.wire import (
    LONGEST_LINE,
    Announce,
    Answer,
    AnswerError,
    Bye,
    CallClient,
    DialClient,
    DialMobile,
    Manager,
    No,
    QuestionError,
    RingClient,
    RingColleagues,
    Ringing,
    Say,
    Voicemail,
    Welcome,
    encode,
    parse,
)

TOKEN = "abcdefghijklmnopqrstuvwxyzabcdef"
STEPS = (
    Ringing(20, ("PJSIP/101", f"Local/{TOKEN}@callward-mobile/n")),
    Ringing(40, ("PJSIP/102",)),
)
LINES: list[tuple[Answer, str]] = [
    (
        RingClient("71717", "Jane O'Hara", "+442079460000", None, STEPS, Say("callward/nobody")),
        "client|71717|Jane O'Hara|+442079460000||"
        f"20~PJSIP/101&Local/{TOKEN}@callward-mobile/n;40~PJSIP/102|say~callward/nobody",
    ),
    (
        RingClient(
            "",
            "",
            "02079460000",
            Announce("early", "callward/recorded", "ru"),
            (),
            Voicemail("101@default"),
        ),
        "client|||02079460000|early~callward/recorded~ru||vm~101@default",
    ),
    (Manager(TOKEN, True, ""), f"manager|{TOKEN}|pin|"),
    (Manager(TOKEN, False, "71717"), f"manager|{TOKEN}||71717"),
    (CallClient(TOKEN, "71717", "Анна Иванова"), f"call|{TOKEN}|71717|Анна Иванова"),
    (RingColleagues(STEPS[1:]), "ring|40~PJSIP/102"),
    (
        DialClient(
            "PJSIP/+442079460101@operator",
            45,
            "+442079460000",
            "71717",
            "Jane",
            Announce("called", "callward/recorded", "en"),
        ),
        "dial|PJSIP/+442079460101@operator|45|+442079460000|71717|Jane|called~callward/recorded~en",
    ),
    (
        DialMobile("PJSIP/+447700900101@operator", 20, "+442079460000", ""),
        "dial|PJSIP/+447700900101@operator|20|+442079460000|",
    ),
    (Welcome("71717"), "ok|71717"),
    (No("callward/wrong-pin"), "no|callward/wrong-pin"),
    (Bye("callward/locked"), "bye|callward/locked"),
]


@pytest.mark.parametrize(("answer", "line"), LINES, ids=lambda one: getattr(one, "kind", ""))
def test_an_answer_is_one_line(answer: Answer, line: str) -> None:
    assert encode(answer) == f"callward1|{line}|end"


@pytest.mark.parametrize(
    "answer",
    [
        CallClient(TOKEN, "7|17", ""),
        CallClient(TOKEN, "71717", "Jane|end"),
        CallClient(TOKEN, "71717", "020 7946 0101"),
        CallClient(TOKEN, "71717", "Jane\nend"),
        CallClient(TOKEN, "71717", "x" * 41),
        No("callward/${SHELL(ls)}"),
        RingColleagues((Ringing(20, ("PJSIP/101,20,g",)),)),
        RingColleagues((Ringing(20, ("PJSIP/101;40~PJSIP/102",)),)),
        RingColleagues((Ringing(20, ("PJSIP/${SECRET}",)),)),
        RingColleagues((Ringing(20, ("PJSIP/101",) * 500),)),
        RingClient("", "", "not a number", None, (), Say("callward/nobody")),
        RingClient("", "", "", None, (), Voicemail("101@default,s")),
        RingClient("", "", "", Announce("early", "a~b", "en"), (), Say("callward/nobody")),
    ],
)
def test_what_could_be_misread_is_not_sent(answer: Answer) -> None:
    with pytest.raises(AnswerError):
        encode(answer)


@given(st.text(max_size=60))
def test_every_shown_name_can_be_sent(name: str) -> None:
    line = encode(CallClient(TOKEN, "71717", shown_name(name)))
    assert line.count("|") == 5
    assert "\n" not in line
    assert len(line.encode()) < LONGEST_LINE


INBOUND = [
    ("secret", "s"),
    ("v", "1"),
    ("pbx", "pbx"),
    ("channel", "1700000000.1"),
    ("caller", "+442079460101"),
    ("called", ""),
]


def test_a_question_has_its_fields() -> None:
    question = parse("inbound", INBOUND)
    assert question.kind == "inbound"
    assert question.channel == "1700000000.1"
    assert (question["caller"], question["called"]) == ("+442079460101", "")
    assert "442079460101" not in repr(question)
    assert "secret" not in question.fields


@pytest.mark.parametrize(
    ("kind", "form", "place"),
    [
        ("inbound", INBOUND[:-1], "called"),
        ("inbound", [*INBOUND, ("caller", "+442079460102")], "caller"),
        ("inbound", [*INBOUND, ("token", "a")], "unknown field"),
        ("inbound", [*INBOUND[:3], *INBOUND[4:]], "channel"),
        ("inbound", [*INBOUND[:-1], ("called", "x" * 81)], "called"),
        ("inbound", [*INBOUND[:-1], ("called", "a\nb")], "called"),
        ("client", [*INBOUND[:4], ("token", "")], "token"),
        ("client", [*INBOUND[:4], ("token", "AB12")], "token"),
        ("pin", [*INBOUND[:4], ("session", "abc"), ("pin", "12#")], "pin"),
        ("choose", [*INBOUND[:4], ("session", "abc"), ("code", "x")], "code"),
        ("dial", [*INBOUND[:4], ("from", ""), ("dialled", "101")], "from"),
        ("nothing", INBOUND, "question"),
    ],
)
def test_what_is_no_question_is_refused_by_its_place(
    kind: str, form: list[tuple[str, str]], place: str
) -> None:
    with pytest.raises(QuestionError) as caught:
        parse(kind, form)
    assert caught.value.place == place
    assert str(caught.value) == place


@given(
    st.sampled_from(["inbound", "dial", "client", "mobile", "pin", "choose"]),
    st.lists(st.tuples(st.sampled_from(["caller", "called", "token", "channel"]), st.text())),
)
def test_any_form_is_a_question_or_refused(kind: str, form: list[tuple[str, str]]) -> None:
    try:
        question = parse(kind, form)
    except QuestionError:
        return
    assert question.kind == kind
