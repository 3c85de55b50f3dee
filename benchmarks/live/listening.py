"""How late a supervisor's page hears a call, and what the two on it notice: a real Asterisk.

How late: from when the customer's phone is told to speak again after a hold until the page has his
tone; the PBX's answer to the phone is in it. What is noticed: the longest silence that each phone
heard while somebody began to listen and ended it, twice, beside that of a call to which nobody
listened. Exit status 1 when the page hears later than 0.3 s (median), or listening makes a silence
longer than 60 ms that was not there without it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path
from typing import Final

import numpy as np
import soundfile

from tests.lab.monitoring.floor import Floor, Talk
from tests.lab.monitoring.page import CUSTOMER, level, wait_until

MOST_LATE_SECONDS: Final = 0.3
"""Until the page has it; to play it takes 60 ms more, and what the machine's loudspeaker takes."""
MOST_SILENCE_SECONDS: Final = 0.06
_TURNS: Final = 10


def main() -> int:
    """Exit status 1 when a bound is missed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.live.listening", description=__doc__
    )
    parser.parse_args()
    with Floor() as floor:
        late = _late(floor)
        floor.reset()
        alone, heard = _silence(floor, listen=False), _silence(floor, listen=True)
    median, worst = statistics.median(late), max(late)
    print(f"said until the page has it, median   {median:6.3f} s  (at most {MOST_LATE_SECONDS})")
    print(f"  the slowest of {len(late):3d}                 {worst:6.3f} s")
    print(f"longest silence, nobody listens      {alone:6.3f} s")
    print(f"  while somebody begins and ends     {heard:6.3f} s  (at most {MOST_SILENCE_SECONDS})")
    return int(median > MOST_LATE_SECONDS or heard > max(alone, MOST_SILENCE_SECONDS))


def _late(floor: Floor) -> list[float]:
    talk = floor.talk()
    tone = talk.customer.phone.tone
    page = floor.page(floor.begin(talk.id))
    page.wait_for_tone(CUSTOMER, tone)
    late = []
    for _ in range(_TURNS):
        talk.customer.hold()
        wait_until(lambda: page.level(CUSTOMER, tone, 0.3) < -60)
        began = time.time()
        talk.customer.phone.unhold(talk.customer.call)
        page.wait_for_tone(CUSTOMER, tone)
        heard = (at for at, frame in page.frames if at > began and level(_left(frame), tone) > -30)
        late.append(next(heard) - began)
    return late


def _silence(floor: Floor, *, listen: bool) -> float:
    """The longest that either of the two heard."""
    talk: Talk = floor.talk()
    floor.listened(1.0)
    for _ in range(2):
        if not listen:
            floor.listened(1.0)
            continue
        listening = floor.begin(talk.id)
        page = floor.page(listening)
        page.wait_for_tone(CUSTOMER, talk.customer.phone.tone)
        page.close()
        floor.wait_end(listening)
    talk.customer.hangup()
    talk.manager.wait_end()
    silences = [_longest(leg.phone.heard(leg.call)) for leg in (talk.customer, talk.manager)]
    floor.reset()
    return max(silences)


def _left(frame: bytes) -> np.ndarray:
    return np.frombuffer(frame, "<i2")[0::2].astype(np.float64) / 32768


def _longest(sound_file: Path) -> float:
    sound, rate = soundfile.read(sound_file, dtype="float64")
    frames = sound[: len(sound) // 40 * 40].reshape(-1, 40)
    loud = np.flatnonzero(np.sqrt((frames**2).mean(axis=1)) > 0.05)
    return float((np.diff(loud).max() - 1) * 40 / rate)


if __name__ == "__main__":
    sys.exit(main())
