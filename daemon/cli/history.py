"""``callward calls`` and ``callward clients``: what is stored, also while no daemon runs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from daemon.calls.call import Direction, Disposition
from daemon.cli.context import (
    FAILED,
    HELP_LANGUAGE,
    Config,
    Json,
    fail,
    language,
    load_settings,
)
from daemon.cli.instants import parse_instant
from daemon.messages import say

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from config.problems import Language
    from config.settings import Settings
    from crm.vault import Vault

    Reading = Callable[[AsyncConnection, Vault], Coroutine[Any, Any, list[dict[str, Any]]]]

_EXAMPLE_ID = "01941f29-7c00-7aaa-9bbb-0123456789ab"


def _help(key: str) -> str:
    return say(HELP_LANGUAGE, f"help.{key}")


Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=100_000, help=_help("limit"))]
Number = Annotated[str | None, typer.Option("--number", help=_help("number"))]


def calls(  # noqa: PLR0917 - each is an option
    since: Annotated[str | None, typer.Option("--since", help=_help("since"))] = None,
    until: Annotated[str | None, typer.Option("--until", help=_help("until"))] = None,
    direction: Annotated[Direction | None, typer.Option(help=_help("direction"))] = None,
    disposition: Annotated[Disposition | None, typer.Option(help=_help("disposition"))] = None,
    agent: Annotated[str | None, typer.Option("--agent", help=_help("agent"))] = None,
    client: Annotated[str | None, typer.Option("--client", help=_help("client"))] = None,
    number: Number = None,
    running: Annotated[bool, typer.Option("--running", help=_help("running"))] = False,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print the calls that match, newest first."""
    settings = load_settings(config)
    spoken = language(settings)
    from_at = _instant("--since", since, spoken)
    to_at = _instant("--until", until, spoken)
    client_id = _id("--client", client, spoken)
    e164 = _number(number, settings, spoken)

    from daemon.api.models import CallModel  # noqa: PLC0415
    from daemon.history.queries import CallFilter, list_calls  # noqa: PLC0415
    from recordings.queries import recordings_of  # noqa: PLC0415

    async def reading(connection: AsyncConnection, vault: Vault) -> list[dict[str, Any]]:
        wanted = CallFilter(
            since=from_at,
            until=to_at,
            direction=direction,
            disposition=disposition,
            agent=agent,
            client_id=client_id,
            number=None if e164 is None else vault.blind_index(e164),
            running=running,
        )
        found = await list_calls(connection, wanted, limit=limit, vault=vault)
        recordings = await recordings_of(connection, [stored.call.id for stored in found])
        return [
            CallModel.of(
                stored.call, stored.client_id, recordings.get(stored.call.id, ())
            ).model_dump(mode="json")
            for stored in found
        ]

    from daemon.cli.tables import calls_table  # noqa: PLC0415

    _print(_read(settings, reading, spoken), calls_table, spoken, as_json=as_json)


def clients(
    number: Number = None, limit: Limit = 50, config: Config = None, as_json: Json = False
) -> None:
    """Print client cards, newest first, or the one that a number belongs to."""
    settings = load_settings(config)
    spoken = language(settings)
    e164 = _number(number, settings, spoken)

    from crm.clients import find_client_by_number, list_clients  # noqa: PLC0415
    from daemon.api.models import ClientModel  # noqa: PLC0415

    async def reading(connection: AsyncConnection, vault: Vault) -> list[dict[str, Any]]:
        if e164 is None:
            found = await list_clients(connection, limit=limit, vault=vault)
        else:
            card = await find_client_by_number(connection, e164, vault=vault)
            found = [] if card is None else [card]
        return [ClientModel.of(card).model_dump(mode="json") for card in found]

    from daemon.cli.tables import clients_table  # noqa: PLC0415

    _print(_read(settings, reading, spoken), clients_table, spoken, as_json=as_json)


def _read(settings: Settings, reading: Reading, spoken: Language) -> list[dict[str, Any]]:
    """Read a database that a daemon has made; this command neither makes nor migrates one."""
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415

    from config.settings import LogSettings  # noqa: PLC0415
    from crm.key_file import open_vault  # noqa: PLC0415
    from crm.vault import VaultError  # noqa: PLC0415
    from daemon import logs  # noqa: PLC0415
    from store.database import Database, StoreError  # noqa: PLC0415

    async def read() -> list[dict[str, Any]]:
        database = Database(settings.database.url)
        try:
            vault = await open_vault(database, settings.vault.key_file)
            async with database.read() as connection:
                return await reading(connection, vault)
        finally:
            await database.close()

    _require_database(settings, spoken)
    logs.configure(LogSettings(level="warning"))
    try:
        return asyncio.run(read())
    except (StoreError, VaultError) as error:
        fail(str(error), FAILED)
    except OperationalError:
        fail(say(spoken, "old_database", name=settings.database.url), FAILED)


def _require_database(settings: Settings, spoken: Language) -> None:
    from sqlalchemy import make_url  # noqa: PLC0415

    url = make_url(settings.database.url)
    try:
        made = url.get_backend_name() != "sqlite" or Path(url.database or "").exists()
    except PermissionError:
        fail(say(spoken, "closed_database", name=url.database), FAILED)
    if not made:
        fail(say(spoken, "no_database", name=url.database), FAILED)


def _print(
    found: list[dict[str, Any]],
    table: Callable[[list[dict[str, Any]], Language], object],
    spoken: Language,
    *,
    as_json: bool,
) -> None:
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return

    from daemon.cli.tables import console  # noqa: PLC0415

    console().print(table(found, spoken) if found else say(spoken, "nothing_found"))


def _instant(option: str, text: str | None, spoken: Language) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_instant(text, datetime.now().astimezone())
    except (ValueError, OverflowError):
        fail(say(spoken, "bad_instant", option=option, value=text))


def _id(option: str, text: str | None, spoken: Language) -> UUID | None:
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError:
        fail(say(spoken, "bad_id", option=option, value=text, example=_EXAMPLE_ID))


def _number(text: str | None, settings: Settings, spoken: Language) -> str | None:
    if text is None:
        return None
    from crm.numbers import normalise  # noqa: PLC0415

    e164 = normalise(text, settings.company.region)
    if e164 is None:
        fail(say(spoken, "bad_phone", option="--number"))
    return e164
