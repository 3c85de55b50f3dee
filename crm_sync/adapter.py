"""What the daemon asks of whichever CRM is in use."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection

from crm.phones import Phone


class CrmAdapter(Protocol):
    """One CRM. The embedded base holds every card; an outside CRM is told over the outbox."""

    name: str

    def match_or_create(self, connection: Connection, numbers: Collection[str]) -> dict[str, Phone]:
        """The phones of these customers' numbers (E.164), each with its client's card.

        A number without a card gets one, except where it is the company's or an employee's.
        Runs in the caller's transaction and may be run again when that is.
        """
        ...

    def calls_held(
        self, connection: Connection, calls: Collection[UUID]
    ) -> Collection[UUID] | None:
        """Those of these calls that the outside CRM has, by the links to it that are kept here.

        ``None``: no outside CRM is used. Reads only; a few hundred calls at a time.
        """
        ...
