"""``/api/v1/clients``."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp_pydantic.oas.typing import r200, r400, r404

from crm.clients import find_client, find_client_by_number, list_clients
from daemon.api.models import ClientModel, ClientPage
from daemon.api.parameters import Id, Limit, Resource, Text, customer_number
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response


class ClientsResource(Resource):
    """The client cards."""

    async def get(
        self, number: Text | None = None, after: Id | None = None, limit: Limit = 50
    ) -> r200[ClientPage] | r400[ProblemDocument]:
        """Client cards, newest first, or the one that a number belongs to.

        Status codes:
            200: One page
            400: A parameter is unknown or has a value that is not allowed
        """
        context = self.context
        e164 = None if number is None else customer_number(number, context)
        async with context.database.read() as connection:
            if e164 is not None:
                card = await find_client_by_number(connection, e164, vault=context.vault)
                found = [] if card is None else [card]
            else:
                found = await list_clients(
                    connection, limit=limit + 1, after=after, vault=context.vault
                )
        page = found[:limit]
        model = ClientPage(
            items=[ClientModel.of(client) for client in page],
            next=str(page[-1].id) if len(found) > limit else None,
        )
        return json_response(model)


class ClientResource(Resource):
    """One client card."""

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
        context = self.context
        async with context.database.read() as connection:
            client = await find_client(connection, id, vault=context.vault)
        if client is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "client_not_found")
        return json_response(ClientModel.of(client))
