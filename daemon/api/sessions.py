"""``/api/v1/sessions``: who is signed in, and ending that."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Final, Self
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r204, r400, r403, r404
from pydantic import BaseModel
from sqlalchemy import Connection

from crm.access import Right
from crm.audit import Action, Entry
from crm.sessions import (
    Method,
    Session,
    end_session,
    end_sessions,
    get_session,
    list_sessions,
)
from crm.staff import Staff
from daemon.api.events import EVENTS
from daemon.api.own_credentials import in_session
from daemon.api.parameters import Id, Open, Text, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.staffing import StaffResource


class OpenSession(BaseModel):
    """One session that is open."""

    id: UUID
    person: str
    method: Method
    address: str
    """Where it began."""
    browser: str | None
    created_at: datetime
    seen_at: datetime
    """Its last use, to the minute."""
    expires_at: datetime
    """At the latest; it ends sooner when nobody uses it."""
    current: bool
    """It is the one in which this was asked."""

    @classmethod
    def of(cls, held: Session, via: str | None) -> Self:
        """From its row."""
        return cls(
            id=held.id,
            person=held.person,
            method=held.method,
            address=held.address,
            browser=held.browser,
            created_at=held.created_at,
            seen_at=held.seen_at,
            expires_at=held.expires_at,
            current=via == f"session:{held.id}",
        )


class SessionList(BaseModel):
    """Open sessions, the oldest first."""

    items: list[OpenSession]


class SessionsClosed(BaseModel):
    """What ended."""

    closed: int
    """How many sessions."""


class SessionsResource(StaffResource):
    """The sessions: one's own; for who decides on people, of all whom he may know of."""

    rights = rules(GET=Open.SIGNED_IN, DELETE=Open.SIGNED_IN)

    async def get(self, person: Text | None = None) -> r200[SessionList] | r400[ProblemDocument]:
        """Open sessions, or a person's.

        Status codes:
            200: The sessions
        """
        sign_in, whose = self.context.sign_in, person
        if not self.viewer.has(Right.PEOPLE_CHANGE):
            if person not in {None, self.viewer.person}:
                return json_response(SessionList(items=[]))
            whose = self.viewer.person
        async with self.context.database.read() as connection:
            held = await connection.run_sync(
                list_sessions, sign_in.now(), sign_in.policy, person=whose
            )
        known = [one for one in held if self.knows(one.person)]
        return json_response(
            SessionList(items=[OpenSession.of(one, self.viewer.via) for one in known])
        )

    async def delete(self) -> r200[SessionsClosed] | r403[ProblemDocument]:
        """Close all of one's own but this one.

        Status codes:
            200: They have ended
            403: It takes a session: a program's key is none
        """
        identity = await in_session(self.request)
        name, at = identity.person, self.context.sign_in.now()
        kept = identity.session

        def work(connection: Connection) -> int:
            assert kept is not None
            closed = end_sessions(connection, name, by=name, at=at, but=kept.id)
            if closed:
                details = {"sessions": closed}
                entry = self.viewer.entry(Action.SESSION_CLOSED, object=name, details=details)
                self.context.audit.add(connection, entry)
            return closed

        closed = await self.context.database.write(work)
        self.request.app[EVENTS].cut(name)
        return json_response(SessionsClosed(closed=closed))


class OneSessionResource(StaffResource):
    """One session."""

    rights = rules(DELETE=Open.SIGNED_IN)

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r204 | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]:
        """Close it.

        Status codes:
            204: It has ended
            403: It is of somebody who holds more than who asks
            404: There is no such session that is open
        """
        async with self.context.database.read() as connection:
            held = await connection.run_sync(get_session, id)
        may_know = held is not None and (
            held.person == self.viewer.person
            or (self.viewer.has(Right.PEOPLE_CHANGE) and self.knows(held.person))
        )
        if held is None or not may_know:
            raise ProblemError(HTTPStatus.NOT_FOUND, "session_not_found")
        whose, at = held.person, self.context.sign_in.now()

        def work(connection: Connection, _staff: Staff) -> list[Entry]:
            if not end_session(connection, id, by=self.viewer.actor, at=at):
                raise ProblemError(HTTPStatus.NOT_FOUND, "session_not_found")
            details = {"session": str(id)}
            return [self.viewer.entry(Action.SESSION_CLOSED, object=whose, details=details)]

        await self.change(work, self.over(whose))
        self.request.app[EVENTS].cut(held.person)
        return web.Response(status=HTTPStatus.NO_CONTENT)


ROUTES: Final = (
    ("/api/v1/sessions", SessionsResource),
    ("/api/v1/sessions/{id}", OneSessionResource),
)
