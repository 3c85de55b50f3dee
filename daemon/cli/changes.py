"""``callward changes``: what was changed on cards, by whom, and putting it back."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote, urlencode

import typer

from daemon.cli.context import FAILED, Config, Json, fail, help_text, language, load_settings
from daemon.cli.history import Limit
from daemon.cli.instants import parse_instant
from daemon.cli.reading import show
from daemon.cli.request import request
from daemon.cli.staffing import HELP_NAMES, address, print_json
from daemon.messages import say

if TYPE_CHECKING:
    from config.problems import Language
    from config.settings import Settings

_POLL_SECONDS = 0.5

changes_app = typer.Typer(no_args_is_help=True, context_settings=HELP_NAMES)

Client = Annotated[str, typer.Argument(metavar="CLIENT", help=help_text("id_or_code"))]
Since = Annotated[str, typer.Option("--since", help=help_text("changes.since"))]
Preview = Annotated[bool, typer.Option("--preview", help=help_text("changes.preview"))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=help_text("changes.yes"))]


@changes_app.command("of", help=help_text("changes.of"))
def of_client(
    client: Client, limit: Limit = 50, config: Config = None, as_json: Json = False
) -> None:
    """Print what was changed on a card."""
    settings = load_settings(config)
    spoken = language(settings)
    path = client_address(client, settings, spoken)
    found = request(settings, spoken, "GET", f"{path}/changes?limit={limit}")

    from daemon.cli.changes_tables import changes_table  # noqa: PLC0415

    show(found["items"], changes_table, spoken, as_json=as_json)


@changes_app.command("digits", help=help_text("changes.digits"))
def digits(
    since: Annotated[str, typer.Option("--since", help=help_text("changes.since"))] = "30d",
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print edits of digits."""
    settings = load_settings(config)
    spoken = language(settings)
    query = urlencode({"since": _instant(since, spoken), "limit": limit})
    found = request(settings, spoken, "GET", f"/api/v1/reports/digit-edits?{query}")

    from daemon.cli.changes_tables import digits_table  # noqa: PLC0415

    show(found["items"], digits_table, spoken, as_json=as_json)


@changes_app.command("undo", help=help_text("changes.undo"))
def undo(
    change: Annotated[str, typer.Argument(metavar="CHANGE", help=help_text("changes.change"))],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Put one change back."""
    settings = load_settings(config)
    spoken = language(settings)
    path = f"/api/v1/changes/{quote(change, safe='')}/undo"
    _print(request(settings, spoken, "POST", path), spoken, as_json=as_json)


@changes_app.command("undo-client", help=help_text("changes.undo_client"))
def undo_client(
    client: Client,
    since: Since,
    preview: Preview = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Put a card back to how it was."""
    settings = load_settings(config)
    spoken = language(settings)
    path = client_address(client, settings, spoken)
    wanted = {"since": _instant(since, spoken), "preview": preview}
    undone = request(settings, spoken, "POST", f"{path}/undo", wanted)
    _print(undone, spoken, as_json=as_json, preview=preview)


@changes_app.command("undo-person", help=help_text("changes.undo_person"))
def undo_person(  # noqa: PLR0917 - each is an option
    name: Annotated[str, typer.Argument(metavar="NAME", help=help_text("changes.person"))],
    since: Since,
    preview: Preview = False,
    yes: Yes = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Put back all that a person changed; first it is said how much that is."""
    settings = load_settings(config)
    spoken = language(settings)
    path = address("people", name) + "/undo"
    wanted: dict[str, Any] = {"since": _instant(since, spoken), "preview": True}
    shown = _wait(settings, spoken, request(settings, spoken, "POST", path, wanted))
    if preview or not yes:
        _print(shown["result"], spoken, as_json=as_json and preview, preview=True, err=not preview)
    if preview:
        return
    if not yes and not typer.confirm(say(spoken, "changes.really"), err=True):
        raise typer.Exit(FAILED)
    begun = request(settings, spoken, "POST", path, {**wanted, "preview": False})
    done = _wait(settings, spoken, begun)
    _print(done["result"], spoken, as_json=as_json)
    if done["state"] == "failed":
        fail(say(spoken, "changes.broke_off"), FAILED)


def client_address(client: str, settings: Settings, spoken: Language) -> str:
    """Of a card, by its id or short code; ends the command where nobody has that code."""
    if not client.isdecimal():
        return f"/api/v1/clients/{quote(client, safe='')}"
    found = request(settings, spoken, "GET", f"/api/v1/clients?code={quote(client, safe='')}")
    if not found["items"]:
        fail(say(spoken, "api.client_not_found"), FAILED)
    return f"/api/v1/clients/{found['items'][0]['id']}"


def _instant(text: str, spoken: Language) -> str:
    try:
        return parse_instant(text, datetime.now().astimezone()).isoformat()
    except ValueError:
        fail(say(spoken, "changes.bad_since", value=text))


def _wait(settings: Settings, spoken: Language, one: dict[str, Any]) -> dict[str, Any]:
    """Until it has ended, with a bar."""
    if one["state"] != "running":
        return one

    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=one["total"])
        while one["state"] == "running":
            time.sleep(_POLL_SECONDS)
            one = request(settings, spoken, "GET", f"/api/v1/undoings/{one['id']}")
            progress.update(bar, completed=one["looked_at"])
    return one


def _print(
    undone: dict[str, Any],
    spoken: Language,
    *,
    as_json: bool,
    preview: bool = False,
    err: bool = False,
) -> None:
    if as_json:
        print_json(undone)
        return
    key = "changes.would_undo" if preview else "changes.undone"
    fields = sum(undone["fields"].values())
    typer.echo(say(spoken, key, clients=undone["clients"], fields=fields), err=err)
    for reason, count in undone["left"].items():
        typer.echo("  " + say(spoken, f"changes.left.{reason}", count=count), err=err)
