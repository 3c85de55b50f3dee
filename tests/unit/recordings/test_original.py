"""Headers as Asterisk leaves them: finished, not finished, empty, and what is no wav at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from recordings.original import Condition, look
from tests.unit.recordings.conftest import tone, wav_bytes

SOUND = tone(0.5)


@pytest.mark.parametrize(
    ("data", "condition", "frames"),
    [
        (wav_bytes(SOUND), Condition.FINISHED, 4000),
        (wav_bytes(SOUND, declared=0), Condition.UNFINISHED, 4000),
        (wav_bytes(SOUND, declared=100), Condition.UNFINISHED, 4000),
        (wav_bytes(SOUND, declared=99_999), Condition.UNFINISHED, 4000),
        (wav_bytes(SOUND)[:-1], Condition.UNFINISHED, 3999),
        (wav_bytes(SOUND[:0]), Condition.EMPTY, 0),
        (wav_bytes(SOUND)[:45], Condition.EMPTY, 0),
        (wav_bytes(SOUND)[:20], Condition.EMPTY, 0),
        (b"", Condition.EMPTY, 0),
        (bytes(44), Condition.CORRUPT, 0),
        (b"<html>", Condition.CORRUPT, 0),
        (os.urandom(5000), Condition.CORRUPT, 0),
        (wav_bytes(SOUND).replace(b"data", b"LIST"), Condition.CORRUPT, 0),
        (wav_bytes(SOUND, rate=1), Condition.CORRUPT, 0),
    ],
)
def test_condition(tmp_path: Path, data: bytes, condition: Condition, frames: int) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(data)
    seen = look(path)
    assert (seen.condition, seen.frames) == (condition, frames)


def test_chunks_before_the_sound_are_skipped(tmp_path: Path) -> None:
    data = wav_bytes(SOUND)
    path = tmp_path / "a.wav"
    path.write_bytes(data[:36] + b"LIST\x03\0\0\0abc\0" + data[36:])
    assert look(path).data_offset == 56
    assert look(path).frames == 4000


def test_absent(tmp_path: Path) -> None:
    assert look(tmp_path / "a.wav").condition is Condition.ABSENT


def test_neither_link_nor_pipe_is_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(wav_bytes(SOUND))
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "pipe")
    assert look(tmp_path / "link").condition is Condition.CORRUPT
    assert look(tmp_path / "pipe").condition is Condition.CORRUPT
