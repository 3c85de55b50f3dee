"""``callward tokens``: keys with which managers' programs come to the API."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.cli.context import Config, Json, help_text, language, load_settings
from daemon.cli.request import request
from daemon.cli.staffing import HELP_NAMES, address, print_json, remove, show_items
from daemon.messages import say

tokens_app = typer.Typer(no_args_is_help=True, context_settings=HELP_NAMES)


@tokens_app.command("create", help=help_text("tokens.create"))
def create(  # noqa: PLR0917 - each is an option
    agent: Annotated[str, typer.Argument(help=help_text("phones.agent"))],
    label: Annotated[str | None, typer.Option("--label", help=help_text("tokens.label"))] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", metavar="RIGHT", help=help_text("tokens.scope")),
    ] = None,
    expires: Annotated[
        str | None, typer.Option("--expires", help=help_text("tokens.expires"))
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make a key; the key alone goes to standard output."""
    settings = load_settings(config)
    spoken = language(settings)
    wanted = {"agent": agent, "label": label, "scopes": scope or None, "expires_at": expires}
    made = request(settings, spoken, "POST", "/api/v1/tokens", wanted)
    if as_json:
        print_json(made)
        return
    typer.echo(made["token"])
    typer.echo(say(spoken, "tokens.created", agent=made["agent"]), err=True)


@tokens_app.command("list", help=help_text("tokens.list"))
def list_all(
    agent: Annotated[str | None, typer.Option("--agent", help=help_text("tokens.agent"))] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print the keys, without the keys."""
    from daemon.cli.signin_tables import tokens_table  # noqa: PLC0415

    show_items(config, "tokens", tokens_table, as_json=as_json, agent=agent)


@tokens_app.command("revoke", help=help_text("tokens.revoke"))
def revoke(
    token: Annotated[str, typer.Argument(metavar="ID", help=help_text("tokens.id"))],
    config: Config = None,
) -> None:
    """End a key."""
    remove(config, address("tokens", token), "tokens.revoked")
