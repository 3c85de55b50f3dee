"""The command's subcommands. Each imports what it needs when it runs: ``--help`` is quick."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from daemon.cli.context import HELP_LANGUAGE
from daemon.cli.wording import Group
from daemon.messages import say

app = typer.Typer(
    name="callward",
    cls=Group,
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
        alerts,
        archive,
        audit,
        backup,
        call,
        changes,
        clients,
        control,
        database,
        dialplan,
        division,
        doctor,
        exchange,
        fields,
        history,
        init,
        lab,
        leaving,
        ledger,
        legal_hold,
        people,
        phones,
        places,
        presence,
        replay,
        reports,
        roles,
        run,
        sessions,
        sign_in,
        tasks,
        tokens,
        vault,
        watch,
    )

    for name, command in (
        ("init", init.init),
        ("run", run.run),
        ("calls", history.calls),
        ("call", call.call),
        ("callbacks", call.callbacks),
        ("phones", phones.phones),
        ("pin", phones.pin),
        ("watch", watch.watch),
        ("replay", replay.replay),
        ("doctor", doctor.doctor),
        ("ledger", ledger.ledger),
        ("import", exchange.import_clients),
        ("export", exchange.export_clients),
        ("restore", backup.restore),
        ("retention", legal_hold.retention),
    ):
        app.command(name, help=say(HELP_LANGUAGE, f"help.{name}"))(command)
    for name, commands in (
        ("clients", clients.clients_app),
        ("people", people.people_app),
        ("division", division.division_app),
        ("tasks", tasks.tasks_app),
        ("roles", roles.roles_app),
        ("departments", people.departments_app),
        ("sessions", sessions.sessions_app),
        ("sign-in", sign_in.sign_in_app),
        ("places", places.places_app),
        ("fields", fields.fields_app),
        ("tokens", tokens.tokens_app),
        ("changes", changes.changes_app),
        ("archive", archive.archive_app),
        ("merges", archive.merges_app),
        ("takeovers", archive.takeovers_app),
        ("alerts", alerts.alerts_app),
        ("reconcile", control.reconcile_app),
        ("control", control.control_app),
        ("quotas", alerts.quotas_app),
        ("decoys", alerts.decoys_app),
        ("dialplan", dialplan.dialplan),
        ("audit", audit.audit_app),
        ("exports", exchange.exports_app),
        ("vault", vault.vault_app),
        ("backup", backup.backup_app),
        ("legal-hold", legal_hold.legal_hold_app),
        ("database", database.database_app),
    ):
        app.add_typer(commands, name=name, help=say(HELP_LANGUAGE, f"help.{name}"))
    for name, of_person in (
        ("away", presence.away),
        ("back", presence.back),
        ("leave", leaving.leave),
        ("return", leaving.come_back),
        ("touched", leaving.touched),
        ("aftermath", leaving.aftermath),
    ):
        people.people_app.command(name, help=say(HELP_LANGUAGE, f"help.people.{name}"))(of_person)
    clients.clients_app.command("assign", help=say(HELP_LANGUAGE, "help.clients.assign"))(
        division.assign
    )
    app.command("reports", help=say(HELP_LANGUAGE, "help.reports"))(reports.reports)
    app.command(
        "lab",
        help=say(HELP_LANGUAGE, "help.lab"),
        add_help_option=False,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(lab.lab)


_mount()
