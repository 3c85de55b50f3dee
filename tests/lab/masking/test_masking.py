"""Neither side ever sees the other: every scene, every byte on the wire, every file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from lab.masked.people import REACHED_OUTSIDE
from lab.masked.performance import Performance
from lab.masked.scenes import SCENES, MaskedScene, in_order

pytestmark = pytest.mark.lab

CAPTURED = "group_without_callward_{}"
"""What Callward hears of afterwards; by how it was silent."""
SILENCES = ("stopped", "hung")
PLAYED_LATER = {CAPTURED.format(silence) for silence in SILENCES}


@pytest.fixture(scope="module")
def performance(asterisk_here: None) -> Iterator[Performance]:
    """The masked company with Callward, its phones, and those who watch its wires: costly."""
    if os.geteuid() != 0:
        pytest.skip("a packet socket needs root")
    with Performance() as running:
        yield running


@pytest.mark.parametrize(
    "scene",
    [scene for scene in in_order() if scene.name not in PLAYED_LATER],
    ids=lambda scene: scene.name,
)
def test_nobody_meets_the_other(performance: Performance, scene: MaskedScene) -> None:
    """Nothing leaks, and who talks is heard (``SilenceError`` else)."""
    leaks, problem = performance.play(scene)
    assert not leaks, "\n".join(map(str, leaks))
    if problem is not None:
        raise problem


@pytest.mark.parametrize("silence", SILENCES)
def test_what_happened_in_silence_is_captured(performance: Performance, silence: str) -> None:
    """Nothing leaks then either. Once Callward is back it knows the call, who answered, and has
    its recording.
    """
    performance.wake()
    daemon = performance.daemon
    began = datetime.now(UTC).isoformat()
    assert performance.play(SCENES[CAPTURED.format(silence)]) == ((), None)
    performance.wake()
    new: list[dict[str, Any]] = []

    def is_known() -> bool:
        new[:] = [call for call in daemon.calls() if call["started_at"] > began]
        return bool(new) and [one["state"] for one in new[0]["recordings"]] == ["stored"]

    daemon.wait_until(is_known)
    (call,) = new
    assert call["customer_number"] == REACHED_OUTSIDE
    assert (call["disposition"], call["answered_by"]) == ("answered", "Yarrow")


def test_logs_tell_nothing(performance: Performance) -> None:
    """Of all that was played: Callward's log, and all that phones wrote and showed."""
    performance.lab.phones.close()
    leaks = performance.watch.leaks_in_logs()
    assert not leaks, "\n".join(map(str, leaks))
