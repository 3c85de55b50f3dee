"""Not called back, gone quiet, listened to: as they are answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, PlainSerializer

from crm.clients import ClientName
from daemon.api.viewer import Viewer
from daemon.control.missed import MissedClient
from daemon.control.quiet import QuietClient, QuietShare

Share = Annotated[float, PlainSerializer(lambda value: value and round(value, 3))]
"""0 to 1."""


class ToldClient(BaseModel):
    """A client; all null where you may not know of him."""

    client_id: UUID | None
    short_code: str | None
    client_name: str | None
    curator: str | None


class MissedModel(ToldClient):
    """A client who called in vain, and with whom nobody has talked since."""

    first_at: datetime
    """When he called in vain first, since somebody talked with him."""
    last_at: datetime
    last_call_id: UUID
    tries: int
    """How often he called."""
    attempts: int
    """How often somebody called him since, in vain."""
    last_attempt_at: datetime | None
    agent: str | None
    """Whose it is to call back: who has the task, else the curator; null: the group's."""
    task_id: UUID | None
    """The newest task to call him back."""
    closed_by: str | None
    """Who said that this is done, though nobody talked with him."""
    closed_at: datetime | None

    @classmethod
    def of(cls, one: MissedClient, client: ClientName | None, viewer: Viewer) -> Self:
        """From the row; ``client`` where he may be told."""
        task = one.task
        open_task = task if task is not None and task.closed_at is None else None
        curator = client.curator if client else None
        agent = open_task.agent if open_task else curator
        return cls(
            **told(client, viewer),
            first_at=one.first_at,
            last_at=one.last_at,
            last_call_id=one.last_call_id,
            tries=one.tries,
            attempts=one.attempts,
            last_attempt_at=one.last_attempt_at,
            agent=viewer.name(agent),
            task_id=task.id if task else None,
            closed_by=viewer.name(task.closed_by) if task else None,
            closed_at=task.closed_at if task else None,
        )


class MissedPage(BaseModel):
    """Clients who wait, the longest waiting first."""

    items: list[MissedModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class QuietModel(BaseModel):
    """One manager."""

    person: str
    left: bool
    """He works here no more."""
    regular: int
    """Clients with whom he talked three times in 90 days or more, within the last 180 days."""
    quiet: int
    """Of them, those who have had no call at all since their last talk with him, for 30 days."""
    share: Share
    """Of ``regular``."""
    colleagues_share: Share | None
    """The same of all other managers of whom you may read; null where there is none."""

    @classmethod
    def of(cls, one: QuietShare, *, left: bool) -> Self:
        """From the counts."""
        return cls(
            person=one.person,
            left=left,
            regular=one.regular,
            quiet=one.quiet,
            share=one.share,
            colleagues_share=one.colleagues_share,
        )


class QuietList(BaseModel):
    """Managers, the highest share first."""

    items: list[QuietModel]


class WentQuietModel(ToldClient):
    """A client who went quiet after a manager."""

    last_at: datetime
    """Their last talk."""
    last_call_id: UUID
    talks: int
    """Within 90 days before, that one too."""

    @classmethod
    def of(cls, one: QuietClient, client: ClientName | None, viewer: Viewer) -> Self:
        """From the row; ``client`` where he may be told."""
        return cls(
            **told(client, viewer),
            last_at=one.last_at,
            last_call_id=one.last_call_id,
            talks=one.talks,
        )


class QuietPage(BaseModel):
    """Clients, the last talk first."""

    items: list[WentQuietModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class ModeModel(BaseModel):
    """What he did from when on."""

    mode: str
    """``listen``, ``whisper``, ``barge``, ``takeover``."""
    since: datetime


class ListenedModel(BaseModel):
    """One time that somebody was on a call of which he was no part."""

    id: UUID
    call_id: UUID
    person: str
    """Who listened."""
    agent: str | None
    """At whose side."""
    client_id: UUID | None
    """Null, as the two below, where you may not know of the client."""
    short_code: str | None
    client_name: str | None
    via: str
    """``browser`` or ``phone``."""
    address: str | None
    """From where."""
    modes: list[ModeModel]
    reason: str | None
    started_at: datetime
    ended_at: datetime | None
    """Null while he listens."""
    ended_by: str | None


class ListenedPage(BaseModel):
    """Newest first."""

    items: list[ListenedModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


def told(client: ClientName | None, viewer: Viewer) -> dict[str, Any]:
    """What ``ToldClient`` holds of him."""
    return {
        "client_id": client.id if client else None,
        "short_code": client.short_code if client else None,
        "client_name": viewer.name(client.name) if client else None,
        "curator": viewer.name(client.curator) if client else None,
    }
