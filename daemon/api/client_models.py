"""What the API says of client cards, and takes to change them."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from crm.clients import Client
from daemon.api.parameters import Text
from daemon.api.viewer import OPERATOR, Viewer


class PhoneModel(BaseModel):
    """One of a client's numbers."""

    id: UUID
    number: str | None
    """E.164; null for a manager."""


class ClientModel(BaseModel):
    """One client card."""

    id: UUID
    short_code: str | None
    """Whoever dials it on a phone of the company calls this client."""
    name: str | None
    """A manager gets none that could hold a number."""
    curator: str | None
    """The agent whose client this is."""
    deputy: str | None
    source: str
    """What made the card: ``call``."""
    created_at: datetime
    phones: list[PhoneModel]

    @classmethod
    def of(cls, client: Client, viewer: Viewer = OPERATOR) -> Self:
        """From the card; a manager's holds no number."""
        return cls(
            id=client.id,
            short_code=client.short_code,
            name=viewer.text(client.name),
            curator=viewer.text(client.curator),
            deputy=viewer.text(client.deputy),
            source=client.source,
            created_at=client.created_at,
            phones=[
                PhoneModel(id=phone.id, number=viewer.if_operator(phone.number))
                for phone in client.phones
            ],
        )


class ClientChanges(BaseModel):
    """What to change of a card; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Text | None = None
    """Null takes it away."""
    curator: Text | None = None
    """An agent's name; null: nobody's client."""
    deputy: Text | None = None


class ClientPage(BaseModel):
    """Client cards, newest first."""

    items: list[ClientModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""
