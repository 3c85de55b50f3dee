"""What a pause explains of a stored recording. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from crm.recording_pauses import Pause
from recordings.queries import Recording

LEAST_HEARD: Final = 10.0
"""Seconds of sound beside pauses without which nobody's silence is a defect."""


def tells_silence(recording: Recording, pauses: Iterable[Pause]) -> bool:
    """Whether a side of it that is silent says that something is wrong.

    Where most of it was paused, a silent side says only that he said nothing in the rest.
    """
    began, length = recording.started_at, recording.duration_seconds
    if began is None or length is None:
        return True
    ended = began + timedelta(seconds=length)
    spans = sorted(
        (max(one.started_at, began), min(one.ended_at or ended, ended)) for one in pauses
    )
    paused, reached = timedelta(), began
    for since, until in spans:
        paused += max(until - max(since, reached), timedelta())
        reached = max(reached, until)
    return not paused or length - paused.total_seconds() >= LEAST_HEARD
