"""``/api/v1/tasks``: whom to call back."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Literal, Self
from uuid import UUID

from aiohttp_pydantic.oas.typing import r200, r400
from pydantic import BaseModel

from crm.clients import ClientName, find_names
from crm.tasks import Task, list_tasks
from daemon.api.parameters import Id, Limit, Resource, Text
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.viewer import OPERATOR, Viewer


class TaskModel(BaseModel):
    """One task: a client who was missed, until somebody talks to him."""

    id: UUID
    kind: str
    """``callback``."""
    client_id: UUID
    short_code: str | None
    """Whoever dials it on a phone of the company calls this client."""
    client_name: str | None
    agent: str | None
    """The client's curator, whose task it is; null: the group's."""
    call_id: UUID
    """The call that was missed."""
    created_at: datetime
    closed_at: datetime | None
    closed_by_call_id: UUID | None
    """The talk that closed it."""

    @classmethod
    def of(cls, task: Task, client: ClientName | None, viewer: Viewer = OPERATOR) -> Self:
        """From the task and the client whom it concerns."""
        return cls(
            id=task.id,
            kind=task.kind,
            client_id=task.client_id,
            short_code=client.short_code if client else None,
            client_name=viewer.text(client.name) if client else None,
            agent=viewer.text(task.agent),
            call_id=task.call_id,
            created_at=task.created_at,
            closed_at=task.closed_at,
            closed_by_call_id=task.closed_by_call_id,
        )


class TaskPage(BaseModel):
    """Tasks, newest first."""

    items: list[TaskModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class TasksResource(Resource):
    """Whom to call back."""

    for_managers = frozenset({"GET"})

    async def get(
        self,
        state: Literal["open", "all"] = "open",
        agent: Text | None = None,
        after: Id | None = None,
        limit: Limit = 50,
    ) -> r200[TaskPage] | r400[ProblemDocument]:
        """Tasks, newest first; with ``agent``, his and the group's. A manager gets those always.

        Status codes:
            200: One page
            400: A parameter is unknown or has a value that is not allowed
        """
        viewer = self.viewer
        if viewer.agent is not None and agent not in {None, viewer.agent}:
            raise ProblemError(HTTPStatus.FORBIDDEN, "not_yours")
        async with self.context.database.read() as connection:
            found = await connection.run_sync(
                list_tasks,
                agent=viewer.agent or agent,
                is_open=True if state == "open" else None,
                limit=limit + 1,
                after=after,
                within=viewer.within,
            )
            page = found[:limit]
            names = await find_names(connection, {task.client_id for task in page})
        model = TaskPage(
            items=[TaskModel.of(task, names.get(task.client_id), viewer) for task in page],
            next=str(page[-1].id) if len(found) > limit else None,
        )
        return json_response(model)
