"""The picture of a stereo recording: one byte a bucket and channel, and who was silent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BUCKETS_A_SECOND = 20
MIN_BUCKETS = 100
MAX_BUCKETS = 1000
SILENCE_PEAK = 104
"""-50 dBFS in 16 bits: above a line's hiss and comfort noise, below any voice."""


@dataclass(frozen=True, slots=True)
class Waveform:
    """``peaks``: left channel's bytes, then right's. 0 is digital silence, 255 full scale."""

    peaks: bytes
    left_silent: bool
    right_silent: bool


class WaveformBuilder:
    """Takes the samples in blocks; each but the last is a multiple of ``bucket_frames`` long."""

    def __init__(self, frames: int, sample_rate: int) -> None:
        wanted = frames * BUCKETS_A_SECOND // sample_rate
        buckets = min(max(wanted, MIN_BUCKETS), MAX_BUCKETS)
        self.bucket_frames = max(1, -(-frames // buckets))
        self._parts: list[npt.NDArray[np.int32]] = []

    def add(self, samples: npt.NDArray[np.int16]) -> None:
        """Take the next (n, 2) samples."""
        starts = np.arange(0, len(samples), self.bucket_frames)
        highest = np.maximum.reduceat(samples, starts).astype(np.int32)
        lowest = np.minimum.reduceat(samples, starts).astype(np.int32)
        self._parts.append(np.maximum(highest, -lowest))

    def build(self) -> Waveform:
        """Close the picture. At least one block was added."""
        peaks = np.concatenate(self._parts)
        loudest = peaks.max(axis=0)
        # Rounded up, so that 0 is kept for true silence.
        scaled = np.minimum((peaks + 127) >> 7, 255).astype(np.uint8)
        return Waveform(
            peaks=scaled.T.tobytes(),
            left_silent=bool(loudest[0] <= SILENCE_PEAK),
            right_silent=bool(loudest[1] <= SILENCE_PEAK),
        )
