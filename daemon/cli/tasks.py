"""``callward tasks``: whom to call back and what else to do; listed also while no daemon runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from daemon.cli.context import Config, Json, help_text, language, load_settings
from daemon.cli.division import client_id
from daemon.cli.history import Limit
from daemon.cli.reading import read_stored, show
from daemon.cli.request import request
from daemon.cli.staffing import HELP_NAMES, print_json
from daemon.messages import say

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from crm.vault import Vault
    from daemon.api.viewer import Viewer

tasks_app = typer.Typer(invoke_without_command=True, context_settings=HELP_NAMES)

Agent = Annotated[str | None, typer.Option("--agent", help=help_text("tasks.agent"))]
All = Annotated[bool, typer.Option("--all", help=help_text("tasks.all"))]
Overdue = Annotated[bool, typer.Option("--overdue", help=help_text("tasks.overdue"))]
Id = Annotated[str, typer.Argument(metavar="ID", help=help_text("tasks.id"))]


@tasks_app.callback()
def tasks(  # noqa: PLR0917 - each is an option
    context: typer.Context,
    agent: Agent = None,
    closed_too: All = False,
    overdue: Overdue = False,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print open tasks, newest first."""
    if context.invoked_subcommand is None:
        list_(agent, closed_too, overdue, limit, config, as_json)


@tasks_app.command("list", help=help_text("tasks"))
def list_(  # noqa: PLR0917 - each is an option
    agent: Agent = None,
    closed_too: All = False,
    overdue: Overdue = False,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print open tasks, newest first."""
    settings = load_settings(config)
    spoken = language(settings)

    from crm.access import Right  # noqa: PLC0415
    from crm.clients import find_names  # noqa: PLC0415
    from crm.tasks import list_tasks  # noqa: PLC0415
    from daemon.api.task_models import TaskModel  # noqa: PLC0415
    from daemon.cli.work_tables import tasks_table  # noqa: PLC0415

    now = datetime.now(UTC)

    async def reading(
        connection: AsyncConnection, vault: Vault, viewer: Viewer
    ) -> list[dict[str, Any]]:
        found = await connection.run_sync(
            list_tasks,
            agent=agent,
            is_open=None if closed_too else True,
            due_before=now if overdue else None,
            limit=limit,
            within=viewer.within(Right.TASKS_READ),
        )
        names = await find_names(connection, {task.client_id for task in found})
        return [
            TaskModel.of(task, names.get(task.client_id), viewer, vault, now).model_dump(
                mode="json"
            )
            for task in found
        ]

    found = read_stored(settings, reading, spoken, "tasks")
    show(found, tasks_table, spoken, as_json=as_json)


@tasks_app.command("add", help=help_text("tasks.add"))
def add(  # noqa: PLR0917 - each is an option
    client: Annotated[str, typer.Argument(help=help_text("id_or_code"))],
    text: Annotated[str, typer.Argument(metavar="TEXT", help=help_text("tasks.text"))],
    agent: Annotated[str | None, typer.Option("--for", help=help_text("tasks.for"))] = None,
    due: Annotated[str | None, typer.Option("--due", help=help_text("tasks.due"))] = None,
    remind: Annotated[str | None, typer.Option("--remind", help=help_text("tasks.remind"))] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Set a task; without ``--for`` it is the client's curator's."""
    settings = load_settings(config)
    spoken = language(settings)
    wanted: dict[str, Any] = {"client_id": client_id(client, settings, spoken), "text": text}
    given = {"agent": agent, "due_at": _instant(due), "remind_at": _instant(remind)}
    wanted |= {key: value for key, value in given.items() if value is not None}
    made = request(settings, spoken, "POST", "/api/v1/tasks", wanted)
    if as_json:
        print_json(made)
        return
    whose = made["agent"] or say(spoken, "group")
    typer.echo(say(spoken, "tasks.added", id=made["id"], agent=whose))


@tasks_app.command("done", help=help_text("tasks.done"))
def done(task: Id, config: Config = None) -> None:
    """Close a task."""
    settings = load_settings(config)
    spoken = language(settings)
    request(settings, spoken, "PATCH", _address(task), {"closed": True})
    typer.echo(say(spoken, "tasks.closed"))


@tasks_app.command("reopen", help=help_text("tasks.reopen"))
def reopen(task: Id, config: Config = None) -> None:
    """Open a task again."""
    settings = load_settings(config)
    spoken = language(settings)
    request(settings, spoken, "PATCH", _address(task), {"closed": False})
    typer.echo(say(spoken, "tasks.reopened"))


def _address(task: str) -> str:
    return f"/api/v1/tasks/{quote(task, safe='')}"


def _instant(written: str | None) -> str | None:
    """A time without a zone is this machine's; what is no time at all, the daemon says."""
    if written is None:
        return None
    try:
        return datetime.fromisoformat(written).astimezone().isoformat()
    except ValueError:
        return written
