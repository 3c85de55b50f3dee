"""``callward sessions``, ``people password``, ``unlock``, ``reset-codes``: who is in, or may be."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.cli.context import Config, Json, help_text, language, load_settings
from daemon.cli.people import Name, people_app
from daemon.cli.request import request
from daemon.cli.staffing import HELP_NAMES, address, remove, show_items
from daemon.messages import say

sessions_app = typer.Typer(no_args_is_help=True, context_settings=HELP_NAMES)


@sessions_app.command("list", help=help_text("sessions.list"))
def list_sessions(
    person: Annotated[
        str | None, typer.Option("--person", help=help_text("sessions.person"))
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print open sessions."""
    from daemon.cli.signin_tables import sessions_table  # noqa: PLC0415

    show_items(config, "sessions", sessions_table, as_json=as_json, person=person)


@sessions_app.command("close", help=help_text("sessions.close"))
def close(
    session: Annotated[str, typer.Argument(metavar="ID", help=help_text("sessions.id"))],
    config: Config = None,
) -> None:
    """End a session."""
    remove(config, address("sessions", session), "sessions.closed")


@people_app.command("password", help=help_text("people.password"))
def password(
    name: Name,
    ask: Annotated[bool, typer.Option("--ask", help=help_text("people.password.ask"))] = False,
    config: Config = None,
) -> None:
    """Set a temporary password; a random one alone goes to standard output."""
    settings = load_settings(config)
    spoken = language(settings)
    given = None
    if ask:
        given = typer.prompt(say(spoken, "sessions.ask"), hide_input=True, confirmation_prompt=True)
    made = request(
        settings, spoken, "PUT", f"{address('people', name)}/password", {"password": given}
    )
    if made["password"] is None:
        typer.echo(say(spoken, "sessions.password_set", person=name))
        return
    typer.echo(made["password"])
    typer.echo(say(spoken, "sessions.password", person=name), err=True)


@people_app.command("reset-codes", help=help_text("people.reset_codes"))
def reset_codes(name: Name, config: Config = None) -> None:
    """Take his one-time codes away, as when he lost his telephone."""
    remove(config, f"{address('people', name)}/totp", "sessions.codes_reset", person=name)


@people_app.command("unlock", help=help_text("people.unlock"))
def unlock(name: Name, config: Config = None) -> None:
    """End a lockout."""
    remove(config, f"{address('people', name)}/lockout", "sessions.unlocked", person=name)
