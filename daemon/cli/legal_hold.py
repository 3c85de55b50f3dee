"""``callward legal-hold`` and ``callward retention``: what stays, and what goes when."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote, urlencode

import typer

from daemon.cli.changes import client_address
from daemon.cli.context import Config, Json, fail, help_text, language, load_settings
from daemon.cli.history import Limit
from daemon.cli.reading import read_stored, show
from daemon.cli.request import request
from daemon.cli.staffing import HELP_NAMES
from daemon.messages import say

legal_hold_app = typer.Typer(no_args_is_help=True, context_settings=HELP_NAMES)

Call = Annotated[str | None, typer.Option("--call", help=help_text("legal-hold.call"))]
OfClient = Annotated[str | None, typer.Option("--client", help=help_text("legal-hold.client"))]
Reason = Annotated[str, typer.Option("--reason", help=help_text("legal-hold.reason"))]


@legal_hold_app.command("add", help=help_text("legal-hold.add"))
def add(reason: Reason, call: Call = None, client: OfClient = None, config: Config = None) -> None:
    """Set one."""
    _change("PUT", (call, client), reason, config, "legal-hold.added")


@legal_hold_app.command("lift", help=help_text("legal-hold.lift"))
def lift(reason: Reason, call: Call = None, client: OfClient = None, config: Config = None) -> None:
    """Lift it."""
    _change("DELETE", (call, client), reason, config, "legal-hold.lifted")


@legal_hold_app.command("list", help=help_text("legal-hold.list"))
def list_holds(
    every: Annotated[bool, typer.Option("--all", help=help_text("legal-hold.all"))] = False,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print those that stand, or all."""
    settings = load_settings(config)
    spoken = language(settings)
    query = urlencode({"limit": limit} | ({"lifted": "true"} if every else {}))
    found = request(settings, spoken, "GET", f"/api/v1/legal-holds?{query}")

    from daemon.cli.retention_tables import holds_table  # noqa: PLC0415

    show(found["items"], holds_table, spoken, as_json=as_json)


def retention(
    soon: Annotated[
        int, typer.Option("--soon", min=1, max=3650, help=help_text("retention.soon"))
    ] = 30,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print what falls under each rule, and what of it goes; nothing is deleted by it."""
    settings = load_settings(config)
    spoken = language(settings)

    async def read(connection: Any, vault: Any, _viewer: Any) -> list[dict[str, Any]]:
        from dataclasses import asdict  # noqa: PLC0415
        from datetime import UTC, datetime  # noqa: PLC0415

        from daemon.retention.rules import shares  # noqa: PLC0415

        now = datetime.now(UTC)
        found = await connection.run_sync(shares, settings.retention, vault, now, soon)
        return [asdict(one) for one in found]

    found = read_stored(settings, read, spoken, "retention")

    from daemon.cli.retention_tables import shares_table  # noqa: PLC0415

    show(
        found,
        lambda rows, told: shares_table(rows, settings.retention, soon, told),
        spoken,
        as_json=as_json,
    )


def _change(
    method: str, on: tuple[str | None, str | None], reason: str, config: Config, done: str
) -> None:
    call, client = on
    settings = load_settings(config)
    spoken = language(settings)
    if (call is None) == (client is None):
        fail(say(spoken, "legal-hold.one_of"))
    if call is not None:
        path = f"/api/v1/calls/{quote(call, safe='')}"
    else:
        path = client_address(client or "", settings, spoken)
    request(settings, spoken, method, f"{path}/legal-hold", {"reason": reason})
    typer.echo(say(spoken, done))
