"""``callward roles``: what each role may do."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.cli.context import Config, Json, fail, help_text, language, load_settings
from daemon.cli.reading import show
from daemon.cli.request import request
from daemon.cli.staffing import HELP_NAMES, address, print_json, rights_of
from daemon.messages import say

roles_app = typer.Typer(no_args_is_help=True, context_settings=HELP_NAMES)

Name = Annotated[str, typer.Argument(metavar="ROLE", help=help_text("roles.name"))]


@roles_app.command("list", help=help_text("roles.list"))
def list_roles(config: Config = None, as_json: Json = False) -> None:
    """Print every role."""
    settings = load_settings(config)
    spoken = language(settings)
    found = request(settings, spoken, "GET", "/api/v1/roles")

    from daemon.cli.staff_tables import roles_table  # noqa: PLC0415

    show(found["items"], roles_table, spoken, as_json=as_json)


@roles_app.command("show", help=help_text("roles.show"))
def show_role(role: Name, config: Config = None, as_json: Json = False) -> None:
    """Print one role's rights."""
    settings = load_settings(config)
    spoken = language(settings)
    found = request(settings, spoken, "GET", address("roles", role))

    from daemon.cli.staff_tables import print_role  # noqa: PLC0415

    print_json(found) if as_json else print_role(found, spoken)


@roles_app.command("set", help=help_text("roles.set"))
def set_role(
    role: Name,
    rights: Annotated[
        list[str] | None, typer.Argument(metavar="RIGHT=SCOPE…", help=help_text("roles.rights"))
    ] = None,
    like: Annotated[str | None, typer.Option("--like", help=help_text("roles.like"))] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Change some rights of a role, or make one; ``none`` takes a right away."""
    settings = load_settings(config)
    spoken = language(settings)
    if not rights and like is None:
        fail(say(spoken, "api.nothing_to_change"))
    known = {
        one["name"]: one["rights"]
        for one in request(settings, spoken, "GET", "/api/v1/roles")["items"]
    }
    if like is not None and like not in known:
        fail(say(spoken, "api.unknown_role", value=like, allowed=", ".join(known)))
    wanted = known.get(like or role, {}) | rights_of(rights or [], spoken)
    found = request(settings, spoken, "PUT", address("roles", role), {"rights": wanted})

    from daemon.cli.staff_tables import print_role  # noqa: PLC0415

    print_json(found) if as_json else print_role(found, spoken)


@roles_app.command("remove", help=help_text("roles.remove"))
def remove_role(role: Name, config: Config = None) -> None:
    """Take a role away, or give a template its own rights back."""
    settings = load_settings(config)
    spoken = language(settings)
    request(settings, spoken, "DELETE", address("roles", role))
    typer.echo(say(spoken, "roles.removed", name=role))
