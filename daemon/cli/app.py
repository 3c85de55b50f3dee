"""The command's subcommands. Each imports what it needs when it runs: ``--help`` is quick."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from daemon.cli.context import HELP_LANGUAGE
from daemon.messages import say

app = typer.Typer(
    name="callward",
    help=say(HELP_LANGUAGE, "help"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(version("callward"))
        raise typer.Exit


@app.callback()
def _options(
    *,
    show_version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help=say(HELP_LANGUAGE, "help.version"),
        ),
    ] = False,
) -> None:
    """What stands before a subcommand."""


def _mount() -> None:
    from daemon.cli import (  # noqa: PLC0415
        call,
        clients,
        dialplan,
        doctor,
        history,
        lab,
        phones,
        replay,
        run,
        tasks,
        tokens,
        watch,
    )

    for name, command in (
        ("run", run.run),
        ("calls", history.calls),
        ("call", call.call),
        ("callbacks", call.callbacks),
        ("tasks", tasks.tasks),
        ("phones", phones.phones),
        ("pin", phones.pin),
        ("watch", watch.watch),
        ("replay", replay.replay),
        ("doctor", doctor.doctor),
    ):
        app.command(name, help=say(HELP_LANGUAGE, f"help.{name}"))(command)
    for name, commands in (
        ("clients", clients.clients_app),
        ("tokens", tokens.tokens_app),
        ("dialplan", dialplan.dialplan),
    ):
        app.add_typer(commands, name=name, help=say(HELP_LANGUAGE, f"help.{name}"))
    app.command(
        "lab",
        help=say(HELP_LANGUAGE, "help.lab"),
        add_help_option=False,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(lab.lab)


_mount()
