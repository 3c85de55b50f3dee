"""It follows the call, ends with it, and leaves nothing behind however it ends."""

from __future__ import annotations

import socket
import time
from uuid import uuid4

import pytest

from lab.phones import Answer
from lab.scenarios.leg import Leg
from tests.lab.monitoring.floor import CHIEF, Floor, Talk
from tests.lab.monitoring.page import CUSTOMER, MANAGER, TONE, Page, wait_until

pytestmark = pytest.mark.lab


def _hears(page: Page, talk: Talk) -> None:
    page.wait_for_tone(CUSTOMER, talk.customer.phone.tone)
    page.wait_for_tone(MANAGER, talk.manager.phone.tone)


def test_the_end_of_the_call_is_its_end_at_once(floor: Floor) -> None:
    talk = floor.talk()
    listening = floor.begin(talk.id)
    page = floor.page(listening)
    _hears(page, talk)
    began = time.monotonic()
    talk.customer.hangup()
    talk.manager.wait_end()
    assert time.monotonic() - began < 0.5
    assert page.closed.wait(30)
    assert floor.wait_end(listening) == "call"
    assert page.close_code == 1000


def test_a_blind_transfer_is_followed(floor: Floor) -> None:
    talk = floor.talk()
    listening = floor.begin(talk.id)
    page = floor.page(listening)
    _hears(page, talk)
    next_one = floor.desk("102")
    next_one.behaves(Answer(after=1.0))
    talk.manager.blind_transfer("102")
    next_one.wait_for("answered")
    page.wait_for_tone(MANAGER, next_one.tone)
    page.wait_for_tone(CUSTOMER, talk.customer.phone.tone)
    # A whisper goes to the one who talks now.
    assert floor.switch(listening, "whisper").status == 200
    page.speak()
    floor.listened(1.0)
    wait_until(lambda: len(floor.spies()) == 2)
    talk.customer.hangup()
    assert floor.wait_end(listening) == "call"
    _ = TONE


def test_an_attended_transfer_is_followed(floor: Floor) -> None:
    talk = floor.talk()
    listening = floor.begin(talk.id)
    page = floor.page(listening)
    _hears(page, talk)
    next_one = floor.desk("102")
    next_one.behaves(Answer(after=0.1))
    talk.manager.hold()
    consultation = Leg(talk.manager.phone, talk.manager.phone.dial("102"))
    consultation.wait("answered")
    talk.manager.attended_transfer(consultation)
    page.wait_for_tone(MANAGER, next_one.tone)
    page.wait_for_tone(CUSTOMER, talk.customer.phone.tone)
    assert floor.monitoring(listening)["state"] == "running"
    talk.customer.hangup()
    assert floor.wait_end(listening) == "call"


def test_a_closed_page_leaves_no_channel(floor: Floor) -> None:
    talk = floor.talk()
    listening = floor.begin(talk.id)
    page = floor.page(listening)
    _hears(page, talk)
    page.close()
    assert floor.wait_end(listening) == "page"
    wait_until(lambda: len(floor.channels()) == 2)


def test_a_cut_network_leaves_no_channel_and_a_page_may_come_back(floor: Floor) -> None:
    talk = floor.talk()
    listening = floor.begin(talk.id)
    page = floor.page(listening)
    _hears(page, talk)
    page.cut()
    again = floor.page(listening)
    _hears(again, talk)
    again.cut()
    assert floor.wait_end(listening) == "page"
    wait_until(lambda: len(floor.channels()) == 2)


def test_a_page_that_never_comes_leaves_no_channel(floor: Floor) -> None:
    talk = floor.talk()
    listening = floor.begin(talk.id)
    assert floor.wait_end(listening) == "page"


def test_a_killed_daemon_leaves_no_channel_in_a_browser_or_on_a_phone(floor: Floor) -> None:
    talk = floor.talk()
    listening = floor.begin(talk.id)
    _hears(floor.page(listening), talk)
    by_phone = floor.desk("103")
    by_phone.behaves(Answer(after=0.1))
    other = floor.begin(talk.id, by="Zelnik", via="phone")
    wait_until(lambda: floor.monitoring(other)["state"] == "running")
    wait_until(lambda: len(floor.spies()) == 3)
    floor.daemon.kill()
    wait_until(lambda: len(floor.spies()) == 1)
    floor.daemon.start()
    wait_until(lambda: not floor.spies())
    wait_until(lambda: len(floor.channels()) == 2)
    for one in (listening, other):
        assert floor.monitoring(one)["ended_by"] == "restart"


def test_a_call_taken_over_on_a_phone_outlives_the_daemon(floor: Floor) -> None:
    talk = floor.talk()
    phone = floor.desk("104")
    phone.behaves(Answer(after=0.1))
    floor.begin(talk.id, "takeover", via="phone")
    own = Leg(phone, phone.wait_for("answered").call)
    talk.manager.wait_end()
    floor.daemon.kill()
    floor.daemon.start()
    wait_until(lambda: floor.running() == talk.id)
    (call,) = floor.ask("GET", "/api/v1/board").body["running"]
    assert call["last_agent"] == CHIEF
    floor.listened(1.0)
    wait_until(lambda: len(floor.channels()) == 2)
    own.hangup()
    talk.customer.wait_end()
    wait_until(lambda: bool(floor.ask("GET", f"/api/v1/calls/{talk.id}").body["ended_at"]))
    newest = floor.ask("GET", "/api/v1/calls?limit=1").body["items"][0]
    assert (newest["id"], newest["last_agent"]) == (talk.id, CHIEF)


def test_who_loses_the_right_is_out_within_seconds(floor: Floor) -> None:
    talk = floor.talk()
    listening = floor.begin(talk.id)
    _hears(floor.page(listening), talk)
    try:
        floor.ask("PATCH", f"/api/v1/people/{CHIEF}", {"role": "manager"})
        assert floor.wait_end(listening) == "rights"
    finally:
        floor.ask("PATCH", f"/api/v1/people/{CHIEF}", {"role": "director"})


def test_a_call_is_hung_up(floor: Floor) -> None:
    talk = floor.talk()
    listening = floor.begin(talk.id)
    assert floor.ask("POST", f"/api/v1/calls/{talk.id}/hangup", by="Quist").status == 403
    assert floor.ask("POST", f"/api/v1/calls/{talk.id}/hangup", by=CHIEF).status == 202
    talk.customer.wait_end()
    talk.manager.wait_end()
    assert floor.wait_end(listening) == "call"
    gone = floor.ask("POST", f"/api/v1/calls/{talk.id}/hangup", by=CHIEF)
    assert (gone.status, gone.body["code"]) == (404, "call_not_found")


def test_a_stranger_is_not_let_in(floor: Floor) -> None:
    talk = floor.talk()
    floor.begin(talk.id)
    (spy, *_) = floor.spies()
    port, used = spy.split("!")[0].removeprefix("AudioSocket/127.0.0.1:").split("-", 1)
    for name in (uuid4().hex, used.replace("-", "")):
        with socket.create_connection(("127.0.0.1", int(port)), timeout=5) as stranger:
            stranger.sendall(b"\x01\x00\x10" + bytes.fromhex(name))
            try:
                assert stranger.recv(1) == b""
            except ConnectionResetError:
                continue
