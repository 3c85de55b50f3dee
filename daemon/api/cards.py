"""A card that somebody wants to do something with: known to him, his, and where it must be."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from sqlalchemy import Connection, select

from crm.access import Right, Target
from crm.tables import client
from daemon.api.problems import ProblemError
from daemon.api.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Whose it is."""

    id: UUID
    curator: str | None
    deputy: str | None
    private: bool

    @property
    def target(self) -> Target:
        """For ``crm.access``."""
        return Target(curator=self.curator, deputy=self.deputy, private=self.private)


def get_card(
    connection: Connection, viewer: Viewer, id_: UUID, right: Right, *, archived: bool = False
) -> Card:
    """The card in use (``archived``: in the archive) to which he has that right.

    Raises problems: 404 ``client_not_found`` for what he may not know of, 403 ``not_allowed`` for
    what he may not do, 409 ``client_archived``, ``client_in_use`` or ``client_merged`` for a card
    that is elsewhere. In the archive he knows whom he could restore or delete for good.
    """
    row = connection.execute(
        select(
            client.c.curator,
            client.c.deputy,
            client.c.private,
            client.c.archived_at,
            client.c.merged_into,
        ).where(client.c.id == id_)
    ).first()
    if row is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "client_not_found")
    card = Card(id=id_, curator=row.curator, deputy=row.deputy, private=row.private)
    in_archive = row.archived_at is not None
    known_by = {Right.CLIENTS_READ}
    if in_archive:
        known_by = {Right.CLIENTS_RESTORE, Right.CLIENTS_PURGE}
    if not any(viewer.allows(one, card.target) for one in known_by):
        raise ProblemError(HTTPStatus.NOT_FOUND, "client_not_found")
    if not viewer.allows(right, card.target):
        raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")
    if row.merged_into is not None:
        raise ProblemError(HTTPStatus.CONFLICT, "client_merged")
    if in_archive and not archived:
        raise ProblemError(HTTPStatus.CONFLICT, "client_archived")
    if archived and not in_archive:
        raise ProblemError(HTTPStatus.CONFLICT, "client_in_use")
    return card
