"""``/api/v1/views``: the filters of pages under names, each person's own."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final, Self
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r201, r204, r400, r404
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from crm.saved_views import (
    SavedView,
    checked_name,
    checked_page,
    checked_query,
    remove_view,
    save_view,
    saved_views,
)
from daemon.api.card_door import CardResource
from daemon.api.client_models import Written
from daemon.api.parameters import Id, Open, Text, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response


class ViewModel(BaseModel):
    """One view."""

    id: UUID
    page: str
    name: str
    query: str
    """The page's query, as it stands in its address."""
    created_at: datetime

    @classmethod
    def of(cls, view: SavedView) -> Self:
        """From the view."""
        return cls(
            id=view.id,
            page=view.page,
            name=view.name,
            query=view.query,
            created_at=view.created_at,
        )


class ViewList(BaseModel):
    """Views by page and name."""

    items: list[ViewModel]


class ViewWanted(BaseModel):
    """A view to keep."""

    model_config = ConfigDict(extra="forbid")

    page: Written
    """``calls``, ``clients``, ``tasks`` …"""
    name: Written
    query: Written
    """Holds no phone number and no e-mail address; may be empty: the page as it is without any."""


class ViewsResource(CardResource):
    """One's own views."""

    rights = rules(GET=Open.SIGNED_IN, POST=Open.SIGNED_IN)

    async def get(self, page: Text | None = None) -> r200[ViewList] | r400[ProblemDocument]:
        """Your views, of one page or of all.

        Status codes:
            200: All of them
        """
        async with self.context.database.read() as connection:
            found = await connection.run_sync(
                saved_views, self.context.vault, self.viewer.actor, page
            )
        return json_response(ViewList(items=[ViewModel.of(one) for one in found]))

    async def post(self, wanted: ViewWanted) -> r201[ViewModel] | r400[ProblemDocument]:
        """Keep a view; it takes the place of what had that name on that page.

        Status codes:
            201: The view
            400: The page, name or query is not allowed, or there are 50 for that page already
        """

        def save(connection: Connection) -> SavedView:
            return save_view(
                connection,
                self.context.vault,
                self.viewer.actor,
                page=checked_page(wanted.page),
                name=checked_name(wanted.name),
                query=checked_query(wanted.query, self.context.plan),
                at=datetime.now(UTC),
            )

        view = await self.transact(save)
        return json_response(ViewModel.of(view), HTTPStatus.CREATED)


class ViewResource(CardResource):
    """One view."""

    rights = rules(DELETE=Open.SIGNED_IN)

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r204 | r400[ProblemDocument] | r404[ProblemDocument]:
        """Forget a view of yours.

        Status codes:
            204: It is gone
            404: You have no such view
        """
        known = await self.context.database.write(
            lambda connection: remove_view(connection, self.viewer.actor, id)
        )
        if not known:
            raise ProblemError(HTTPStatus.NOT_FOUND, "view_not_found")
        return web.Response(status=HTTPStatus.NO_CONTENT)


ROUTES: Final = (("/api/v1/views", ViewsResource), ("/api/v1/views/{id}", ViewResource))
