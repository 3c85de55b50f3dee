"""The files of a day: those in the storage, and those that the PBX left. Blocks: for threads."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Final

from recordings.storage import Storage

_BLOCK_BYTES: Final = 1 << 20
_ORIGINAL: Final = re.compile(r"(?P<name>.+)\.(?:rx|tx)\.wav")
_BEING_WRITTEN: Final = timedelta(minutes=10)
"""Files that somebody wrote to less than this ago are not judged."""


class ObjectState(Enum):
    """Of a file in the storage, against what was noted when it was stored."""

    SAME = "same"
    MISSING = "missing"
    ALTERED = "altered"


def look_at_object(
    storage: Storage, path: str, sha256: bytes | None, size_bytes: int | None
) -> ObjectState:
    """Read it whole. Raises ``OSError`` where the storage cannot be read."""
    digest, size = hashlib.sha256(), 0
    try:
        with storage.open(path) as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
                size += len(block)
    except FileNotFoundError:
        return ObjectState.MISSING
    same = size_bytes in {None, size} and sha256 in {None, digest.digest()}
    return ObjectState.SAME if same else ObjectState.ALTERED


def objects_of(storage: Storage, day: date) -> list[str]:
    """Keys of the recordings under that date: of calls that began on it, by UTC."""
    return sorted(storage.keys(f"{day:%Y/%m/%d}"))


@dataclass(frozen=True, slots=True)
class Original:
    """Files that MixMonitor wrote on one channel and that nobody took in."""

    name: str
    written_at: datetime


def originals_of(folder: Path, begin: datetime, end: datetime, now: datetime) -> list[Original]:
    """Those that were written to last within that time. Raises ``OSError``."""
    written: dict[str, datetime] = {}
    for name, at in _originals(folder):
        written[name] = max(at, written.get(name, at))
    return [
        Original(name, at)
        for name, at in sorted(written.items())
        if begin <= at < end and now - at >= _BEING_WRITTEN
    ]


def has_original(folder: Path, name: str) -> bool:
    """Whether the PBX's folder holds a side of that recording."""
    return any((folder / f"{name}.{side}.wav").is_file() for side in ("rx", "tx"))


def absent(folder: Path, names: Collection[str]) -> set[str]:
    """Those of these recordings of which the PBX's folder holds nothing."""
    return {name for name in names if not has_original(folder, name)}


def _originals(folder: Path) -> Iterator[tuple[str, datetime]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            found = _ORIGINAL.fullmatch(entry.name)
            if found is None:
                continue
            with suppress(FileNotFoundError):
                modified = entry.stat(follow_symlinks=False).st_mtime
                yield found["name"], datetime.fromtimestamp(modified, UTC)
