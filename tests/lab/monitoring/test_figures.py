"""How late a page hears, and what the two on the call notice of it."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.lab.monitoring.floor import Floor
from tests.lab.monitoring.page import CUSTOMER, level, wait_until

pytestmark = pytest.mark.lab

MOST_LATE_SECONDS = 0.3
"""Until the page has it; to play it takes 60 ms more, and what the machine's loudspeaker takes."""
MOST_GAP_SECONDS = 0.06


def test_a_page_hears_what_is_said_now(floor: Floor) -> None:
    """From when a phone is told to speak again after a hold: the PBX's answer is in it."""
    talk = floor.talk()
    page = floor.page(floor.begin(talk.id))
    page.wait_for_tone(CUSTOMER, talk.customer.phone.tone)
    late = []
    for _ in range(3):
        talk.customer.hold()
        wait_until(lambda: page.level(CUSTOMER, talk.customer.phone.tone, 0.3) < -60)
        began = time.time()
        talk.customer.phone.unhold(talk.customer.call)
        page.wait_for_tone(CUSTOMER, talk.customer.phone.tone)
        heard = next(
            at
            for at, frame in page.frames
            if at > began and level(_left(frame), talk.customer.phone.tone) > -30
        )
        late.append(heard - began)
    print("heard after", [round(one, 3) for one in late])
    assert sorted(late)[1] < MOST_LATE_SECONDS


def test_nobody_notices_that_somebody_listens(floor: Floor) -> None:
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
    gaps = [_longest_silence(leg.phone.heard(leg.call)) for leg in (talk.customer, talk.manager)]
    print("longest silence", gaps)
    assert max(gaps) < MOST_GAP_SECONDS


def _left(frame: bytes) -> np.ndarray:
    return np.frombuffer(frame, "<i2")[0::2].astype(np.float64) / 32768


def _longest_silence(path: Path) -> float:
    sound, rate = soundfile.read(path, dtype="float64")
    frames = sound[: len(sound) // 40 * 40].reshape(-1, 40)
    loud = np.flatnonzero(np.sqrt((frames**2).mean(axis=1)) > 0.05)
    return float((np.diff(loud).max() - 1) * 40 / rate)
