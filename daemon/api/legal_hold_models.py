"""What the API says of legal holds."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from crm.legal_holds import LegalHold
from daemon.api.client_models import Prose
from daemon.api.viewer import Viewer


class LegalHoldModel(BaseModel):
    """One legal hold."""

    id: UUID
    call_id: UUID | None
    client_id: UUID | None
    """One of both: on what it stands."""
    reason: str
    """Without what could be a number or an e-mail that is hidden."""
    set_by: str
    set_at: datetime
    lift_reason: str | None
    """Null while it stands; the two that follow likewise."""
    lifted_by: str | None
    lifted_at: datetime | None

    @classmethod
    def of(cls, hold: LegalHold, viewer: Viewer) -> Self:
        """As that person may read it."""
        return cls(
            id=hold.id,
            call_id=hold.on.call_id,
            client_id=hold.on.client_id,
            reason=viewer.text(hold.reason) or "",
            set_by=viewer.called(hold.set_by),
            set_at=hold.set_at,
            lift_reason=viewer.text(hold.lift_reason),
            lifted_by=None if hold.lifted_by is None else viewer.called(hold.lifted_by),
            lifted_at=hold.lifted_at,
        )


class LegalHoldState(BaseModel):
    """Whether a hold stands."""

    hold: LegalHoldModel | None
    """On this call, or this client."""
    client_hold: LegalHoldModel | None
    """Of a call: on its client, as far as you may know of him."""

    @classmethod
    def of(
        cls, viewer: Viewer, hold: LegalHold | None, client_hold: LegalHold | None = None
    ) -> Self:
        """As that person may read it."""
        return cls(
            hold=None if hold is None else LegalHoldModel.of(hold, viewer),
            client_hold=None if client_hold is None else LegalHoldModel.of(client_hold, viewer),
        )


class LegalHoldPage(BaseModel):
    """Holds, newest first."""

    items: list[LegalHoldModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class LegalHoldReason(BaseModel):
    """Why it is set, or lifted."""

    model_config = ConfigDict(extra="forbid")

    reason: Prose
