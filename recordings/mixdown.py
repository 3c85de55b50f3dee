"""Two mono originals into one stereo file, and the proof that it came out right.

Left is the customer alone (MixMonitor's ``r``), right is what he heard from the company (``t``).
Works in blocks: memory does not grow with the call. The file carries no tags of ours.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from enum import StrEnum
from io import SEEK_SET, BufferedRandom, FileIO
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from recordings.errors import ErrorCode, RecordingError, from_os_error
from recordings.original import Original
from recordings.stereo import Stereo
from recordings.waveform import Waveform, WaveformBuilder

_BLOCK_FRAMES = 131_072
_BUFFER_BYTES = 1 << 18


class Codec(StrEnum):
    """How the stored file is encoded; also the suffix of its name."""

    FLAC = "flac"
    OPUS = "opus"


# libsndfile's compression level, 0 to 1. FLAC: the least; on telephone speech 5 of 8 costs half as
# much CPU again and saves 1 %.
# Opus: 24 kbit/s for each channel, at which telephone speech loses nothing that can be heard.
_FORMATS: dict[Codec, dict[str, Any]] = {
    Codec.FLAC: {"format": "FLAC", "subtype": "PCM_16", "compression_level": 0.0},
    Codec.OPUS: {"format": "OGG", "subtype": "OPUS", "compression_level": 0.928},
}
_RATES = {Codec.FLAC: (), Codec.OPUS: (8000, 12_000, 16_000, 24_000, 48_000)}
"""Hz; empty where the codec takes any."""


@dataclass(frozen=True, slots=True)
class Mixdown:
    """A stereo file that was just written."""

    codec: Codec
    stereo: Stereo
    waveform: Waveform
    sha256: bytes
    size_bytes: int

    @property
    def duration_seconds(self) -> float:
        """By the samples, not by any clock."""
        return self.stereo.frames / self.stereo.sample_rate


def mix(left: Original, right: Original, target: Path, codec: Codec) -> Mixdown:
    """Write both originals, at least one of which has sound, into a new stereo file.

    Raises ``RecordingError``; what was written until then stays for the caller to remove.
    """
    stereo = Stereo.of(left, right, _RATES[codec])
    waveform = WaveformBuilder(stereo.frames, stereo.sample_rate)
    block_frames = waveform.bucket_frames * max(1, _BLOCK_FRAMES // waveform.bucket_frames)
    with _Sink(target) as sink:
        try:
            with soundfile.SoundFile(
                sink, "w", stereo.sample_rate, channels=2, **_FORMATS[codec]
            ) as encoder:
                for block in stereo.blocks(block_frames):
                    waveform.add(block)
                    encoder.write(block)
        except (soundfile.SoundFileError, AssertionError) as error:
            sink.finish()
            raise RecordingError(ErrorCode.INTERNAL, "the encoder refused") from error
        sink.finish()
    digest, size = _hash(target)
    return Mixdown(codec, stereo, waveform.build(), digest, size)


def read_back(mixdown: Mixdown, stored: Path) -> None:
    """Read the stored file whole. Raises ``RecordingError`` unless it is what ``mix`` wrote.

    Its hash is the same, it decodes to as many frames, and for FLAC to the very samples that
    stand in the originals now.
    """
    try:
        digest, _ = _hash(stored)
        if digest != mixdown.sha256:
            raise RecordingError(ErrorCode.READ_BACK_DIFFERS, "the stored file's hash differs")
        _compare(mixdown, stored)
    except OSError as error:
        raise from_os_error(error, "cannot read the stored file") from error
    except soundfile.SoundFileError as error:
        raise RecordingError(
            ErrorCode.READ_BACK_DIFFERS, "the stored file does not decode"
        ) from error


def _compare(mixdown: Mixdown, stored: Path) -> None:
    stereo = mixdown.stereo
    decoded = np.empty((min(_BLOCK_FRAMES, stereo.frames), 2), np.int16)
    frames = 0
    with soundfile.SoundFile(stored) as decoder:
        if (decoder.samplerate, decoder.channels) != (stereo.sample_rate, 2):
            raise RecordingError(ErrorCode.READ_BACK_DIFFERS, "the stored file's form differs")
        for expected in stereo.blocks(_BLOCK_FRAMES):
            block = decoder.read(out=decoded[: len(expected)])
            frames += len(block)
            if mixdown.codec is Codec.FLAC and not np.array_equal(block, expected):
                raise RecordingError(ErrorCode.READ_BACK_DIFFERS, "the stored samples differ")
        frames += len(decoder.read(1))
    if frames != stereo.frames:
        raise RecordingError(ErrorCode.READ_BACK_DIFFERS, "the stored file's length differs")


def _hash(path: Path) -> tuple[bytes, int]:
    """SHA-256 and size of a whole file."""
    digest, size = hashlib.sha256(), 0
    buffer = memoryview(bytearray(_BUFFER_BYTES))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            digest.update(buffer[:count])
            size += count
    return digest.digest(), size


class _Sink:
    """A new file that keeps its first ``OSError``: libsndfile drops those met at the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._error: OSError | None = None

    def __enter__(self) -> _Sink:
        try:
            self._raw = FileIO(self._path, "w+")
        except OSError as error:
            raise from_os_error(error, "cannot write into the storage") from error
        # libFLAC writes a frame at a time.
        self._file = BufferedRandom(self._raw, _BUFFER_BYTES)
        return self

    def __exit__(self, *_: object) -> None:
        # What could not be written is in the buffer still, and would be tried again.
        self._raw.close()

    def finish(self) -> None:
        """Write the rest. Raises what went wrong until now, as ``RecordingError``."""
        try:
            if self._error is None:
                self._file.flush()
                # The disk begins to write: syncing many files in a row then waits only once.
                os.posix_fadvise(self._raw.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        except OSError as error:
            self._error = error
        if self._error is not None:
            raise from_os_error(self._error, "cannot write into the storage") from self._error

    def write(self, data: bytes) -> int:
        """Write all of it; 0 when the system would not."""
        try:
            if self._error is None:
                return self._file.write(data)
        except OSError as error:
            self._error = error
        return 0

    def read(self, size: int = -1) -> bytes:
        """As ``FileIO``."""
        return self._file.read(size)

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """As ``FileIO``, but for an error: that shows at the next write."""
        try:
            return self._file.seek(offset, whence)
        except OSError as error:
            self._error = self._error or error
            return -1

    def tell(self) -> int:
        """As ``FileIO``."""
        return self._file.tell()
