"""Reading what is stored, also while no daemon runs, and printing it.

It is read as the operator: private clients are not there, and the audit tells of it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from daemon.cli.context import FAILED, fail
from daemon.cli.request import unix_user
from daemon.messages import say

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from config.problems import Language
    from config.settings import Settings
    from crm.vault import Vault
    from daemon.api.viewer import Viewer

    Found = list[dict[str, Any]]
    Reading = Callable[[AsyncConnection, Vault, Viewer], Coroutine[Any, Any, Found]]


_PATIENCE_SECONDS: Final = 3.0


def read_stored(settings: Settings, reading: Reading, spoken: Language, what: str) -> Found:
    """Read a database that a daemon has made; this command neither makes nor migrates one.

    ``what``: the name of the command, for the audit. While the database takes no writes it is
    shown all the same, and the command says that the audit does not know of it: whoever reads the
    file itself is nobody from whom that could keep it.
    """
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415

    from config.settings import LogSettings  # noqa: PLC0415
    from crm.audit import Action, AuditLog  # noqa: PLC0415
    from crm.key_file import open_vault_of  # noqa: PLC0415
    from crm.vault import VaultError  # noqa: PLC0415
    from daemon import logs  # noqa: PLC0415
    from daemon.api.viewer import operator  # noqa: PLC0415
    from store.database import Database, StoreError  # noqa: PLC0415
    from store.migrate import require_head  # noqa: PLC0415

    async def read() -> Found:
        database = Database(settings.database.url)
        try:
            await require_head(database)
            vault = await open_vault_of(settings.vault, database)
            viewer = operator(unix_user())
            async with database.read() as connection:
                found = await reading(connection, vault, viewer)
            entry = viewer.entry(Action.DATABASE_READ, object=what, count=len(found))
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    await AuditLog(database, vault).tell(entry)
            except TimeoutError:
                typer.echo(say(spoken, "audit.not_told"), err=True)
            return found
        finally:
            await database.close()

    require_database(settings, spoken)
    logs.configure(LogSettings(level="warning"))
    try:
        return asyncio.run(read())
    except (StoreError, VaultError) as error:
        fail(error.text(spoken), FAILED)
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


def require_database(settings: Settings, spoken: Language) -> None:
    """Ends the command with one line where no daemon has made a database yet."""
    from sqlalchemy import make_url  # noqa: PLC0415

    url = make_url(settings.database.url)
    try:
        made = url.get_backend_name() != "sqlite" or Path(url.database or "").exists()
    except PermissionError:
        fail(say(spoken, "closed_database", name=url.database), FAILED)
    if not made:
        fail(say(spoken, "no_database", name=url.database), FAILED)
