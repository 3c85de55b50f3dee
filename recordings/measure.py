"""A stored recording looked at anew: all that its row says of it, from the file alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import soundfile

from recordings.errors import ErrorCode, RecordingError, from_os_error
from recordings.waveform import Waveform, WaveformBuilder

_SIDES: Final = 2
_BLOCK_FRAMES: Final = 131_072


@dataclass(frozen=True, slots=True)
class Measured:
    """A stereo file as it stands in the storage."""

    sha256: bytes
    size_bytes: int
    sample_rate: int
    frames: int
    waveform: Waveform
    written_at: float
    """Seconds since 1970."""


def measure(path: Path) -> Measured:
    """Read it whole. Raises ``RecordingError`` for what is no stereo recording."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
        size, written_at = path.stat().st_size, path.stat().st_mtime
        with soundfile.SoundFile(path) as sound:
            if sound.channels != _SIDES or sound.frames <= 0:
                raise _unusable()
            waveform = WaveformBuilder(sound.frames, sound.samplerate)
            frames = waveform.bucket_frames * max(1, _BLOCK_FRAMES // waveform.bucket_frames)
            for block in sound.blocks(frames, dtype="int16"):
                waveform.add(block)
            built = waveform.build()
            return Measured(digest, size, sound.samplerate, sound.frames, built, written_at)
    except OSError as error:
        raise from_os_error(error, "cannot read the stored file") from error
    except soundfile.SoundFileError as error:
        raise _unusable() from error


def _unusable() -> RecordingError:
    return RecordingError(ErrorCode.READ_BACK_DIFFERS, "the stored file is no stereo recording")
