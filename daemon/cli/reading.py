"""Reading what is stored, also while no daemon runs, and printing it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from daemon.cli.context import FAILED, fail
from daemon.messages import say

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from config.problems import Language
    from config.settings import Settings
    from crm.vault import Vault

    Reading = Callable[[AsyncConnection, Vault], Coroutine[Any, Any, list[dict[str, Any]]]]


def read_stored(settings: Settings, reading: Reading, spoken: Language) -> list[dict[str, Any]]:
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


def show(
    found: list[dict[str, Any]],
    table: Callable[[list[dict[str, Any]], Language], object],
    spoken: Language,
    *,
    as_json: bool,
) -> None:
    """Print records as JSON or as a table; where there are none, say so."""
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return

    from daemon.cli.tables import console  # noqa: PLC0415

    console().print(table(found, spoken) if found else say(spoken, "nothing_found"))


def _require_database(settings: Settings, spoken: Language) -> None:
    from sqlalchemy import make_url  # noqa: PLC0415

    url = make_url(settings.database.url)
    try:
        made = url.get_backend_name() != "sqlite" or Path(url.database or "").exists()
    except PermissionError:
        fail(say(spoken, "closed_database", name=url.database), FAILED)
    if not made:
        fail(say(spoken, "no_database", name=url.database), FAILED)
