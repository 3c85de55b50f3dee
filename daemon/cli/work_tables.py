"""Divisions, leavers and tasks in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

import typer
from rich.table import Table
from rich.text import Text

from config.problems import Language
from daemon.cli.columns import Record, instant, rows_table
from daemon.cli.tables import console
from daemon.messages import say

_NUMERIC = frozenset(
    {"before", "comes", "goes", "after", "opened", "changed", "heard", "calls", "times"}
    | {"talks", "usual_days", "quiet_days"}
)
_table: Final = partial(rows_table, "column", numeric=_NUMERIC)


def tasks_table(tasks: Sequence[Record], language: Language) -> Table:
    """One row for each task; columns that would be empty are left out."""
    closed = any(task["closed_at"] for task in tasks)
    due = any(task["due_at"] for task in tasks)
    rows = []
    for task in tasks:
        row: list[str | Text] = [
            str(task["id"]),
            instant(task["created_at"]),
            task["text"] or say(language, f"task.{task['kind']}"),
            task["short_code"] or "",
            task["client_name"] or "",
            task["agent"] or say(language, "group"),
        ]
        if due:
            shown = instant(task["due_at"])
            row.append(Text(shown, style="bold red" if task["overdue"] else ""))
        if closed:
            row.append(instant(task["closed_at"]))
        rows.append(row)
    names = ["id", "created", "task", "code", "name", "curator"]
    return _table([*names, *["due"] * due, *["closed"] * closed], rows, language)


def print_plan(plan: Record, language: Language) -> None:
    """What a division would do."""
    typer.echo(say(language, "division.plan", clients=plan["clients"], moves=plan["moves"]))
    if plan["people"]:
        console().print(_people(plan["people"], language))
    typer.echo(say(language, "division.run_it", id=plan["id"]))


def print_leaving(plan: Record, language: Language) -> None:
    """What becomes of what somebody holds."""
    key = "leave.done" if plan["done"] else "leave.plan"
    typer.echo(say(language, key, **{name: plan[name] for name in _LEAVING}))
    if plan["people"]:
        console().print(_people(plan["people"], language))
    for name in ("private", "settings"):
        if plan[name]:
            typer.echo(plan[name])


_LEAVING = ("name", "clients", "deputy_of", "tasks", "sessions", "tokens")


def print_touched(report: Record, language: Language) -> None:
    """What somebody touched."""
    since = instant(report["since"])
    typer.echo(say(language, "touched.since", name=report["person"], since=since))
    shown = console()
    actions = [(name, str(times)) for name, times in report["actions"].items()]
    shown.print(_table(["done", "times"], actions, language))
    exports = len(report["exports"])
    typer.echo(say(language, "touched.calls", calls=report["calls"], exports=exports))
    if report["clients"]:
        shown.print(
            _table(
                ["last", "code", "name", "opened", "changed", "calls", "heard"],
                [
                    (
                        instant(one["last_at"]),
                        one["short_code"] or "",
                        one["name"] or "",
                        *(str(one[key] or "") for key in ("opened", "changed", "calls", "heard")),
                    )
                    for one in report["clients"]
                ],
                language,
            )
        )
    if report["more"]:
        typer.echo(say(language, "touched.more", more=report["more"]))


def print_aftermath(report: Record, language: Language) -> None:
    """What became of somebody's clients."""
    about = {"name": report["person"], "followed": report["followed"]}
    until = instant(report["until"])
    typer.echo(say(language, "aftermath.followed", until=until, **about))
    if report["own_calls"]:
        last = instant(report["last_own_call_at"])
        typer.echo(say(language, "aftermath.own_calls", calls=report["own_calls"], last=last))
    if not report["quiet"]:
        typer.echo(say(language, "aftermath.none_quiet"))
        return
    names = ["code", "name", "talks", "usual_days", "quiet_days"]
    rows = [
        (
            one["short_code"] or "",
            one["name"] or "",
            *(str(one[key]) for key in ("talks", "usual_days", "quiet_days")),
        )
        for one in report["quiet"]
    ]
    console().print(_table(names, rows, language))


def _people(people: Iterable[Record], language: Language) -> Table:
    names = ["name", "before", "comes", "goes", "after"]
    return _table(names, ([str(one[name]) for name in names] for one in people), language)
