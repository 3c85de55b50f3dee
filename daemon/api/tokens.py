"""``/api/v1/tokens``: keys with which people's programs come. Everybody makes his own."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Final, Self
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r201, r204, r400, r403, r404, r409
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from crm.access import Right
from crm.access_tokens import (
    AccessToken,
    UnknownScopeError,
    count_good,
    create_token,
    get_token,
    list_tokens,
    read_scopes,
    revoke_token,
)
from crm.audit import Action, Entry
from crm.authority import beyond
from crm.names import holds_number
from crm.staff import Staff
from daemon.api.events import EVENTS
from daemon.api.parameters import Id, Instant, Open, Text, rules, shown
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.staffing import StaffResource

_MOST_EACH: Final = 50
"""Good ones of one person: whoever makes more has a program that makes them."""


class TokenModel(BaseModel):
    """One key, without the key."""

    id: UUID
    agent: str
    """Whose it is."""
    created_by: str | None
    """Who made it: where that is another, his private clients do not exist for it."""
    label: str | None
    scopes: list[Right] | None
    """Rights to which it is narrowed; null: all that its person has."""
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    """To the minute."""
    revoked_at: datetime | None

    @classmethod
    def of(cls, token: AccessToken) -> Self:
        """From its row."""
        return cls(
            id=token.id,
            agent=token.agent,
            created_by=token.created_by,
            label=token.label,
            scopes=None if token.scopes is None else sorted(token.scopes),
            created_at=token.created_at,
            expires_at=token.expires_at,
            used_at=token.used_at,
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
    """For whom, and for what."""

    model_config = ConfigDict(extra="forbid")

    agent: Text | None = None
    """Whose it will be; default: who asks. Only the command on this machine names another."""
    label: Text | None = None
    """What it is for."""
    scopes: Annotated[list[Text], Field(min_length=1)] | None = None
    """Rights to which it is narrowed: ``["calls.read"]``; default: all that its person has."""
    expires_at: Instant | None = None


class TokensResource(StaffResource):
    """The keys: one's own; everybody's for who decides on people."""

    rights = rules(GET=Open.SIGNED_IN, POST=Open.SIGNED_IN)

    async def get(self, agent: Text | None = None) -> r200[TokenList] | r400[ProblemDocument]:
        """Keys, or a person's.

        Status codes:
            200: The keys
        """
        whose = agent
        if not self.viewer.has(Right.PEOPLE_CHANGE):
            if agent not in {None, self.viewer.person}:
                return json_response(TokenList(items=[]))
            whose = self.viewer.person
        async with self.context.database.read() as connection:
            tokens = await connection.run_sync(list_tokens, agent=whose)
        known = [token for token in tokens if self.knows(token.agent)]
        return json_response(TokenList(items=[TokenModel.of(token) for token in known]))

    async def post(
        self, wanted: TokenWanted
    ) -> (
        r201[NewTokenModel] | r400[ProblemDocument] | r403[ProblemDocument] | r409[ProblemDocument]
    ):
        """Make a key for oneself; the command on this machine makes them for others.

        Status codes:
            201: The key
            400: There is no such person or right, it would have ended already, or its label could
                hold a number
            403: It would be another's, or open more than who asks holds
            409: He has too many
        """
        agent = wanted.agent or self.viewer.person
        self._check_person(agent)
        scopes = self._scopes(wanted.scopes)
        if wanted.label is not None and holds_number(wanted.label):
            raise ProblemError(HTTPStatus.BAD_REQUEST, "holds_number", name="label")
        now = datetime.now(UTC)
        if wanted.expires_at is not None and wanted.expires_at <= now:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "token_past", name="expires_at")

        def create(connection: Connection) -> NewTokenModel | None:
            if count_good(connection, agent, now) >= _MOST_EACH:
                return None
            token = create_token(
                connection,
                agent,
                now,
                created_by=self.viewer.actor,
                label=wanted.label,
                scopes=scopes,
                expires_at=wanted.expires_at,
            )
            made = TokenModel.of(list_tokens(connection, agent=agent)[-1])
            entry = self.viewer.entry(
                Action.TOKEN_CREATED,
                object=agent,
                details={"token": str(made.id), "scopes": made.scopes, "label": made.label},
            )
            self.context.audit.add(connection, entry)
            return NewTokenModel(**made.model_dump(), token=token)

        model = await self.context.database.write(create)
        if model is None:
            raise ProblemError(HTTPStatus.CONFLICT, "too_many_tokens", most=_MOST_EACH)
        return json_response(model, HTTPStatus.CREATED)

    def _check_person(self, agent: str) -> None:
        """Everybody makes his own; and none that opens more than he holds as he comes now."""
        viewer = self.viewer
        if agent != viewer.person and not viewer.is_operator:
            raise ProblemError(HTTPStatus.FORBIDDEN, "token_of_another")
        access = self.context.staff.now.access_of(agent)
        if access is None:
            allowed = ", ".join(one.name for one in self.context.staff.now.people if one.is_active)
            raise ProblemError(
                HTTPStatus.BAD_REQUEST, "unknown_agent", name="agent", allowed=allowed or "—"
            )
        if more := beyond(access, viewer.access):
            raise ProblemError(HTTPStatus.FORBIDDEN, "outranked", name=agent, more=", ".join(more))

    def _scopes(self, written: list[str] | None) -> frozenset[Right] | None:
        if written is None:
            return None
        try:
            return read_scopes(written)
        except UnknownScopeError as error:
            raise ProblemError(
                HTTPStatus.BAD_REQUEST,
                "unknown_scope",
                name="scopes",
                value=shown(error.scope),
                allowed=", ".join(Right),
            ) from None


class TokenResource(StaffResource):
    """One key."""

    rights = rules(DELETE=Open.SIGNED_IN)

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r204 | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]:
        """Revoke it: it opens nothing from now on, and what it opened is closed.

        Status codes:
            204: It is revoked
            403: It is of somebody who holds more than who asks
            404: There is no such key that is still good
        """
        viewer = self.viewer

        async with self.context.database.read() as connection:
            found = await connection.run_sync(get_token, id)
        if found is None or not (
            found.agent == viewer.person
            or (viewer.has(Right.PEOPLE_CHANGE) and self.knows(found.agent))
        ):
            raise ProblemError(HTTPStatus.NOT_FOUND, "token_not_found")
        agent = found.agent

        def revoke(connection: Connection, _staff: Staff) -> list[Entry]:
            if not revoke_token(connection, id, datetime.now(UTC)):
                raise ProblemError(HTTPStatus.NOT_FOUND, "token_not_found")
            return [viewer.entry(Action.TOKEN_REVOKED, object=agent, details={"token": str(id)})]

        await self.change(revoke, self.over(agent))
        self.request.app[EVENTS].cut(agent)
        return web.Response(status=HTTPStatus.NO_CONTENT)


ROUTES: Final = (("/api/v1/tokens", TokensResource), ("/api/v1/tokens/{id}", TokenResource))
