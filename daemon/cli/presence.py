"""``callward people away``, ``back``: who takes calls now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli.context import Config, Json, fail, help_text, language, load_settings
from daemon.cli.instants import parse_until
from daemon.cli.reading import show
from daemon.cli.request import request
from daemon.cli.staffing import address, print_json
from daemon.messages import say

if TYPE_CHECKING:
    from config.problems import Language

Name = Annotated[str, typer.Argument(metavar="NAME", help=help_text("people.name"))]
Anybody = Annotated[str | None, typer.Argument(metavar="[NAME]", help=help_text("people.name"))]


def away(
    name: Anybody = None,
    until: Annotated[str | None, typer.Option("--until", help=help_text("away.until"))] = None,
    reason: Annotated[str | None, typer.Option("--reason", help=help_text("away.reason"))] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Say that he is away; without a name, print who is."""
    settings = load_settings(config)
    spoken = language(settings)
    if name is None:
        found = request(settings, spoken, "GET", "/api/v1/presences")["items"]

        from daemon.cli.staff_tables import away_table  # noqa: PLC0415

        gone = [one for one in found if one["is_away"]]
        if gone or as_json:
            show(gone, away_table, spoken, as_json=as_json)
        else:
            typer.echo(say(spoken, "away.nobody"))
        return
    wanted: dict[str, Any] = {"reason": reason}
    if until is not None:
        wanted["until"] = _until(until, spoken).isoformat()
    told = request(settings, spoken, "PUT", f"{address('people', name)}/presence", wanted)
    _print(told, spoken, as_json=as_json)


def back(name: Name, config: Config = None, as_json: Json = False) -> None:
    """Say that he is back."""
    settings = load_settings(config)
    spoken = language(settings)
    told = request(settings, spoken, "DELETE", f"{address('people', name)}/presence")
    _print(told, spoken, as_json=as_json)


def _until(text: str, spoken: Language) -> datetime:
    try:
        return parse_until(text, datetime.now().astimezone())
    except ValueError:
        fail(say(spoken, "away.bad_until", value=text))


def _print(told: dict[str, Any], spoken: Language, *, as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    if not told["is_away"]:
        typer.echo(say(spoken, "away.is_back", name=told["person"]))
        return

    from daemon.cli.columns import instant  # noqa: PLC0415

    reason = told["reason"]
    why = "" if reason is None else f" ({say(spoken, f'away.reason.{reason}')})"
    ends = told["until"]
    until = "" if ends is None else say(spoken, "away.until", at=instant(ends))
    typer.echo(say(spoken, "away.is_away", name=told["person"], why=why, until=until))
