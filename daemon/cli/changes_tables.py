"""Changes, the archive and duplicates in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from rich.table import Table

from config.problems import Language
from daemon.cli.columns import Record, instant, rows_table
from daemon.messages import say

_table: Final = partial(rows_table, "changes.column")


def changes_table(changes: Sequence[Record], language: Language) -> Table:
    """One row for each change."""
    return _table(
        ("at", "actor", "way", "field", "before", "after", "undone", "id"),
        (
            (
                instant(change["at"]),
                change["actor"],
                say(language, f"changes.way.{change['way']}"),
                change["field"],
                change["before"] or "",
                change["after"] or "",
                say(language, "changes.yes_undone") if change["undone_by"] else "",
                change["id"],
            )
            for change in changes
        ),
        language,
    )


def digits_table(edits: Sequence[Record], language: Language) -> Table:
    """One row for each edit of digits."""
    return _table(
        ("at", "actor", "client", "digits", "before", "after", "undone", "id"),
        (
            (
                instant(edit["at"]),
                edit["actor"],
                edit["client_name"] or edit["client_id"],
                where(edit, language),
                edit["before"] or "",
                edit["after"] or "",
                say(language, "changes.yes_undone") if edit["undone_by"] else "",
                edit["change_id"],
            )
            for edit in edits
        ),
        language,
    )


def where(edit: Record, language: Language) -> str:
    """Which digits: ``2 of 12: the last 2``."""
    places, of, count = edit["places"], edit["of"], edit["digits"]
    last = list(range(of - len(places) + 1, of + 1))
    if places and places == last:
        which = say(language, "changes.the_last", count=len(places))
    else:
        which = say(language, "changes.places", places=", ".join(map(str, places)) or "—")
    return say(language, "changes.of_digits", count=count, of=of, which=which)


def archive_table(cards: Sequence[Record], language: Language) -> Table:
    """One row for each card in the archive."""
    return _table(
        ("client", "curator", "archived", "archived_by", "purge", "id"),
        (
            (
                card["name"] or "",
                card["curator"] or "",
                instant(card["archived_at"]),
                card["archived_by"],
                instant(card["purge_at"]),
                card["id"],
            )
            for card in cards
        ),
        language,
    )


def duplicates_table(pairs: Sequence[Record], language: Language) -> Table:
    """One row for each pair."""
    return _table(
        ("why", "first", "first_id", "second", "second_id"),
        (
            (
                say(language, f"changes.likeness.{pair['why']}"),
                pair["first_name"] or "",
                pair["first_id"],
                pair["second_name"] or "",
                pair["second_id"],
            )
            for pair in pairs
        ),
        language,
    )


def takeovers_table(takeovers: Sequence[Record], language: Language) -> Table:
    """One row for each request."""
    return _table(
        ("at", "actor", "curator", "successor", "reason", "state", "id"),
        (
            (
                instant(one["requested_at"]),
                one["requested_by"],
                one["curator"],
                one["successor"],
                one["reason"],
                say(language, f"changes.takeover.{_state(one)}"),
                one["id"],
            )
            for one in takeovers
        ),
        language,
    )


def _state(takeover: Record) -> str:
    if takeover["allowed"] is None:
        return "open"
    return "allowed" if takeover["allowed"] else "refused"
