from __future__ import annotations

import asyncio

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from daemon.monitoring.sides import Side
from daemon.monitoring.sound import FRAME_BYTES, Pairing, Voice, interleave


def _frame(value: int) -> bytes:
    return np.full(FRAME_BYTES // 2, value, "<i2").tobytes()


def _split(stereo: bytes) -> tuple[list[int], list[int]]:
    both = np.frombuffer(stereo, "<i2").reshape(-1, 2)
    return list(both[:, 0]), list(both[:, 1])


def test_the_customer_is_left_and_the_manager_right() -> None:
    pairing = Pairing()
    assert pairing.put(Side.NEAR, _frame(7)) == []
    (stereo,) = pairing.put(Side.FAR, _frame(-3))
    assert _split(stereo) == ([-3] * 160, [7] * 160)


def test_a_silent_side_holds_up_the_other_for_60_ms_at_most() -> None:
    pairing = Pairing()
    assert [len(pairing.put(Side.NEAR, _frame(1))) for _ in range(5)] == [0, 0, 0, 1, 1]
    # When it speaks again, it is heard at once, beside what still waits.
    (stereo,) = pairing.put(Side.FAR, _frame(2))
    assert _split(stereo) == ([2] * 160, [1] * 160)


@given(st.lists(st.tuples(st.sampled_from(Side), st.integers(1, 900)), max_size=60))
def test_nothing_said_is_lost_or_comes_twice(said: list[tuple[Side, int]]) -> None:
    pairing, given_to = Pairing(), dict.fromkeys(Side, b"")
    heard = dict.fromkeys(Side, b"")
    for side, size in said:
        sound = bytes(1 + at % 255 for at in range(len(given_to[side]), len(given_to[side]) + size))
        given_to[side] += sound
        for stereo in pairing.put(side, sound):
            assert len(stereo) == 2 * FRAME_BYTES
            left, right = stereo[0::4], stereo[2::4]
            for one, low, high in (
                (Side.FAR, left, stereo[1::4]),
                (Side.NEAR, right, stereo[3::4]),
            ):
                mono = bytes(byte for pair in zip(low, high, strict=True) for byte in pair)
                heard[one] += b"" if not any(mono) else mono
    for side in Side:
        assert given_to[side].startswith(heard[side])
        assert len(given_to[side]) - len(heard[side]) <= 4 * FRAME_BYTES + 900


def test_interleaved_is_as_long_as_both() -> None:
    assert interleave(b"\1\2\3\4", b"\5\6\7\10") == b"\1\2\5\6\3\4\7\10"


class Speaker:
    def __init__(self) -> None:
        self.said: list[bytes] = []
        self.more = asyncio.Event()

    def say(self, sound: bytes) -> None:
        self.said.append(sound)
        self.more.set()

    async def wait_for(self, frames: int) -> None:
        async with asyncio.timeout(5):
            while len(self.said) < frames:
                self.more.clear()
                await self.more.wait()


async def test_a_heap_of_sound_goes_out_in_step_and_what_is_old_is_left_out() -> None:
    speaker = Speaker()
    voice = Voice(speaker.say)
    loop = asyncio.get_running_loop()
    began = loop.time()
    voice.put(b"".join(_frame(value) for value in range(20)) + b"\0")
    await speaker.wait_for(6)
    assert loop.time() - began >= 0.09
    assert [int.from_bytes(one[:2], "little") for one in speaker.said] == [14, 15, 16, 17, 18, 19]


async def test_who_has_taken_over_is_never_silent_on_the_wire() -> None:
    speaker = Speaker()
    voice = Voice(speaker.say)
    voice.stay()
    await speaker.wait_for(3)
    voice.put(_frame(9))
    await speaker.wait_for(6)
    assert _frame(9) in speaker.said
    assert bytes(FRAME_BYTES) in speaker.said[-2:]
    voice.stop()
    said = len(speaker.said)
    await asyncio.sleep(0)
    assert len(speaker.said) == said
