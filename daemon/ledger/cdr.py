"""The PBX's CDR as a cross-check: calls that it has and the event log does not. Pure but for files.

CDR has one row for each leg, with as many columns as somebody chose; whichever they are, a value
that is a uniqueid says of which call the row is and when that began. Nothing is mended from it.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Final, Protocol

UNIQUEID: Final = re.compile(r"(?:[A-Za-z0-9_.-]+-)?(?P<epoch>\d{9,10})\.\d+")
"""``[SYSTEMNAME-]SECONDS.SERIAL`` (main/channel_internal_api.c)."""
_LATE: Final = timedelta(days=1)
"""A row is written at its call's end: so much later than it began at most, to look for it."""
_NEAR_ENOUGH: Final = 1 << 16
_LONGEST_LINE: Final = 1 << 16
_MOST: Final = 100
"""Calls that are told."""


class CdrSource(Protocol):
    """Blocks: to be used from a thread."""

    def calls(self, begin: datetime, end: datetime) -> Iterator[frozenset[str]]:
        """Of each row of a call that began within that time, its uniqueids. Raises ``OSError``."""
        ...


class CdrFile:
    """A CSV of ``cdr_csv`` or ``cdr_custom``: ``Master.csv``."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def calls(self, begin: datetime, end: datetime) -> Iterator[frozenset[str]]:
        """See ``CdrSource``."""
        with self._file.open("rb") as cdr:
            _seek(cdr, begin)
            lines = (line.decode(errors="replace").replace("\0", "") for line in cdr)
            for line in lines:
                ids = uniqueids(_values(line))
                began = began_at(ids)
                if began is None:
                    continue
                if began >= end + _LATE:
                    return
                if begin <= began < end:
                    yield ids


def uniqueids(values: Iterable[str]) -> frozenset[str]:
    """Those of a row's values that are a uniqueid."""
    return frozenset(value for value in values if UNIQUEID.fullmatch(value))


def only_in_cdr(
    rows: Iterable[frozenset[str]], known: Collection[str]
) -> list[tuple[str, datetime]]:
    """Calls of which the event log knows no channel, by their oldest uniqueid: and their begin."""
    unknown: dict[str, datetime] = {}
    for ids in rows:
        began = began_at(ids)
        if began is None or not ids.isdisjoint(known):
            continue
        unknown.setdefault(min(ids, key=_order), began)
        if len(unknown) >= _MOST:
            break
    return sorted(unknown.items(), key=lambda one: one[1])


def began_at(ids: Collection[str]) -> datetime | None:
    """When the call of a row began, by the oldest of its uniqueids, to the second."""
    epochs = [int(found["epoch"]) for one in ids if (found := UNIQUEID.fullmatch(one))]
    return datetime.fromtimestamp(min(epochs), UTC) if epochs else None


def _order(uniqueid: str) -> tuple[int, str]:
    found = UNIQUEID.fullmatch(uniqueid)
    return (int(found["epoch"]) if found else 0, uniqueid)


def _values(line: str) -> Sequence[str]:
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return []


def _seek(cdr: IO[bytes], begin: datetime) -> None:
    """Go to the beginning of a line not long before the first call of that time ended."""
    low, high = 0, os.fstat(cdr.fileno()).st_size
    while high - low > _NEAR_ENOUGH:
        middle = (low + high) // 2
        cdr.seek(middle)
        cdr.readline(_LONGEST_LINE)
        began = _next_began(cdr, high)
        if began is None or began >= begin - _LATE:
            high = middle
        else:
            low = middle
    cdr.seek(low)
    if low:
        cdr.readline(_LONGEST_LINE)


def _next_began(cdr: IO[bytes], end: int) -> datetime | None:
    while cdr.tell() < end:
        line = cdr.readline(_LONGEST_LINE).decode(errors="replace")
        began = began_at(uniqueids(_values(line)))
        if began is not None:
            return began
    return None
