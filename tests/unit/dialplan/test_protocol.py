"""Both sides of the protocol: the dialplan's rules, read from its file, over the daemon's lines."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import values
from config.settings import Settings
from crm.names import shown_name
from crm.numbers import NumberPlan
from daemon.routing import prompts
from daemon.routing.line import Line
from daemon.routing.people import People
from daemon.routing.plan import ring_agent
from daemon.routing.tokens import Tokens
from daemon.routing.wire import (
    QUESTIONS,
    VERSION,
    Announce,
    Answer,
    Bye,
    CallClient,
    DialClient,
    DialMobile,
    Manager,
    No,
    RingClient,
    RingColleagues,
    Say,
    Voicemail,
    Welcome,
    encode,
    parse,
)
from dialplan.product import EXTENSIONS, product_file

TEXT = product_file(EXTENSIONS.file).decode()
TOKEN = "abcdefghijklmnopqrstuvwxyzabcdef"
COMPANY = "+442079460000"
CUSTOMER = "+442079460101"
ASKED = {
    kind: re.findall(r"[,&](\w+)=", form)
    for kind, form in re.findall(r"\$\{CURL\(\$\{CALLWARD_URL\}/pbx/v1/(\w+)(,.*)\)\}\)", TEXT)
}
"""The fields of each question, as the dialplan sends them."""


def understood(line: str) -> bool:
    """What ``callward-ask`` makes of an answer: FILTER, CUT and FIELDQTY as Asterisk has them."""
    (allowed,) = re.findall(r"FILTER\((.*?),\$\{CALLWARD_ANSWER\}\)", TEXT)
    (ends,) = re.findall(r'FIELDQTY\(CALLWARD_ANSWER,\|\)\}\)\}" != "(\w+)"', TEXT)
    (kinds,) = re.findall(r'=~ "(\^\(client.*)"\]', TEXT)
    if re.fullmatch(rb"[%s]*" % allowed.encode(), line.encode()) is None:
        return False
    fields = line.split("|")
    kind = f"{''.join(fields[1:2])}{len(fields)}"
    return fields[0] + fields[-1] == ends and re.search(kinds, kind) is not None


def make(**sections: Any) -> Settings:
    pbx = {"trunks": ["operator"], **sections.pop("pbx", {})}
    document = {"company": {"numbers": [COMPANY]}, "pbx": [pbx], **sections}
    return Settings.model_validate(document)


def line_of(settings: Settings) -> Line:
    plan = NumberPlan(settings.company.numbers, region=settings.company.region)
    return Line(settings.pbx[0], settings.company, plan, Tokens())


def test_every_question_is_one_that_callward_reads() -> None:
    assert set(ASKED) == set(QUESTIONS)
    for kind, names in ASKED.items():
        form = dict.fromkeys(names, "abc") | {"pin": "1234", "code": "71717"}
        parsed = parse(kind, [(name, form[name]) for name in names])
        assert {*parsed.fields, "secret", "v", "pbx", "channel"} == set(names)
    assert set(re.findall(r"&v=(\w+)&", TEXT)) == {VERSION}


@given(st.text(max_size=60), st.sampled_from(["", "71717", "2345678"]), st.booleans())
def test_every_answer_is_one_that_the_dialplan_reads(name: str, code: str, pin: bool) -> None:
    name = shown_name(name)
    settings = make(
        agents=[
            {
                "name": "Ann",
                "endpoints": ["101"],
                "mobiles": ["+447700900101"],
                "ring": ["101", "mobile"],
            }
        ]
    )
    line = line_of(settings)
    steps = line.ringing(ring_agent(People.from_settings(settings).settled[0], 20), code)
    answers: list[Answer] = [
        RingClient(code, name, COMPANY, None, steps, Say(prompts.NOBODY)),
        RingClient("", "", "", Announce("early", "callward/recorded", "ru"), (), Voicemail("1@a")),
        Manager(TOKEN, pin, code),
        CallClient(TOKEN, code, name),
        RingColleagues(steps),
        DialClient(line.dial(CUSTOMER), 45, COMPANY, code, name, None),
        DialMobile(line.dial("+447700900101"), 20, COMPANY, code),
        Welcome(code),
        No(prompts.WRONG_PIN),
        Bye(prompts.LOCKED),
    ]
    for answer in answers:
        assert understood(encode(answer)), answer.kind


@pytest.mark.parametrize(
    "line",
    [
        "callward2|ok||end",
        "callward1|ok||en",
        "callward1|ok|||end",
        "callward1|dial|PJSIP/1@operator|45|end",
        "callward1|no|callward/${SHELL}|end",
        'callward1|call|abc|71717|"|end',
        "callward1|call|abc|71717|a,b|end",
        "<html>",
        "",
    ],
)
def test_all_else_is_silence(line: str) -> None:
    assert not understood(line)


@given(
    dial=st.sampled_from(["{number}", "{digits}", "{national}"]).flatmap(
        lambda place: st.from_regex(
            rf"[A-Za-z0-9]{{1,20}}/[A-Za-z0-9_.+@:#*/;=-]{{0,20}}{re.escape(place)}"
            r"[A-Za-z0-9_.+@:#*/;=-]{0,160}",
            fullmatch=True,
        )
    ),
    caller_id=st.sampled_from(["{number}", "{digits}", "00{digits}", "+{digits}", "{national}"]),
    endpoint=st.text("aA1_.+-/@", min_size=1, max_size=80).filter(values.is_endpoint),
    name=st.text(min_size=1, max_size=80),
    mailbox=st.from_regex(values.MAILBOX, fullmatch=True),
    sound=st.from_regex(values.SOUND, fullmatch=True),
)
def test_whatever_settings_allow_can_be_sent(
    dial: str, caller_id: str, endpoint: str, name: str, mailbox: str, sound: str
) -> None:
    settings = make(
        pbx={"dial": dial, "caller_id": caller_id},
        agents=[
            {"name": name, "mobiles": ["+447700900101"]},
            {"name": f"{name[:79]}.", "endpoints": [endpoint]},
        ],
        routing={"voicemail": mailbox},
        announcements={"inbound": "early", "outbound": True, "sound": sound},
    )
    line = line_of(settings)
    called = Announce("called", settings.announcements.sound, "en")
    answers: list[Answer] = [
        RingClient(
            "71717",
            "",
            line.caller_id(),
            Announce("early", settings.announcements.sound, "en"),
            line.ringing(ring_agent(agent, 20), "71717"),
            Voicemail(settings.routing.voicemail or ""),
        )
        for agent in People.from_settings(settings).settled
    ]
    answers += [
        DialClient(line.dial(number), 45, line.caller_id(), "71717", "", called)
        for number in (CUSTOMER, "112")
    ]
    for answer in answers:
        assert understood(encode(answer)), answer
