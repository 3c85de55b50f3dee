"""Sessions, keys and places in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import typer
from rich.table import Table

from config.problems import Language
from daemon.cli.columns import Record, instant, rows_table
from daemon.messages import say

_table: Final = partial(rows_table, "signin")


def sessions_table(sessions: Sequence[Record], language: Language) -> Table:
    """One row for each open session."""
    return _table(
        ("id", "person", "method", "address", "browser", "begun", "seen"),
        (
            (
                one["id"],
                one["person"],
                one["method"],
                one["address"],
                one["browser"] or "",
                instant(one["created_at"]),
                instant(one["seen_at"]),
            )
            for one in sessions
        ),
        language,
    )


def tokens_table(tokens: Sequence[Record], language: Language) -> Table:
    """One row for each key."""
    return _table(
        ("id", "person", "label", "scopes", "created", "used", "expires", "revoked"),
        (
            (
                one["id"],
                one["agent"],
                one["label"] or "",
                ", ".join(one["scopes"] or ()),
                *(instant(one[f"{name}_at"]) for name in ("created", "used", "expires", "revoked")),
            )
            for one in tokens
        ),
        language,
    )


def places_table(rules: Sequence[Record], language: Language) -> Table:
    """One row for each rule."""
    return _table(
        ("id", "subject", "place", "created"),
        (
            (one["id"], _subject(one, language), _place(one), instant(one["created_at"]))
            for one in rules
        ),
        language,
    )


def verdicts_table(verdicts: Sequence[Record], language: Language) -> Table:
    """One row for each person."""
    return _table(
        ("person", "verdict", "rules"),
        (
            (
                one["person"],
                say(language, f"places.{one['verdict']}"),
                ", ".join(f"{_subject(rule, language)}: {_place(rule)}" for rule in one["rules"])
                or say(language, "places.anywhere"),
            )
            for one in verdicts
        ),
        language,
    )


def print_policy(policy: Record, language: Language) -> None:
    """How people may sign in, a sentence a line."""
    roles = ", ".join(policy["totp_roles"])
    for line in (
        say(language, f"sign_in.password.{_flag(policy['password'])}"),
        say(language, "sign_in.totp_roles" if roles else "sign_in.no_totp_roles", roles=roles),
        say(language, "sign_in.session", **policy),
        say(language, f"sign_in.bind_address.{_flag(policy['bind_address'])}"),
        say(language, "sign_in.lockout", **policy),
    ):
        typer.echo(line)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _subject(rule: Record, language: Language) -> str:
    return say(language, f"places.{rule['subject']}", name=rule["name"])


def _place(rule: Record) -> str:
    return rule["network"] or rule["mac"] or ""
