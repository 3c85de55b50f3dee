"""``callward sign-in``: how people may sign in, and for how long."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.cli.context import Config, Json, fail, help_text, language, load_settings
from daemon.cli.request import request
from daemon.cli.staffing import HELP_NAMES, print_json
from daemon.messages import say

sign_in_app = typer.Typer(no_args_is_help=True, context_settings=HELP_NAMES)

_POLICY = "/api/v1/policies/sign_in"


@sign_in_app.command("show", help=help_text("sign_in.show"))
def show_policy(config: Config = None, as_json: Json = False) -> None:
    """Print the policy in sentences."""
    settings = load_settings(config)
    spoken = language(settings)
    policy = request(settings, spoken, "GET", _POLICY)

    from daemon.cli.signin_tables import print_policy  # noqa: PLC0415

    print_json(policy) if as_json else print_policy(policy, spoken)


@sign_in_app.command("set", help=help_text("sign_in.set"))
def set_policy(  # noqa: PLR0917 - each is an option
    password: Annotated[
        bool | None, typer.Option("--password/--no-password", help=help_text("sign_in.password"))
    ] = None,
    codes_for: Annotated[
        list[str] | None,
        typer.Option("--codes-for", metavar="ROLE", help=help_text("sign_in.codes_for")),
    ] = None,
    codes_for_nobody: Annotated[
        bool, typer.Option("--codes-for-nobody", help=help_text("sign_in.codes_for_nobody"))
    ] = False,
    idle_hours: Annotated[
        int | None, typer.Option("--idle-hours", help=help_text("sign_in.idle_hours"))
    ] = None,
    session_days: Annotated[
        int | None, typer.Option("--session-days", help=help_text("sign_in.session_days"))
    ] = None,
    bind_address: Annotated[
        bool | None,
        typer.Option("--bind-address/--no-bind-address", help=help_text("sign_in.bind_address")),
    ] = None,
    attempts: Annotated[
        int | None, typer.Option("--attempts", help=help_text("sign_in.attempts"))
    ] = None,
    lockout_minutes: Annotated[
        int | None, typer.Option("--lockout-minutes", help=help_text("sign_in.lockout_minutes"))
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Change what is named; the rest stays as it is."""
    settings = load_settings(config)
    spoken = language(settings)
    if codes_for and codes_for_nobody:
        fail(say(spoken, "sign_in.codes_for_whom"))
    named = {
        "password": password,
        "totp_roles": [] if codes_for_nobody else codes_for or None,
        "idle_hours": idle_hours,
        "session_days": session_days,
        "bind_address": bind_address,
        "attempts": attempts,
        "lockout_minutes": lockout_minutes,
    }
    changes = {key: value for key, value in named.items() if value is not None}
    if not changes:
        fail(say(spoken, "api.nothing_to_change"))
    wanted = request(settings, spoken, "GET", _POLICY) | changes
    policy = request(settings, spoken, "PUT", _POLICY, wanted)

    from daemon.cli.signin_tables import print_policy  # noqa: PLC0415

    print_json(policy) if as_json else print_policy(policy, spoken)
