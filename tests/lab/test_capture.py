"""From a ringing phone to the base: the daemon beside a real Asterisk with real phones."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from lab import load
from lab.audio import hears
from lab.daemon import Daemon, audio
from lab.lab import Lab
from lab.phones import Answer
from lab.scenarios import SCENARIOS, Stage, numbers
from lab.scenarios.leg import Leg
from lab.scenarios.recording import plain
from tests.replay.test_truth import differences

pytestmark = pytest.mark.lab

CUSTOMER_SIDE, COMPANY_SIDE = 0, 1

PLAYED = (
    "inbound_answered",
    "inbound_missed_ring_group",
    "inbound_answered_queue_local",
    "inbound_answered_mobile",
    "inbound_answered_pickup",
    "inbound_answered_park_retrieve",
    "inbound_answered_anonymous",
    "outbound_answered",
    "outbound_answered_originated",
    "internal_answered",
)


def latest(daemon: Daemon, count: int) -> list[dict[str, Any]]:
    """The newest calls, oldest first, once all of them are over."""
    before: list[dict[str, Any]] = []

    def over() -> bool:
        before[:] = daemon.calls()[:count][::-1]
        return len(before) == count and all(call["ended_at"] is not None for call in before)

    daemon.wait_until(over)
    return before


def stored(daemon: Daemon, call: str) -> dict[str, Any]:
    """The call's recording, once it is stored."""
    found: list[dict[str, Any]] = []

    def there() -> bool:
        found[:] = daemon.get(f"/api/v1/calls/{call}")["recordings"]
        return any(recording["state"] == "stored" for recording in found)

    daemon.wait_until(there)
    return found[0]


@pytest.mark.parametrize("name", PLAYED)
def test_a_real_call_is_stored_as_the_phones_saw_it(
    stage: Stage, daemon: Daemon, name: str
) -> None:
    known = len(daemon.calls())
    truth = json.loads(
        json.dumps([plain(asdict(record)) for record in SCENARIOS[name].play(stage)])
    )
    daemon.wait_until(lambda: len(daemon.calls()) >= min(200, known + len(truth)))
    assert differences(latest(daemon, len(truth)), truth) == []


@pytest.mark.parametrize("kind", ["blind", "attended"])
def test_a_recording_has_each_side_on_its_own_channel_through_a_transfer(
    stage: Stage, daemon: Daemon, tmp_path: Path, kind: str
) -> None:
    desk = stage.desk("102", Answer(0.3))
    customer, agent = stage.talking()
    listens(stage, customer)
    if kind == "blind":
        agent.blind_transfer("102")
        stage.answers(desk)
    else:
        agent.hold()
        consultation = stage.dial(agent.phone, "102")
        stage.answers(desk)
        consultation.wait("answered")
        agent.attended_transfer(consultation)
    listens(stage, customer)
    customer.hangup()
    [call] = latest(daemon, 1)
    assert [transfer["kind"] for transfer in call["transfers"]] == [kind]
    recording = stored(daemon, call["id"])
    sound = audio(daemon, recording["id"], tmp_path / "recording.flac")
    last = recording["duration_seconds"] - 0.5
    mine, first, second = customer.phone.tone, agent.phone.tone, desk.tone
    assert hears(sound, mine, channel=CUSTOMER_SIDE)
    assert not hears(sound, mine, channel=COMPANY_SIDE)
    for other in (first, second):
        assert hears(sound, other, channel=COMPANY_SIDE)
        assert not hears(sound, other, channel=CUSTOMER_SIDE)
    # The customer is recorded to the end, and so is the one to whom he was handed.
    assert hears(sound, mine, channel=CUSTOMER_SIDE, start=last)
    assert hears(sound, second, channel=COMPANY_SIDE, start=last)
    assert not hears(sound, first, channel=COMPANY_SIDE, start=last)


def listens(stage: Stage, leg: Leg, seconds: float = 2.0) -> None:
    """Wait until a phone has heard so much more, by its own clock: the machine may be busy."""
    heard = leg.phone.heard(leg.call)
    size = heard.stat().st_size
    stage.wait_until(lambda: heard.stat().st_size > size + seconds * 16000)


def test_the_client_is_there_before_the_phone_stops_ringing(stage: Stage, daemon: Daemon) -> None:
    caller = stage.customer(171)
    desk = stage.desk("101")
    customer = stage.dial(caller, numbers.DESK_101)
    leg = stage.rings(desk)

    def known() -> bool:
        page = daemon.get(f"/api/v1/clients?number={quote(caller.number)}")
        return len(page["items"]) == 1

    daemon.wait_until(known)
    assert leg.ended_at is None
    [running] = [call for call in daemon.calls() if call["ended_at"] is None]
    assert running["client_id"] is not None
    customer.hangup()
    leg.wait_end()


def test_ten_calls_at_once_from_a_new_number_make_one_client(
    stage: Stage, daemon: Daemon, lab: Lab
) -> None:
    number = "+442079460172"
    before = len(daemon.calls())
    assert load.turned_away(lab, [number] * 10, rate=1000).wait(20) == 0
    daemon.wait_until(lambda: len(daemon.calls()) == before + 10)
    page = daemon.get(f"/api/v1/clients?number={quote(number)}")
    assert len(page["items"]) == 1
    client = page["items"][0]["id"]
    assert len(daemon.get(f"/api/v1/calls?client={client}")["items"]) == 10


def test_the_daemon_ends_and_comes_back_in_the_middle_of_a_call(
    stage: Stage, daemon: Daemon
) -> None:
    stage.desk("101", Answer(0.3))
    customer = stage.dial(stage.customer(173), numbers.DESK_101)
    agent = stage.answers(stage.desk("101"))
    daemon.wait_until(lambda: daemon.calls()[0]["answered_by"] == "101")
    before = daemon.calls()
    daemon.kill()
    daemon.start()
    daemon.wait_until(lambda: [c["id"] for c in daemon.calls()] == [c["id"] for c in before])
    customer.hangup()
    agent.wait_end()
    [call] = latest(daemon, 1)
    assert call["id"] == before[0]["id"]
    assert call["disposition"] == "answered"
    assert call["answered_by"] == "101"
    assert call["rang"] == ["101"]
    assert call["complete"]
    assert stored(daemon, call["id"])["duration_seconds"] > 0


def test_a_call_that_ended_while_the_daemon_was_away_ends_as_the_log_tells(
    stage: Stage, daemon: Daemon
) -> None:
    customer = stage.dial(stage.customer(174), numbers.DESK_101)
    leg = stage.rings(stage.desk("101"))
    daemon.wait_until(lambda: daemon.calls()[0]["rang"] == ["101"])
    daemon.kill()
    customer.hangup()
    leg.wait_end()
    daemon.start()
    [call] = latest(daemon, 1)
    assert (call["disposition"], call["hangup_by"]) == ("missed", "customer")
    assert call["complete"]
