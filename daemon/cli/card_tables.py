"""Client cards in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from config.problems import Language
from daemon.cli.tables import console
from daemon.messages import say

Record = Mapping[str, Any]

_COLUMNS = ("created", "client", "code", "name", "company", "category", "curator", "deputy")
_OPTIONAL = frozenset({"company", "category", "deputy"})


def clients_table(clients: Sequence[Record], language: Language) -> Table:
    """One row for each client; a column in which nothing stands is left out."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    columns = [
        column
        for column in _COLUMNS
        if column not in _OPTIONAL or any(client[column] for client in clients)
    ]
    for column in columns:
        title = say(language, f"card.{column}" if column in _OPTIONAL else f"column.{column}")
        table.add_column(title, no_wrap=True)
    for client in clients:
        # Text, so that nothing in a name is taken for rich's own markup.
        table.add_row(*(Text(_cell(client, column)) for column in columns))
    return table


def print_card(card: Record, language: Language) -> None:
    """One card in full."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for title, value in _lines(card, language):
        table.add_row(title, Text(value))
    console().print(table)


def _lines(card: Record, language: Language) -> Iterator[tuple[str, str]]:
    for column in _COLUMNS:
        value = _cell(card, column)
        if value:
            known = column in _OPTIONAL
            yield say(language, f"card.{column}" if known else f"column.{column}"), value
    if card["private"]:
        yield say(language, "card.private"), say(language, "card.yes")
    for field in ("phones", "emails", "addresses", "messengers"):
        for one in card[field] or ():
            value = one.get("number") or one.get("value", "")
            label = f" ({one['label']})" if one["label"] else ""
            yield say(language, f"card.{field}"), f"{value}{label}"
    for key, value in card["custom"].items():
        yield key, str(value)
    if card["hidden"]:
        yield say(language, "card.hidden"), ", ".join(card["hidden"])


def _cell(client: Record, column: str) -> str:
    if column == "created":
        return f"{datetime.fromisoformat(client['created_at']).astimezone():%m-%d %H:%M:%S}"
    value = client[{"client": "id", "code": "short_code"}.get(column, column)]
    return "" if value is None else str(value)
