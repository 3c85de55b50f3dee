"""Who writes to a card, and how that is kept: every write logs what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, update

from crm.changed import Change, Way
from crm.history import log_change
from crm.tables import client
from crm.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """One person's write, in one transaction."""

    vault: Vault = field(repr=False)
    actor: str
    at: datetime
    way: Way = Way.EDIT

    def log(
        self,
        connection: Connection,
        client_id: UUID,
        changes: Sequence[Change],
        *,
        of_card: bool = True,
    ) -> tuple[Change, ...]:
        """Store what was changed of one card; those that changed something.

        ``of_card``: the card itself is another one now, and says since when. Notes change nothing
        of it: who writes one is in nobody's way.
        """
        made = tuple(one for one in changes if one.before != one.after)
        if made:
            log_change(connection, self.vault, made, actor=self.actor, way=self.way, at=self.at)
        if made and of_card:
            connection.execute(
                update(client).where(client.c.id == client_id).values(changed_at=self.at)
            )
        return made


class ItemNotFoundError(LookupError):
    """The card has no such phone, contact or note."""


class AlreadyThereError(ValueError):
    """The very same stands on this card already."""

    def __init__(self, field_name: str) -> None:
        super().__init__(field_name)
        self.field = field_name


class DuplicateError(ValueError):
    """Another card, which that person may know of, has this number."""

    def __init__(self, client_id: UUID) -> None:
        super().__init__(str(client_id))
        self.client_id = client_id
