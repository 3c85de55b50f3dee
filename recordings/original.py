"""One side of a call as Asterisk wrote it: a mono 16-bit PCM wav, perhaps not finished.

Asterisk (``formats/format_wav.c``) writes a 44-byte header with a data size of 0 when it opens the
file and the true size only when it closes it. A header that agrees with the file's size therefore
means that the file is closed; one that does not, that it is still written or that Asterisk died.
No numpy in here: the daemon itself looks at originals.
"""

from __future__ import annotations

import os
import stat
import struct
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from recordings.errors import from_os_error

HEADER_BYTES = 44
SAMPLE_BYTES = 2
_HEAD_BYTES = 4096
_PCM = 1


class Condition(StrEnum):
    """What can be said of an original at one look."""

    ABSENT = "absent"
    EMPTY = "empty"
    """No sample in it: nobody spoke yet, or nobody ever did."""
    UNFINISHED = "unfinished"
    """Sound, and a header that does not know its size."""
    FINISHED = "finished"
    CORRUPT = "corrupt"
    """Not a regular file, or not a mono 16-bit PCM wav."""


@dataclass(frozen=True, slots=True)
class Original:
    """One look at one file. Two equal looks mean that nobody wrote in between."""

    path: Path
    condition: Condition
    sample_rate: int = 0
    """Hz; 0 where there is no sound."""
    frames: int = 0
    """By the file's real size, whatever its header says."""
    data_offset: int = HEADER_BYTES
    size_bytes: int = 0
    modified_ns: int = 0

    @property
    def has_sound(self) -> bool:
        """There are samples that can be read."""
        return self.condition in {Condition.FINISHED, Condition.UNFINISHED}


def look(path: Path) -> Original:
    """Describe the file at ``path`` now. Raises ``RecordingError`` where it may not be read."""
    try:
        # The folder belongs to the PBX: no symbolic link and no pipe of its making is followed.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return Original(path, Condition.ABSENT)
    except OSError as error:
        if path.is_symlink():
            return Original(path, Condition.CORRUPT)
        raise from_os_error(error, "cannot read an original") from error
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return Original(path, Condition.CORRUPT)
        head = os.pread(handle, _HEAD_BYTES, 0)
    except OSError as error:
        raise from_os_error(error, "cannot read an original") from error
    finally:
        os.close(handle)
    return _describe(path, head, status.st_size, status.st_mtime_ns)


def _describe(path: Path, head: bytes, size: int, modified_ns: int) -> Original:
    """Read the RIFF header (Microsoft's RIFF WAVE) in ``head``, the first bytes of the file."""
    silent = Original(path, Condition.EMPTY, size_bytes=size, modified_ns=modified_ns)
    corrupt = replace(silent, condition=Condition.CORRUPT)
    if size < HEADER_BYTES:
        return silent if _begins_like_wav(head) else corrupt
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return corrupt
    rate = 0
    position = 12
    while position + 8 <= len(head):
        name, declared = struct.unpack_from("<4sI", head, position)
        position += 8
        if name == b"data" and rate:
            real = size - position
            if real < SAMPLE_BYTES:
                return silent
            return replace(
                silent,
                condition=Condition.FINISHED if declared == real else Condition.UNFINISHED,
                sample_rate=rate,
                frames=real // SAMPLE_BYTES,
                data_offset=position,
            )
        if name == b"fmt " and position + 16 <= len(head):
            rate = _rate(head, position)
        position += declared + (declared & 1)
    return corrupt


def _begins_like_wav(head: bytes) -> bool:
    return b"RIFF".startswith(head[:4]) and b"WAVE".startswith(head[8:12])


def _rate(head: bytes, position: int) -> int:
    """Hz of the ``fmt`` chunk at ``position``; 0 where it is not mono 16-bit PCM."""
    encoding, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", head, position)
    usable = (encoding, channels, bits) == (_PCM, 1, 8 * SAMPLE_BYTES) and 4000 <= rate <= 192_000
    return int(rate) if usable else 0
