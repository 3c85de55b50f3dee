"""Listening on one's own phone, and what that phone is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from lab.audio import ever_hears, tones
from lab.lab import DESKS
from lab.phones import Answer, Decline, PhoneEvent
from lab.scenarios.leg import Leg
from tests.lab.monitoring.floor import CHIEF, FIRST, Floor
from tests.lab.monitoring.page import wait_until

pytestmark = pytest.mark.lab


def test_on_a_phone_one_listens_whispers_barges_in_and_takes_over(floor: Floor) -> None:
    talk = floor.talk()
    phone = floor.desk("104")
    phone.behaves(Answer(after=0.1))
    began = len(phone.log)
    listening = floor.begin(talk.id, via="phone")
    assert listening["audio"] is None
    own = Leg(phone, phone.wait_for("answered").call)
    wait_until(lambda: floor.monitoring(listening)["state"] == "running")
    floor.listened(1.0)
    assert floor.switch(listening, "whisper").status == 200
    floor.listened(1.0)
    # What the customer has heard until now is measured at the end: nothing of him before here.
    whispered = _age(talk.customer)
    assert floor.switch(listening, "barge").status == 200
    floor.listened(1.5)
    assert floor.switch(listening, "takeover").status == 200
    talk.manager.wait_end()
    floor.listened(1.5)
    (running,) = floor.ask("GET", "/api/v1/board").body["running"]
    assert (running["id"], running["last_agent"]) == (talk.id, CHIEF)
    talk.customer.hangup()
    own.wait_end()
    assert floor.wait_end(listening) == "call"

    customer, manager = talk.customer, talk.manager
    heard = customer.phone.heard(customer.call)
    assert tones(heard, [phone.tone], end=whispered - 0.2)[phone.tone] < -50
    assert ever_hears(heard, phone.tone)
    assert ever_hears(manager.phone.heard(manager.call), phone.tone)
    for leg in (customer, manager):
        assert ever_hears(phone.heard(own.call), leg.phone.tone)
    assert floor.ask("GET", f"/api/v1/calls/{talk.id}").body["rang"] == ["Quist"]
    _told_no_number(phone.log[began:], customer.phone.number)


def test_on_a_phone_one_follows_a_transfer(floor: Floor) -> None:
    talk = floor.talk()
    phone, next_one = floor.desk("104"), floor.desk("102")
    phone.behaves(Answer(after=0.1))
    next_one.behaves(Answer(after=1.0))
    listening = floor.begin(talk.id, "whisper", via="phone")
    own = Leg(phone, phone.wait_for("answered").call)
    wait_until(lambda: floor.monitoring(listening)["state"] == "running")
    talk.manager.blind_transfer("102")
    taken = Leg(next_one, next_one.wait_for("answered").call)
    floor.listened(2.0)
    assert floor.monitoring(listening)["state"] == "running"
    talk.customer.hangup()
    own.wait_end()
    assert floor.wait_end(listening) == "call"
    assert ever_hears(phone.heard(own.call), next_one.tone)
    assert ever_hears(next_one.heard(taken.call), phone.tone)
    assert not ever_hears(talk.customer.phone.heard(talk.customer.call), phone.tone)


def test_a_call_is_taken_over_by_phone_at_once(floor: Floor) -> None:
    talk = floor.talk()
    phone = floor.desk("104")
    phone.behaves(Answer(after=0.3))
    taken = floor.begin(talk.id, "takeover", via="phone")
    own = Leg(phone, phone.wait_for("answered").call)
    talk.manager.wait_end()
    floor.listened(1.0)
    own.hangup()
    talk.customer.wait_end()
    floor.wait_end(taken)
    assert ever_hears(talk.customer.phone.heard(talk.customer.call), phone.tone)
    assert ever_hears(phone.heard(own.call), talk.customer.phone.tone)


def test_who_does_not_take_it_on_his_phone_is_not_on_the_call(floor: Floor) -> None:
    talk = floor.talk()
    floor.desk("104").behaves(Decline(after=0.1))
    listening = floor.begin(talk.id, via="phone")
    assert floor.wait_end(listening) == "phone"
    wait_until(lambda: len(floor.channels()) == 2)
    assert [call["id"] for call in floor.ask("GET", "/api/v1/calls?limit=5").body["items"]].count(
        talk.id
    ) == 1
    newest = floor.ask("GET", "/api/v1/calls?limit=1").body["items"][0]
    assert newest["id"] == talk.id


def test_a_phone_that_is_away_is_named(floor: Floor) -> None:
    talk = floor.talk()
    phone = floor.desk("104")
    phone.unregister()
    try:
        wait_until(lambda: "Unavail" in floor.lab.cli("pjsip show endpoint 104"))
        body = {"call_id": talk.id, "via": "phone"}
        answer = floor.ask("POST", "/api/v1/monitorings", body, CHIEF)
        assert (answer.status, answer.body["code"]) == (409, "phone_not_registered")
        body["phone"] = "102"
        answer = floor.ask("POST", "/api/v1/monitorings", body, CHIEF)
        assert (answer.status, answer.body["code"]) == (422, "monitoring_no_phone")
    finally:
        phone.register()


def _age(leg: Leg) -> float:
    """Seconds since it was answered: what is heard of a call begins there."""
    answered = leg.find("answered")
    assert answered is not None
    return (datetime.now(UTC) - answered.at).total_seconds()


def _told_no_number(log: Sequence[PhoneEvent], number: str) -> None:
    told = str([(event.event, dict(event.detail)) for event in log])
    assert number[-7:] not in told
    assert "Quist" not in told
    assert not any(f"'{desk}'" in told for desk in DESKS if desk != "104")
    assert "Callward" in told
    assert FIRST[-7:] not in told
