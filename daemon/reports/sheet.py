"""A report as lines of CSV (RFC 4180), as a spreadsheet opens them. Pure.

Durations are whole seconds, shares whole percents: no sign for decimals, which differs by country.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from config.problems import Language
from daemon.exchange.csv_rows import BOM, line
from daemon.messages import say

Row = Mapping[str, Any]
"""A report's row, as the API gives it."""

_CALLS: Final = ("inbound", "answered", "missed", "outbound", "reached")
_TIMES: Final = (
    "waiting.median",
    "waiting.mean",
    "waiting.longest",
    "talk.median",
    "talk.mean",
    "talk.longest",
    "talk_seconds",
)
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "hours": ("weekday", "hour", *_CALLS, *_TIMES),
    "people": ("person", "answered", "rang", "unanswered", "outbound", "reached", *_TIMES),
    "numbers": ("line", "number", *_CALLS, *_TIMES),
    "service": ("day", *_CALLS, "within", "left_early", "service_level", *_TIMES),
}
"""By kind of report, what stands in its table."""


def lines(kind: str, rows: Sequence[Row], language: Language) -> Iterator[str]:
    """The file, a line at a time."""
    columns = COLUMNS[kind]
    yield BOM + line(say(language, f"report.column.{name}") for name in columns)
    for row in rows:
        yield line(cell(row, name, language) for name in columns)


def cell(row: Row, name: str, language: Language) -> str:
    """What stands in that column."""
    value: Any = row
    for part in name.split("."):
        value = value[part]
    if value is None:
        return ""
    match name:
        case "weekday":
            return say(language, f"report.weekday.{value}")
        case "hour":
            return f"{value:02}:00"
        case "service_level":
            return str(round(value * 100))
    if isinstance(value, float):
        return str(round(value))
    return value.isoformat() if isinstance(value, date) else str(value)
