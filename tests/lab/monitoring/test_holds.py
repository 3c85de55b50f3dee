"""A customer on hold by a button: who hears what, and that nothing is left of it."""

from __future__ import annotations

import json
import os
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import soundfile

from lab.audio import ever_hears, tones
from lab.daemon import audio
from lab.masked.wire import Wire
from lab.phones import Answer
from tests.lab.monitoring.floor import Floor, Talk
from tests.lab.monitoring.page import CUSTOMER, MANAGER, wait_until

pytestmark = pytest.mark.lab

MUSIC = 250.0
WHO = "Quist"


def _turn(floor: Floor, talk: Talk, method: str) -> tuple[int, str | None]:
    answer = floor.ask(method, f"/api/v1/calls/{talk.id}/hold", by=WHO)
    return answer.status, None if answer.body is None else answer.body["code"]


def _shown(floor: Floor, talk: Talk) -> tuple[str, str | None]:
    """On the manager's page."""
    calls = floor.ask("GET", "/api/v1/live", by=WHO).body["calls"]
    return next((call["state"], call["held_by"]) for call in calls if call["id"] == talk.id)


def _held(floor: Floor, talk: Talk, seconds: float = 0.5) -> None:
    assert _turn(floor, talk, "PUT") == (204, None)
    wait_until(lambda: _shown(floor, talk) == ("on_hold", "button"))
    wait_until(lambda: len(floor.music()) == 1)
    floor.listened(seconds)


def _ended(floor: Floor, talk: Talk) -> dict[str, Any]:
    """The stored call; nothing is left on the PBX."""
    found: list[dict[str, Any]] = []

    def known() -> bool:
        found[:] = [floor.ask("GET", f"/api/v1/calls/{talk.id}").body]
        return bool(found[0]["ended_at"])

    wait_until(lambda: not floor.channels())
    wait_until(known)
    assert floor.ask("GET", "/api/v1/calls?limit=1").body["items"][0]["id"] == talk.id
    assert (found[0]["disposition"], found[0]["answered_by"]) == ("answered", WHO)
    return found[0]


def test_music_and_silence_and_no_word_to_the_phones(floor: Floor, tmp_path: Path) -> None:
    talk = floor.talk()
    floor.listened(1.0)
    watching = Wire(floor.lab.block) if os.geteuid() == 0 else nullcontext()
    with watching as wire:
        _held(floor, talk)
        assert _turn(floor, talk, "PUT") == (204, None)
        floor.listened(1.0)
        assert _turn(floor, talk, "DELETE") == (204, None)
        assert _turn(floor, talk, "DELETE") == (204, None)
        wait_until(lambda: len(floor.channels()) == 2)
        packets = () if wire is None else wire.take()
    assert not [one for one in packets if b"SIP/2.0" in one.payload]
    wait_until(lambda: _shown(floor, talk) == ("talking", None))
    floor.listened(1.0)
    talk.customer.hangup()
    talk.manager.wait_end()
    customer = talk.customer.phone.heard(talk.customer.call)
    manager = talk.manager.phone.heard(talk.manager.call)
    his, other = talk.manager.phone.tone, talk.customer.phone.tone
    during, both = (MUSIC, his), (his, other)
    start = _first(customer, MUSIC)
    heard = tones(customer, during, start=start + 0.3, end=start + 1.1)
    assert heard[MUSIC] > -30 and heard[his] < -60
    silent = tones(manager, (other, MUSIC), start=start + 0.3, end=start + 1.1)
    assert max(silent.values()) < -60
    for sound, tone in zip((customer, manager), both, strict=True):
        assert ever_hears(sound, tone)
    assert tones(customer, during, start=start + 2.2)[his] > -30
    assert not ever_hears(manager, MUSIC)
    call = _ended(floor, talk)
    assert 1.3 < call["hold_seconds"] < 3
    assert call["talk_seconds"] > call["hold_seconds"] + 1.5
    assert call["hangup_by"] == "customer"
    _recorded(floor, talk, tmp_path)
    nothing = tmp_path / "nothing.ami"
    nothing.touch()
    cel = str(floor.lab.cel_file)
    told = json.loads(floor.daemon.command("replay", str(nothing), "--cel", cel, "--json"))[-1]
    assert abs(told["hold_seconds"] - call["hold_seconds"]) < 0.2
    assert (told["last_agent"], told["disposition"]) == (WHO, "answered")


def _first(sound: Path, tone: float) -> float:
    """When it is heard first."""
    at = 0.0
    while tones(sound, [tone], start=at, end=at + 0.2)[tone] < -35:
        at += 0.1
    return at


def _recorded(floor: Floor, talk: Talk, tmp_path: Path) -> None:
    """It goes on: the customer is heard all the time, and no music."""
    found: list[Any] = []

    def stored() -> bool:
        found[:] = floor.ask("GET", f"/api/v1/calls/{talk.id}").body["recordings"]
        return [one["state"] for one in found] == ["stored"]

    wait_until(stored)
    sound = audio(floor.daemon, found[0]["id"], tmp_path / "call.flac")
    tone = talk.customer.phone.tone
    at, length = 0.5, found[0]["duration_seconds"]
    while at + 0.6 < length:
        assert tones(sound, [tone], channel=0, start=at, end=at + 0.3)[tone] > -30
        at += 0.3
    assert not ever_hears(sound, MUSIC)


@pytest.mark.parametrize("by", ["customer", "agent"])
def test_who_hangs_up_on_hold_ends_the_call(floor: Floor, by: str) -> None:
    talk = floor.talk()
    _held(floor, talk)
    first, other = talk.customer, talk.manager
    if by == "agent":
        first, other = other, first
    first.hangup()
    other.wait_end()
    call = _ended(floor, talk)
    assert call["hangup_by"] == by
    assert call["hold_seconds"] > 0.4


def test_a_phones_hold_takes_its_place_and_is_the_phones_to_end(floor: Floor) -> None:
    talk = floor.talk()
    _held(floor, talk)
    talk.manager.hold()
    wait_until(lambda: _shown(floor, talk) == ("on_hold", "phone"))
    wait_until(lambda: len(floor.channels()) == 2)
    assert _turn(floor, talk, "DELETE") == (409, "hold_by_phone")
    assert _turn(floor, talk, "PUT") == (409, "hold_by_phone")
    talk.manager.unhold()
    wait_until(lambda: _shown(floor, talk) == ("talking", None))
    talk.customer.hangup()
    _ended(floor, talk)


def test_a_transfer_ends_it_and_one_after_it_works(floor: Floor) -> None:
    talk = floor.talk()
    _held(floor, talk)
    assert _turn(floor, talk, "DELETE") == (204, None)
    _held(floor, talk)
    colleague = floor.desk("102")
    colleague.behaves(Answer(after=0.1))
    talk.manager.blind_transfer("102")
    answered = colleague.wait_for("answered")
    wait_until(lambda: len(floor.channels()) == 2)
    floor.listened(1.0)
    talk.customer.hangup()
    call = _ended(floor, talk)
    assert [(one["kind"], one["result"]) for one in call["transfers"]] == [("blind", "answered")]
    heard = talk.customer.phone.heard(talk.customer.call)
    length = _length(heard)
    after = tones(heard, (colleague.tone, MUSIC), start=length - 0.7, end=length - 0.1)
    assert after[colleague.tone] > -30 and after[MUSIC] < -60
    assert ever_hears(colleague.heard(answered.call), talk.customer.phone.tone)


def _length(sound: Path) -> float:
    return float(soundfile.info(sound).duration)


def test_from_behind_the_local_channel_of_a_callback(floor: Floor) -> None:
    client = floor.client(114)
    customer, desk = floor.lab.phones.customer("+442079460114"), floor.desk("101")
    desk.behaves(floor.answers)
    customer.behaves(floor.answers)
    body = {"client_id": client, "agent": WHO}
    assert floor.ask("POST", "/api/v1/callbacks", body).status == 201
    talk = floor.talking(customer, desk)
    _held(floor, talk, 0.8)
    assert _turn(floor, talk, "DELETE") == (204, None)
    wait_until(lambda: len(floor.channels()) == 4)
    talk.customer.hangup()
    _ended(floor, talk)
    assert ever_hears(customer.heard(talk.customer.call), MUSIC)
    assert not ever_hears(desk.heard(talk.manager.call), MUSIC)


def test_who_listens_goes_on_and_may_take_the_customer_out_of_it(floor: Floor) -> None:
    talk = floor.talk()
    listening = floor.begin(talk.id)
    page = floor.page(listening)
    page.wait_for_tone(CUSTOMER, talk.customer.phone.tone)
    _held(floor, talk, 0.8)
    assert page.level(CUSTOMER, talk.customer.phone.tone) > -30
    assert page.level(MANAGER, talk.manager.phone.tone) > -30
    page.speak()
    assert floor.switch(listening, "takeover").status == 200
    talk.manager.wait_end()
    wait_until(lambda: len(floor.channels()) == 2)
    talk.customer.hangup()
    assert floor.wait_end(listening) == "call"
    _ended(floor, talk)


def test_a_killed_daemon_finds_him_on_hold_and_can_end_it(floor: Floor) -> None:
    talk = floor.talk()
    _held(floor, talk, 0)
    floor.daemon.kill()
    wait_until(lambda: len(floor.channels()) == 6)
    floor.daemon.start()
    wait_until(lambda: _shown(floor, talk) == ("on_hold", "button"))
    assert _turn(floor, talk, "DELETE") == (204, None)
    wait_until(lambda: len(floor.channels()) == 2)
    wait_until(lambda: _shown(floor, talk) == ("talking", None))
    floor.listened(0.6)
    talk.customer.hangup()
    talk.manager.wait_end()
    heard = talk.customer.phone.heard(talk.customer.call)
    length = _length(heard)
    tone = talk.manager.phone.tone
    assert tones(heard, [tone], start=length - 0.5, end=length - 0.1)[tone] > -30
    _ended(floor, talk)


def test_without_a_daemon_the_dialplan_ends_the_call(floor: Floor) -> None:
    """Its 90 seconds are not waited for: only what it does then."""
    talk = floor.talk()
    _held(floor, talk, 0)
    floor.daemon.kill()
    (music,) = floor.music()
    with floor.lab.server.connect() as pbx:
        (player,) = pbx.action("Getvar", Channel=music, Variable="CALLWARD_HOLD")["Value"]
        (sign,) = pbx.action("Getvar", Channel=player, Variable="CALLWARD_TENDED")["Value"]
        pbx.action("Setvar", Channel=music, Variable="CALLWARD_SEEN", Value=sign)
        pbx.action(
            "Redirect", Channel=music, Context="callward-hold", Exten="music", Priority="look"
        )
    talk.customer.wait_end()
    talk.manager.wait_end()
    floor.daemon.start()
    assert _ended(floor, talk)["hangup_by"] == "pbx"
