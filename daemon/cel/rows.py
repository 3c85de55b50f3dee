"""Rows of the PBX's own log. Pure: text in, records out."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

DEFAULT_COLUMNS: tuple[str, ...] = (
    *("eventtype", "eventtime", "cid_name", "cid_num", "cid_ani", "cid_rdnis", "cid_dnid"),
    *("exten", "context", "channame", "appname", "appdata", "amaflags", "accountcode"),
    *("uniqueid", "linkedid", "peer", "userfield", "userdeftype", "eventextra"),
)
"""Those of ``dialplan/cel_custom.conf``, which are those of Asterisk's own sample."""

NEEDED_COLUMNS = frozenset({"eventtype", "eventtime", "channame", "uniqueid", "linkedid"})


@dataclass(frozen=True, slots=True)
class CelRow:
    """One event of the PBX's own log."""

    event: str
    """``CHAN_START``, ``ANSWER`` … (include/asterisk/cel.h)."""
    at: datetime
    columns: dict[str, str] = field(repr=False)
    extra: dict[str, Any] = field(default_factory=dict, repr=False)
    """``${eventextra}``, which is JSON."""

    def text(self, column: str) -> str:
        """A column's value; empty where the log does not have that column."""
        return self.columns.get(column, "")


class CelColumnsError(ValueError):
    """The columns that the settings or the file's first line name cannot be used."""


def read_rows(
    lines: Iterable[str],
    zone: ZoneInfo,
    columns: Sequence[str] = (),
    surprises: Counter[str] | None = None,
) -> Iterator[CelRow]:
    """Rows of a log whose times are in ``zone``; unreadable ones are counted and passed over.

    A row is one line: of one that was cut off the quotes are not even, and without this it would
    take all that follows into its last value. A first line that names the columns is used as
    such. Raises CelColumnsError when a column that is needed is not among them.
    """
    counted = Counter[str]() if surprises is None else surprises
    names = list(columns or DEFAULT_COLUMNS)
    _check(names)
    reader = csv.reader(_whole(lines, counted))
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:
            counted["not CSV"] += 1
            continue
        if not values:
            continue
        named = _names(values)
        if named:
            names = named
            _check(names)
            continue
        row = make_row(dict(zip(names, values, strict=False)), zone=zone)
        if row is None:
            counted["unreadable row"] += 1
        else:
            yield row


def column_names(line: str) -> list[str]:
    """The columns that a line names; empty where it is a row. Raises CelColumnsError."""
    try:
        names = _names(next(csv.reader([line.replace("\0", "")]), []))
    except csv.Error:
        return []
    if names:
        _check(names)
    return names


def _names(values: Sequence[str]) -> list[str]:
    # Asked of each row: most have none of that length and letters.
    if "eventtype" not in "\n".join(values).lower():
        return []
    names = [value.strip().lower() for value in values]
    return names if "eventtype" in names else []


def _whole(lines: Iterable[str], counted: Counter[str]) -> Iterator[str]:
    for line in lines:
        if line.count('"') % 2:
            counted["not CSV"] += 1
        else:
            yield line.replace("\0", "") if "\0" in line else line


def _check(names: Sequence[str]) -> None:
    missing = sorted(NEEDED_COLUMNS - set(names))
    if missing:
        raise CelColumnsError(f"columns {', '.join(missing)} are missing among {', '.join(names)}")


def make_row(
    columns: dict[str, str], *, zone: ZoneInfo, at: datetime | None = None
) -> CelRow | None:
    """A row of these columns; ``None`` without a time or a uniqueid.

    ``at``: its time, where that is known already. A time that bears no zone is in ``zone``.
    """
    if at is None:
        at = _time(columns.get("eventtime", ""), zone)
    if at is None or not columns.get("uniqueid"):
        return None
    extra: dict[str, Any] = {}
    if columns.get("eventextra"):
        try:
            loaded = json.loads(columns["eventextra"])
        except ValueError:
            loaded = None
        if isinstance(loaded, dict):
            extra = loaded
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return CelRow(columns.get("eventtype", ""), at, columns, extra)


def _time(value: str, zone: ZoneInfo) -> datetime | None:
    """Epoch seconds (Asterisk's default) or ``dateformat = %F %T.%6q``; ``None`` if neither."""
    if value[4:5] != "-":  # no year: an exception for each row would cost as much as the rest
        try:
            return datetime.fromtimestamp(float(value), UTC)
        except (ValueError, OverflowError, OSError):
            pass
    try:
        parsed = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)).astimezone(UTC)
