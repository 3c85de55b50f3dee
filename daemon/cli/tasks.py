"""``callward tasks``: whom to call back, also while no daemon runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli.context import Config, Json, help_text, language, load_settings
from daemon.cli.history import Limit
from daemon.cli.reading import read_stored, show

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from crm.vault import Vault


def tasks(
    agent: Annotated[str | None, typer.Option("--agent", help=help_text("tasks.agent"))] = None,
    closed_too: Annotated[bool, typer.Option("--all", help=help_text("tasks.all"))] = False,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print open tasks, newest first."""
    settings = load_settings(config)
    spoken = language(settings)

    from crm.clients import find_names  # noqa: PLC0415
    from crm.tasks import list_tasks  # noqa: PLC0415
    from daemon.api.tasks import TaskModel  # noqa: PLC0415
    from daemon.cli.tables import tasks_table  # noqa: PLC0415

    async def reading(connection: AsyncConnection, vault: Vault) -> list[dict[str, Any]]:  # noqa: ARG001 - no number is opened
        found = await connection.run_sync(
            list_tasks, agent=agent, is_open=None if closed_too else True, limit=limit
        )
        names = await find_names(connection, {task.client_id for task in found})
        return [
            TaskModel.of(task, names.get(task.client_id)).model_dump(mode="json") for task in found
        ]

    show(read_stored(settings, reading, spoken), tasks_table, spoken, as_json=as_json)
