"""``callward people leave``, ``return``, ``touched``, ``aftermath``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli.context import Config, Json, fail, help_text, language, load_settings
from daemon.cli.division import names
from daemon.cli.request import request
from daemon.cli.staffing import address, print_json
from daemon.messages import say

if TYPE_CHECKING:
    from config.problems import Language

Name = Annotated[str, typer.Argument(metavar="NAME", help=help_text("people.name"))]


def leave(  # noqa: PLR0917 - each is an option
    name: Name,
    to: Annotated[
        str | None, typer.Option("--to", metavar="A,B", help=help_text("leave.to"))
    ] = None,
    evenly: Annotated[bool, typer.Option("--evenly", help=help_text("leave.evenly"))] = False,
    group: Annotated[bool, typer.Option("--group", help=help_text("leave.group"))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_text("leave.dry_run"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=help_text("leave.yes"))] = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show the plan, ask, do it, and print what he touched."""
    settings = load_settings(config)
    spoken = language(settings)
    path = f"{address('people', name)}/leave"
    wanted: dict[str, Any] = {"evenly": evenly, "group": group}
    if to is not None:
        wanted["to"] = names(to)
    plan = request(settings, spoken, "POST", path, wanted)

    from daemon.cli.work_tables import print_leaving, print_touched  # noqa: PLC0415

    if not as_json:
        print_leaving(plan, spoken)
    if dry_run:
        if as_json:
            print_json(plan)
        return
    if not yes:
        _confirm(name, spoken)
    done = request(settings, spoken, "POST", path, {**wanted, "plan": plan["id"]})
    touched = request(settings, spoken, "GET", f"{address('people', name)}/touched")
    if as_json:
        print_json({"plan": done, "touched": touched})
        return
    typer.echo(say(spoken, "leave.is_done", name=name))
    print_touched(touched, spoken)


def come_back(name: Name, config: Config = None) -> None:
    """He works here again, with empty hands."""
    settings = load_settings(config)
    spoken = language(settings)
    request(settings, spoken, "POST", f"{address('people', name)}/return")
    typer.echo(say(spoken, "return.done", name=name))


def touched(
    name: Name,
    days: Annotated[int, typer.Option("--days", min=1, help=help_text("touched.days"))] = 90,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=500, help=help_text("touched.limit"))
    ] = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print what a person opened, called, heard, exported."""
    settings = load_settings(config)
    spoken = language(settings)
    path = f"{address('people', name)}/touched?days={days}&limit={limit}"
    report = request(settings, spoken, "GET", path)

    from daemon.cli.work_tables import print_touched  # noqa: PLC0415

    print_json(report) if as_json else print_touched(report, spoken)


def aftermath(name: Name, config: Config = None, as_json: Json = False) -> None:
    """Print what became of the clients of somebody who left."""
    settings = load_settings(config)
    spoken = language(settings)
    report = request(settings, spoken, "GET", f"{address('people', name)}/aftermath")

    from daemon.cli.work_tables import print_aftermath  # noqa: PLC0415

    print_json(report) if as_json else print_aftermath(report, spoken)


def _confirm(name: str, spoken: Language) -> None:
    """Ends the command unless somebody at a terminal types the name."""
    if not sys.stdin.isatty():
        fail(say(spoken, "leave.say_yes"))
    if typer.prompt(say(spoken, "leave.confirm", name=name)).strip() != name:
        fail(say(spoken, "leave.not_done"))
