"""The samples of a stereo recording, read from the two originals block by block. Pure numpy."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recordings.errors import ErrorCode, RecordingError, from_os_error
from recordings.original import SAMPLE_BYTES, Original

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Stereo:
    """What will stand in the stereo file, decided once from one look at the originals."""

    left: Original
    right: Original
    sample_rate: int
    """Hz. The slower original is brought up to it."""
    frames: int
    """The longer original's; the shorter is followed by silence."""

    @classmethod
    def of(cls, left: Original, right: Original, allowed_rates: tuple[int, ...] = ()) -> Stereo:
        """At least one of the two has sound; one without becomes silence.

        ``allowed_rates``: ascending, where a codec takes only some; the next higher is used.
        """
        sides = [original for original in (left, right) if original.has_sound]
        rate = max(original.sample_rate for original in sides)
        if allowed_rates:
            rate = next(
                (allowed for allowed in allowed_rates if allowed >= rate), allowed_rates[-1]
            )
        return cls(left, right, rate, max(_frames_at(side, rate) for side in sides))

    def blocks(self, block_frames: int) -> Iterator[Samples]:
        """The samples, at most ``(block_frames, 2)`` at a time; a block lasts until the next."""
        block = np.zeros((min(block_frames, self.frames), 2), np.int16)
        with ExitStack() as opened:
            sides = [
                (channel, opened.enter_context(_Side(original, self.sample_rate)))
                for channel, original in enumerate((self.left, self.right))
                if original.has_sound
            ]
            for start in range(0, self.frames, block_frames):
                part = block[: self.frames - start]
                for channel, side in sides:
                    side.fill(start, part[:, channel])
                yield part


def _frames_at(original: Original, rate: int) -> int:
    """Frames of ``original`` at ``rate``, rounded up: its last sample is still inside."""
    return -(-original.frames * rate // original.sample_rate)


class _Side:
    """One original as samples at ``rate``."""

    def __init__(self, original: Original, rate: int) -> None:
        self._original = original
        self._rate = rate
        self._frames = _frames_at(original, rate)
        self._handle = -1

    def __enter__(self) -> _Side:
        try:
            self._handle = os.open(self._original.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise RecordingError(ErrorCode.ORIGINAL_CHANGED, "an original went away") from error
        except OSError as error:
            raise from_os_error(error, "cannot read an original") from error
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)

    def fill(self, start: int, target: Samples) -> None:
        """Write the frames from ``start`` on over ``target``, and silence after the last."""
        count = min(len(target), max(0, self._frames - start))
        target[count:] = 0
        if not count:
            return
        same = self._original.sample_rate == self._rate
        target[:count] = self._read(start, count) if same else self._interpolated(start, count)

    def _interpolated(self, start: int, count: int) -> Samples:
        """Linear between neighbours: good enough where one call's sides next to never differ."""
        positions = np.arange(start, start + count) * (self._original.sample_rate / self._rate)
        first = int(positions[0])
        after = min(int(positions[-1]) + 2, self._original.frames)
        known = self._read(first, after - first)
        between = np.interp(positions - first, np.arange(len(known)), known)
        return np.asarray(np.rint(between), np.int16)

    def _read(self, start: int, count: int) -> Samples:
        wanted = count * SAMPLE_BYTES
        try:
            data = os.pread(self._handle, wanted, self._original.data_offset + start * SAMPLE_BYTES)
        except OSError as error:
            raise from_os_error(error, "cannot read an original") from error
        if len(data) != wanted:
            raise RecordingError(ErrorCode.ORIGINAL_CHANGED, "an original became shorter")
        return np.frombuffer(data, "<i2")
