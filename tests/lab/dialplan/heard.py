"""What people hear, and what Asterisk tells, in these tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import soundfile

from lab.audio import ever_hears
from lab.masked import MaskedLab
from lab.scenarios.leg import Leg
from lab.scenarios.stage import talk

LOUD = 0.02


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
