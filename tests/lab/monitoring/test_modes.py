"""Who hears whom in which mode: every person has a tone, and every question is measured."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

from lab.audio import ever_hears, tones, without_break
from tests.lab.monitoring.floor import CHIEF, OTHER, Floor
from tests.lab.monitoring.page import CUSTOMER, MANAGER, TONE, wait_until

pytestmark = pytest.mark.lab


def test_who_listens_hears_each_on_his_side_and_nobody_hears_him(floor: Floor) -> None:
    talk = floor.talk()
    page = floor.page(floor.begin(talk.id))
    page.speak()
    page.wait_for_tone(CUSTOMER, talk.customer.phone.tone)
    page.wait_for_tone(MANAGER, talk.manager.phone.tone)
    floor.listened(1.0)
    assert page.level(CUSTOMER, talk.manager.phone.tone) < -50
    assert page.level(MANAGER, talk.customer.phone.tone) < -50
    talk.customer.hangup()
    talk.manager.wait_end()
    for leg, other in ((talk.customer, talk.manager), (talk.manager, talk.customer)):
        heard = leg.phone.heard(leg.call)
        assert not ever_hears(heard, TONE)
        assert _last_second(heard, other.phone.tone) > -30


def test_nobody_notices_that_somebody_listens(floor: Floor) -> None:
    """No syllable is lost when it begins and when it ends; the milliseconds are a benchmark's."""
    talk = floor.talk()
    floor.listened(1.0)
    for _ in range(2):
        listening = floor.begin(talk.id)
        page = floor.page(listening)
        page.wait_for_tone(CUSTOMER, talk.customer.phone.tone)
        page.close()
        floor.wait_end(listening)
    talk.customer.hangup()
    talk.manager.wait_end()
    for leg, other in ((talk.customer, talk.manager), (talk.manager, talk.customer)):
        assert without_break(leg.phone.heard(leg.call), other.phone.tone)


def test_a_whisper_is_heard_by_the_manager_alone(floor: Floor) -> None:
    talk = floor.talk()
    listening = floor.begin(talk.id)
    page = floor.page(listening)
    page.wait_for_tone(CUSTOMER, talk.customer.phone.tone)
    assert floor.switch(listening, "whisper").status == 200
    page.speak()
    floor.listened(1.5)
    # The page goes on hearing both, and not itself.
    assert page.level(CUSTOMER, talk.customer.phone.tone) > -30
    assert page.level(MANAGER, talk.manager.phone.tone) > -30
    talk.customer.hangup()
    talk.manager.wait_end()
    assert ever_hears(talk.manager.phone.heard(talk.manager.call), TONE)
    assert not ever_hears(talk.customer.phone.heard(talk.customer.call), TONE)


def test_who_barges_in_is_heard_by_both_until_he_only_listens_again(floor: Floor) -> None:
    talk = floor.talk()
    listening = floor.begin(talk.id, "barge")
    page = floor.page(listening)
    page.speak()
    floor.listened(1.5)
    assert floor.switch(listening, "listen").status == 200
    floor.listened(2.0)
    talk.customer.hangup()
    talk.manager.wait_end()
    for leg, other in ((talk.customer, talk.manager), (talk.manager, talk.customer)):
        heard = leg.phone.heard(leg.call)
        assert ever_hears(heard, TONE)
        # In the last second, nothing of him; and the two go on hearing each other.
        assert tones(heard, [TONE], start=_length(heard) - 1.0)[TONE] < -50
        assert _last_second(heard, other.phone.tone) > -30
    steps = floor.monitoring(listening)["modes"]
    assert [step["mode"] for step in steps] == ["barge", "listen"]


def test_two_supervisors_are_on_one_call(floor: Floor) -> None:
    talk = floor.talk()
    one, other = floor.begin(talk.id), floor.begin(talk.id, by=OTHER)
    pages = floor.page(one), floor.page(other, by=OTHER)
    for page in pages:
        page.wait_for_tone(CUSTOMER, talk.customer.phone.tone)
        page.wait_for_tone(MANAGER, talk.manager.phone.tone)
    on_it = floor.ask("GET", f"/api/v1/monitorings?call={talk.id}", by=CHIEF).body["items"]
    assert {item["person"] for item in on_it} == {CHIEF, OTHER}
    pages[0].close()
    wait_until(lambda: floor.monitoring(one)["state"] == "ended")
    wait_until(lambda: len(floor.spies()) == 2)
    heard = len(pages[1].frames)
    wait_until(lambda: len(pages[1].frames) > heard + 25)
    assert pages[1].level(MANAGER, talk.manager.phone.tone) > -30


def test_nobody_listens_to_two_calls_or_to_his_own(floor: Floor) -> None:
    talk = floor.talk()
    floor.begin(talk.id)
    again = floor.ask("POST", "/api/v1/monitorings", {"call_id": talk.id}, CHIEF)
    assert (again.status, again.body["code"]) == (409, "monitoring_busy")
    assert floor.ask("POST", "/api/v1/monitorings", {"call_id": talk.id}, "Quist").status == 403
    floor.ask("PATCH", "/api/v1/people/Quist", {"role": "director"})
    own = floor.ask("POST", "/api/v1/monitorings", {"call_id": talk.id}, "Quist")
    floor.ask("PATCH", "/api/v1/people/Quist", {"role": "manager"})
    assert (own.status, own.body["code"]) == (409, "monitoring_own_call")


def _last_second(sound: Path, tone: float) -> float:
    """Its level there, but for the moment in which a call ends.

    Over a longer time a frame that a busy machine lost would turn the phase, and so take the level.
    """
    end = _length(sound) - 0.3
    return tones(sound, [tone], start=end - 1.0, end=end)[tone]


def _length(path: Path) -> float:
    return float(soundfile.info(path).duration)
