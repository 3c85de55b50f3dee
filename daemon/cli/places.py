"""``callward places``: from where people may come."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.cli.context import Config, Json, fail, help_text, language, load_settings
from daemon.cli.reading import show
from daemon.cli.request import request
from daemon.cli.staffing import HELP_NAMES, address, remove, show_items
from daemon.messages import say

places_app = typer.Typer(no_args_is_help=True, context_settings=HELP_NAMES)

_MAC_PARTS = 6


@places_app.command("list", help=help_text("places.list"))
def list_places(config: Config = None, as_json: Json = False) -> None:
    """Print the rules."""
    from daemon.cli.signin_tables import places_table  # noqa: PLC0415

    show_items(config, "place-rules", places_table, as_json=as_json)


@places_app.command("add", help=help_text("places.add"))
def add(  # noqa: PLR0917 - each is an option
    place: Annotated[str, typer.Argument(metavar="PLACE", help=help_text("places.place"))],
    role: Annotated[str | None, typer.Option("--role", help=help_text("places.role"))] = None,
    department: Annotated[
        str | None, typer.Option("--department", help=help_text("places.department"))
    ] = None,
    person: Annotated[str | None, typer.Option("--person", help=help_text("places.person"))] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make a rule and print it."""
    settings = load_settings(config)
    spoken = language(settings)
    subjects = {"role": role, "department": department, "person": person}
    named = [(kind, name) for kind, name in subjects.items() if name is not None]
    if len(named) > 1:
        fail(say(spoken, "places.one_subject"))
    kind, name = named[0] if named else ("everyone", None)

    from daemon.cli.signin_tables import places_table  # noqa: PLC0415

    is_mac = len(place.replace("-", ":").split(":")) == _MAC_PARTS and "." not in place
    wanted = {"subject": kind, "name": name, "mac" if is_mac else "network": place}
    made = request(settings, spoken, "POST", "/api/v1/place-rules", wanted)
    show([made], places_table, spoken, as_json=as_json)


@places_app.command("remove", help=help_text("places.remove"))
def remove_place(
    rule: Annotated[str, typer.Argument(metavar="ID", help=help_text("places.id"))],
    config: Config = None,
) -> None:
    """Take a rule away."""
    remove(config, address("place-rules", rule), "places.removed")


@places_app.command("check", help=help_text("places.check"))
def check(
    place: Annotated[str, typer.Argument(metavar="ADDRESS", help=help_text("places.address"))],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print who may come from an address, as the daemon's machine sees it now."""
    from daemon.cli.signin_tables import verdicts_table  # noqa: PLC0415

    show_items(config, "place-rules/check", verdicts_table, as_json=as_json, address=place)
