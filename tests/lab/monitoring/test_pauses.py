"""A paused recording: silence between the tones, while both go on hearing each other."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from lab.audio import STEP, when_heard, without_break
from lab.daemon import audio
from lab.phones import Answer
from tests.lab.monitoring.floor import CHIEF, Floor
from tests.lab.monitoring.page import wait_until

pytestmark = pytest.mark.lab

CUSTOMER, COMPANY = 0, 1
MANAGER = "Quist"


def _pause(floor: Floor, call: str, by: str = MANAGER) -> dict[str, Any]:
    answer = floor.ask("PUT", f"/api/v1/calls/{call}/recording-pause", by=by)
    assert answer.status == 200, answer
    paused: dict[str, Any] = answer.body
    return paused


def _resume(floor: Floor, call: str, by: str = MANAGER) -> int:
    return floor.ask("DELETE", f"/api/v1/calls/{call}/recording-pause", by=by).status


def _stored(floor: Floor, call: str, tmp_path: Path) -> tuple[dict[str, Any], Path]:
    """The call once its recording is stored, and the sound."""
    found: list[dict[str, Any]] = []

    def stored() -> bool:
        found[:] = [floor.ask("GET", f"/api/v1/calls/{call}").body]
        return [one["state"] for one in found[0]["recordings"]] == ["stored"]

    wait_until(stored)
    (recording,) = found[0]["recordings"]
    return found[0], audio(floor.daemon, recording["id"], tmp_path / "recording.flac")


def _gap(heard: list[bool]) -> tuple[float, float, float]:
    """Seconds of the tone before the longest silence, of that, and after it; it is the only one."""
    while heard and not heard[0]:
        heard = heard[1:]
    while heard and not heard[-1]:
        heard = heard[:-1]
    since = heard.index(False)
    until = len(heard) - heard[::-1].index(False)
    assert not any(heard[since:until])
    return since * STEP, (until - since) * STEP, (len(heard) - until) * STEP


def test_there_is_silence_between_the_tones(floor: Floor, tmp_path: Path) -> None:
    talk = floor.talk()
    floor.listened(1.0)
    paused = _pause(floor, talk.id)
    assert paused["person"] == MANAGER
    assert paused["ended_at"] is None
    assert _pause(floor, talk.id, CHIEF) == paused
    floor.listened(1.5)
    assert _resume(floor, talk.id) == 204
    assert _resume(floor, talk.id) == 404
    floor.listened(1.0)
    talk.customer.hangup()
    talk.manager.wait_end()
    call, sound = _stored(floor, talk.id, tmp_path)
    (kept,) = call["pauses"]
    assert (kept["person"], kept["ended_by"], kept["resumed_by"]) == (MANAGER, "person", MANAGER)
    since, until = (datetime.fromisoformat(kept[at]) for at in ("started_at", "ended_at"))
    lasted = (until - since).total_seconds()
    assert lasted > 1.4
    for side, tone in ((CUSTOMER, talk.customer.phone.tone), (COMPANY, talk.manager.phone.tone)):
        before, between, after = _gap(when_heard(sound, tone, channel=side))
        assert before > 0.7
        assert abs(between - lasted) < 0.4
        assert after > 0.7
    # They heard each other all the time.
    for leg, other in ((talk.customer, talk.manager), (talk.manager, talk.customer)):
        assert without_break(leg.phone.heard(leg.call), other.phone.tone)
    (recording,) = call["recordings"]
    assert not recording["truncated"]
    assert not recording["customer_silent"]


def test_a_pause_outlasts_a_transfer(floor: Floor, tmp_path: Path) -> None:
    talk = floor.talk()
    floor.listened(0.5)
    _pause(floor, talk.id)
    next_one = floor.desk("102")
    next_one.behaves(Answer(after=0.1))
    talk.manager.blind_transfer("102")
    next_one.wait_for("answered")
    floor.listened(0.8)
    assert _resume(floor, talk.id, CHIEF) == 204
    floor.listened(1.0)
    # Resumed, the recording is renewed for the one who comes next, as ever.
    last = floor.desk("103")
    last.behaves(Answer(after=0.1))
    next_one.blind_transfer("103")
    last.wait_for("answered")
    floor.listened(1.0)
    talk.customer.hangup()
    last.wait_for("hung_up")
    call, sound = _stored(floor, talk.id, tmp_path)
    assert [one["resumed_by"] for one in call["pauses"]] == [CHIEF]
    first, second, third = (
        when_heard(sound, phone.tone, channel=COMPANY)
        for phone in (talk.manager.phone, next_one, last)
    )
    assert sum(first) * STEP > 0.2
    assert sum(second) * STEP > 0.7
    assert sum(third) * STEP > 0.7
    # From the pause on nobody is heard, neither on the new phone, until it is resumed.
    since, until = first.index(False), second.index(True)
    assert (until - since) * STEP > 0.7
    customer = when_heard(sound, talk.customer.phone.tone, channel=CUSTOMER)
    assert not any((*first[since:until], *customer[since + 1 : until - 1]))


def test_it_ends_with_the_call_and_outlives_the_daemon(floor: Floor) -> None:
    talk = floor.talk()
    paused = _pause(floor, talk.id)
    floor.daemon.kill()
    floor.daemon.start()
    wait_until(lambda: floor.running() == talk.id)
    assert _pause(floor, talk.id) == paused
    talk.customer.hangup()
    talk.manager.wait_end()

    def ended() -> bool:
        pauses = floor.ask("GET", f"/api/v1/calls/{talk.id}").body["pauses"]
        return json.dumps([one["ended_by"] for one in pauses]) == '["call"]'

    wait_until(ended)
    assert _resume(floor, talk.id) == 404
