"""The sound of both sides as one stereo stream, and what a page says, at its own pace.

All of it is signed 16-bit little-endian PCM at 8 kHz in frames of 20 ms, as AudioSocket has it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from daemon.monitoring.sides import Side

FRAME_BYTES: Final = 320
"""20 ms of one side."""
FRAME_SECONDS: Final = 0.02
_SILENCE: Final = bytes(FRAME_BYTES)
_MOST_AHEAD: Final = 3 * FRAME_BYTES
"""A side that is so far ahead of the other waits for it no longer."""
_MOST_WAITING: Final = 6
"""Frames of a page: what is older is not worth hearing."""


class Pairing:
    """Lays both sides beside each other. Pure."""

    def __init__(self) -> None:
        self._waiting = {side: bytearray() for side in Side}

    def put(self, side: Side, sound: bytes) -> list[bytes]:
        """Something was said at one side; the stereo frames that are complete with it.

        A side that is silent for longer than it may lag does not hold up the other.
        """
        self._waiting[side] += sound
        frames: list[bytes] = []
        while len(waiting := self._waiting[side]) >= FRAME_BYTES:
            other = self._waiting[_OTHER[side]]
            if len(other) < FRAME_BYTES and len(waiting) <= _MOST_AHEAD:
                break
            one = {side: _take(waiting), _OTHER[side]: _take(other)}
            frames.append(interleave(one[Side.FAR], one[Side.NEAR]))
        return frames


_OTHER: Final = {Side.FAR: Side.NEAR, Side.NEAR: Side.FAR}


def _take(waiting: bytearray) -> bytes:
    if len(waiting) < FRAME_BYTES:
        return _SILENCE
    frame = bytes(waiting[:FRAME_BYTES])
    del waiting[:FRAME_BYTES]
    return frame


def interleave(left: bytes, right: bytes) -> bytes:
    """Two channels of equal length as one."""
    stereo = bytearray(2 * len(left))
    stereo[0::4], stereo[1::4] = left[0::2], left[1::2]
    stereo[2::4], stereo[3::4] = right[0::2], right[1::2]
    return bytes(stereo)


class Voice:
    """What a page says, handed on frame by frame in step with the clock: whatever comes in a heap
    is heard late by no more than a few frames, and what is too old is left out.
    """

    def __init__(self, say: Callable[[bytes], None]) -> None:
        self._say = say
        self._waiting: deque[bytes] = deque(maxlen=_MOST_WAITING)
        self._next: asyncio.TimerHandle | None = None
        self._steady = False

    def stay(self) -> None:
        """From now on there is a frame every 20 ms, silent where the page says nothing: a bridge
        of Asterisk's hands an AudioSocket channel nothing while none comes from it (measured).
        """
        self._steady = True
        self._begin()

    def put(self, sound: bytes) -> None:
        """The page said something: whole frames; what is less is left out."""
        for start in range(0, len(sound) - FRAME_BYTES + 1, FRAME_BYTES):
            self._waiting.append(sound[start : start + FRAME_BYTES])
        if self._waiting:
            self._begin()

    def stop(self) -> None:
        """Not another word."""
        self._steady = False
        self._waiting.clear()
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _begin(self) -> None:
        if self._next is None:
            self._tick(asyncio.get_running_loop().time())

    def _tick(self, at: float) -> None:
        if not self._waiting and not self._steady:
            self._next = None
            return
        self._say(self._waiting.popleft() if self._waiting else _SILENCE)
        due = max(at + FRAME_SECONDS, asyncio.get_running_loop().time())
        self._next = asyncio.get_running_loop().call_at(due, self._tick, due)
