"""``callward vault``: the key that seals contact details."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.context import FAILED, Config, fail, help_text, language, load_settings
from daemon.messages import say

if TYPE_CHECKING:
    from config.problems import Language
    from config.settings import Settings
    from crm.rotation import Rotated

vault_app = typer.Typer(
    no_args_is_help=True, context_settings={"help_option_names": ["--help", "-h"]}
)


@vault_app.command("rotate", help=help_text("vault.rotate"))
def rotate(
    yes: Annotated[bool, typer.Option("--yes", "-y", help=help_text("vault.yes"))] = False,
    config: Config = None,
) -> None:
    """Ask, replace the key, and say what is left to do."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    from config.settings import LogSettings  # noqa: PLC0415
    from crm.vault import VaultError  # noqa: PLC0415
    from daemon import logs  # noqa: PLC0415
    from daemon.cli.reading import require_database  # noqa: PLC0415
    from store.database import StoreError  # noqa: PLC0415

    settings = load_settings(config)
    spoken = language(settings)
    require_database(settings, spoken)
    logs.configure(LogSettings(level="warning"))
    if not yes:
        typer.confirm(say(spoken, "vault.ask", database=settings.database.url), abort=True)
    try:
        rotated = asyncio.run(_rotate(settings, spoken))
    except (StoreError, VaultError) as error:
        fail(error.text(spoken), FAILED)
    except DBAPIError:
        fail(say(spoken, "old_database", name=settings.database.url), FAILED)
    if rotated.finished:
        typer.echo(say(spoken, "vault.finished"))
    else:
        typer.echo(say(spoken, "vault.rotated", count=rotated.values))
    typer.echo(say(spoken, "vault.old_key", path=rotated.old_key))


async def _rotate(settings: Settings, spoken: Language) -> Rotated:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, TaskID  # noqa: PLC0415

    from crm import rotation  # noqa: PLC0415
    from crm.audit import OPERATOR, Action, Entry  # noqa: PLC0415
    from crm.key_file import credential_of  # noqa: PLC0415
    from crm.vault import VaultError  # noqa: PLC0415
    from daemon.cli.request import unix_user  # noqa: PLC0415
    from store.database import Database  # noqa: PLC0415
    from store.migrate import require_head  # noqa: PLC0415

    if credential_of(settings.vault) is not None:
        raise VaultError("rotate_credential")
    entry = Entry(action=Action.VAULT_ROTATED, actor=OPERATOR, via=f"command:{unix_user()}")
    database = Database(settings.database.url)
    bars: dict[str, TaskID] = {}
    try:
        with Progress(console=Console(stderr=True)) as progress:

            def tell(how_far: rotation.Progress) -> None:
                if how_far.step is not rotation.Step.SEALING:
                    return
                table = how_far.table
                if table not in bars:
                    words = say(spoken, "vault.sealing", table=table)
                    bars[table] = progress.add_task(words, total=how_far.total)
                progress.update(bars[table], completed=how_far.done)

            await require_head(database)
            return await rotation.rotate(database, settings.vault.key_file, entry, tell)
    finally:
        await database.close()
