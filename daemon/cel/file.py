"""The PBX's own log as files: the one that grows, and those that logrotate made of it.

``cel_custom`` opens the file anew for each row, so a row goes wherever the name leads just then.
Rows stand in the order of their times, near enough to look for a beginning by halves.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Final
from zoneinfo import ZoneInfo

from daemon.cel.rows import CelRow, column_names, read_rows

CHUNK_BYTES: Final = 1 << 16
"""Some 200 rows: a few milliseconds to read and to fold."""
_LONGEST_LINE: Final = 1 << 16
_NEAR_ENOUGH: Final = 1 << 16
_PACKED: Final[dict[str, Callable[..., IO[bytes]]]] = {
    ".gz": gzip.open,  # type: ignore[dict-item]
    ".bz2": bz2.open,
    ".xz": lzma.open,
}


class CelLog:
    """Reads what was logged since some time. Blocks: to be used from a thread."""

    def __init__(
        self,
        file: Path,
        zone: ZoneInfo,
        columns: Sequence[str] = (),
        surprises: Counter[str] | None = None,
    ) -> None:
        self.file = file
        self._zone = zone
        self._columns = columns
        self.surprises = Counter[str]() if surprises is None else surprises
        """What could not be read, by reason."""

    @property
    def name(self) -> str:
        """The file's path."""
        return str(self.file)

    def rows(self, since: datetime, until: datetime | None = None) -> Iterator[list[CelRow]]:
        """Rows since then, perhaps some from before, a few hundred at a time, oldest first.

        Ends at the end of the newest file, or a little after ``until``; a line that is still being
        written is left for the next time. Raises OSError where there is no such file or it may not
        be read, CelColumnsError for columns that cannot be used.
        """
        if not self._files(since):
            self.file.stat()
        known: set[tuple[int, int]] = set()
        while fresh := [file for file in self._files(since) if _identity(file) not in known]:
            for file in fresh:
                known.add(_identity(file))
                for rows in self._read(file, since):
                    if until is not None and rows and rows[0].at > until:
                        return
                    yield rows

    def _files(self, since: datetime) -> list[Path]:
        """The file and those rotated away that were written to since then, oldest first."""
        name = self.file.name
        times: dict[Path, float] = {}
        for file in self.file.parent.iterdir():
            if file.name == name or file.name.startswith((f"{name}.", f"{name}-")):
                with suppress(FileNotFoundError):
                    times[file] = file.stat().st_mtime
        recent = [file for file, at in times.items() if at >= since.timestamp()]
        return sorted(recent, key=lambda file: (file == self.file, times[file]))

    def _read(self, file: Path, since: datetime) -> Iterator[list[CelRow]]:
        open_packed = _PACKED.get(file.suffix)
        try:
            with file.open("rb") if open_packed is None else open_packed(file, "rb") as log:
                columns = self._named_columns(log.readline(_LONGEST_LINE))
                if open_packed is None:
                    self._seek(log, columns, since)
                else:
                    log.seek(0)
                for lines in self._lines(log):
                    yield list(read_rows(lines, self._zone, columns, self.surprises))
        except FileNotFoundError:
            return  # rotated or removed since it was listed: its rows are in another one
        except (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error):
            self.surprises["unreadable archive"] += 1

    def _named_columns(self, first: bytes) -> Sequence[str]:
        """Those that a first line names, else those of the settings."""
        return column_names(first.decode(errors="replace")) or self._columns

    def _seek(self, log: IO[bytes], columns: Sequence[str], since: datetime) -> None:
        """Go to the beginning of a line not long before the first one of that time."""
        low, high = 0, os.fstat(log.fileno()).st_size
        while high - low > _NEAR_ENOUGH:
            middle = (low + high) // 2
            at = self._time_after(log, middle, high, columns)
            if at is None or at >= since:
                high = middle
            else:
                low = middle
        log.seek(low)
        if low:
            log.readline(_LONGEST_LINE)

    def _time_after(
        self, log: IO[bytes], place: int, end: int, columns: Sequence[str]
    ) -> datetime | None:
        """When the first readable row after this place was written."""
        log.seek(place)
        log.readline(_LONGEST_LINE)
        while log.tell() < end:
            line = log.readline(_LONGEST_LINE).decode(errors="replace")
            row = next(read_rows([line], self._zone, columns), None)
            if row is not None:
                return row.at
        return None

    def _lines(self, log: IO[bytes]) -> Iterator[list[str]]:
        """Whole lines, as many as a chunk holds."""
        tail = b""
        while chunk := log.read(CHUNK_BYTES):
            *lines, tail = (tail + chunk).split(b"\n")
            if len(tail) > _LONGEST_LINE:
                self.surprises["no line"] += 1
                tail = tail[:1]  # its end, when it comes, is no readable row either
            yield [line.decode(errors="replace") for line in lines]


def _identity(file: Path) -> tuple[int, int]:
    """Whichever name it bears by now; of one that is gone, none."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return (0, 0)
    return found.st_dev, found.st_ino
