"""Calls, tasks and keys as tables in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.problems import Language
from daemon.messages import say

Record = Mapping[str, Any]

_OUTCOME_STYLES = {
    "answered": "green",
    "missed": "bold red",
    "busy": "yellow",
    "failed": "red",
    "cancelled": "yellow",
}
_WIDE = 240
_NUMERIC = {"ring", "talk"}
_FOLDED = {"rang", "transfers"}
_FOLD_AT = 18
_LEFT_OUT = ("recording", "company", "code", "ring", "transfers", "rang")
"""In a terminal that is too narrow, one after the other."""


def console() -> Console:
    """A terminal in its own width; a file or pipe gets rows that are never folded."""
    shown = Console()
    return shown if shown.is_terminal else Console(width=_WIDE)


def calls_table(calls: Sequence[Record], language: Language) -> Table:
    """One row for each call; the calls are as the API and ``callward replay`` print them.

    Columns that would say the same, or nothing, in every row are left out, and so are those of
    least use for which the terminal is too narrow.
    """
    cells: dict[str, Callable[[Record], str | Text]] = {
        "started": lambda call: _instant(call["started_at"]),
        "direction": lambda call: say(language, call["direction"]),
        "customer": lambda call: _customer(call, language),
        "code": lambda call: call.get("short_code") or "",
        "company": lambda call: call["company_number"] or "",
        "rang": lambda call: ", ".join(call["rang"]),
        "agents": _agents,
        "disposition": lambda call: _outcome(call, language),
        "ring": lambda call: _duration(call["ring_seconds"]),
        "talk": lambda call: _duration(_talk_seconds(call)),
        "transfers": lambda call: "; ".join(map(_transfer, call["transfers"])),
        "recording": lambda call: _recording(call, language),
    }
    if len({call["company_number"] for call in calls if call["company_number"]}) < 2:
        del cells["company"]
    if not any(call["transfers"] for call in calls):
        del cells["transfers"]
    if not any(call.get("short_code") for call in calls):
        del cells["code"]
    shown = console()
    unbounded = shown.options.update(max_width=10 * _WIDE)
    table = _table(cells, calls, language)
    for column in _LEFT_OUT:
        if shown.measure(table, options=unbounded).maximum <= shown.width:
            break
        cells.pop(column, None)
        table = _table(cells, calls, language)
    return table


def callbacks_table(callbacks: Sequence[Record], language: Language) -> Table:
    """One row for each callback."""
    cells: dict[str, Callable[[Record], str | Text]] = {
        "started": lambda callback: _instant(callback["created_at"]),
        "agent": lambda callback: callback["agent"],
        "via": lambda callback: callback["via"],
        "code": lambda callback: callback["short_code"] or "",
        "client": lambda callback: callback["client_name"] or str(callback["client_id"]),
        "state": lambda callback: callback["detail"],
    }
    return _table(cells, callbacks, language)


def _table(
    cells: Mapping[str, Callable[[Record], str | Text]],
    records: Iterable[Record],
    language: Language,
) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in cells:
        table.add_column(
            say(language, f"column.{column}"),
            justify="right" if column in _NUMERIC else "left",
            no_wrap=column not in _FOLDED,
            max_width=_FOLD_AT if column in _FOLDED else None,
            overflow="fold",
        )
    for record in records:
        # Text, so that nothing in a name is taken for rich's own markup.
        values = (cell(record) for cell in cells.values())
        table.add_row(*(value if isinstance(value, Text) else Text(value) for value in values))
    return table


def _instant(value: str) -> str:
    return f"{datetime.fromisoformat(value).astimezone():%m-%d %H:%M:%S}"


def _customer(call: Record, language: Language) -> str:
    if call["customer_number"]:
        return str(call["customer_number"])
    return "" if call["direction"] == "internal" else say(language, "anonymous")


def _agents(call: Record) -> str:
    """Who had the customer, first and last; of a call that nobody took, who made it."""
    names = [call["answered_by"], call["last_agent"]]
    if call["direction"] != "inbound":
        made_by = (leg["name"] for leg in call.get("legs", ()) if leg["party"] == "agent")
        names.insert(0, next(made_by, None))
    return " → ".join(dict.fromkeys(name for name in names if name))


def _outcome(call: Record, language: Language) -> Text:
    disposition = call["disposition"]
    if call.get("running", call["ended_at"] is None):
        return Text(say(language, "running"), style="bold cyan")
    if disposition is None:
        return Text(say(language, "unknown_end"), style="dim")
    return Text(say(language, disposition), style=_OUTCOME_STYLES[disposition])


def _talk_seconds(call: Record) -> float:
    """Of a call that is talking now, up to now."""
    if call.get("running") and call["answered_at"]:
        answered_at = datetime.fromisoformat(call["answered_at"])
        return max(0.0, (datetime.now(UTC) - answered_at).total_seconds())
    return float(call["talk_seconds"])


def _duration(seconds: float | None) -> str:
    if not seconds:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _transfer(transfer: Record) -> str:
    return f"{transfer['by'] or '?'} → {transfer['to'] or '?'} ({transfer['kind']})"


def _recording(call: Record, language: Language) -> str:
    """What became of it: a stored one by its length, any other by its state, one to come by ●."""
    if call.get("recordings"):
        return ", ".join(
            _duration(one["duration_seconds"]) or say(language, f"recording.{one['state']}")
            for one in call["recordings"]
        )
    return "●" if call["recording"] else ""
