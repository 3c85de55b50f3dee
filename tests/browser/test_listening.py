"""A supervisor listens to a running call in his browser: every voice is a tone, and is measured."""

from __future__ import annotations

import os
import shutil
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from daemon.console.site import FOLDER, INDEX
from lab.audio import ever_hears
from lab.build import find_installed
from tests.lab.monitoring.floor import Floor
from tests.lab.monitoring.page import wait_until

from .conftest import FLAGS
from .served import Served
from .visitors import Visitors

pytestmark = pytest.mark.lab

_VOICE: Final = 1700
"""Hz, of the microphone."""
_RATE: Final = 48_000
_AUDIBLE: Final = -60
_TAP: Final = """(() => {
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode) {
      const split = this.context.createChannelSplitter(2);
      connect.call(this, split);
      window.ears = [0, 1].map((side) => {
        const ear = this.context.createAnalyser();
        connect.call(split, ear, side);
        return ear;
      });
    }
    return connect.call(this, to, ...rest);
  };
  window.loudness = (side, hertz) => {
    const ear = window.ears?.[side];
    if (ear === undefined) return -200;
    const now = new Float32Array(ear.frequencyBinCount);
    ear.getFloatFrequencyData(now);
    const at = Math.round((hertz * ear.fftSize) / ear.context.sampleRate);
    return Math.max(...now.slice(at - 1, at + 2));
  };
})()"""
"""What reaches the loudspeaker is measured on the last step to it."""
_CUSTOMER, _MANAGER = 0, 1


@pytest.fixture(scope="module")
def floor() -> Iterator[Floor]:
    if os.geteuid() != 0 and find_installed() is None:
        pytest.skip("the lab's Asterisk needs root: run the tests with sudo")
    with Floor() as running:
        yield running


@pytest.fixture(scope="module")
def speaking_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Whose microphone takes a tone."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium here: do make setup as root")
    if not (FOLDER / INDEX).exists():
        pytest.skip("the console is not built: do make web")
    voice = tmp_path_factory.mktemp("voice") / "voice.wav"
    _write_tone(voice)
    flags = (
        *FLAGS,
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={voice}",
    )
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=list(flags))
        yield launched
        launched.close()


@pytest.fixture
def pages(speaking_browser: Browser) -> Iterator[Visitors]:
    coming = Visitors(speaking_browser)
    yield coming
    assert coming.close() == []


@pytest.fixture(autouse=True)
def _idle(floor: Floor) -> Iterator[None]:
    floor.reset()
    yield
    floor.reset()


def _write_tone(path: Path) -> None:
    times = np.arange(4 * _RATE) / _RATE
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes((12_000 * np.sin(2 * np.pi * _VOICE * times)).astype("<i2").tobytes())


def _board(floor: Floor, pages: Visitors, *, microphone: bool) -> Page:
    served = Served(f"http://127.0.0.1:{floor.daemon.port}", floor.daemon.headers)
    visitor = pages.come(
        served, "Marlowe", role="director", permissions=["microphone"] if microphone else []
    )
    visitor.page.add_init_script(_TAP)
    return visitor.go("/live")


def _hears(page: Page, side: int, hertz: int) -> None:
    page.wait_for_function(
        f"([side, hertz]) => window.loudness(side, hertz) > {_AUDIBLE}", arg=[side, hertz]
    )


def test_he_listens_whispers_barges_in_and_takes_over(floor: Floor, pages: Visitors) -> None:
    page = _board(floor, pages, microphone=True)
    talk = floor.talk()
    page.get_by_role("button", name="Listen", exact=True).click()
    strip = page.get_by_role("region", name="You are on the call")
    expect(strip).to_contain_text("Nobody hears you")
    _hears(page, _CUSTOMER, talk.customer.phone.tone)
    _hears(page, _MANAGER, talk.manager.phone.tone)

    strip.get_by_text("Whisper", exact=True).click()
    expect(strip).to_contain_text("Quist hears you, the customer does not")
    floor.listened(1.5)
    whispered = talk.customer.phone.heard(talk.customer.call)
    strip.get_by_text("Barge in", exact=True).click()
    expect(strip).to_contain_text("Both hear you")
    floor.listened(1.5)
    strip.get_by_text("Take over", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Take over").click()
    expect(strip).to_contain_text("You talk with the customer. Quist is out of the call")
    talk.manager.wait_end()
    floor.listened(1.0)
    _hears(page, _CUSTOMER, talk.customer.phone.tone)
    talk.customer.hangup()
    expect(strip).to_contain_text("The call has ended")
    wait_until(lambda: not floor.channels())
    assert ever_hears(whispered, _VOICE)
    assert ever_hears(talk.manager.phone.heard(talk.manager.call), _VOICE)


def test_without_a_microphone_he_listens_and_is_told_why(floor: Floor, pages: Visitors) -> None:
    page = _board(floor, pages, microphone=False)
    talk = floor.talk()
    page.get_by_role("button", name="Barge in", exact=True).click()
    strip = page.get_by_role("region", name="You are on the call")
    expect(strip).to_contain_text("does not let this page use the microphone")
    expect(strip).to_contain_text("Nobody hears you")
    _hears(page, _CUSTOMER, talk.customer.phone.tone)


def test_a_reason_is_asked_where_policy_wants_one(floor: Floor, pages: Visitors) -> None:
    floor.ask("PUT", "/api/v1/policies/monitoring", {"reason_required": True})
    try:
        page = _board(floor, pages, microphone=True)
        talk = floor.talk()
        page.get_by_role("button", name="Listen", exact=True).click()
        strip = page.get_by_role("region", name="You are on the call")
        strip.get_by_label("Why do you listen to this call?").fill("New here")
        strip.get_by_role("button", name="Go on").click()
        _hears(page, _CUSTOMER, talk.customer.phone.tone)
        (known,) = floor.ask("GET", f"/api/v1/monitorings?call={talk.id}").body["items"]
        assert known["reason"] == "New here"
    finally:
        floor.ask("PUT", "/api/v1/policies/monitoring", {})


def test_a_page_that_is_left_leaves_the_call(floor: Floor, pages: Visitors) -> None:
    page = _board(floor, pages, microphone=True)
    talk = floor.talk()
    page.get_by_role("button", name="Listen", exact=True).click()
    _hears(page, _MANAGER, talk.manager.phone.tone)
    page.get_by_role("link", name="Calls").click()
    wait_until(lambda: not floor.spies())
    page.go_back()
    page.get_by_role("button", name="Listen", exact=True).click()
    expect(page.get_by_role("region", name="You are on the call")).to_contain_text("Nobody")
    wait_until(lambda: len(floor.spies()) == 2)
    page.close()
    wait_until(lambda: len(floor.channels()) == 2)
