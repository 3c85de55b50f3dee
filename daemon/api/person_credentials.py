"""``/api/v1/people/NAME/password``, ``totp`` and ``lockout``: how another signs in."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r204, r400, r403, r404
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, update

from crm.access import Right
from crm.attempts import clear, of_person
from crm.audit import Action, Entry
from crm.authority import check_change
from crm.credentials import Credential, note_set
from crm.passwords import temporary_password
from crm.people_tables import person
from crm.sessions import end_sessions
from crm.staff import Staff
from daemon.api.events import EVENTS
from daemon.api.own_credentials import new_hash, remove_totp
from daemon.api.parameters import Text, rules
from daemon.api.problems import ProblemDocument, ProblemError, Refused
from daemon.api.responses import json_response
from daemon.api.staffing import StaffResource


class PasswordWanted(BaseModel):
    """A temporary password; without one, a random one is made."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    password: Text | None = None


class TemporaryPassword(BaseModel):
    """What he types once; he then has to choose his own."""

    password: str | None
    """The random one, shown now and never again; null where it was given."""


class _PersonsResource(StaffResource):
    """Somebody's way in."""

    def _check_known(self, name: str) -> None:
        """Who left, or is no business of his who asks, is as one who never was here."""
        if self.staff.access_of(name) is None or not self.knows(name):
            raise ProblemError(HTTPStatus.NOT_FOUND, "person_not_found")


class PersonPasswordResource(_PersonsResource):
    """Another person's password."""

    rights = rules(PUT=Right.PEOPLE_CHANGE, DELETE=Right.PEOPLE_CHANGE)

    async def put(
        self, name: Text, /, wanted: PasswordWanted
    ) -> (
        r200[TemporaryPassword]
        | r400[ProblemDocument]
        | r403[ProblemDocument]
        | r404[ProblemDocument]
    ):
        """Give him a temporary one; a lockout and his sessions end. He has to change it first.

        Status codes:
            200: It is set
            400: It cannot be taken
            403: He holds more than who asks
            404: There is no such person
        """
        self._check_known(name)
        given = temporary_password() if wanted.password is None else wanted.password
        hashed = await new_hash(self.context, "password", name, given)
        values = {"password_hash": hashed, "must_change_password": True}
        await self._set(name, values, Credential.PASSWORD)
        return json_response(TemporaryPassword(password=None if wanted.password else given))

    async def delete(self, name: Text, /) -> r204 | Refused:
        """Take it away: he cannot sign in by password any more; his sessions end.

        Status codes:
            204: He has none
            403: He holds more than who asks
            404: There is no such person
            409: Nobody who decides could sign in any more
        """
        self._check_known(name)
        await self._set(name, {"password_hash": None, "must_change_password": False})
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def _set(
        self, name: str, values: dict[str, object], given: Credential | None = None
    ) -> None:
        at = self.context.sign_in.now()

        def work(connection: Connection, _staff: Staff) -> list[Entry]:
            connection.execute(update(person).where(person.c.name == name).values(values))
            clear(connection, of_person(name))
            if given is not None:
                note_set(connection, name, given, by=self.viewer.actor, at=at)
            ended = end_sessions(connection, name, by=self.viewer.actor, at=at)
            details = {"by_other": True, "sessions": ended}
            return [self.viewer.entry(Action.PASSWORD_CHANGED, object=name, details=details)]

        await self.change(work, partial(check_change, subject=name))
        self.request.app[EVENTS].cut(name)


class PersonTotpResource(_PersonsResource):
    """Another person's one-time codes."""

    rights = rules(DELETE=Right.PEOPLE_CHANGE)

    async def delete(
        self, name: Text, /
    ) -> r204 | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]:
        """Take them away, as when he lost his telephone; his sessions end.

        Status codes:
            204: Signing in asks him for no code
            403: He holds more than who asks
            404: There is no such person
        """
        self._check_known(name)
        at = self.context.sign_in.now()

        def work(connection: Connection, _staff: Staff) -> list[Entry]:
            remove_totp(connection, name)
            note_set(connection, name, Credential.TOTP, by=self.viewer.actor, at=at)
            end_sessions(connection, name, by=self.viewer.actor, at=at)
            details = {"after": {"totp": False}}
            return [self.viewer.entry(Action.TOTP_CHANGED, object=name, details=details)]

        await self.change(work, partial(check_change, subject=name))
        self.request.app[EVENTS].cut(name)
        return web.Response(status=HTTPStatus.NO_CONTENT)


class PersonLockoutResource(_PersonsResource):
    """Another person's lockout after wrong passwords."""

    rights = rules(DELETE=Right.PEOPLE_CHANGE)

    async def delete(
        self, name: Text, /
    ) -> r204 | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]:
        """End it.

        Status codes:
            204: He may try again
            403: He holds more than who asks
            404: There is no such person
        """
        self._check_known(name)

        def work(connection: Connection, _staff: Staff) -> list[Entry]:
            clear(connection, of_person(name))
            details = {"after": {"locked_until": None}}
            return [self.viewer.entry(Action.PERSON_CHANGED, object=name, details=details)]

        await self.change(work, partial(check_change, subject=name))
        return web.Response(status=HTTPStatus.NO_CONTENT)


ROUTES: Final = (
    ("/api/v1/people/{name}/password", PersonPasswordResource),
    ("/api/v1/people/{name}/totp", PersonTotpResource),
    ("/api/v1/people/{name}/lockout", PersonLockoutResource),
)
