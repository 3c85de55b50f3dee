"""``client`` on ``/api/v1/events``: somebody changed a card that others may have open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel
from sqlalchemy import Connection, select

from config.problems import Language
from crm.access import Right, Target
from crm.tables import client
from daemon.api.events import EVENTS, Message
from daemon.api.viewer import Viewer

_MOST_TOLD: Final = 50


class CardChange(BaseModel):
    """That a card is not what it was; what it is now, ``/api/v1/clients/{id}`` says."""

    id: UUID
    by: str | None
    """Who did it; null where he who hears of it may know of the card no more."""
    gone: bool
    """He may know of it no more: it is another's, private, in the archive, or part of another."""


@dataclass(frozen=True, slots=True)
class CardTold:
    """Whose a card was and is; ``None``: it was, or is, in no list."""

    id: UUID
    by: str
    before: Target | None
    after: Target | None

    @property
    def message(self) -> Message:
        """For who might know of it, or may now."""
        return Message("client", self._concerns, partial(_model, self))

    def is_known(self, viewer: Viewer) -> bool:
        """Whether he may know of the card as it is now."""
        return self.after is not None and viewer.allows(Right.CLIENTS_READ, self.after)

    def _concerns(self, viewer: Viewer) -> bool:
        was = self.before is not None and viewer.allows(Right.CLIENTS_READ, self.before)
        return was or self.is_known(viewer)


def _model(told: CardTold, _language: Language, viewer: Viewer) -> CardChange:
    known = told.is_known(viewer)
    return CardChange(id=told.id, by=viewer.name(told.by) if known else None, gone=not known)


def whose(connection: Connection, ids: Iterable[UUID]) -> Mapping[UUID, Target]:
    """Whose those cards are; without those in the archive or merged into others."""
    rows = connection.execute(
        select(client.c.id, client.c.curator, client.c.deputy, client.c.private).where(
            client.c.id.in_(list(ids)),
            client.c.archived_at.is_(None),
            client.c.merged_into.is_(None),
        )
    )
    return {
        row.id: Target(curator=row.curator, deputy=row.deputy, private=row.private) for row in rows
    }


def tell_change(
    request: web.Request,
    viewer: Viewer,
    before: Mapping[UUID, Target],
    after: Mapping[UUID, Target],
) -> None:
    """Tell of cards that he changed; to be called once that is stored.

    Not of more than fifty at once: that would push everything else out of what waits for a page.
    """
    events, changed = request.app[EVENTS], {**before, **after}
    for id_ in changed if len(changed) <= _MOST_TOLD else ():
        told = CardTold(id_, viewer.actor, before.get(id_), after.get(id_))
        events.publish(told.message)
