"""Why a recording could not be stored: one code, what happened, and what to do about it."""

from __future__ import annotations

import errno
from enum import StrEnum

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


class ErrorCode(StrEnum):
    """Kept in the ``recording`` row and logged; never carries a name or a number."""

    NO_SPACE = "no_space"
    NO_PERMISSION = "no_permission"
    FOLDER_MISSING = "folder_missing"
    BAD_NAME = "bad_name"
    ORIGINAL_MISSING = "original_missing"
    ORIGINAL_CORRUPT = "original_corrupt"
    ORIGINAL_CHANGED = "original_changed"
    READ_BACK_DIFFERS = "read_back_differs"
    STORAGE_FAILED = "storage_failed"
    WORKER_LOST = "worker_lost"
    INTERNAL = "internal"


REMEDIES = {
    ErrorCode.NO_SPACE: "free space where recordings.storage points or enlarge it; "
    "the originals are kept and storing is tried again by itself",
    ErrorCode.NO_PERMISSION: "let the user that runs Callward write to recordings.storage, and "
    "read and delete in pbx.recordings_folder",
    ErrorCode.FOLDER_MISSING: "set pbx.recordings_folder to the folder into which MixMonitor "
    "writes, as this machine sees it, or mount it",
    ErrorCode.BAD_NAME: "the dialplan must announce the bare file name that MixMonitor got",
    ErrorCode.ORIGINAL_MISSING: "check that MixMonitor writes into pbx.recordings_folder and that "
    "nothing else removes files there",
    ErrorCode.ORIGINAL_CORRUPT: "MixMonitor must write .wav (16-bit mono PCM); "
    "the originals are kept for a look by hand",
    ErrorCode.ORIGINAL_CHANGED: "somebody still writes the originals; storing is tried again",
    ErrorCode.READ_BACK_DIFFERS: "check the disk and memory under recordings.storage; "
    "the originals are kept and storing is tried again by itself",
    ErrorCode.STORAGE_FAILED: "check the disk or network folder under recordings.storage; "
    "the originals are kept and storing is tried again by itself",
    ErrorCode.WORKER_LOST: "see the system's journal for why the encoder ended (out of memory?); "
    "storing is tried again by itself",
    ErrorCode.INTERNAL: "report this with the encoder's error output; the originals are kept",
}


class RecordingError(Exception):
    """A recording was not stored; its originals are untouched."""

    def __init__(self, code: ErrorCode, detail: str) -> None:
        super().__init__(f"{detail}: {REMEDIES[code]}")
        self.code = code
        self.detail = detail

    @property
    def remedy(self) -> str:
        """What the operator does about it."""
        return REMEDIES[self.code]


def from_os_error(error: OSError, where: str) -> RecordingError:
    """Name an ``OSError`` by what the operator can do; ``where`` says which place refused."""
    if error.errno in _FULL:
        code = ErrorCode.NO_SPACE
    elif error.errno in _DENIED:
        code = ErrorCode.NO_PERMISSION
    else:
        code = ErrorCode.STORAGE_FAILED
    reason = errno.errorcode.get(error.errno or 0, type(error).__name__)
    return RecordingError(code, f"{where} ({reason})")
