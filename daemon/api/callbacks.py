"""``/api/v1/callbacks``: a manager's phone rings, then the client is called, without a number."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final, Self
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import (
    r200,
    r201,
    r202,
    r400,
    r403,
    r404,
    r422,
    r429,
    r503,
)
from pydantic import BaseModel, ConfigDict, Field

from config.problems import Language
from crm.access import Right, Scope, allows_person
from crm.audit import Action
from daemon.api.known import get_known
from daemon.api.parameters import Flag, Id, Limit, Resource, Text, rules
from daemon.api.problems import ProblemDocument, ProblemError, Refused, language_of
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer
from daemon.callbacks.callback import Callback, EndReason, State
from daemon.callbacks.callbacks import Callbacks
from daemon.callbacks.refusal import CallbackRefusedError, Refusal
from daemon.callbacks.requests import CallbackRequest
from daemon.messages import say
from daemon.routing.people import Agent

_STATUS: Final = {
    Refusal.CLIENT_NOT_FOUND: HTTPStatus.NOT_FOUND,
    Refusal.NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    Refusal.NO_SUCH_PHONE: HTTPStatus.UNPROCESSABLE_ENTITY,
    Refusal.NOT_DIALABLE: HTTPStatus.UNPROCESSABLE_ENTITY,
    Refusal.KEY_REUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Refusal.AGENT_BUSY: HTTPStatus.CONFLICT,
    Refusal.PHONE_NOT_REGISTERED: HTTPStatus.CONFLICT,
    Refusal.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Refusal.TOO_MANY_AT_ONCE: HTTPStatus.TOO_MANY_REQUESTS,
}
"""The others are 503: the PBX cannot do it now."""


class CallbackWanted(BaseModel):
    """Whom to call: ``client_id`` or ``short_code``, one of them."""

    model_config = ConfigDict(extra="forbid")

    client_id: Id | None = None
    short_code: Text | None = None
    via: Text | None = None
    """One of the manager's phones (``101``, ``mobile``); by default his first chosen one."""
    agent: Text | None = None
    """Whose callback it is: for the operator to say. Others call for themselves."""


class CallbackModel(BaseModel):
    """One callback."""

    id: UUID
    state: State
    reason: EndReason | None
    """Why it ended; null while it goes on."""
    detail: str
    """State or reason in a sentence, in the language of the request."""
    agent: str | None
    client_id: UUID | None
    """Null, as what follows of the client, where it is another's private client."""
    short_code: str | None
    client_name: str | None
    """As the phone shows it."""
    via: str | None
    """The manager's phone."""
    created_at: datetime
    changed_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, callback: Callback, language: Language, viewer: Viewer) -> Self:
        """From its record."""
        known = is_named(viewer, callback)
        return cls(
            id=callback.id,
            state=callback.state,
            reason=callback.reason,
            detail=say(language, f"callback.{callback.reason or callback.state}"),
            agent=viewer.name(callback.agent),
            client_id=callback.client_id if known else None,
            short_code=(callback.code or None) if known else None,
            client_name=(callback.name or None) if known else None,
            via=viewer.name(callback.via),
            created_at=callback.created_at,
            changed_at=callback.changed_at,
            ended_at=callback.ended_at,
        )


class CallbackPage(BaseModel):
    """Callbacks, newest first."""

    items: list[CallbackModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


def is_named(viewer: Viewer, callback: Callback) -> bool:
    """Whether he may know whom it called: no private client of somebody else's."""
    return callback.private_of is None or viewer.access.owns(callback.private_of)


def sees_callback(viewer: Viewer, callback: Callback) -> bool:
    """Whether he may know of it: his own, and others' as far as he sees their calls."""
    own = callback.agent == viewer.person
    return own or allows_person(viewer.access, Right.CALLS_READ, callback.agent)


class _RefusedError(ProblemError):
    """A callback that was not begun: nobody was rung."""

    def __init__(self, refused: CallbackRefusedError) -> None:
        status = _STATUS.get(refused.refusal, HTTPStatus.SERVICE_UNAVAILABLE)
        super().__init__(status, refused.refusal.value, **refused.about)
        self._retry_after_seconds = refused.retry_after_seconds

    def response(self, language: Language) -> web.Response:
        """With the time after which to try again."""
        response = super().response(language)
        if self._retry_after_seconds is not None:
            response.headers["Retry-After"] = str(self._retry_after_seconds)
        return response


@dataclass(frozen=True, slots=True)
class _Called:
    """The client of a callback."""

    id: UUID
    private: bool


class _CallbackResource(Resource):
    rights = rules(GET=Right.CALLS_MAKE, POST=Right.CALLS_MAKE, DELETE=Right.CALLS_MAKE)

    @property
    def callbacks(self) -> Callbacks:
        """The daemon's."""
        return self.context.callbacks

    async def show(self, found: Collection[Callback], asked: Mapping[str, object]) -> None:
        """Count the clients whom these name. His own that goes on costs nothing: he ordered it, and
        his page asks how far it is, also while the database does not answer.
        """
        shown = [
            _Called(one.client_id, one.private_of is not None)
            for one in found
            if is_named(self.viewer, one)
        ]
        await self.context.reading.listed(
            self.viewer, shown, Action.CALLS_LISTED, {"callbacks": True, **asked}, count=len(found)
        )

    def answer(self, callback: Callback, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
        """One callback, as this viewer may see it."""
        model = CallbackModel.of(callback, language_of(self.request), self.viewer)
        response = json_response(model, status)
        response.headers["Vary"] = "Accept-Language"
        return response


class CallbacksResource(_CallbackResource):
    """Callbacks."""

    async def get(
        self,
        agent: Text | None = None,
        live: Flag | None = None,
        after: Id | None = None,
        limit: Limit = 50,
    ) -> r200[CallbackPage] | r400[ProblemDocument] | r403[ProblemDocument]:
        """Callbacks, newest first; his own, and others' as far as he sees their calls.

        Status codes:
            200: One page
            400: A parameter is unknown or has a value that is not allowed
            403: Another agent's were asked for
        """
        found = await self.callbacks.list_callbacks(
            agents=self._whose(agent), live=live, after=after, limit=limit + 1
        )
        page, language = found[:limit], language_of(self.request)
        if not live or any(one.agent != self.viewer.person for one in page):
            asked = {"agent": agent, "live": live}
            await self.show(page, {name: value for name, value in asked.items() if value})
        return json_response(
            CallbackPage(
                items=[CallbackModel.of(one, language, self.viewer) for one in page],
                next=str(page[-1].id) if len(found) > limit else None,
            )
        )

    async def post(
        self,
        wanted: CallbackWanted,
        *,
        idempotency_key: Annotated[str, Field(min_length=1, max_length=80)] | None = None,
    ) -> (
        r200[CallbackModel]
        | r201[CallbackModel]
        | Refused
        | r422[ProblemDocument]
        | r429[ProblemDocument]
        | r503[ProblemDocument]
    ):
        """Ring the manager, then the client. One at a time: while a callback to the same client
        goes on, the answer is that one. ``Idempotency-Key``: a request that is sent again is the
        callback that it began at first, whatever became of it.

        Status codes:
            200: It has been begun before
            201: It has begun, or the PBX would not: then it has ended, and says why
            400: The body is not as described
            403: This manager may not call this client
            404: There is no such client
            409: The manager has another callback now, or his phone is not registered
            422: The client has no number that can be dialled; the manager has no such phone; the
                Idempotency-Key was used for another request
            429: Too many; Retry-After says when to try again
            503: The PBX, its trunk or its dialplan cannot do it now
        """
        if (wanted.client_id is None) == (wanted.short_code is None):
            raise ProblemError(HTTPStatus.BAD_REQUEST, "client_or_code")
        request = CallbackRequest(
            client_id=wanted.client_id,
            short_code=wanted.short_code,
            via=wanted.via,
            idempotency_key=idempotency_key,
            own_private=self.viewer.access.own_private,
        )
        self.context.reading.ordered(
            self.viewer, client_id=wanted.client_id, code=wanted.short_code
        )
        try:
            callback, new = await self.callbacks.begin(self._agent(wanted.agent), request)
        except CallbackRefusedError as refused:
            raise _RefusedError(refused) from None
        except TimeoutError:
            status = HTTPStatus.SERVICE_UNAVAILABLE
            raise ProblemError(status, "database_unavailable") from None
        if new:
            made = self.viewer.entry(
                Action.CALL_MADE, client_id=callback.client_id, object=str(callback.id)
            )
            await self.context.audit.tell(made)
        (named,) = await self.callbacks.named_now([callback])
        response = self.answer(named, HTTPStatus.CREATED if new else HTTPStatus.OK)
        response.headers["Location"] = f"/api/v1/callbacks/{callback.id}"
        return response

    def _whose(self, agent: str | None) -> Collection[str] | None:
        """Of which agents; ``None``: of all."""
        access = self.viewer.access
        if agent is not None:
            if agent != access.person and not allows_person(access, Right.CALLS_READ, agent):
                raise ProblemError(HTTPStatus.FORBIDDEN, "not_yours")
            return {agent}
        match access.scope(Right.CALLS_READ):
            case Scope.ALL:
                return None
            case Scope.DEPARTMENT:
                return access.colleagues | {access.person}
            case _:
                return {access.person}

    def _agent(self, named: str | None) -> Agent:
        viewer = self.viewer
        if not viewer.is_operator and named not in {None, viewer.person}:
            raise ProblemError(HTTPStatus.FORBIDDEN, "not_yours")
        name = named if viewer.is_operator else viewer.person
        if name is None:
            missing = say(language_of(self.request), "api.missing")
            raise ProblemError(
                HTTPStatus.BAD_REQUEST, "invalid_field", name="agent", reason=missing
            )
        return get_known(self.context.people, name, "agent", told=self._may_be_told)

    def _may_be_told(self, name: str) -> bool:
        """Who else is there."""
        viewer = self.viewer
        is_his = allows_person(viewer.access, Right.CALLS_READ, name)
        return is_his and viewer.name(name) is not None


class CallbackResource(_CallbackResource):
    """One callback."""

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r200[CallbackModel] | r400[ProblemDocument] | r404[ProblemDocument]:
        """How far it is.

        Status codes:
            200: The callback
            404: There is no such callback
        """
        callback = await self._get(id)
        if not callback.is_live or callback.agent != self.viewer.person:
            await self.show([callback], {"callback": str(id)})
        return self.answer(callback)

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> (
        r200[CallbackModel]
        | r202[CallbackModel]
        | r400[ProblemDocument]
        | r404[ProblemDocument]
        | r503[ProblemDocument]
    ):
        """Cancel it, however far it is. That it has ended is told as every other change is.

        Status codes:
            200: It has ended already
            202: The PBX has been told to end it
            404: There is no such callback
            503: The PBX cannot be told now; nobody will be called for it any more
        """
        callback = await self._get(id)
        if not self.viewer.is_operator and callback.agent != self.viewer.person:
            raise ProblemError(HTTPStatus.FORBIDDEN, "not_yours")
        try:
            await self.callbacks.cancel(callback.id)
        except CallbackRefusedError as refused:
            raise _RefusedError(refused) from None
        now = await self._get(id)
        return self.answer(now, HTTPStatus.ACCEPTED if now.is_live else HTTPStatus.OK)

    async def _get(self, id_: UUID) -> Callback:
        callback = await self.callbacks.find(id_)
        if callback is None or not sees_callback(self.viewer, callback):
            raise ProblemError(HTTPStatus.NOT_FOUND, "callback_not_found")
        return callback


ROUTES: Final = (
    ("/api/v1/callbacks", CallbacksResource),
    ("/api/v1/callbacks/{id}", CallbackResource),
)
