"""The customer goes on with the supervisor, without a gap, and the manager's phone is free."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from lab.audio import ever_hears, tones
from lab.daemon import audio
from tests.lab.monitoring.floor import CHIEF, Floor, Talk
from tests.lab.monitoring.page import CUSTOMER, TONE, Page, wait_until

pytestmark = pytest.mark.lab


def test_who_listens_takes_the_call_over(floor: Floor, tmp_path: Path) -> None:
    talk = floor.talk()
    listening = floor.begin(talk.id)
    page = floor.page(listening)
    page.wait_for_tone(CUSTOMER, talk.customer.phone.tone)
    page.speak()
    floor.listened(0.5)
    assert floor.switch(listening, "takeover").status == 200
    talk.manager.wait_end()
    _they_talk(floor, talk, page)
    again = floor.switch(listening, "listen")
    assert (again.status, again.body["code"]) == (409, "monitoring_taken")
    talk.customer.hangup()
    assert floor.wait_end(listening) == "call"
    assert _longest_silence(talk.customer.phone.heard(talk.customer.call)) < 0.2
    _journal_knows(floor, talk, tmp_path)


def test_a_call_is_taken_over_without_listening_first(floor: Floor, tmp_path: Path) -> None:
    talk = floor.talk()
    floor.listened(1.0)
    taken = floor.begin(talk.id, "takeover")
    page = floor.page(taken)
    page.speak()
    talk.manager.wait_end()
    _they_talk(floor, talk, page)
    assert floor.ask("DELETE", f"/api/v1/monitorings/{taken['id']}", by=CHIEF).status == 204
    talk.customer.wait_end()
    assert floor.wait_end(taken) == "person"
    _journal_knows(floor, talk, tmp_path)


def test_a_callback_is_taken_over_from_behind_its_local_channel(floor: Floor) -> None:
    client = floor.client(114)
    customer, desk = floor.lab.phones.customer("+442079460114"), floor.desk("101")
    desk.behaves(floor.answers)
    customer.behaves(floor.answers)
    begun = floor.ask("POST", "/api/v1/callbacks", {"client_id": client, "agent": "Quist"})
    assert begun.status == 201, begun
    call = floor.talking(customer, desk)
    listening = floor.begin(call.id)
    page = floor.page(listening)
    page.wait_for_tone(CUSTOMER, customer.tone)
    page.speak()
    assert floor.switch(listening, "takeover").status == 200
    call.manager.wait_end()
    _they_talk(floor, call, page)
    wait_until(lambda: len(floor.channels()) == 2)
    page.close()
    call.customer.wait_end()
    assert ever_hears(customer.heard(call.customer.call), TONE)


def _they_talk(floor: Floor, talk: Talk, page: Page) -> None:
    before = len(page.frames)
    wait_until(lambda: len(page.frames) > before + 75)
    assert page.level(CUSTOMER, talk.customer.phone.tone) > -30
    shown = floor.ask("GET", "/api/v1/board").body["running"]
    assert [(call["id"], call["last_agent"]) for call in shown] == [(talk.id, CHIEF)]
    wait_until(lambda: not floor.lab.cli("core show channels concise").count("PJSIP/101-"))


def _journal_knows(floor: Floor, talk: Talk, tmp_path: Path) -> None:
    """One call, the supervisor as the one who talked last; his voice is in its recording."""
    stored: list[dict[str, object]] = []

    def done() -> bool:
        call = floor.ask("GET", f"/api/v1/calls/{talk.id}").body
        stored[:] = [call]
        return bool(
            call["complete"] and [one for one in call["recordings"] if one["state"] == "stored"]
        )

    wait_until(done)
    call: dict[str, object] = stored[0]
    assert call["last_agent"] == CHIEF
    assert call["answered_by"] == "Quist"
    assert float(str(call["hold_seconds"])) < 0.5
    _pbx_log_tells_the_same(floor, tmp_path)
    newest = floor.ask("GET", "/api/v1/calls?limit=1").body["items"][0]
    assert newest["id"] == talk.id
    (recording,) = floor.ask("GET", f"/api/v1/calls/{talk.id}").body["recordings"]
    sound = audio(floor.daemon, recording["id"], tmp_path / "call.flac")
    length = soundfile.info(sound).duration
    assert tones(sound, [TONE], channel=1, start=length - 1.2, end=length - 0.2)[TONE] > -30
    assert ever_hears(sound, talk.manager.phone.tone)
    heard = talk.customer.phone.heard(talk.customer.call)
    assert ever_hears(heard, TONE)


def _pbx_log_tells_the_same(floor: Floor, tmp_path: Path) -> None:
    """A daemon that was away learns from the PBX's own log who took the call over."""
    nothing = tmp_path / "nothing.ami"
    nothing.touch()
    cel = str(floor.lab.cel_file)
    told = json.loads(floor.daemon.command("replay", str(nothing), "--cel", cel, "--json"))
    assert (told[-1]["last_agent"], told[-1]["answered_by"]) == (CHIEF, "Quist")


def _longest_silence(path: Path) -> float:
    """Seconds without any sound, after the first one and before the last."""
    sound, rate = soundfile.read(path, dtype="float64")
    frames = sound[: len(sound) // 80 * 80].reshape(-1, 80)
    loud = np.sqrt((frames**2).mean(axis=1)) > 0.02
    at = np.flatnonzero(loud)
    return float(np.diff(at).max() * 80 / rate)
