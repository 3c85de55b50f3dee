"""Alerts, quotas and decoys as tables in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from rich.table import Table

from config.problems import Language
from daemon.cli.columns import Record, instant, table_of

_table: Final = partial(table_of, "watching.column")


def alerts_table(alerts: Sequence[Record], language: Language) -> Table:
    """One row for each alert."""
    return _table(
        {
            "at": lambda alert: instant(alert["at"]),
            "text": lambda alert: alert["text"],
            "settled": lambda alert: alert["settled_by"] or "",
            "id": lambda alert: alert["id"],
        },
        alerts,
        language,
    )


def quotas_table(quotas: Sequence[Record], language: Language) -> Table:
    """One row for each person: used of allowed."""
    return _table(
        {
            "person": lambda quota: quota["person"],
            "cards_hour": lambda quota: _window(quota, "cards", 1),
            "cards_day": lambda quota: _window(quota, "cards", 24),
            "rows_hour": lambda quota: _window(quota, "rows", 1),
            "rows_day": lambda quota: _window(quota, "rows", 24),
        },
        quotas,
        language,
    )


def decoys_table(decoys: Sequence[Record], language: Language) -> Table:
    """One row for each decoy."""
    return _table(
        {
            "id": lambda decoy: decoy["id"],
            "name": lambda decoy: decoy["name"] or "",
            "curator": lambda decoy: decoy["curator"] or "",
            "has_phone": lambda decoy: "+" if decoy["has_phone"] else "",
            "archived": lambda decoy: instant(decoy["archived_at"]),
        },
        decoys,
        language,
    )


def _window(quota: Record, unit: str, hours: int) -> str:
    for window in quota["windows"]:
        if window["unit"] == unit and window["hours"] == hours:
            return f"{window['used']} / {window['limit']}"
    return ""
