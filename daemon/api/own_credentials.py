"""``/api/v1/session/password`` and ``/totp``: what somebody changes of how he signs in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final, NoReturn

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r204, r400, r403, r409, r429
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, select, update

from crm import totp
from crm.audit import Action
from crm.passwords import LONGEST, SHORTEST, PasswordError, check_password
from crm.people_tables import person
from crm.sealed import open_sealed, seal
from crm.sessions import end_sessions
from daemon.api.context import CONTEXT, ApiContext
from daemon.api.events import EVENTS
from daemon.api.parameters import Open, Resource, Text, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.session import refuse, visitor_of
from daemon.signin.credentials import Identity, get_identity
from daemon.signin.refusal import WordedError
from daemon.signin.sign_in import RefusedError


class PasswordChange(BaseModel):
    """Both."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    old: Text
    new: Text


class TotpBegun(BaseModel):
    """What an authenticator is to learn. It counts once a code of it was confirmed."""

    secret: str
    """For typing it."""
    uri: str
    """For a QR code: ``otpauth://totp/…``."""


class OwnPassword(BaseModel):
    """To show that it is himself."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    password: Text


class Code(BaseModel):
    """What the authenticator shows."""

    model_config = ConfigDict(extra="forbid")

    code: Text


class RecoveryCodes(BaseModel):
    """For who lost his telephone: each is good once, instead of a code. Shown only now."""

    recovery_codes: list[str]


class PasswordResource(Resource):
    """One's own password."""

    rights = rules(PUT=Open.SIGNED_IN)

    async def put(
        self, change: PasswordChange
    ) -> r204 | r400[ProblemDocument] | r403[ProblemDocument] | r429[ProblemDocument]:
        """Change it. Every other session of his ends.

        Status codes:
            204: It is changed
            400: The new one cannot be taken
            403: The old one is wrong
            429: Too many wrong ones; later
        """
        identity = await in_session(self.request)
        sign_in = self.context.sign_in
        await _check_own(self.request, identity, change.old)
        if change.new == change.old:
            refuse_password("new", PasswordError("same"))
        hashed = await new_hash(self.context, "new", identity.person, change.new)

        def work(connection: Connection) -> None:
            values = {"password_hash": hashed, "must_change_password": False}
            connection.execute(
                update(person).where(person.c.name == identity.person).values(values)
            )
            assert identity.session is not None
            end_sessions(
                connection,
                identity.person,
                by=identity.person,
                at=sign_in.now(),
                but=identity.session.id,
            )
            entry = self.viewer.entry(Action.PASSWORD_CHANGED, object=identity.person)
            self.context.audit.add(connection, entry)

        await self.context.staff.change(work)
        self.request.app[EVENTS].cut(identity.person)
        return web.Response(status=HTTPStatus.NO_CONTENT)


class TotpResource(Resource):
    """One's own one-time codes."""

    rights = rules(POST=Open.SIGNED_IN, PUT=Open.SIGNED_IN, DELETE=Open.SIGNED_IN)

    async def post(self) -> r200[TotpBegun] | r403[ProblemDocument] | r409[ProblemDocument]:
        """Begin: a new secret, which counts once a code of it was confirmed.

        Status codes:
            200: The secret
            409: One-time codes are on already
        """
        identity = await in_session(self.request)
        secret = totp.new_secret()
        sealed = seal(self.context.vault, person.c.totp_secret, identity.person, secret)

        def work(connection: Connection) -> bool:
            fresh = (person.c.name == identity.person) & person.c.totp_step.is_(None)
            change = update(person).where(fresh).values(totp_secret=sealed, recovery_codes=[])
            return connection.execute(change).rowcount == 1

        if not await self.context.database.write(work):
            raise ProblemError(HTTPStatus.CONFLICT, "totp_on")
        uri = totp.provisioning_uri(
            secret, identity.person, f"Callward {self.context.settings.company.name}"
        )
        return json_response(TotpBegun(secret=secret, uri=uri))

    async def put(
        self, confirmed: Code
    ) -> (
        r200[RecoveryCodes] | r400[ProblemDocument] | r403[ProblemDocument] | r409[ProblemDocument]
    ):
        """Confirm by a code: from now on signing in asks for one.

        Status codes:
            200: Recovery codes
            400: The code is wrong; the clock of the telephone may be
            409: Nothing was begun, or they are on already
        """
        identity = await in_session(self.request)
        context, at = self.context, self.context.sign_in.now()
        codes = totp.new_recovery_codes()

        def work(connection: Connection) -> str | None:
            row = connection.execute(
                select(person.c.totp_secret, person.c.totp_step)
                .where(person.c.name == identity.person)
                .with_for_update()
            ).one()
            if row.totp_step is not None:
                return "totp_on"
            if row.totp_secret is None:
                return "totp_not_begun"
            secret = open_sealed(
                context.vault, person.c.totp_secret, identity.person, row.totp_secret
            )
            step = totp.accepted_step(secret, confirmed.code.strip(), at, None)
            if step is None:
                return "totp_wrong"
            hashes = [totp.hash_recovery_code(code) for code in codes]
            connection.execute(
                update(person)
                .where(person.c.name == identity.person)
                .values(totp_step=step, recovery_codes=hashes)
            )
            details = {"after": {"totp": True}}
            entry = self.viewer.entry(Action.TOTP_CHANGED, object=identity.person, details=details)
            context.audit.add(connection, entry)
            return None

        wrong = await context.database.write(work)
        if wrong is not None:
            bad = wrong == "totp_wrong"
            raise ProblemError(HTTPStatus.BAD_REQUEST if bad else HTTPStatus.CONFLICT, wrong)
        return json_response(RecoveryCodes(recovery_codes=codes))

    async def delete(
        self, own: OwnPassword
    ) -> r204 | r400[ProblemDocument] | r403[ProblemDocument] | r429[ProblemDocument]:
        """Take them away. It takes the password.

        Status codes:
            204: Signing in asks for no code any more
            403: The password is wrong, or his role needs codes
            429: Too many wrong ones; later
        """
        identity = await in_session(self.request)
        assert identity.session is not None
        if self.context.sign_in.needs_totp(identity.person, "password"):
            raise ProblemError(HTTPStatus.FORBIDDEN, "totp_required")
        await _check_own(self.request, identity, own.password)

        def work(connection: Connection) -> None:
            remove_totp(connection, identity.person)
            details = {"after": {"totp": False}}
            entry = self.viewer.entry(Action.TOTP_CHANGED, object=identity.person, details=details)
            self.context.audit.add(connection, entry)

        await self.context.database.write(work)
        return web.Response(status=HTTPStatus.NO_CONTENT)


ROUTES: Final = (
    ("/api/v1/session/password", PasswordResource),
    ("/api/v1/session/totp", TotpResource),
)


def remove_totp(connection: Connection, name: str) -> None:
    """That person's one-time codes are off."""
    values: dict[str, Any] = {"totp_secret": None, "totp_step": None, "recovery_codes": []}
    connection.execute(update(person).where(person.c.name == name).values(values))


async def new_hash(context: ApiContext, field: str, name: str, password: str) -> str:
    """What is stored of a new password. Raises a 400 problem where it cannot be taken."""
    known = context.staff.now.person(name)
    full_name = None if known is None else known.full_name
    try:
        await check_password(password, name, full_name, context.settings.company.name)
    except PasswordError as error:
        refuse_password(field, error)
    return await context.sign_in.passwords.hash(password)


def refuse_password(field: str, error: PasswordError) -> NoReturn:
    """Raise it as a 400 problem."""
    raise WordedError(
        HTTPStatus.BAD_REQUEST,
        "weak_password",
        f"password_{error.reason}",
        name=field,
        least=SHORTEST,
        most=LONGEST,
    ) from None


async def in_session(request: web.Request) -> Identity:
    """Who comes with a session: a program's key changes nothing of how its person signs in."""
    identity = await get_identity(request)
    if identity.session is None:
        raise ProblemError(HTTPStatus.FORBIDDEN, "no_session")
    return identity


async def _check_own(request: web.Request, identity: Identity, password: str) -> None:
    try:
        right = await request.app[CONTEXT].sign_in.is_his_password(
            identity.person, password, await visitor_of(request)
        )
    except RefusedError as error:
        refuse(request, error)
    if not right:
        raise ProblemError(HTTPStatus.FORBIDDEN, "own_password_wrong")
