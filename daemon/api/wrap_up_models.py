"""What came of a talk, as it is sent and answered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from daemon.api.client_models import Prose
from daemon.api.notes import NoteModel
from daemon.api.parameters import Instant, Text
from daemon.api.task_models import TaskModel


class NextTask(BaseModel):
    """What is to be done next."""

    model_config = ConfigDict(extra="forbid")

    text: str
    """What is to be done, up to 2000 characters."""
    agent: Text | None = None
    """For whom; null: the group. Left out: for yourself."""
    due_at: Instant | None = None
    remind_at: Instant | None = None
    """When to tell him; once, and later rather than never."""


class WrapUpWanted(BaseModel):
    """What came of a talk."""

    model_config = ConfigDict(extra="forbid")

    outcome: Text
    """One of ``/api/v1/policies/outcomes``."""
    note: Prose | None = None
    """For the client's card. Null: no other than was written with it before."""
    task: NextTask | None = None
    """The next task with the client. Null: no other than was set with it before."""


class WrapUpModel(BaseModel):
    """What was said of a talk; all null where nothing was."""

    call_id: UUID
    client_id: UUID | None
    """On whose card the note stands; null where you may not know of the client."""
    outcome: str | None
    person: str | None
    """Who said so."""
    at: datetime | None
    note: NoteModel | None
    """Null too where notes are hidden from you, and where it is gone."""
    task: TaskModel | None
    """Null too where tasks with the client are not for you."""
    may_wrap_up: bool
    """You talked in it, or may change the client."""
