"""What is in a sound file: the level of single tones."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import soundfile

SILENCE = -120.0
"""dBFS given for nothing at all."""
AUDIBLE = -45.0
STEP = 0.1
"""Seconds."""
HEARD = -40.0
"""dBFS of a tone that a ``STEP`` holds for the most part."""


def tones(
    path: Path,
    frequencies: Iterable[float],
    channel: int | None = None,
    start: float = 0.0,
    end: float | None = None,
) -> dict[float, float]:
    """The level of each frequency (Hz), in dBFS: 0 is a sine at full scale.

    ``channel`` counts from 0; ``None`` mixes all of them. ``start`` and ``end`` are seconds. Reads
    whatever libsndfile reads. The resolution is about four divided by the length, in Hz (Hann).
    Raises ``ValueError`` where the file has no such channel or nothing in that span.
    """
    sound, rate = soundfile.read(path, dtype="float64", always_2d=True)
    if channel is not None and not 0 <= channel < sound.shape[1]:
        raise ValueError(f"{path}: channel {channel}; it has {sound.shape[1]}")
    mono = sound.mean(axis=1) if channel is None else sound[:, channel]
    part = mono[round(start * rate) : None if end is None else round(end * rate)]
    if part.size == 0:
        raise ValueError(f"{path}: nothing from {start} to {end} s; it lasts {len(mono) / rate} s")
    window = np.hanning(part.size + 2)[1:-1]
    times = np.arange(part.size) / rate
    levels = {}
    for frequency in frequencies:
        phasor = np.exp(-2j * np.pi * frequency * times)
        amplitude = 2 * abs(np.sum(part * window * phasor)) / window.sum()
        levels[frequency] = max(SILENCE, float(20 * np.log10(max(amplitude, 1e-9))))
    return levels


def hears(
    path: Path,
    frequency: float,
    channel: int | None = None,
    start: float = 0.0,
    end: float | None = None,
) -> bool:
    """Is this tone there, loud enough for a person (above -45 dBFS)? Else like ``tones``."""
    return tones(path, [frequency], channel, start, end)[frequency] > AUDIBLE


def ever_hears(path: Path, frequency: float, seconds: float = 0.3) -> bool:
    """Is this tone there at any time, loud enough for a person? Listens to so much at once."""
    sound, rate = soundfile.read(path, dtype="float64", always_2d=True)
    mono, size = sound.mean(axis=1), round(seconds * rate)
    if mono.size < size:
        return False
    # Every span of that length, half a length apart.
    spans = np.lib.stride_tricks.sliding_window_view(mono, size)[:: size // 2]
    window = np.hanning(size + 2)[1:-1]
    phasor = np.exp(-2j * np.pi * frequency * np.arange(size) / rate)
    loudest = 2 * np.abs(spans @ (window * phasor)).max() / window.sum()
    return bool(20 * np.log10(max(loudest, 1e-9)) > AUDIBLE)


def when_heard(path: Path, frequency: float, *, channel: int = 0) -> list[bool]:
    """For each ``STEP`` of the sound, whether this tone is on that channel."""
    samples, rate = soundfile.read(path, always_2d=True)
    size = round(rate * STEP)
    parts = [samples[at : at + size, channel] for at in range(0, len(samples) - size, size)]
    wave = np.exp(-2j * np.pi * frequency * np.arange(size) / rate)
    return [20 * np.log10(max(2 * abs(np.mean(part * wave)), 1e-9)) > HEARD for part in parts]


def without_break(path: Path, frequency: float) -> bool:
    """Is the tone there from its beginning to its end, with no ``STEP`` missing?"""
    there = when_heard(path, frequency)
    since, until = there.index(True), len(there) - there[::-1].index(True)
    return all(there[since:until])
