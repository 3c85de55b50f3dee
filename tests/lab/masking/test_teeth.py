"""The suite bites: each protection switched off in turn, it names the message that leaked."""

from __future__ import annotations

import os
import re
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.masked.people import CURATED
from lab.masked.performance import Performance
from lab.masked.scenes import SCENES

pytestmark = pytest.mark.lab

NOTHING = "NoOp()"
Change = tuple[str, str]
"""A regular expression in the dialplan, and what stands in its place."""

NUMBER_AT_THE_EDGE: Change = (r"Set\(CALLERID\(num\)=\$\{ARG1\}\)", NOTHING)
NAME_AT_THE_EDGE: Change = (r"Set\(CALLERID\(name\)=\$\{ARG2\}\)", NOTHING)
UNDIVERTED: Change = (r"MSet\(REDIRECTING\(.*\)", NOTHING)
PHONES_COVERED: tuple[Change, ...] = (
    (r"ExecIf\(.*Set\(CONNECTEDLINE\(all,i\)=<\$\{CALLWARD_NUMBER\}>\)\)", NOTHING),
    (
        r"GotoIf\(\$\[\$\{LEN\(\$\{FILTER\(0-9,\$\{CONNECTEDLINE\(name\)\}.*\?number\)",
        "Goto(number)",
    ),
    (r"GotoIf\(\$\[\$\{LEN\(\$\{FILTER\(0-9,\$\{CONNECTEDLINE\(num\)\}.*\?renew\)", "Goto(renew)"),
)
CUSTOMER_COVERED: Change = (
    r"ExecIf\(.*Set\(CONNECTEDLINE\(all,i\)=<\$\{CALLWARD_EDGE\}>\)\)",
    NOTHING,
)
# Left empty: a reload does not take back what a global once was.
SAID_LATER: Change = (r"\nCONNECTED_LINE_SEND_SUB=.*", "\nCONNECTED_LINE_SEND_SUB=")
FORWARDED_LATER: Change = (r"\nREDIRECTING_SEND_SUB=.*", "\nREDIRECTING_SEND_SUB=")
HEALED: Change = (r"Set\(MASTER_CHANNEL\(CALLERID\(num\)\)=.*\)", NOTHING)
UNDIVERTED_AGAIN: Change = (r"Set\(MASTER_CHANNEL\(REDIRECTING\(.*\)", NOTHING)
COMPANY_CALLS: tuple[Change, Change] = (
    (r"Gosub\(callward-identity,s,1\(\$\{CALLWARD_CLI\},\)\)", NOTHING),
    (r"Set\(CONNECTEDLINE\(all,i\)=<\$\{ARG1\}>\)", NOTHING),
)
LOCAL_LEG: Change = (
    r"Dial\(Local/\$\{EXTEN\}@callward-client/n.*\)",
    "Goto(callward-client,${EXTEN},1)",
)
TOLD_NOTHING: Change = (r",Iib\(callward-outside", ",ib(callward-outside")
CALLER_TOLD_NOTHING: Change = (r",Itkb\(callward-leg", ",tkb(callward-leg")
SENT_ON_TOLD_NOTHING: Change = (r"\?I:\)\}b\(callward-leg", "?:)}b(callward-leg")
REFERRED: Change = (r"Set\(SIPREFERREDBYHDR=\)", NOTHING)


@dataclass(frozen=True, slots=True)
class Tooth:
    """What leaks, and where the suite sees it, once a protection is gone."""

    scene: str
    leak: str
    """A regular expression for the line of the report."""
    changes: tuple[Change, ...]


TEETH = {
    "the number is replaced at the edge": Tooth(
        "inbound_answered",
        "customer's number: to desk .*: INVITE .*: From: ",
        (NUMBER_AT_THE_EDGE,),
    ),
    "the lamps see what was replaced": Tooth(
        "inbound_on_a_lamp",
        "customer's number: to desk .*: NOTIFY .*identity",
        (NUMBER_AT_THE_EDGE,),
    ),
    "voicemail keeps what was replaced": Tooth(
        "inbound_voicemail",
        "customer's number: voicemail: file .*: callerid=",
        (NUMBER_AT_THE_EDGE,),
    ),
    "the carrier's name is replaced at the edge": Tooth(
        "inbound_answered", "customer's number: to desk .*: INVITE .*: From: ", (NAME_AT_THE_EDGE,)
    ),
    "nobody is told of diversions": Tooth(
        "inbound_answered", "customer's number: to desk .*: INVITE .*: Diversion: ", (UNDIVERTED,)
    ),
    "phones are told nothing like a number": Tooth(
        "inbound_held_and_renewed",
        "customer's number: to desk .*: UPDATE .*: P-Asserted-Identity: ",
        PHONES_COVERED,
    ),
    "a customer is told of the company only": Tooth(
        "inbound_own_ring_group",
        "employee's name: to customer .*: 200 to INVITE ",
        (CUSTOMER_COVERED,),
    ),
    "two locks: Dial's I, and the cover of a customer who called": Tooth(
        "inbound_answered",
        "employee's name: to customer .*: 180 to INVITE ",
        (CALLER_TOLD_NOTHING, CUSTOMER_COVERED),
    ),
    "two locks: Dial's I, and the cover of a customer who is sent on": Tooth(
        "blind_transfer_of_a_callback",
        "employee's name: to customer .*: UPDATE ",
        (SENT_ON_TOLD_NOTHING, CUSTOMER_COVERED),
    ),
    "what is said later is covered": Tooth(
        "inbound_held_and_renewed", "customer's number: to desk .*: UPDATE ", (SAID_LATER,)
    ),
    "what is forwarded later is covered": Tooth(
        "inbound_forwarded_by_the_phone",
        "employee's extension: to customer .*: 181 to INVITE ",
        (FORWARDED_LATER,),
    ),
    "who was renamed by his carrier is renamed again": Tooth(
        "blind_transfer_to_the_own_group",
        "customer's number: to desk .*: INVITE .*: From: ",
        (HEALED,),
    ),
    "who was diverted anew by his carrier is undiverted again": Tooth(
        "blind_transfer_to_the_own_group",
        "customer's number: to desk .*: INVITE .*: Diversion: ",
        (UNDIVERTED_AGAIN,),
    ),
    "customers are called by the company": Tooth(
        "short_code_dialled", "employee's name: to customer .*: INVITE .*: From: ", COMPANY_CALLS
    ),
    "mobiles are called by the company": Tooth(
        "inbound_mobile_accepted", "short code: to mobile .*: INVITE .*: From: ", COMPANY_CALLS
    ),
    "customers are called behind a Local channel": Tooth(
        "blind_transfer_of_a_callback",
        "customer's number: to desk .*: INVITE .*: From: ",
        (LOCAL_LEG,),
    ),
    "two locks: Dial's I, and the cover of phones": Tooth(
        "short_code_dialled",
        "customer's number: to desk .*: 180 to INVITE ",
        (TOLD_NOTHING, *PHONES_COVERED),
    ),
    "customers are not told who transferred": Tooth(
        "blind_transfer_to_a_client",
        "employee's extension: to customer .*: INVITE .*: Referred-By: ",
        (REFERRED,),
    ),
}


@pytest.fixture(scope="module")
def exposed(asterisk_here: None) -> Iterator[Performance]:
    """A company of its own, whose protections may be broken."""
    if os.geteuid() != 0:
        pytest.skip("a packet socket needs root")
    with Performance() as running:
        yield running


@pytest.fixture
def dialplan(exposed: Performance) -> Iterator[Path]:
    """The lab's own copy of the installed dialplan; put back afterwards."""
    file = exposed.lab.folder / "etc" / "extensions_callward.conf"
    whole = file.read_text()
    yield file
    file.write_text(whole)
    exposed.lab.cli("dialplan reload")


@pytest.mark.parametrize("protection", TEETH)
def test_without_it_the_suite_fails(exposed: Performance, dialplan: Path, protection: str) -> None:
    tooth = TEETH[protection]
    switch_off(exposed, dialplan, tooth.changes)
    leaks, _ = exposed.play(SCENES[tooth.scene])
    lines = list(map(str, leaks))
    assert any(re.match(tooth.leak, line) for line in lines), lines


@pytest.mark.parametrize("scene", ["inbound_answered", "blind_transfer_of_a_callback"])
def test_a_dial_of_ours_tells_a_customer_nothing(
    exposed: Performance, dialplan: Path, scene: str
) -> None:
    """The cover is not asked at all: it would come too late for what is sent just then."""
    switch_off(exposed, dialplan, (CUSTOMER_COVERED,))
    assert exposed.play(SCENES[scene]) == ((), None)


def switch_off(exposed: Performance, dialplan: Path, changes: tuple[Change, ...]) -> None:
    text = dialplan.read_text()
    for pattern, instead in changes:
        text, times = re.subn(pattern, instead.replace("\\", "\\\\"), text)
        assert times, f"the dialplan has no such protection any more: {pattern}"
    dialplan.write_text(text)
    exposed.lab.cli("dialplan reload")


def seen(exposed: Performance) -> list[str]:
    return [str(leak) for leak in exposed.watch.leaks()]


@pytest.mark.parametrize("path", ["calls", "clients", "board"])
def test_an_operators_view_would_be_a_leak(exposed: Performance, path: str) -> None:
    """Without the manager's token, from the manager's address."""
    assert exposed.scene.session is not None
    seen(exposed)
    with exposed.scene.session.as_operator() as operator:
        operator.get(f"/api/v1/{path}")
    (line, *_) = seen(exposed)
    assert line.startswith("customer's number: to manager's session: HTTP (plain): ")


@pytest.mark.parametrize("coding", ["ascii", "utf-16-le"])
def test_sound_and_statistics_are_searched_too(exposed: Performance, coding: str) -> None:
    """A number in an RTP and in an RTCP packet."""
    seen(exposed)
    block = exposed.lab.block
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((f"{block}.1", 0))
        for kind in (8, 202):
            head = struct.pack("!BBHII", 0x80, kind, 1, 2, 3)
            line.sendto(head + CURATED.encode(coding), (f"{block}.101", 20001))
    assert {line.partition(" (")[0] for line in seen(exposed)} == {
        f"customer's number: to desk {block}.101: {kind}" for kind in ("RTP", "RTCP")
    }


@pytest.mark.parametrize(
    ("folder", "name", "content", "where"),
    [
        ("recordings", "call-020-7946-0111.rx.wav", b"RIFF", "recording"),
        ("callward/recordings", "x.flac", b"fLaC TITLE=+442079460111", "stored recording"),
        (
            "spool/voicemail/default/102/INBOX",
            "msg0000.txt",
            b'callerid="x" <0207 9460111>',
            "voicemail",
        ),
    ],
)
def test_files_are_searched_by_name_and_content(
    exposed: Performance, folder: str, name: str, content: bytes, where: str
) -> None:
    seen(exposed)
    file = exposed.lab.folder / folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    (line,) = seen(exposed)
    assert line.startswith(f"customer's number: {where}: file (plain): ")


def test_logs_are_searched(exposed: Performance) -> None:
    """Callward's, a desk phone's and a customer's; last of all, since the phones end."""
    phones = exposed.lab.phones
    phones.close()
    (desk, *_), (customer, *_) = (phones.addresses(kind).values() for kind in ("desk", "customer"))
    for file, line in {
        exposed.daemon.log_file: "call from 020 7946 0111",
        desk: "To: <sip:+442079460112@127.0.0.1>",
        customer: 'From: "Olga Zelnik" <sip:x@127.0.0.1>',
    }.items():
        with file.open("a") as log:
            log.write(f"{line}\n")
    found = {(leak.what, leak.where) for leak in exposed.watch.leaks_in_logs()}
    assert found >= {
        ("customer's number", "Callward's log"),
        ("customer's number", "log of a desk"),
        ("employee's name", "log of a customer"),
    }
