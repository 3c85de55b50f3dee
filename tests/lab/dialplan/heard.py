"""What people hear, and what Asterisk tells, in these tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile

from lab.audio import ever_hears, tones
from lab.masked import MaskedLab
from lab.phones import Phone
from lab.scenarios.leg import Leg
from lab.scenarios.stage import talk

LOUD = 0.02
SPOKEN = -30.0
"""dBFS: a phone's tone stands at -12 where it speaks all the time."""


def connected(one: Leg, other: Leg, *, seconds: float = 1.6) -> None:
    """They talk; then the first hangs up, and each has heard the other."""
    talk(seconds)
    one.hangup()
    other.wait_end()
    assert ever_hears(one.phone.heard(one.call), other.phone.tone), f"{one} did not hear {other}"
    assert ever_hears(other.phone.heard(other.call), one.phone.tone), f"{other} did not hear {one}"


def listen(leg: Leg) -> float:
    """For how many seconds something was heard in a call that is over."""
    sound, rate = soundfile.read(leg.phone.heard(leg.call))
    frame = rate // 50
    frames = sound[: len(sound) // frame * frame].reshape(-1, frame)
    return float(np.count_nonzero(np.abs(frames).max(axis=1) > LOUD) / 50)


@contextmanager
def announced(lab: MaskedLab) -> Iterator[dict[str, str]]:
    """The one CallwardAnnouncement of what is done meanwhile, at the end of it."""
    told: dict[str, str] = {}
    with lab.server.connect() as ami:
        yield told
        reply = ami.wait_for("UserEvent", UserEvent="CallwardAnnouncement")
        told |= {name: values[0] for name, values in reply.items()}


def speakers(file: Path, people: Sequence[Phone]) -> list[Phone]:
    """Who is heard, one after the other."""
    found: list[Phone] = []
    start = 0.0
    while True:
        try:
            levels = tones(file, [one.tone for one in people], start=start, end=start + 0.3)
        except ValueError:
            return found
        loudest = max(people, key=lambda one: levels[one.tone])
        if levels[loudest.tone] > SPOKEN and found[-1:] != [loudest]:
            found.append(loudest)
        start += 0.1
