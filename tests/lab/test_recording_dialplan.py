"""What the product's dialplan records: each side in its own file, through every transfer."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lab.audio import tones
from lab.lab import Lab
from lab.phones import Answer, Phone

pytestmark = pytest.mark.lab

DEADLINE = 30.0
CUSTOMER = "+442079460611"
HEARD = -40.0
"""dBFS: a phone's tone stands at -12 where it speaks all the time."""


def recordings(lab: Lab) -> set[Path]:
    """Finished ones, by their side of the customer: a wav without samples yet is not finished."""
    return {file for file in lab.recordings_folder.glob("*.rx.wav") if file.stat().st_size > 44}


def finished(lab: Lab, before: set[Path]) -> tuple[Path, Path]:
    """The two files of the one call that ended since ``before``."""
    deadline = time.monotonic() + DEADLINE
    while "0 active channels" not in lab.cli("core show channels"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    (rx,) = recordings(lab) - before
    return rx, rx.with_name(rx.name.replace(".rx.", ".tx."))


def talk(phone: Phone, seconds: float = 0.8) -> None:
    """Let the tones run: the time is the recording's, nothing is waited for."""
    time.sleep(seconds)


def levels(file: Path, people: list[Phone]) -> dict[str, bool]:
    """Who is heard anywhere in a file: the loudest half second of each."""
    heard = dict.fromkeys((phone.name for phone in people), False)
    start = 0.0
    while True:
        try:
            found = tones(file, [phone.tone for phone in people], start=start, end=start + 0.4)
        except ValueError:
            return heard
        for phone in people:
            heard[phone.name] |= found[phone.tone] > HEARD
        start += 0.2


@pytest.mark.parametrize("take", range(2))
def test_every_person_after_a_transfer_is_heard(lab: Lab, take: int) -> None:
    """Five in a row, twice: a phone begins with any sequence number (see callward-renew)."""
    phones = lab.phones
    customer = phones.customer(CUSTOMER)
    desks = [phones.desk(name) for name in ("101", "102", "103", "104")]
    for phone in (customer, *desks):
        phone.behaves(Answer(0.1))
        phone.forget()
    before = recordings(lab)
    call = customer.dial("+442079460001")
    at = desks[0]
    at.wait_for("answered")
    talk(at)
    for target in (*desks[1:], desks[0], desks[1]):
        at.blind_transfer(target.name)
        target.wait_for("answered")
        talk(target)
        at = target
    customer.hangup(call)
    customer.wait_for("hung_up", call=call)
    rx, tx = finished(lab, before)
    people = [customer, *desks]
    assert levels(rx, people) == {phone.name: phone is customer for phone in people}
    assert levels(tx, people) == {phone.name: phone is not customer for phone in people}
    assert rx.stat().st_size == tx.stat().st_size


def test_attended_transfer_of_an_outbound_call(lab: Lab) -> None:
    phones = lab.phones
    customer = phones.customer(CUSTOMER)
    first, second = phones.desk("101"), phones.desk("102")
    for phone in (customer, first, second):
        phone.behaves(Answer(0.1))
        phone.forget()
    before = recordings(lab)
    call = first.dial(CUSTOMER)
    answered = customer.wait_for("answered")
    talk(first)
    first.hold(call)
    consultation = first.dial("102")
    first.wait_for("answered", call=consultation)
    first.attended_transfer(call, consultation)
    first.wait_for("hung_up", call=call)
    talk(second)
    customer.hangup(answered.call)
    customer.wait_for("hung_up", call=answered.call)
    rx, tx = finished(lab, before)
    people = [customer, first, second]
    assert levels(rx, people) == {customer.name: True, first.name: False, second.name: False}
    assert levels(tx, people) == {customer.name: False, first.name: True, second.name: True}
