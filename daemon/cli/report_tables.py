"""Reports in a terminal: the figures that fit, in minutes and hours; CSV and JSON have all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from config.problems import Language
from daemon.cli.columns import rows_table
from daemon.messages import say
from daemon.reports.sheet import Row, cell

_CALLS: Final = ("inbound", "answered", "missed", "outbound", "reached")
_TIMES: Final = ("waiting.median", "talk.median", "talk_seconds")
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "hours": ("weekday", "hour", *_CALLS, *_TIMES),
    "people": ("person", "answered", "rang", "unanswered", "outbound", "reached", *_TIMES),
    "numbers": ("number", *_CALLS, *_TIMES),
    "service": ("day", *_CALLS[:3], "within", "left_early", "service_level", "waiting.median"),
}
_SECONDS: Final = frozenset(_TIMES)
_NAMES: Final = frozenset({"weekday", "hour", "person", "number", "day"})


def report_table(kind: str, report: Mapping[str, Any], language: Language) -> Table:
    """One row for each of its lines, and the total below."""
    columns = _COLUMNS[kind]
    rows = [[_cell(row, name, language) for name in columns] for row in report["items"]]
    numeric = [name for name in columns if name not in _NAMES]
    table = rows_table("report.head", columns, rows, language, numeric=numeric)
    table.collapse_padding = True
    total = report["total"]
    table.add_section()
    last = [_cell(total, name, language) if _has(total, name) else "" for name in columns]
    table.add_row(*(Text(one, style="bold") for one in [say(language, "report.total"), *last[1:]]))
    return table


def _cell(row: Row, name: str, language: Language) -> str:
    if name == "weekday":
        return say(language, f"report.short_day.{row[name]}")
    if name == "number":
        return row[name] or say(language, "report.line", line=row["line"])
    shown = cell(row, name, language)
    if not shown:
        return "–"
    if name in _SECONDS:
        return duration(int(shown))
    return f"{shown} %" if name == "service_level" else shown


def _has(row: Row, name: str) -> bool:
    return name.partition(".")[0] in row


def duration(seconds: int) -> str:
    """``2:41``, ``1:05:09``."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
