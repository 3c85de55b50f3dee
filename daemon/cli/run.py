"""``callward run``: prepare, then become the daemon."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

from daemon.cli.context import Config, config_path, fail, language, load_settings

if TYPE_CHECKING:
    from config.settings import Settings


def run(config: Config = None) -> None:
    """Bring database and key up to date, then replace this process by the daemon's.

    The migrations' and the command line's libraries stay behind: the daemon never loads them. On
    PostgreSQL another daemon may be at work: there, who leads brings the database up to date.
    """
    settings = load_settings(config)

    from daemon import logs  # noqa: PLC0415

    logs.configure(settings.log)
    asyncio.run(_prepare(settings))
    # -P: modules of ours never come from the folder in which somebody happens to stand.
    # Same pid, so that systemd goes on to watch it.
    os.execv(  # noqa: S606
        sys.executable,
        [sys.executable, "-P", "-m", "daemon.process", str(config_path(config).resolve())],
    )


async def _prepare(settings: Settings) -> None:
    from config.doors import check_doors  # noqa: PLC0415
    from config.problems import SettingsError  # noqa: PLC0415
    from config.secrets import read_secrets  # noqa: PLC0415
    from crm.key_file import open_vault_of  # noqa: PLC0415
    from crm.vault import VaultError  # noqa: PLC0415
    from store.database import Database, StoreError  # noqa: PLC0415
    from store.lease import share  # noqa: PLC0415
    from store.migrate import migrate_alone, refuse_newer  # noqa: PLC0415

    try:
        read_secrets(settings)
        check_doors(settings)
        database = Database(settings.database.url)
        try:
            if database.is_server:
                # Else it would be a standby that cannot take over.
                await refuse_newer(database)
            else:
                await migrate_alone(database)
                async with share(database):
                    await open_vault_of(settings.vault, database)
        finally:
            await database.close()
    except SettingsError as error:
        fail(str(error))
    except (StoreError, VaultError) as error:
        fail(error.text(language(settings)))
