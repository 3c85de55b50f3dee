"""``/api/v1/takeovers``: private clients get another curator, by the word of two people."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r201, r400, r403, r404, r409
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from crm.access import Right
from crm.audit import Action
from crm.takeovers import (
    Takeover,
    TakeoverRefusedError,
    ask,
    decide,
    find_takeover,
    list_takeovers,
)
from daemon.api.parameters import Id, Limit, Resource, Text, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response

_SEVERAL: Final = {
    "unknown_person": HTTPStatus.BAD_REQUEST,
    "person_left": HTTPStatus.BAD_REQUEST,
    "same_person": HTTPStatus.BAD_REQUEST,
    "own_request": HTTPStatus.FORBIDDEN,
    "own_clients": HTTPStatus.FORBIDDEN,
    "one_hand": HTTPStatus.FORBIDDEN,
    "not_a_person": HTTPStatus.FORBIDDEN,
}


class TakeoverWanted(BaseModel):
    """Whose private clients are to go to whom, and why."""

    model_config = ConfigDict(extra="forbid")

    curator: Text
    successor: Text
    reason: Annotated[str, Field(min_length=3, max_length=1000)]


class TakeoverModel(BaseModel):
    """What was asked, and what became of it. Not how many clients it is about, nor who."""

    id: UUID
    curator: str
    successor: str
    reason: str
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    allowed: bool | None
    """Null: nobody has decided yet."""

    @classmethod
    def of(cls, one: Takeover) -> Self:
        """All of it: who reads it may decide it."""
        return cls(
            id=one.id,
            curator=one.curator,
            successor=one.successor,
            reason=one.reason,
            requested_by=one.requested_by,
            requested_at=one.requested_at,
            decided_by=one.decided_by,
            decided_at=one.decided_at,
            allowed=one.allowed,
        )


class TakeoverPage(BaseModel):
    """Takeovers, newest first."""

    items: list[TakeoverModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class TakeoversResource(Resource):
    """Takeovers of private clients."""

    rights = rules(GET=Right.CLIENTS_TAKEOVER, POST=Right.CLIENTS_TAKEOVER)

    async def get(
        self,
        state: Literal["open", "all"] = "open",
        after: Id | None = None,
        limit: Limit = 50,
    ) -> r200[TakeoverPage]:
        """Takeovers that wait for a second person, or all.

        Status codes:
            200: One page
        """
        is_open = True if state == "open" else None
        async with self.context.database.read() as connection:
            found = await connection.run_sync(
                lambda one: list_takeovers(
                    one, self.context.vault, is_open=is_open, after=after, limit=limit + 1
                )
            )
        page = found[:limit]
        more = str(page[-1].id) if len(found) > limit else None
        return json_response(TakeoverPage(items=[TakeoverModel.of(one) for one in page], next=more))

    async def post(
        self, wanted: TakeoverWanted
    ) -> (
        r201[TakeoverModel] | r400[ProblemDocument] | r403[ProblemDocument] | r409[ProblemDocument]
    ):
        """Ask that all private clients of a curator get another one. Somebody else must allow it.

        Status codes:
            201: It waits for the second person
            400: One of both is nobody, or left
            403: This is for people who sign in, not for the command
            409: The same was asked already, or nobody else could allow it
        """
        viewer, context = self.viewer, self.context
        self._check_person()

        def work(connection: Connection) -> Takeover:
            asked = ask(
                connection,
                context.vault,
                context.staff.now,
                curator=wanted.curator,
                successor=wanted.successor,
                reason=wanted.reason,
                by=viewer.actor,
                at=datetime.now(UTC),
            )
            told = viewer.entry(
                Action.TAKEOVER_ASKED,
                object=str(asked.id),
                details={
                    "curator": asked.curator,
                    "successor": asked.successor,
                    "reason": asked.reason,
                },
            )
            context.audit.add(connection, told)
            return asked

        try:
            asked = await context.database.write(work)
        except TakeoverRefusedError as error:
            raise refusal(error) from None
        return json_response(TakeoverModel.of(asked), HTTPStatus.CREATED)

    def _check_person(self) -> None:
        if self.viewer.is_operator:
            raise refusal(TakeoverRefusedError("not_a_person"))


class _Decision(Resource):
    """What the second person says."""

    async def _decide(self, id_: UUID, *, allowed: bool) -> web.Response:
        viewer, context = self.viewer, self.context
        if viewer.is_operator and allowed:
            raise refusal(TakeoverRefusedError("not_a_person"))

        def work(connection: Connection) -> Takeover | None:
            asked = find_takeover(connection, context.vault, id_)
            if asked is None:
                raise ProblemError(HTTPStatus.NOT_FOUND, "takeover_not_found")
            moved = decide(
                connection,
                context.vault,
                context.staff.now,
                asked,
                allowed=allowed,
                by=viewer.actor,
                at=datetime.now(UTC),
            )
            action = Action.TAKEOVER_ALLOWED if allowed else Action.TAKEOVER_REFUSED
            details = {"curator": asked.curator, "successor": asked.successor}
            entries = [viewer.entry(action, object=str(id_), details=details)]
            entries += [
                viewer.entry(
                    Action.CLIENT_ASSIGNED, client_id=one, object=str(id_), details=details
                )
                for one in moved
            ]
            context.audit.add(connection, *entries)
            return find_takeover(connection, context.vault, id_)

        try:
            decided = await context.database.write(work)
        except TakeoverRefusedError as error:
            raise refusal(error) from None
        if decided is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "takeover_not_found")
        if allowed:
            context.routing_changed()
        return json_response(TakeoverModel.of(decided))


class TakeoverAllowResource(_Decision):
    """The second person's yes."""

    rights = rules(POST=Right.CLIENTS_TAKEOVER)

    async def post(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> (
        r200[TakeoverModel] | r403[ProblemDocument] | r404[ProblemDocument] | r409[ProblemDocument]
    ):
        """Allow it: never by who asked, nor by the curator whose clients they are, nor by somebody
        whom who asked made or for whom he set how to sign in, or the other way round.

        The clients stay private, for their new curator alone.

        Status codes:
            200: They have another curator
            403: It is your own request, or they are your clients, or you two could be one
            404: There is no such request
            409: It was decided already
        """
        return await self._decide(id, allowed=True)


class TakeoverRefuseResource(_Decision):
    """The second person's no."""

    rights = rules(POST=Right.CLIENTS_TAKEOVER)

    async def post(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> (
        r200[TakeoverModel] | r403[ProblemDocument] | r404[ProblemDocument] | r409[ProblemDocument]
    ):
        """Refuse it: nothing changes.

        Status codes:
            200: It is refused
            403: It is your own request, or they are your clients
            404: There is no such request
            409: It was decided already
        """
        return await self._decide(id, allowed=False)


def refusal(error: TakeoverRefusedError) -> ProblemError:
    """The problem of one."""
    status = _SEVERAL.get(error.reason, HTTPStatus.CONFLICT)
    about: dict[str, Any] = {**error.about}
    return ProblemError(status, f"takeover_{error.reason}", **about)


ROUTES: Final = (
    ("/api/v1/takeovers", TakeoversResource),
    ("/api/v1/takeovers/{id}/allow", TakeoverAllowResource),
    ("/api/v1/takeovers/{id}/refuse", TakeoverRefuseResource),
)
