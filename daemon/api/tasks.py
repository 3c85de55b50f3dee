"""``/api/v1/tasks``: whom to call back, and what else is to be done with clients."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final, Literal
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r201, r400, r403, r404
from sqlalchemy import Connection, exists, select

from crm.access import Right, Target, allows_person
from crm.audit import Action
from crm.clients import find_names, load_names
from crm.tables import client
from crm.tasks import (
    TODO,
    CallbackOpenError,
    Task,
    add_task,
    change_task,
    close_task,
    find_task,
    list_tasks,
    open_text,
    reopen_task,
)
from daemon.api.card_events import tell_change, whose
from daemon.api.parameters import Flag, Id, Instant, Limit, Resource, Text, rules
from daemon.api.problems import ProblemDocument, ProblemError, Refused
from daemon.api.responses import json_response
from daemon.api.task_door import check_agent, default_agent, task_text
from daemon.api.task_models import TaskChange, TaskModel, TaskPage, TaskWanted
from store.ids import uuid7


class _OfTasks(Resource):
    """What the resources of tasks share."""

    async def _answer(self, id_: UUID, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
        viewer = self.viewer
        async with self.context.database.read() as connection:
            task = await connection.run_sync(find_task, id_, viewer.within(Right.TASKS_READ))
            if task is None:
                raise ProblemError(HTTPStatus.NOT_FOUND, "task_not_found")
            names = await find_names(connection, {task.client_id})
        await self.context.reading.listed(viewer, list(names.values()), Action.TASKS_LISTED)
        model = TaskModel.of(
            task, names.get(task.client_id), viewer, self.context.vault, datetime.now(UTC)
        )
        return json_response(model, status)

    async def _tell(self, client_id: UUID) -> None:
        """Who has the client's card open hears that something changed there."""
        async with self.context.database.read() as connection:
            now = await connection.run_sync(whose, [client_id])
        tell_change(self.request, self.viewer, now, now)


class TasksResource(_OfTasks):
    """Tasks."""

    rights = rules(GET=Right.TASKS_READ, POST=Right.TASKS_CHANGE)

    async def get(  # noqa: PLR0917 - aiohttp-pydantic takes a query's parameters from these
        self,
        state: Literal["open", "overdue", "closed", "all"] = "open",
        agent: Text | None = None,
        mine: Flag = False,
        client_id: Id | None = None,
        due_before: Instant | None = None,
        after: Id | None = None,
        limit: Limit = 50,
    ) -> r200[TaskPage] | r400[ProblemDocument] | r403[ProblemDocument]:
        """Tasks with clients of whom you may know, newest first.

        ``agent``: his and the group's; ``mine``: yours alone; ``due_before``: to be done until
        then.

        Status codes:
            200: One page
            400: A parameter is unknown or has a value that is not allowed
            403: You may not ask for that person's
        """
        viewer, now = self.viewer, datetime.now(UTC)
        if agent is not None and not allows_person(viewer.access, Right.TASKS_READ, agent):
            raise ProblemError(HTTPStatus.FORBIDDEN, "not_yours")
        if state == "overdue":
            due_before = now if due_before is None else min(due_before, now)
        async with self.context.database.read() as connection:
            found = await connection.run_sync(
                partial(
                    list_tasks,
                    agent=viewer.person if mine else agent,
                    only_his=mine,
                    client_id=client_id,
                    is_open={"closed": False, "all": None}.get(state, True),
                    due_before=due_before,
                    limit=limit + 1,
                    after=after,
                    within=viewer.within(Right.TASKS_READ),
                )
            )
            page = found[:limit]
            names = await find_names(connection, {task.client_id for task in page})
        asked = {"state": state, "agent": agent}
        details = {name: value for name, value in asked.items() if value is not None}
        await self.context.reading.listed(
            viewer, list(names.values()), Action.TASKS_LISTED, details, client_id=client_id
        )
        vault = self.context.vault
        model = TaskPage(
            items=[
                TaskModel.of(task, names.get(task.client_id), viewer, vault, now) for task in page
            ],
            next=str(page[-1].id) if len(found) > limit else None,
        )
        return json_response(model)

    async def post(self, wanted: TaskWanted) -> r201[TaskModel] | Refused:
        """Set a task with a client.

        Status codes:
            201: The task
            400: The text is empty or too long
            403: Tasks with this client, or for that person, are not yours to set
            404: There is no such client
            409: That person may not read the client
        """
        text, id_, now = task_text(wanted.text), uuid7(), datetime.now(UTC)
        context, viewer = self.context, self.viewer

        def work(connection: Connection) -> None:
            target = self._target(connection, wanted.client_id)
            agent = wanted.agent
            if "agent" not in wanted.model_fields_set:
                agent = default_agent(viewer, context.staff.now, target)
            else:
                check_agent(viewer, context.staff.now, agent, target)
            add_task(
                connection,
                context.vault,
                id_=id_,
                client_id=wanted.client_id,
                agent=agent,
                text=text,
                due_at=wanted.due_at,
                remind_at=wanted.remind_at,
                by=viewer.actor,
                at=now,
            )
            details = {"after": _written(agent, wanted.due_at, wanted.remind_at)}
            context.audit.add(
                connection,
                viewer.entry(
                    Action.TASK_CREATED,
                    client_id=wanted.client_id,
                    object=str(id_),
                    details=details,
                ),
            )

        await context.database.write(work)
        context.work.reminders_changed()
        await self._tell(wanted.client_id)
        return await self._answer(id_, HTTPStatus.CREATED)

    def _target(self, connection: Connection, client_id: UUID) -> Target:
        """Of a client with whom he may set tasks."""
        within = self.viewer.within(Right.TASKS_READ)
        known = select(exists().where(client.c.id == client_id, within))
        if not connection.execute(known).scalar_one():
            raise ProblemError(HTTPStatus.NOT_FOUND, "client_not_found")
        target = load_names(connection, {client_id})[client_id].target
        if not self.viewer.allows(Right.TASKS_CHANGE, target):
            raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")
        return target


class TaskResource(_OfTasks):
    """One task."""

    rights = rules(GET=Right.TASKS_READ, PATCH=Right.TASKS_CHANGE)

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r200[TaskModel] | r400[ProblemDocument] | r404[ProblemDocument]:
        """One task.

        Status codes:
            200: The task
            404: There is no such task
        """
        return await self._answer(id)

    async def patch(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        change: TaskChange,
    ) -> r200[TaskModel] | Refused:
        """Change it, close it, open it again.

        Status codes:
            200: The task as it is now
            400: Nothing is named, or a callback's text or dates are
            403: Tasks with this client, or for that person, are not yours to change
            404: There is no such task
            409: That person may not read the client; or another callback is open
        """
        values = {key: getattr(change, key) for key in change.model_fields_set}
        if not values or values.get("closed", False) is None:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "nothing_to_change")
        if "text" in values:
            values["text"] = task_text(values["text"])
        client_id = await self.context.database.write(
            lambda connection: self._change(connection, id, dict(values))
        )
        self.context.work.reminders_changed()
        await self._tell(client_id)
        return await self._answer(id)

    def _change(self, connection: Connection, id_: UUID, values: dict[str, Any]) -> UUID:
        """Whose task it is that was changed."""
        context, viewer, now = self.context, self.viewer, datetime.now(UTC)
        task = find_task(connection, id_, viewer.within(Right.TASKS_READ))
        if task is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "task_not_found")
        target = load_names(connection, {task.client_id})[task.client_id].target
        if not viewer.allows(Right.TASKS_CHANGE, target):
            raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")
        closed = values.pop("closed", None)
        if values:
            self._check_change(task, target, values)
            change_task(connection, context.vault, id_, values)
            before = {key: getattr(task, key) for key in values if key != "text"}
            details: dict[str, Any] = {
                "before": _plain(before),
                "after": _plain({key: values[key] for key in before}),
                "fields": sorted(values),
            }
            self._log(connection, Action.TASK_CHANGED, task, details)
        if closed is True and close_task(connection, id_, now, viewer.actor):
            self._log(connection, Action.TASK_CLOSED, task, None)
        if closed is False:
            try:
                reopened = reopen_task(connection, id_)
            except CallbackOpenError:
                raise ProblemError(HTTPStatus.CONFLICT, "task_callback_open") from None
            if reopened:
                details = {"after": {"closed": "false"}}
                self._log(connection, Action.TASK_CHANGED, task, details)
        return task.client_id

    def _check_change(self, task: Task, target: Target, values: dict[str, Any]) -> None:
        if task.kind != TODO and values.keys() - {"agent", "remind_at"}:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "task_callback_text")
        if "agent" in values and values["agent"] != task.agent:
            check_agent(self.viewer, self.context.staff.now, values["agent"], target)
        if "text" in values:
            stands = open_text(self.context.vault, task)
            if self.viewer.text(stands) != stands:
                raise ProblemError(HTTPStatus.FORBIDDEN, "task_text_hidden")

    def _log(
        self, connection: Connection, action: Action, task: Task, details: dict[str, Any] | None
    ) -> None:
        entry = self.viewer.entry(
            action, client_id=task.client_id, object=str(task.id), details=details
        )
        self.context.audit.add(connection, entry)


def _written(
    agent: str | None, due_at: datetime | None, remind_at: datetime | None
) -> dict[str, Any]:
    named = {"agent": agent, "due_at": due_at, "remind_at": remind_at}
    return _plain({key: value for key, value in named.items() if value is not None})


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in values.items()
    }


ROUTES: Final = (("/api/v1/tasks", TasksResource), ("/api/v1/tasks/{id}", TaskResource))
