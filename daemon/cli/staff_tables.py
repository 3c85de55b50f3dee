"""People, roles, departments and field rules in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from config.problems import Language
from daemon.cli.columns import Record, instant, rows_table
from daemon.cli.tables import console
from daemon.messages import say

_table: Final = partial(rows_table, "column")


def people_table(people: Sequence[Record], language: Language) -> Table:
    """One row for each person."""
    return _table(
        ("name", "full_name", "role", "department", "hidden", "sign_in"),
        (
            (
                person["name"],
                person["full_name"] or "",
                person["role"] + ("*" if person["exceptions"] else ""),
                person["department"] or "",
                ", ".join(person["hidden"]),
                _ways(person, language),
            )
            for person in people
        ),
        language,
    )


def away_table(gone: Sequence[Record], language: Language) -> Table:
    """One row for each who is away."""
    return _table(
        ("name", "since", "until", "reason", "set_by"),
        (
            (
                one["person"] or "",
                instant(one["since"]),
                instant(one["until"]),
                "" if one["reason"] is None else say(language, f"away.reason.{one['reason']}"),
                one["set_by"] or "",
            )
            for one in gone
        ),
        language,
    )


def print_person(person: Record, language: Language) -> None:
    """Who he is and what he may do."""
    shown = console()
    shown.print(people_table([person], language))
    shown.print(_rights(person["rights"], person["exceptions"], language))


def roles_table(roles: Sequence[Record], language: Language) -> Table:
    """One row for each role."""
    return _table(
        ("role", "people", "rights", "hidden"),
        (
            (
                role["name"] + ("*" if role["changed"] else ""),
                str(role["people"]),
                str(len(role["rights"])),
                ", ".join(role["hidden"]),
            )
            for role in roles
        ),
        language,
    )


def print_role(role: Record, language: Language) -> None:
    """What it may do."""
    shown = console()
    shown.print(roles_table([role], language))
    shown.print(_rights(role["rights"], {}, language))


def departments_tree(departments: Sequence[Record], language: Language) -> Tree:
    """Each under the one that it is part of."""
    tree = Tree(say(language, "column.departments"))
    branches: dict[str | None, Tree] = {None: tree}
    left = list(departments)
    while left:
        placed = [one for one in left if one["parent"] in branches]
        for one in placed:
            label = Text(f"{one['name']}  ({one['people']})")
            branches[one["name"]] = branches[one["parent"]].add(label)
        left = [one for one in left if one["name"] not in branches]
    return tree


def field_rules_table(rules: Sequence[Record], language: Language) -> Table:
    """One row for each rule."""
    return _table(
        ("whom", "field", "hidden"),
        (
            (
                say(language, f"fields.{rule['subject']}", name=rule["name"]),
                rule["field"],
                say(language, "fields.is_hidden" if rule["hidden"] else "fields.is_shown"),
            )
            for rule in rules
        ),
        language,
    )


def preview_table(items: Sequence[Record], language: Language) -> Table:
    """What each would not see, and does not see now."""
    return _table(
        ("name", "role", "hidden_before", "hidden_after"),
        (
            (
                item["person"],
                item["role"],
                ", ".join(item["before"]) or "—",
                ", ".join(item["hidden"]) or "—",
            )
            for item in items
        ),
        language,
    )


def _ways(person: Record, language: Language) -> str:
    if person["left_at"]:
        return say(language, "people.has_left")
    ways = []
    if person["has_password"]:
        ways.append(say(language, "people.by_password"))
    if person["windows_account"]:
        ways.append(person["windows_account"])
    return ", ".join(ways) or say(language, "people.no_way")


def _rights(rights: Mapping[str, str], own: Iterable[str], language: Language) -> Table:
    exceptions = set(own)
    return _table(
        ("right", "scope"),
        (
            (right + ("*" if right in exceptions else ""), say(language, f"scope.{scope}"))
            for right, scope in rights.items()
        ),
        language,
    )
