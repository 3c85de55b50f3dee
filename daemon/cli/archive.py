"""``callward archive``, ``merges`` and ``takeovers``."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

import typer

from daemon.cli.changes import Client, Yes, client_address
from daemon.cli.context import FAILED, Config, Json, fail, help_text, language, load_settings
from daemon.cli.history import Limit
from daemon.cli.reading import show
from daemon.cli.request import request
from daemon.cli.staffing import HELP_NAMES, print_json
from daemon.messages import say

archive_app = typer.Typer(no_args_is_help=True, context_settings=HELP_NAMES)
merges_app = typer.Typer(no_args_is_help=True, context_settings=HELP_NAMES)
takeovers_app = typer.Typer(no_args_is_help=True, context_settings=HELP_NAMES)

Archived = Annotated[str, typer.Argument(metavar="ID", help=help_text("archive.id"))]


@archive_app.command("list", help=help_text("archive.list"))
def list_archive(
    waiting: Annotated[bool, typer.Option("--waiting", help=help_text("archive.waiting"))] = False,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print the archive."""
    settings = load_settings(config)
    spoken = language(settings)
    query = urlencode({"limit": limit} | ({"waiting": "true"} if waiting else {}))
    found = request(settings, spoken, "GET", f"/api/v1/archive?{query}")

    from daemon.cli.changes_tables import archive_table  # noqa: PLC0415

    show(found["items"], archive_table, spoken, as_json=as_json)


@archive_app.command("put", help=help_text("archive.put"))
def put(client: Client, config: Config = None) -> None:
    """Move a card to the archive."""
    settings = load_settings(config)
    spoken = language(settings)
    request(settings, spoken, "DELETE", client_address(client, settings, spoken))
    typer.echo(say(spoken, "archive.archived"))


@archive_app.command("restore", help=help_text("archive.restore"))
def restore(client: Archived, config: Config = None) -> None:
    """Back into use."""
    settings = load_settings(config)
    spoken = language(settings)
    request(settings, spoken, "POST", _address(client) + "/restore")
    typer.echo(say(spoken, "archive.restored"))


@archive_app.command("purge", help=help_text("archive.purge"))
def purge(client: Archived, yes: Yes = False, config: Config = None) -> None:
    """Delete for good, in seven days."""
    settings = load_settings(config)
    spoken = language(settings)
    if not yes and not typer.confirm(say(spoken, "archive.really"), err=True):
        raise typer.Exit(FAILED)
    ordered = request(settings, spoken, "POST", _address(client) + "/purge")
    typer.echo(say(spoken, "archive.ordered", at=ordered["purge_at"]))


@archive_app.command("keep", help=help_text("archive.keep"))
def keep(client: Archived, config: Config = None) -> None:
    """Cancel deleting for good."""
    settings = load_settings(config)
    spoken = language(settings)
    request(settings, spoken, "DELETE", _address(client) + "/purge")
    typer.echo(say(spoken, "archive.kept"))


@merges_app.command("candidates", help=help_text("merges.candidates"))
def candidates(limit: Limit = 50, config: Config = None, as_json: Json = False) -> None:
    """Print cards that may be one client."""
    settings = load_settings(config)
    spoken = language(settings)
    found = request(settings, spoken, "GET", f"/api/v1/duplicates?limit={limit}")

    from daemon.cli.changes_tables import duplicates_table  # noqa: PLC0415

    show(found["items"], duplicates_table, spoken, as_json=as_json)


@merges_app.command("do", help=help_text("merges.do"))
def merge(
    target: Annotated[str, typer.Argument(metavar="CLIENT", help=help_text("merges.target"))],
    source: Annotated[str, typer.Argument(metavar="OTHER", help=help_text("merges.source"))],
    take: Annotated[
        list[str] | None, typer.Option("--take", metavar="FIELD", help=help_text("merges.take"))
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make two cards one."""
    settings = load_settings(config)
    spoken = language(settings)
    other = client_address(source, settings, spoken).rpartition("/")[2]
    wanted = {"source_id": other, "choices": dict.fromkeys(take or (), "source")}
    path = client_address(target, settings, spoken) + "/merge"
    made = request(settings, spoken, "POST", path, wanted)
    print_json(made) if as_json else typer.echo(say(spoken, "merges.merged", id=made["id"]))


@merges_app.command("undo", help=help_text("merges.undo"))
def unmerge(
    merge: Annotated[str, typer.Argument(metavar="MERGE", help=help_text("merges.id"))],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make one card two again."""
    settings = load_settings(config)
    spoken = language(settings)
    path = f"/api/v1/merges/{quote(merge, safe='')}/undo"
    undone = request(settings, spoken, "POST", path)
    if as_json:
        print_json(undone)
        return
    back, left = (sum(undone[key].values()) for key in ("back", "left"))
    typer.echo(say(spoken, "merges.unmerged", back=back, left=left))


@takeovers_app.command("list", help=help_text("takeovers.list"))
def list_takeovers(
    every: Annotated[bool, typer.Option("--all", help=help_text("takeovers.all"))] = False,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print requests that wait for a second person, or all."""
    settings = load_settings(config)
    spoken = language(settings)
    query = urlencode({"state": "all" if every else "open", "limit": limit})
    found = request(settings, spoken, "GET", f"/api/v1/takeovers?{query}")

    from daemon.cli.changes_tables import takeovers_table  # noqa: PLC0415

    show(found["items"], takeovers_table, spoken, as_json=as_json)


@takeovers_app.command("refuse", help=help_text("takeovers.refuse"))
def refuse(
    takeover: Annotated[str, typer.Argument(metavar="ID", help=help_text("takeovers.id"))],
    config: Config = None,
) -> None:
    """Refuse one. Asking and allowing is for two people who sign in."""
    settings = load_settings(config)
    spoken = language(settings)
    request(settings, spoken, "POST", f"/api/v1/takeovers/{quote(takeover, safe='')}/refuse")
    typer.echo(say(spoken, "takeovers.refused"))


def _address(client: str) -> str:
    if client.isdecimal():
        fail(say(language(), "archive.by_id"))
    return f"/api/v1/clients/{quote(client, safe='')}"
