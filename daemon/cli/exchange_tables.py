"""Exports as a table in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from config.problems import Language
from daemon.cli.columns import Record, instant, table_of


def exports_table(exports: Sequence[Record], language: Language) -> Table:
    """One row for each export."""
    return table_of(
        "column.export",
        {
            "at": lambda one: instant(one["at"]),
            "by": lambda one: one["by"],
            "clients": lambda one: str(one["clients"]),
            "watermark": lambda one: one["watermark"],
            "fields": lambda one: ", ".join(one["fields"]),
            "finished": lambda one: instant(one["finished_at"]),
        },
        exports,
        language,
    )
