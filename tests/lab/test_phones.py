"""The phones themselves: they call each other through the operator, without any PBX."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("pjsua2", reason="the lab's phones are not installed")

from lab.audio import tones
from lab.block import Block
from lab.phones import Answer, Decline, Phone, PhoneHost, Redirect, Refuse, Ring
from lab.phones.operator import Operator

CUSTOMER = "+442079460101"
MOBILE = "+447700900101"
HALF_A_SECOND = 8000
"""Bytes of a phone's recording."""


@pytest.fixture(scope="module")
def block() -> Iterator[Block]:
    claimed = Block.claim()
    yield claimed
    claimed.release()


@pytest.fixture(scope="module")
def host(block: Block) -> Iterator[PhoneHost]:
    with PhoneHost(block.folder / "phones", (block.address(1), 5060), block.prefix) as running:
        yield running


@pytest.fixture
def customer(host: PhoneHost) -> Phone:
    phone = host.customer(CUSTOMER)
    phone.forget()
    return phone


@pytest.fixture
def mobile(host: PhoneHost) -> Phone:
    phone = host.mobile(MOBILE)
    phone.behaves(Ring())
    phone.forget()
    return phone


def wait_until(condition: Callable[[], bool], deadline: float = 30.0) -> None:
    end = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def wait_heard(phone: Phone, call: int, size: int = HALF_A_SECOND) -> None:
    """Wait until a phone has heard so much."""
    file = phone.heard(call)
    wait_until(lambda: file.exists() and file.stat().st_size >= size)


def test_each_hears_the_other_and_not_himself(customer: Phone, mobile: Phone) -> None:
    mobile.behaves(Answer(0.1))
    call = customer.dial(MOBILE)
    answered = mobile.wait_for("answered")
    wait_heard(customer, call, 2 * HALF_A_SECOND)
    wait_heard(mobile, answered.call, 2 * HALF_A_SECOND)
    customer.hangup(call)
    customer.wait_for("hung_up")
    mobile.wait_for("hung_up")
    both = (customer.tone, mobile.tone)
    at_customer = tones(customer.heard(call), both, start=0.2)
    at_mobile = tones(mobile.heard(answered.call), both, start=0.2)
    assert at_customer[mobile.tone] > -20
    assert at_customer[customer.tone] < -50
    assert at_mobile[customer.tone] > -20
    assert at_mobile[mobile.tone] < -50


def test_the_log_tells_who_did_what(customer: Phone, mobile: Phone) -> None:
    mobile.behaves(Answer(0.1))
    call = customer.dial(MOBILE)
    other = mobile.wait_for("answered").call
    customer.wait_for("answered")
    mobile.hangup(other)
    customer.wait_for("hung_up")
    mobile.wait_for("hung_up")
    seen = [event for event in customer.log if event.call == call]
    assert [event.event for event in seen] == ["dialled", "ringing", "answered", "hung_up"]
    assert seen[-1].detail["by"] == "far"
    there = [event for event in mobile.log if event.call == other]
    assert [event.event for event in there] == ["invited", "rang", "answered", "hung_up"]
    assert there[0].detail["shown"] == CUSTOMER
    assert there[-1].detail["by"] == "self"
    assert seen[0].at <= there[0].at <= there[1].at <= seen[2].at <= there[-1].at
    assert all(event.at.tzinfo is not None for event in seen)


@pytest.mark.parametrize(("behaviour", "code"), [(Refuse(486), 486), (Refuse(480), 480)])
def test_refusing_is_not_ringing(
    customer: Phone, mobile: Phone, behaviour: Refuse, code: int
) -> None:
    mobile.behaves(behaviour)
    call = customer.dial(MOBILE)
    assert customer.wait_for("hung_up").detail["code"] == code
    there = mobile.wait_for("hung_up").call
    assert "rang" not in [event.event for event in mobile.log if event.call == there]
    assert "ringing" not in [event.event for event in customer.log if event.call == call]


def test_declining_rings_first(customer: Phone, mobile: Phone) -> None:
    mobile.behaves(Decline(0.1))
    customer.dial(MOBILE)
    customer.wait_for("ringing")
    assert customer.wait_for("hung_up").detail["code"] == 603
    mobile.wait_for("rang")


def test_a_caller_gives_up(customer: Phone, mobile: Phone) -> None:
    call = customer.dial(MOBILE)
    mobile.wait_for("rang")
    customer.hangup(call)
    assert customer.wait_for("hung_up").detail["by"] == "self"
    assert mobile.wait_for("hung_up").detail["by"] == "far"


def test_a_withheld_number_is_not_shown(customer: Phone, mobile: Phone) -> None:
    call = customer.dial(MOBILE, anonymous=True)
    invited = mobile.wait_for("invited")
    assert invited.detail["shown"] == "anonymous"
    customer.hangup(call)
    mobile.wait_for("hung_up")


def test_another_number_is_shown_on_request(customer: Phone, mobile: Phone) -> None:
    call = customer.dial(MOBILE, caller="+442079460177")
    assert mobile.wait_for("invited").detail["shown"] == "+442079460177"
    customer.hangup(call)
    mobile.wait_for("hung_up")


def test_digits_arrive(customer: Phone, mobile: Phone) -> None:
    mobile.behaves(Answer(0.0))
    call = customer.dial(MOBILE)
    customer.wait_for("answered")
    wait_heard(customer, call)
    customer.press("1", call)
    assert mobile.wait_for("heard_digit").detail["digit"] == "1"
    customer.hangup(call)
    mobile.wait_for("hung_up")


def test_a_redirect_names_its_target(host: PhoneHost, customer: Phone, mobile: Phone) -> None:
    mobile.behaves(Redirect("103"))
    customer.dial(MOBILE)
    assert mobile.wait_for("redirected").detail["target"] == "103"
    assert mobile.wait_for("hung_up").detail["code"] == 302
    customer.wait_for("hung_up")
    logs = tuple(host.folder.glob("sip.*.log"))
    wait_until(lambda: any("Contact: <sip:103@" in log.read_text() for log in logs))


def test_hold_that_is_pressed_too_early_is_done_when_it_can_be(
    customer: Phone, mobile: Phone
) -> None:
    """As between an answer and its ACK, or while an earlier re-INVITE is under way."""
    mobile.behaves(Answer(after=0.3))
    customer.dial(MOBILE)
    mobile.wait_for("rang")
    mobile.hold()
    assert [one.event for one in mobile.log][-2:] == ["answered", "held"]
    customer.hangup()
    mobile.wait_for("hung_up")


def test_ten_people_talk_at_once(host: PhoneHost) -> None:
    """More than one process of the wheel's can carry."""
    callers = [host.customer(f"+4420794602{last:02}") for last in range(5)]
    called = [host.customer(f"+4420794603{last:02}") for last in range(5)]
    for phone in called:
        phone.behaves(Answer(0.1))
    for caller, phone in zip(callers, called, strict=True):
        caller.dial(phone.number)
    for phone in (*callers, *called):
        phone.wait_for("answered")
    for caller in callers:
        caller.hangup()
    for phone in (*callers, *called):
        phone.wait_for("hung_up")
        assert phone.running() == ()
    assert len({event.call for phone in (*callers, *called) for event in phone.log}) == 10


def test_what_does_not_happen_is_named_with_what_did(customer: Phone) -> None:
    with pytest.raises(TimeoutError, match=r"customer1: no rang in 0\.05 s; saw"):
        customer.wait_for("rang", deadline=0.05)


def test_a_command_without_a_call_says_so(mobile: Phone) -> None:
    with pytest.raises(RuntimeError, match="mobile1 has no call"):
        mobile.hangup()


def test_names_of_files_hold_no_number(host: PhoneHost, customer: Phone, mobile: Phone) -> None:
    names = " ".join(path.name for path in host.folder.iterdir())
    assert CUSTOMER[-7:] not in names
    assert MOBILE[-7:] not in names


# The operator's switch


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[tuple[Operator, str]]:
    own = Block.claim()
    address = own.address(10)
    running = Operator(address, (own.address(1), 5060))
    yield running, own.prefix
    running.close()
    own.release()


def ask(prefix: str, method: str, user: str) -> bytes:
    """Send a request from where the PBX would be; returns the answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as pbx:
        pbx.bind((f"{prefix}.1", 5060))
        pbx.settimeout(5)
        lines = [
            f"{method} sip:{user}@{prefix}.10:5060 SIP/2.0",
            f"Via: SIP/2.0/UDP {prefix}.1:5060;branch=z9hG4bK1",
            f"From: <sip:pbx@{prefix}.1>;tag=1",
            f"To: <sip:{user}@{prefix}.10>",
            "Call-ID: one",
            f"CSeq: 1 {method}",
        ]
        pbx.sendto("\r\n".join([*lines, "", ""]).encode(), (f"{prefix}.10", 5060))
        return pbx.recv(4096)


def test_an_unknown_number_is_not_found(operator: tuple[Operator, str]) -> None:
    answer = ask(operator[1], "INVITE", "+442079460999")
    assert answer.startswith(b"SIP/2.0 404 Not Found\r\n")
    assert b"CSeq: 1 INVITE" in answer
    assert b"tag=op" in answer


def test_the_trunk_is_alive(operator: tuple[Operator, str]) -> None:
    assert ask(operator[1], "OPTIONS", "ping").startswith(b"SIP/2.0 200 OK\r\n")


@pytest.mark.parametrize("dialled", ["+442079460101", "02079460101"])
def test_a_call_goes_to_the_subscriber_with_our_via_on_top(
    operator: tuple[Operator, str], dialled: str
) -> None:
    switch, prefix = operator
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as home:
        home.bind((f"{prefix}.30", 5060))
        home.settimeout(5)
        switch.subscribe("+442079460101", f"{prefix}.30")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as pbx:
            pbx.bind((f"{prefix}.1", 5060))
            pbx.settimeout(5)
            own = f"Via: SIP/2.0/UDP {prefix}.1:5060;branch=z9hG4bK2\r\n"
            head = f"INVITE sip:{dialled}@{prefix}.10 SIP/2.0\r\n"
            request = head + own + "Call-ID: two\r\n\r\n"
            pbx.sendto(request.encode(), (f"{prefix}.10", 5060))
            arrived = home.recv(4096).decode()
            vias = [line for line in arrived.split("\r\n") if line.startswith("Via:")]
            assert [f"{prefix}.10" in vias[0], f"{prefix}.1:" in vias[1]] == [True, True]
            answer = "SIP/2.0 180 Ringing\r\n" + "\r\n".join(vias) + "\r\nCall-ID: two\r\n\r\n"
            home.sendto(answer.encode(), (f"{prefix}.10", 5060))
            assert (
                pbx.recv(4096).decode() == "SIP/2.0 180 Ringing\r\n" + own + "Call-ID: two\r\n\r\n"
            )
