"""Reconciliation and control in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from rich.table import Table

from config.problems import Language
from daemon.cli.columns import Record, instant, table_of
from daemon.messages import say

_table: Final = partial(table_of, "control.column")


def talks_table(talks: Sequence[Record], language: Language) -> Table:
    """One row for each talk after which nothing was entered."""
    return _table(
        {
            "call": lambda talk: talk["call_id"],
            "at": lambda talk: instant(talk["started_at"]),
            "talk": lambda talk: _duration(talk["talk_seconds"]),
            "managers": lambda talk: ", ".join(talk["managers"]),
            "code": lambda talk: talk["short_code"] or "",
            "name": lambda talk: talk["client_name"] or "",
            "state": lambda talk: say(language, f"talk.{talk['state']}"),
            "answer": lambda talk: talk["reason"] or talk["answer"] or "",
        },
        talks,
        language,
    )


def missed_table(missed: Sequence[Record], language: Language) -> Table:
    """One row for each client who waits."""
    return _table(
        {
            "first": lambda one: instant(one["first_at"]),
            "code": lambda one: one["short_code"] or "",
            "name": lambda one: one["client_name"] or "",
            "tries": lambda one: str(one["tries"]),
            "attempts": lambda one: str(one["attempts"]),
            "agent": lambda one: one["agent"] or say(language, "group"),
            "closed": lambda one: one["closed_by"] or "",
        },
        missed,
        language,
    )


def shares_table(shares: Sequence[Record], language: Language) -> Table:
    """One row for each manager."""
    return _table(
        {
            "person": lambda one: one["person"],
            "regular": lambda one: str(one["regular"]),
            "quiet": lambda one: str(one["quiet"]),
            "share": lambda one: _percent(one["share"]),
            "colleagues": lambda one: _percent(one["colleagues_share"]),
        },
        shares,
        language,
    )


def quiet_table(clients: Sequence[Record], language: Language) -> Table:
    """One row for each client who went quiet."""
    return _table(
        {
            "last": lambda one: instant(one["last_at"]),
            "code": lambda one: one["short_code"] or "",
            "name": lambda one: one["client_name"] or "",
            "talks": lambda one: str(one["talks"]),
            "curator": lambda one: one["curator"] or "",
            "call": lambda one: one["last_call_id"],
        },
        clients,
        language,
    )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"
