"""``/api/v1/session``: sign in, who am I, sign out; with a password or a Windows account."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, NoReturn

from aiohttp import hdrs, web
from aiohttp_pydantic.oas.typing import r200, r204, r400, r401, r403, r404, r429
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Row, select

from crm.access import Access, Right
from crm.audit import Action
from crm.people_tables import person
from crm.roles import write_rights
from crm.sessions import Method, Standing, browser_of, csrf_of, find_session, judge
from daemon.api.context import CONTEXT
from daemon.api.events import EVENTS
from daemon.api.origin import whence
from daemon.api.parameters import Open, Resource, Text, rules
from daemon.api.problems import ProblemDocument, ProblemError, language_of
from daemon.api.responses import json_response
from daemon.api.viewer import private_until
from daemon.signin.credentials import SECURE_COOKIE, cookie_name, get_identity
from daemon.signin.refusal import LockedError, place_refused
from daemon.signin.sign_in import RefusedError, SignedIn, Visitor
from daemon.signin.windows import HandshakeError

_SECONDS_PER_DAY: Final = 86_400


class Credentials(BaseModel):
    """What somebody types."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Text
    password: Text
    code: Text | None = None
    """From the authenticator, or a recovery code; where it is asked for."""


class SessionModel(BaseModel):
    """Who is in, what he may do, and what he has to do first."""

    person: str
    full_name: str | None
    role: str
    department: str | None
    rights: dict[str, str]
    """``{"clients.read": "own"}``."""
    hidden: list[str]
    """Fields that he does not see."""
    csrf: str | None
    """To be sent as ``X-Callward-CSRF`` with every request that changes something; null for
    programs, which come with a token."""
    must_change_password: bool
    """Nothing else is open until he does."""
    must_set_up_totp: bool
    """Likewise."""
    has_password: bool
    """Otherwise a Windows account is the only way in."""
    totp: bool
    """Signing in takes a one-time code."""
    totp_needed: bool
    """His role needs one-time codes: he cannot take them away."""
    recovery_codes_left: int
    """How many are unused."""
    private_until: datetime | None
    """Another set how he signs in: until then his private clients do not exist for him either."""
    session: str | None
    """Its id; null for programs."""


class SessionResource(Resource):
    """The session in which a request comes."""

    rights = rules(GET=Open.SIGNED_IN, POST=Open.PUBLIC, DELETE=Open.SIGNED_IN)

    async def get(self) -> r200[SessionModel] | r401[ProblemDocument]:
        """Who am I.

        Status codes:
            200: Who asks
            401: Nobody, or his session has ended
        """
        identity = await get_identity(self.request)
        held = identity.session
        model = await _model(
            self.request,
            self.viewer.access,
            method="" if held is None else held.method,
            csrf=identity.csrf,
            session=None if held is None else str(held.id),
        )
        return json_response(model)

    async def post(
        self, credentials: Credentials
    ) -> (
        r200[SessionModel]
        | r400[ProblemDocument]
        | r401[ProblemDocument]
        | r403[ProblemDocument]
        | r429[ProblemDocument]
    ):
        """Sign in with name and password.

        Status codes:
            200: He is in; the cookie is his session
            401: Name, password or code are wrong, or a code is needed
            403: Not from here, or not by password
            429: Too many wrong ones; later
        """
        context = self.context
        if not context.sign_in.policy.password:
            raise ProblemError(HTTPStatus.FORBIDDEN, "password_off")
        try:
            entered = await context.sign_in.by_password(
                credentials.name,
                credentials.password,
                credentials.code,
                await visitor_of(self.request),
            )
        except RefusedError as error:
            refuse(self.request, error)
        return await enter(self.request, entered, method=Method.PASSWORD)

    async def delete(self) -> r204 | r401[ProblemDocument]:
        """Sign out.

        Status codes:
            204: The session has ended
        """
        identity = await get_identity(self.request)
        if identity.session is None:
            raise ProblemError(HTTPStatus.FORBIDDEN, "no_session")
        entry = self.viewer.entry(Action.SIGNED_OUT)
        await self.context.sign_in.close(identity.session.id, identity.person, entry)
        self.request.app[EVENTS].cut(identity.person)
        response = web.Response(status=HTTPStatus.NO_CONTENT)
        name = cookie_name(self.request)
        response.del_cookie(name, path="/", secure=name == SECURE_COOKIE, httponly=True)
        return response


class WindowsResource(Resource):
    """Sign-in with the account with which somebody is signed in to Windows (RFC 4559)."""

    rights = rules(GET=Open.PUBLIC)

    async def get(
        self,
    ) -> r200[SessionModel] | r401[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]:
        """Sign in; browsers answer the 401 by themselves.

        Status codes:
            200: He is in; the cookie is his session
            401: The exchange goes on, or the account was not accepted
            403: The account is nobody's here, or not from here
            404: The settings do not allow it
        """
        windows, origin = self.context.sign_in.windows, whence(self.request)
        if not windows.enabled:
            raise ProblemError(HTTPStatus.NOT_FOUND, "windows_off")
        schemes = windows.schemes(through_proxy=origin.through_proxy)
        scheme, _, token = self.request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        if scheme not in schemes or not token.strip():
            if scheme.lower() == "ntlm" and origin.through_proxy:
                raise ProblemError(HTTPStatus.FORBIDDEN, "windows_ntlm_through_proxy")
            return _offer(self.request, "windows_begin", list(schemes))
        try:
            step = await windows.step(
                self.request.transport, scheme, token.strip(), through_proxy=origin.through_proxy
            )
        except HandshakeError as error:
            if error.why == "ntlm_through_proxy":
                raise ProblemError(HTTPStatus.FORBIDDEN, "windows_ntlm_through_proxy") from None
            visitor = await visitor_of(self.request)
            await self.context.sign_in.windows_refused(visitor, error.why)
            return _offer(self.request, f"windows_{error.why}", list(schemes))
        if step.account is None:
            return _offer(self.request, "windows_begin", [f"{scheme} {step.reply}"])
        try:
            entered = await self.context.sign_in.by_windows(
                step.account, await visitor_of(self.request)
            )
        except RefusedError as error:
            refuse(self.request, error)
        response = await enter(self.request, entered, method=Method.WINDOWS)
        if step.reply is not None:
            response.headers[hdrs.WWW_AUTHENTICATE] = f"{scheme} {step.reply}"
        return response


class Ways(BaseModel):
    """How somebody may sign in here."""

    password: bool
    windows: bool


class WaysResource(Resource):
    """What the page for signing in offers."""

    rights = rules(GET=Open.PUBLIC)

    async def get(self) -> r200[Ways]:
        """Which ways in there are.

        Status codes:
            200: The ways
        """
        sign_in = self.context.sign_in
        ways = Ways(password=sign_in.policy.password, windows=sign_in.windows.enabled)
        return json_response(ways)


ROUTES: Final = (
    ("/api/v1/session", SessionResource),
    ("/api/v1/session/ways", WaysResource),
    ("/api/v1/session/windows", WindowsResource),
)


def refuse(request: web.Request, error: RefusedError) -> NoReturn:
    """As a problem."""
    match error.reason:
        case "locked":
            assert error.until is not None
            left = error.until - request.app[CONTEXT].sign_in.now()
            raise LockedError(left.total_seconds())
        case "place":
            raise place_refused(error.verdict, whence(request).address)
        case "unknown_account":
            raise ProblemError(HTTPStatus.FORBIDDEN, "windows_unknown_account")
        case reason:
            raise ProblemError(HTTPStatus.UNAUTHORIZED, f"sign_in_{reason}")


async def enter(request: web.Request, entered: SignedIn, *, method: str) -> web.Response:
    """The answer to somebody who is in: his cookie, and who he is."""
    context = request.app[CONTEXT]
    access = context.staff.now.access_of(entered.person)
    if access is None:  # He left in this very moment.
        raise ProblemError(HTTPStatus.UNAUTHORIZED, "sign_in_wrong")
    csrf, session = csrf_of(entered.token), str(entered.session)
    model = await _model(request, access, method=method, csrf=csrf, session=session)
    response = json_response(model)
    name = cookie_name(request)
    response.set_cookie(
        name,
        entered.token,
        max_age=context.sign_in.policy.session_days * _SECONDS_PER_DAY,
        path="/",
        secure=name == SECURE_COOKIE,
        httponly=True,
        samesite="Strict",
    )
    return response


async def visitor_of(request: web.Request) -> Visitor:
    """From where he tries; a session that he still holds ends when he is in."""
    context, where = request.app[CONTEXT], whence(request)
    browser = browser_of(request.headers.get(hdrs.USER_AGENT))
    cookie = request.cookies.get(cookie_name(request))
    held = None
    if cookie:
        held = await context.database.look(lambda connection: find_session(connection, cookie))
    sign_in = context.sign_in
    is_his = held is not None and Standing.GOOD is judge(
        held, sign_in.policy, address=where.address, browser=browser, at=sign_in.now()
    )
    return Visitor(
        origin=where, browser=browser, earlier=held.id if held is not None and is_his else None
    )


async def _model(
    request: web.Request, access: Access, *, method: str, csrf: str | None, session: str | None
) -> SessionModel:
    context = request.app[CONTEXT]
    known = context.staff.now.person(access.person)

    def look(connection: Connection) -> Row[Any] | None:
        query = select(
            person.c.must_change_password,
            person.c.password_hash.is_not(None).label("has_password"),
            person.c.totp_step,
            person.c.recovery_codes,
        )
        return connection.execute(query.where(person.c.name == access.person)).first()

    row = await context.database.look(look)
    must_change = row is not None and row.must_change_password
    has_totp = row is not None and row.totp_step is not None
    return SessionModel(
        person=access.person,
        full_name=known.full_name if known else None,
        role=known.role if known else "",
        department=known.department if known else None,
        rights=write_rights({right: access.scope(right) for right in Right if access.has(right)}),
        hidden=sorted(access.hidden),
        csrf=csrf,
        must_change_password=must_change and method == Method.PASSWORD,
        must_set_up_totp=context.sign_in.needs_totp(access.person, method) and not has_totp,
        has_password=row is not None and row.has_password,
        totp=has_totp,
        totp_needed=context.sign_in.needs_totp(access.person, Method.PASSWORD),
        recovery_codes_left=len(row.recovery_codes) if row is not None else 0,
        private_until=private_until(context, access.person),
        session=session,
    )


def _offer(request: web.Request, code: str, offered: list[str]) -> web.Response:
    """401, with what the client may go on with."""
    problem = ProblemError(HTTPStatus.UNAUTHORIZED, code)
    response = problem.response(language_of(request))
    del response.headers[hdrs.WWW_AUTHENTICATE]
    for one in offered:
        response.headers.add(hdrs.WWW_AUTHENTICATE, one)
    return response
