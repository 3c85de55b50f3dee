"""``/api/v1/presence``, ``/api/v1/people/{name}/presence``: who takes calls now, and who is away.

Who is away is rung by no client's call. His own calls go on as always: the button, a short code, a
return call from his mobile; none of them makes him present. A colleague who dials his extension
reaches his phone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Final, Self

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r400, r403, r404
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from crm.absence import LONGEST_DAYS, Away, AwayReason
from crm.access import Right, allows_person
from crm.audit import Action
from daemon.api.context import CONTEXT, ApiContext
from daemon.api.events import EVENTS, Message
from daemon.api.known import known_agents
from daemon.api.parameters import Instant, Open, Resource, Text, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer


class AwayWanted(BaseModel):
    """Away from now on, or as long as he was away already."""

    model_config = ConfigDict(extra="forbid")

    reason: AwayReason | None = None
    until: Instant | None = None
    """When it ends by itself; null: when somebody says so."""


class PresenceModel(BaseModel):
    """Whether one person takes calls."""

    person: str | None
    """None that could be a number, where phones are hidden."""
    is_agent: bool
    """Whether calls ring at him at all: the settings name him."""
    is_away: bool
    since: datetime | None
    """Since when he is away."""
    until: datetime | None
    """When he is back by himself; null: when somebody says so."""
    reason: AwayReason | None
    set_by: str | None
    """Who said it: himself, or another."""
    can_set: bool
    """Whether the viewer may say it of him."""

    @classmethod
    def of(cls, context: ApiContext, viewer: Viewer, name: str) -> Self:
        """As it is now."""
        away = context.away.of(name)
        is_agent = _is_agent(context, name)
        return cls(
            person=viewer.name(name),
            is_agent=is_agent,
            is_away=away is not None,
            since=None if away is None else away.since,
            until=None if away is None else away.until,
            reason=None if away is None else away.reason,
            set_by=None if away is None else viewer.name(away.set_by),
            can_set=is_agent and _may_set(viewer, name),
        )


class PresenceList(BaseModel):
    """People at whom calls ring, by name."""

    items: list[PresenceModel]


class _Presence(Resource):
    """What both have in common."""

    async def _away(self, name: str, wanted: AwayWanted) -> web.Response:
        """Store it and tell; the presence then."""
        self._admit(name)
        book, now = self.context.away, self.context.away.now()
        if wanted.until is not None and not (
            now < wanted.until <= now + timedelta(days=LONGEST_DAYS)
        ):
            raise ProblemError(HTTPStatus.BAD_REQUEST, "away_until", days=LONGEST_DAYS)
        before = book.of(name)
        one = Away(
            person=name,
            since=now if before is None else before.since,
            until=wanted.until,
            reason=wanted.reason,
            set_by=self.viewer.actor,
        )
        details = {
            "reason": one.reason,
            "until": None if one.until is None else one.until.isoformat(),
        }
        entry = self.viewer.entry(Action.PERSON_AWAY, object=name, details=details)
        await book.set(one, lambda connection: self.context.audit.add(connection, entry))
        return self._told(name)

    async def _back(self, name: str) -> web.Response:
        """He takes calls again; the presence then."""
        self._admit(name)
        if self.context.away.is_away(name):
            entry = self.viewer.entry(Action.PERSON_BACK, object=name)

            def tell(connection: Connection) -> None:
                self.context.audit.add(connection, entry)

            await self.context.away.end(name, tell)
        return self._told(name)

    def _admit(self, name: str) -> None:
        """Raises a 403 or 404 problem."""
        if not _may_set(self.viewer, name):
            raise ProblemError(HTTPStatus.FORBIDDEN, "presence_not_yours")
        if not _is_agent(self.context, name):
            raise ProblemError(HTTPStatus.NOT_FOUND, "agent_not_found")

    def _told(self, name: str) -> web.Response:
        return json_response(PresenceModel.of(self.context, self.viewer, name))


class OwnPresenceResource(_Presence):
    """One's own."""

    rights = rules(GET=Open.SIGNED_IN, PUT=Open.SIGNED_IN, DELETE=Open.SIGNED_IN)

    async def get(self) -> r200[PresenceModel]:
        """Whether one takes calls.

        Status codes:
            200: The presence
        """
        return self._told(self.viewer.person)

    async def put(
        self, wanted: AwayWanted
    ) -> r200[PresenceModel] | r400[ProblemDocument] | r404[ProblemDocument]:
        """Away: calls of clients go on to the deputy and the group.

        Status codes:
            200: The presence
            400: The reason is not one of the list, or the end is past or too far
            404: No call rings at him: the settings do not name him
        """
        return await self._away(self.viewer.person, wanted)

    async def delete(self) -> r200[PresenceModel] | r404[ProblemDocument]:
        """Back.

        Status codes:
            200: The presence
            404: No call rings at him: the settings do not name him
        """
        return await self._back(self.viewer.person)


class PresencesResource(Resource):
    """Everybody's."""

    rights = rules(GET=Open.SIGNED_IN)

    async def get(self) -> r200[PresenceList]:
        """Those whom he who asks may know of: himself, and by ``people.read`` or ``calls.read``.

        Status codes:
            200: The presences
        """
        context, viewer = self.context, self.viewer
        return json_response(
            PresenceList(
                items=[
                    PresenceModel.of(context, viewer, name)
                    for name in sorted(known_agents(context.people))
                    if _knows(viewer, name)
                    and viewer.name(name) is not None
                    and not context.staff.has_left(name)
                ]
            )
        )


class PersonPresenceResource(_Presence):
    """Another's."""

    rights = rules(GET=Open.SIGNED_IN, PUT=Right.PEOPLE_AWAY, DELETE=Right.PEOPLE_AWAY)

    async def get(self, name: Text, /) -> r200[PresenceModel] | r404[ProblemDocument]:
        """Whether he takes calls.

        Status codes:
            200: The presence
            404: There is no such person
        """
        return self._told(self._known(name))

    async def put(
        self, name: Text, /, wanted: AwayWanted
    ) -> (
        r200[PresenceModel] | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]
    ):
        """Away, as said by another, who holds ``people.away`` for him.

        Status codes:
            200: The presence
            400: The reason is not one of the list, or the end is past or too far
            403: He may not say it of him
            404: There is no such person, or no call rings at him
        """
        return await self._away(self._known(name), wanted)

    async def delete(
        self, name: Text, /
    ) -> r200[PresenceModel] | r403[ProblemDocument] | r404[ProblemDocument]:
        """Back, as said by another.

        Status codes:
            200: The presence
            403: He may not say it of him
            404: There is no such person, or no call rings at him
        """
        return await self._back(self._known(name))

    def _known(self, name: str) -> str:
        """Whom he may know of; raises a 404 problem for everybody else."""
        person = self.context.staff.now.person(name)
        if person is None or not person.is_active or not _knows(self.viewer, name):
            raise ProblemError(HTTPStatus.NOT_FOUND, "person_not_found")
        return name


def _knows(viewer: Viewer, name: str) -> bool:
    return (
        name == viewer.person
        or allows_person(viewer.access, Right.PEOPLE_READ, name)
        or allows_person(viewer.access, Right.CALLS_READ, name)
    )


def _may_set(viewer: Viewer, name: str) -> bool:
    return name == viewer.person or allows_person(viewer.access, Right.PEOPLE_AWAY, name)


def _is_agent(context: ApiContext, name: str) -> bool:
    return name in known_agents(context.people) and not context.staff.has_left(name)


def presence_message(context: ApiContext, name: str) -> Message:
    """Somebody is away, or back."""
    return Message(
        "presence",
        lambda viewer: _knows(viewer, name) and viewer.name(name) is not None,
        lambda _language, viewer: PresenceModel.of(context, viewer, name),
    )


def add_presence(app: web.Application) -> None:
    """The WebSocket tells who is away, to whom may know of him."""
    app.on_startup.append(_listen)


async def _listen(app: web.Application) -> None:
    events, told = app[EVENTS], partial(presence_message, app[CONTEXT])
    app[CONTEXT].away.listeners.append(lambda name: events.publish(told(name)))


ROUTES: Final = (
    ("/api/v1/presence", OwnPresenceResource),
    ("/api/v1/presences", PresencesResource),
    ("/api/v1/people/{name}/presence", PersonPresenceResource),
)
