"""``callward clients``: the cards, and whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from daemon.cli.context import (
    FAILED,
    Config,
    Json,
    fail,
    help_text,
    language,
    load_settings,
)
from daemon.cli.history import Limit, Number, parse_number
from daemon.cli.reading import read_stored, show
from daemon.cli.request import request
from daemon.messages import say

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from config.problems import Language
    from config.settings import Settings
    from crm.vault import Vault


clients_app = typer.Typer(
    invoke_without_command=True, context_settings={"help_option_names": ["--help", "-h"]}
)


@clients_app.callback()
def clients(  # noqa: PLR0917 - each is an option
    context: typer.Context,
    number: Number = None,
    code: Annotated[str | None, typer.Option("--code", help=help_text("code"))] = None,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print client cards, newest first, or the one that a number or short code belongs to."""
    if context.invoked_subcommand is not None:
        return
    settings = load_settings(config)
    spoken = language(settings)
    e164 = parse_number(number, settings, spoken)

    from crm.clients import (  # noqa: PLC0415
        find_client_by_code,
        find_client_by_number,
        list_clients,
    )
    from daemon.api.client_models import ClientModel  # noqa: PLC0415
    from daemon.cli.tables import clients_table  # noqa: PLC0415

    async def reading(connection: AsyncConnection, vault: Vault) -> list[dict[str, Any]]:
        if e164 is not None:
            found = [await find_client_by_number(connection, e164, vault=vault)]
        elif code is not None:
            found = [await find_client_by_code(connection, code, vault=vault)]
        else:
            found = [*await list_clients(connection, limit=limit, vault=vault)]
        return [
            ClientModel.of(card).model_dump(mode="json")
            for card in found
            if card is not None and code in {None, card.short_code}
        ]

    show(read_stored(settings, reading, spoken), clients_table, spoken, as_json=as_json)


@clients_app.command("set", help=help_text("clients.set"))
def set_client(  # noqa: PLR0917 - each is an option
    client: Annotated[str, typer.Argument(help=help_text("id_or_code"))],
    name: Annotated[str | None, typer.Option("--name", help=help_text("name"))] = None,
    curator: Annotated[str | None, typer.Option("--curator", help=help_text("curator"))] = None,
    deputy: Annotated[str | None, typer.Option("--deputy", help=help_text("deputy"))] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Change a card in the running daemon and print it."""
    settings = load_settings(config)
    spoken = language(settings)
    given = {"name": name, "curator": curator, "deputy": deputy}
    changes = {key: value or None for key, value in given.items() if value is not None}
    if not changes:
        fail(say(spoken, "nothing_to_change"))

    from daemon.cli.tables import clients_table  # noqa: PLC0415

    id_ = _find(client, settings, spoken) if client.isdecimal() else client
    card = request(settings, spoken, "PATCH", f"/api/v1/clients/{quote(id_, safe='')}", changes)
    show([card], clients_table, spoken, as_json=as_json)


def _find(code: str, settings: Settings, spoken: Language) -> str:
    found = request(settings, spoken, "GET", f"/api/v1/clients?code={quote(code, safe='')}")
    if not found["items"]:
        fail(say(spoken, "api.client_not_found"), FAILED)
    return str(found["items"][0]["id"])
