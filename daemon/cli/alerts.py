"""``callward alerts``, ``quotas``, ``decoys``: what shows that somebody copies the base."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlencode

import typer

from daemon.cli.context import FAILED, Config, Json, fail, help_text, language, load_settings
from daemon.cli.history import Limit
from daemon.cli.reading import show
from daemon.cli.request import request
from daemon.messages import say

_CONTEXT = {"help_option_names": ["--help", "-h"]}
alerts_app = typer.Typer(no_args_is_help=True, context_settings=_CONTEXT)
quotas_app = typer.Typer(no_args_is_help=True, context_settings=_CONTEXT)
decoys_app = typer.Typer(no_args_is_help=True, context_settings=_CONTEXT)


@alerts_app.command("list", help=help_text("alerts.list"))
def list_alerts(
    settled_too: Annotated[bool, typer.Option("--all", help=help_text("alerts.all"))] = False,
    person: Annotated[str | None, typer.Option("--person", help=help_text("alerts.person"))] = None,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print alerts, newest first."""
    settings = load_settings(config)
    spoken = language(settings)

    from daemon.cli.watching_tables import alerts_table  # noqa: PLC0415

    query = {"state": "all" if settled_too else "open", "limit": str(limit)}
    if person is not None:
        query["person"] = person
    found = request(settings, spoken, "GET", f"/api/v1/alerts?{urlencode(query)}")
    show(found["items"], alerts_table, spoken, as_json=as_json)


@alerts_app.command("settle", help=help_text("alerts.settle"))
def settle(
    alert: Annotated[str, typer.Argument(metavar="ID", help=help_text("alerts.id"))],
    note: Annotated[str, typer.Argument(help=help_text("alerts.note"))],
    config: Config = None,
) -> None:
    """Say what was done about an alert."""
    settings = load_settings(config)
    spoken = language(settings)
    request(settings, spoken, "PATCH", f"/api/v1/alerts/{quote(alert, safe='')}", {"note": note})
    typer.echo(say(spoken, "alerts.settled"))


@quotas_app.command("list", help=help_text("quotas.list"))
def list_quotas(config: Config = None, as_json: Json = False) -> None:
    """Print what everybody has used of his quotas."""
    settings = load_settings(config)
    spoken = language(settings)

    from daemon.cli.watching_tables import quotas_table  # noqa: PLC0415

    found = request(settings, spoken, "GET", "/api/v1/quotas")
    show(found["items"], quotas_table, spoken, as_json=as_json)


@quotas_app.command("lift", help=help_text("quotas.lift"))
def lift(
    person: Annotated[str, typer.Argument(help=help_text("quotas.person"))],
    config: Config = None,
) -> None:
    """Let a person begin anew."""
    settings = load_settings(config)
    spoken = language(settings)
    request(settings, spoken, "DELETE", f"/api/v1/quotas/{quote(person, safe='')}")
    typer.echo(say(spoken, "quotas.lifted", person=person))


@quotas_app.command("policy", help=help_text("quotas.policy"))
def policy(
    file: Annotated[Path | None, typer.Option("--set", help=help_text("quotas.set"))] = None,
    config: Config = None,
) -> None:
    """Print the company's quotas as JSON, or set them whole."""
    settings = load_settings(config)
    spoken = language(settings)
    path = "/api/v1/policies/quotas"
    if file is None:
        answer = request(settings, spoken, "GET", path)
    else:
        try:
            wanted = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            fail(say(spoken, "quotas.no_file", file=file), FAILED)
        if isinstance(wanted, dict):
            # As it was printed: what is usual is not for setting.
            wanted.pop("defaults", None)
        answer = request(settings, spoken, "PUT", path, wanted)
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))


@decoys_app.command("add", help=help_text("decoys.add"))
def add(
    count: Annotated[int, typer.Argument(min=1, max=200, help=help_text("decoys.count"))],
    *,
    languages: Annotated[
        list[str] | None, typer.Option("--language", help=help_text("decoys.language"))
    ] = None,
    domain: Annotated[str | None, typer.Option("--domain", help=help_text("decoys.domain"))] = None,
    numbers: Annotated[
        list[str] | None, typer.Option("--number", help=help_text("decoys.number"))
    ] = None,
    curators: Annotated[
        list[str] | None, typer.Option("--curator", help=help_text("decoys.curator"))
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make decoys."""
    settings = load_settings(config)
    spoken = language(settings)
    wanted = {
        "count": count,
        "languages": languages or ["en", "ru"],
        "domain": domain,
        "numbers": numbers or [],
        "curators": curators or [],
    }
    made = request(settings, spoken, "POST", "/api/v1/decoys", wanted)
    if as_json:
        typer.echo(json.dumps(made, ensure_ascii=False, indent=2))
        return
    typer.echo(say(spoken, "decoys.made", count=len(made["items"])))


@decoys_app.command("list", help=help_text("decoys.list"))
def list_decoys(config: Config = None, as_json: Json = False) -> None:
    """Print all decoys."""
    settings = load_settings(config)
    spoken = language(settings)

    from daemon.cli.watching_tables import decoys_table  # noqa: PLC0415

    found = request(settings, spoken, "GET", "/api/v1/decoys")
    show(found["items"], decoys_table, spoken, as_json=as_json)


@decoys_app.command("remove", help=help_text("decoys.remove"))
def remove(
    decoy: Annotated[str, typer.Argument(metavar="ID", help=help_text("decoys.id"))],
    config: Config = None,
) -> None:
    """Take a decoy away."""
    settings = load_settings(config)
    spoken = language(settings)
    request(settings, spoken, "DELETE", f"/api/v1/decoys/{quote(decoy, safe='')}")
    typer.echo(say(spoken, "decoys.removed"))
