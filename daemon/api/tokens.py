"""``/api/v1/tokens``: keys with which managers' programs come. The operator's alone."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Self
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r201, r204, r400, r404
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from crm.access_tokens import AccessToken, create_token, list_tokens, revoke_token
from daemon.api.events import EVENTS
from daemon.api.parameters import Id, Resource, Text
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.viewer import get_known


class TokenModel(BaseModel):
    """One key, without the key."""

    id: UUID
    agent: str
    created_at: datetime
    revoked_at: datetime | None

    @classmethod
    def of(cls, token: AccessToken) -> Self:
        """From its row."""
        return cls(
            id=token.id,
            agent=token.agent,
            created_at=token.created_at,
            revoked_at=token.revoked_at,
        )


class NewTokenModel(TokenModel):
    """A key that was just made."""

    token: str
    """Shown now and never again: ``Authorization: Bearer`` and this."""


class TokenList(BaseModel):
    """Keys, the oldest first, revoked ones too."""

    items: list[TokenModel]


class TokenWanted(BaseModel):
    """For whom."""

    model_config = ConfigDict(extra="forbid")

    agent: Text
    """His name."""


class TokensResource(Resource):
    """The keys."""

    async def get(self, agent: Text | None = None) -> r200[TokenList] | r400[ProblemDocument]:
        """All keys, or an agent's.

        Status codes:
            200: The keys
        """
        async with self.context.database.read() as connection:
            tokens = await connection.run_sync(list_tokens, agent=agent)
        return json_response(TokenList(items=[TokenModel.of(token) for token in tokens]))

    async def post(self, wanted: TokenWanted) -> r201[NewTokenModel] | r400[ProblemDocument]:
        """Make a key for an agent.

        Status codes:
            201: The key
            400: There is no such agent
        """
        agent = get_known(self.context.people, wanted.agent, "agent")

        def create(connection: Connection) -> NewTokenModel:
            token = create_token(connection, agent.name, datetime.now(UTC))
            made = list_tokens(connection, agent=agent.name)[-1]
            return NewTokenModel(**TokenModel.of(made).model_dump(), token=token)

        model = await self.context.database.write(create)
        return json_response(model, HTTPStatus.CREATED)


class TokenResource(Resource):
    """One key."""

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r204 | r400[ProblemDocument] | r404[ProblemDocument]:
        """Revoke it: it opens nothing from now on, and what it opened is closed.

        Status codes:
            204: It is revoked
            404: There is no such key that is still good
        """
        agent = await self.context.database.write(partial(_revoke, id))
        if agent is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "token_not_found")
        self.request.app[EVENTS].cut(agent)
        return web.Response(status=HTTPStatus.NO_CONTENT)


def _revoke(id_: UUID, connection: Connection) -> str | None:
    """Whose it was; ``None`` where there is no such key that is still good."""
    if not revoke_token(connection, id_, datetime.now(UTC)):
        return None
    return next(token.agent for token in list_tokens(connection) if token.id == id_)
