"""Talks after which nothing was entered, as they are sent and answered."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from daemon.api.client_models import Prose
from daemon.api.models import Seconds
from daemon.calls.call import Direction
from daemon.control.reconciliation import TalkState

May = Literal["ask", "answer", "settle"]


class TalkModel(BaseModel):
    """One talk, and what was asked and answered about it."""

    call_id: UUID
    direction: Direction
    started_at: datetime
    ended_at: datetime | None
    talk_seconds: Seconds
    managers: list[str]
    """Who talked, the first to answer first."""
    client_id: UUID | None
    """Null, as the two below, where you may not know of the client."""
    short_code: str | None
    client_name: str | None
    state: TalkState
    """``settled`` also where something was entered after a question."""
    entered: bool
    """Who talked has entered something since."""
    outcome: str | None
    """What came of it, where that was said."""
    person: str | None
    """Who was asked, or answered."""
    asked_by: str | None
    asked_at: datetime | None
    text: str | None
    """The question in words, where it was put so."""
    answer: str | None
    answered_at: datetime | None
    settled_by: str | None
    settled_at: datetime | None
    reason: str | None
    """Why it was taken as settled."""
    may: list[May]
    """What you may do about it."""


class TalkPage(BaseModel):
    """Talks, newest first."""

    items: list[TalkModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class Asking(BaseModel):
    """A question to who talked."""

    model_config = ConfigDict(extra="forbid")

    text: Prose | None = None
    """Null: just what came of it."""


class Answering(BaseModel):
    """What came of it, as who talked says."""

    model_config = ConfigDict(extra="forbid")

    text: Prose


class TalkSettling(BaseModel):
    """Why it is settled without an entry."""

    model_config = ConfigDict(extra="forbid")

    reason: Prose
