"""Levels of tones, against sounds whose levels are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from lab.audio import SILENCE, ever_hears, hears, tones

RATE = 8000


def sine(hertz: float, dbfs: float, seconds: float = 1.0) -> np.ndarray:
    times = np.arange(round(RATE * seconds)) / RATE
    return 10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz * times)


@pytest.fixture
def stereo(tmp_path: Path) -> Path:
    """Left: 440 Hz at -6 dBFS, one second, then nothing. Right: 1000 Hz at -20 dBFS all along."""
    left = np.concatenate([sine(440, -6), np.zeros(RATE)])
    right = sine(1000, -20, 2.0)
    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.column_stack([left, right]), RATE, subtype="FLOAT")
    return path


def test_a_tone_is_found_at_its_level_and_on_its_channel(stereo: Path) -> None:
    left = tones(stereo, [440, 1000], channel=0, end=1.0)
    right = tones(stereo, [440, 1000], channel=1)
    assert left[440] == pytest.approx(-6, abs=0.1)
    assert right[1000] == pytest.approx(-20, abs=0.1)
    assert left[1000] < -90
    assert right[440] < -90


def test_only_the_span_counts(stereo: Path) -> None:
    assert tones(stereo, [440], channel=0, start=1.0)[440] == SILENCE
    assert tones(stereo, [440], channel=0, start=0.2, end=0.8)[440] == pytest.approx(-6, abs=0.1)


def test_without_a_channel_all_are_mixed(stereo: Path) -> None:
    assert tones(stereo, [440, 1000], end=1.0) == {
        440: pytest.approx(-12, abs=0.1),
        1000: pytest.approx(-26, abs=0.1),
    }


def test_neighbouring_phones_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "one.wav"
    soundfile.write(path, sine(1010, -12, 0.5), RATE)
    assert tones(path, [1070])[1070] < -60


def test_a_person_hears_it_or_does_not(stereo: Path) -> None:
    assert hears(stereo, 1000, channel=1)
    assert not hears(stereo, 1000, channel=0)


@pytest.mark.parametrize(
    ("where", "said"),
    [({"channel": 2}, "channel 2; it has 2"), ({"start": 3.0}, "nothing from 3.0")],
)
def test_what_is_not_there_is_named(stereo: Path, where: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        tones(stereo, [440], **where)


def test_a_tone_that_is_there_for_a_moment(tmp_path: Path) -> None:
    """A quiet one, half a second in ten of silence, is lost in the whole but found in a part."""
    file = tmp_path / "moment.wav"
    sound = np.zeros(RATE * 10)
    sound[RATE * 4 : RATE * 4 + RATE // 2] = sine(1000, -35, 0.5)
    soundfile.write(file, sound, RATE)
    assert not hears(file, 1000)
    assert ever_hears(file, 1000)
    assert not ever_hears(file, 1500)
    assert not ever_hears(file, 1000, seconds=11)
