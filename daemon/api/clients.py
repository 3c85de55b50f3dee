"""``/api/v1/clients``."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r400, r404

from crm.clients import (
    change_client,
    find_client,
    find_client_by_code,
    find_client_by_number,
    list_clients,
)
from daemon.api.client_models import ClientChanges, ClientModel, ClientPage
from daemon.api.parameters import Id, Limit, Resource, Text
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.viewer import get_known


class ClientsResource(Resource):
    """The client cards."""

    for_managers = frozenset({"GET"})

    async def get(
        self,
        number: Text | None = None,
        code: Text | None = None,
        after: Id | None = None,
        limit: Limit = 50,
    ) -> r200[ClientPage] | r400[ProblemDocument]:
        """Client cards, newest first, or the one that a number or short code belongs to.

        A manager gets those whom he may call.

        Status codes:
            200: One page
            400: A parameter is unknown or has a value that is not allowed
        """
        viewer, vault = self.viewer, self.context.vault
        e164 = self.customer_number(number)
        opened = viewer.vault(vault)
        async with self.context.database.read() as connection:
            if e164 is not None:
                card = await find_client_by_number(connection, e164, vault=vault)
                found = [] if card is None or code not in {None, card.short_code} else [card]
            elif code is not None:
                card = await find_client_by_code(
                    connection, code, vault=opened, within=viewer.within
                )
                found = [] if card is None else [card]
            else:
                found = await list_clients(
                    connection, limit=limit + 1, after=after, vault=opened, within=viewer.within
                )
        page = found[:limit]
        model = ClientPage(
            items=[ClientModel.of(client, viewer) for client in page],
            next=str(page[-1].id) if len(found) > limit else None,
        )
        return json_response(model)


class ClientResource(Resource):
    """One client card."""

    for_managers = frozenset({"GET"})

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r200[ClientModel] | r400[ProblemDocument] | r404[ProblemDocument]:
        """One client card.

        Status codes:
            200: The card
            404: There is no such client
        """
        return await self._answer(id)

    async def patch(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        changes: ClientChanges,
    ) -> r200[ClientModel] | r400[ProblemDocument] | r404[ProblemDocument]:
        """Change the name, curator or deputy. Open tasks go to the new curator.

        Status codes:
            200: The card as it is now
            404: There is no such client
        """
        wanted = changes.model_dump(exclude_unset=True)
        for role in ("curator", "deputy"):
            if wanted.get(role) is not None:
                wanted[role] = get_known(self.context.people, wanted[role], role).name
        changed = await self.context.database.write(
            lambda connection: change_client(connection, id, wanted)
        )
        if not changed:
            raise ProblemError(HTTPStatus.NOT_FOUND, "client_not_found")
        self.context.routing_changed()
        return await self._answer(id)

    async def _answer(self, id_: UUID) -> web.Response:
        viewer = self.viewer
        async with self.context.database.read() as connection:
            client = await find_client(
                connection, id_, vault=viewer.vault(self.context.vault), within=viewer.within
            )
        if client is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "client_not_found")
        return json_response(ClientModel.of(client, viewer))
