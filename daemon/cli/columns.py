"""Records as a table in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from config.problems import Language
from daemon.messages import say

Record = Mapping[str, Any]
Cells = Mapping[str, Callable[[Record], str | Text]]
"""By column: what it shows of a record."""


def table_of(prefix: str, cells: Cells, records: Iterable[Record], language: Language) -> Table:
    """One row for each record; the headings are the texts ``PREFIX.COLUMN``."""
    rows = ([cell(record) for cell in cells.values()] for record in records)
    return rows_table(prefix, tuple(cells), rows, language)


def rows_table(
    prefix: str,
    columns: Iterable[str],
    rows: Iterable[Sequence[str | Text]],
    language: Language,
    *,
    numeric: Collection[str] = (),
) -> Table:
    """Rows that are there already; ``numeric`` columns stand to the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(
            say(language, f"{prefix}.{column}"),
            justify="right" if column in numeric else "left",
            overflow="fold",
        )
    for row in rows:
        # Text, so that nothing in a name is taken for rich's own markup.
        table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return table


def instant(value: str | None) -> str:
    """In this machine's zone; empty where there is none."""
    return "" if value is None else f"{datetime.fromisoformat(value).astimezone():%Y-%m-%d %H:%M}"
