"""Tasks as they are sent and answered."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from crm.clients import ClientName
from crm.tasks import Task, open_text
from crm.vault import Vault
from daemon.api.parameters import Id, Instant, Text
from daemon.api.viewer import Viewer


class TaskModel(BaseModel):
    """One task with a client."""

    id: UUID
    kind: str
    """``callback``: he was missed, until somebody talks to him. ``todo``: a person set it."""
    client_id: UUID
    short_code: str | None
    """Whoever dials it on a phone of the company calls this client."""
    client_name: str | None
    agent: str | None
    """Whose task it is; null: the group's."""
    text: str | None
    """What is to be done; null for a callback. What could be a hidden number is dots."""
    due_at: datetime | None
    overdue: bool
    remind_at: datetime | None
    reminded_at: datetime | None
    """When he was told."""
    created_at: datetime
    created_by: str | None
    """Null: a call did it."""
    call_id: UUID | None
    """The call that was missed."""
    closed_at: datetime | None
    closed_by: str | None
    """Who said that it is done, or who talked with the client."""
    closed_by_call_id: UUID | None
    """The talk that closed it."""

    @classmethod
    def of(
        cls, task: Task, client: ClientName | None, viewer: Viewer, vault: Vault, now: datetime
    ) -> Self:
        """From the task and the client whom it concerns."""
        return cls(
            id=task.id,
            kind=task.kind,
            client_id=task.client_id,
            short_code=client.short_code if client else None,
            client_name=viewer.name(client.name) if client else None,
            agent=viewer.name(task.agent),
            text=viewer.text(open_text(vault, task)),
            due_at=task.due_at,
            overdue=task.is_overdue(now),
            remind_at=task.remind_at,
            reminded_at=task.reminded_at,
            created_at=task.created_at,
            created_by=task.created_by,
            call_id=task.call_id,
            closed_at=task.closed_at,
            closed_by=viewer.name(task.closed_by),
            closed_by_call_id=task.closed_by_call_id,
        )


class TaskPage(BaseModel):
    """Tasks, newest first."""

    items: list[TaskModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class TaskWanted(BaseModel):
    """A task that a person sets."""

    model_config = ConfigDict(extra="forbid")

    client_id: Id
    text: str
    """What is to be done, up to 2000 characters."""
    agent: Text | None = None
    """For whom; null: the group. Left out: for yourself."""
    due_at: Instant | None = None
    remind_at: Instant | None = None
    """When to tell him; once, and later rather than never."""


class TaskChange(BaseModel):
    """What is to be different; what is left out stays, null clears."""

    model_config = ConfigDict(extra="forbid")

    agent: Text | None = None
    text: str | None = None
    due_at: Instant | None = None
    remind_at: Instant | None = None
    closed: bool | None = None
    """True: it is done. False: it is open again."""
