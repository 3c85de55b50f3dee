"""``/api/v1/archive``, and what moves cards there, back, or out of the world."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final, Self
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r204, r404, r409
from pydantic import BaseModel
from sqlalchemy import Connection, or_

from crm.access import Right
from crm.archive import (
    Archived,
    archive_client,
    cancel_purge,
    list_archive,
    order_purge,
    restore_client,
)
from crm.audit import Action
from crm.legal_holds import guard
from crm.notices import tell
from crm.purge import phones_of, whole
from crm.staff import Staff
from crm.visible import archived
from daemon.api.card_events import tell_change
from daemon.api.cards import Card, get_card
from daemon.api.parameters import Flag, Id, Limit, Resource, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer
from daemon.archive.erasing import is_held

PURGE_ORDERED, PURGE_CANCELLED = "purge_ordered", "purge_cancelled"
"""Kinds of notices."""


class ArchivedModel(BaseModel):
    """One card in the archive."""

    id: UUID
    short_code: str | None
    name: str | None
    curator: str | None
    archived_at: datetime
    archived_by: str
    purge_at: datetime | None
    """When it goes for good; null: nobody ordered that."""
    purge_by: str | None

    @classmethod
    def of(cls, one: Archived, viewer: Viewer) -> Self:
        """As that person may read it."""
        return cls(
            id=one.card.id,
            short_code=one.card.short_code,
            name=viewer.name(one.card.name),
            curator=one.card.curator,
            archived_at=one.archived_at,
            archived_by=one.archived_by,
            purge_at=one.purge_at,
            purge_by=one.purge_by,
        )


class ArchivePage(BaseModel):
    """Cards in the archive, the newest card first."""

    items: list[ArchivedModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class PurgeModel(BaseModel):
    """A card that is to go for good."""

    client_id: UUID
    purge_at: datetime
    """Until then anybody who may order it can cancel it."""


class ArchiveResource(Resource):
    """The archive."""

    rights = rules(GET=Right.CLIENTS_RESTORE)

    async def get(
        self, waiting: Flag | None = None, after: Id | None = None, limit: Limit = 50
    ) -> r200[ArchivePage]:
        """Cards in the archive within your reach; ``waiting``: those that are to go for good.

        Status codes:
            200: One page
        """
        viewer = self.viewer
        within = or_(
            archived(viewer.access, Right.CLIENTS_RESTORE),
            archived(viewer.access, Right.CLIENTS_PURGE),
        )
        async with self.context.database.read() as connection:
            found = await connection.run_sync(
                lambda one: list_archive(
                    one, within=within, waiting=waiting, after=after, limit=limit + 1
                )
            )
        page = found[:limit]
        await self.context.reading.listed(
            viewer, [one.card for one in page], Action.CLIENTS_LISTED, {"archive": True}
        )
        more = str(page[-1].card.id) if len(found) > limit else None
        items = [ArchivedModel.of(one, viewer) for one in page]
        return json_response(ArchivePage(items=items, next=more))


async def archive_card(resource: Resource, id_: UUID) -> web.Response:
    """``DELETE`` of a card: it goes to the archive, from where it can come back."""
    viewer, context = resource.viewer, resource.context

    def work(connection: Connection) -> Card:
        card = get_card(connection, viewer, id_, Right.CLIENTS_ARCHIVE)
        archive_client(connection, id_, by=viewer.actor, at=datetime.now(UTC))
        context.audit.add(connection, viewer.entry(Action.CLIENT_ARCHIVED, client_id=id_))
        return card

    card = await context.database.write(work)
    context.routing_changed()
    tell_change(resource.request, viewer, {id_: card.target}, {})
    return web.Response(status=HTTPStatus.NO_CONTENT)


class RestoreResource(Resource):
    """A card out of the archive."""

    rights = rules(POST=Right.CLIENTS_RESTORE)

    async def post(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r204 | r404[ProblemDocument] | r409[ProblemDocument]:
        """Back into use; also where it was to go for good: that is cancelled then.

        Status codes:
            204: It is in use again
            404: There is no such client
            409: It is in use, or part of another card
        """
        viewer, context = self.viewer, self.context

        def work(connection: Connection) -> Card:
            card = get_card(connection, viewer, id, Right.CLIENTS_RESTORE, archived=True)
            restore_client(connection, id)
            context.audit.add(connection, viewer.entry(Action.CLIENT_RESTORED, client_id=id))
            return card

        card = await context.database.write(work)
        context.routing_changed()
        tell_change(self.request, viewer, {}, {id: card.target})
        return web.Response(status=HTTPStatus.NO_CONTENT)


class PurgeResource(Resource):
    """A card that is to go for good."""

    rights = rules(POST=Right.CLIENTS_PURGE, DELETE=Right.CLIENTS_PURGE)

    async def post(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r200[PurgeModel] | r404[ProblemDocument] | r409[ProblemDocument]:
        """Delete a card of the archive for good in seven days; all who could cancel it are told.

        It takes along his numbers, notes, tasks, history and recordings. Ordered twice, the first
        order holds.

        Status codes:
            200: When it goes
            404: There is no such client
            409: It is not in the archive, or a legal hold stands on it or on a call with him
        """
        viewer, context = self.viewer, self.context
        now, staff = datetime.now(UTC), context.staff.now

        def work(connection: Connection) -> datetime:
            card = get_card(connection, viewer, id, Right.CLIENTS_PURGE, archived=True)
            cards = whole(connection, id)
            guard(connection)
            if is_held(connection, cards, phones_of(connection, cards)):
                raise ProblemError(HTTPStatus.CONFLICT, "legal_hold")
            due = order_purge(connection, id, by=viewer.actor, at=now)
            if due is None:
                raise ProblemError(HTTPStatus.NOT_FOUND, "client_not_found")
            tell_of_purge(connection, staff, card, PURGE_ORDERED, by=viewer.actor, due=due, at=now)
            entry = viewer.entry(
                Action.CLIENT_PURGE_ORDERED, client_id=id, details={"due": due.isoformat()}
            )
            context.audit.add(connection, entry)
            return due

        due = await context.database.write(work)
        return json_response(PurgeModel(client_id=id, purge_at=due))

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r204 | r404[ProblemDocument] | r409[ProblemDocument]:
        """Do not delete it for good: it stays in the archive.

        Status codes:
            204: It stays
            404: There is no such client
            409: Nobody ordered it
        """
        viewer, context = self.viewer, self.context
        now, staff = datetime.now(UTC), context.staff.now

        def work(connection: Connection) -> None:
            card = get_card(connection, viewer, id, Right.CLIENTS_PURGE, archived=True)
            if not cancel_purge(connection, id):
                raise ProblemError(HTTPStatus.CONFLICT, "purge_not_ordered")
            tell_of_purge(
                connection, staff, card, PURGE_CANCELLED, by=viewer.actor, due=None, at=now
            )
            context.audit.add(connection, viewer.entry(Action.CLIENT_PURGE_CANCELLED, client_id=id))

        await context.database.write(work)
        return web.Response(status=HTTPStatus.NO_CONTENT)


def tell_of_purge(
    connection: Connection,
    staff: Staff,
    card: Card,
    kind: str,
    *,
    by: str,
    due: datetime | None,
    at: datetime,
) -> None:
    """Everybody who could cancel it; of a private client his curator alone."""
    about = {"client": str(card.id), "by": by}
    if due is not None:
        about["due"] = due.isoformat()
    for person in staff.people:
        access = staff.access_of(person.name)
        if access is None or not access.has(Right.CLIENTS_PURGE):
            continue
        if not card.private or card.curator == person.name:
            tell(connection, person.name, kind, about, at)


ROUTES: Final = (
    ("/api/v1/archive", ArchiveResource),
    ("/api/v1/clients/{id}/restore", RestoreResource),
    ("/api/v1/clients/{id}/purge", PurgeResource),
)
