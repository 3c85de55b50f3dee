"""What ``/api/v1/monitorings`` takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from crm.monitorings import EndedBy, Mode, Monitoring, Via
from daemon.api.parameters import Id, Text
from daemon.api.viewer import Viewer
from daemon.monitoring.session import Session

MOST_REASON = 500


class MonitoringWanted(BaseModel):
    """To be on a running call."""

    model_config = ConfigDict(extra="forbid")

    call_id: Id
    mode: Mode = Mode.LISTEN
    via: Via = Via.BROWSER
    phone: Text | None = None
    """With ``via: phone``: one of his phones (``101``); by default the first on which he takes
    calls."""
    reason: Annotated[str | None, Field(min_length=1, max_length=MOST_REASON)] = None


class ModeWanted(BaseModel):
    """Another mode."""

    model_config = ConfigDict(extra="forbid")

    mode: Mode


class StepModel(BaseModel):
    """Since when he was there in which mode."""

    mode: Mode
    at: datetime


class MonitoringModel(BaseModel):
    """One person on one call of others."""

    id: UUID
    call_id: UUID
    person: str | None
    agent: str | None
    """At whose side he was first."""
    mode: Mode
    """Now, or at the end."""
    modes: list[StepModel]
    """Oldest first."""
    via: Via
    state: str
    """``starting`` (his phone rings), ``running`` or ``ended``."""
    reason: str | None
    started_at: datetime
    ended_at: datetime | None
    ended_by: EndedBy | None
    audio: str | None
    """The WebSocket of its sound, for his own page while it runs: binary messages of 20 ms, signed
    16-bit little-endian PCM at 8 kHz; to the page with ``channels``, from it mono."""
    channels: int
    """2: the customer left, the manager right."""

    @classmethod
    def of(cls, one: Monitoring, viewer: Viewer, session: Session | None) -> Self:
        """From its record; ``session`` while it goes on."""
        own = one.person == viewer.person
        heard = session is not None and own and one.via is Via.BROWSER
        if one.ended_at is not None:
            state = "ended"
        else:
            state = "running" if session is not None and session.ears.running else "starting"
        return cls(
            id=one.id,
            call_id=one.call_id,
            person=viewer.name(one.person),
            agent=viewer.name(one.agent),
            mode=one.mode,
            modes=[StepModel(mode=step.mode, at=step.at) for step in one.steps],
            via=one.via,
            state=state,
            reason=viewer.text(one.reason),
            started_at=one.started_at,
            ended_at=one.ended_at,
            ended_by=one.ended_by,
            audio=f"/api/v1/monitorings/{one.id}/audio" if heard else None,
            channels=2,
        )


class MonitoringList(BaseModel):
    """Oldest first."""

    items: list[MonitoringModel]
