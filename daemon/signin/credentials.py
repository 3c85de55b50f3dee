"""Who sends a request: by a session's cookie, or by a program's key."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from aiohttp import hdrs, web
from sqlalchemy import Connection, select

from crm.access import Right
from crm.access_tokens import find_token
from crm.access_tokens import note_use as note_token
from crm.audit import Action, Entry
from crm.people_tables import person
from crm.places import Verdict
from crm.sessions import Session, Standing, browser_of, csrf_of, find_session, judge
from crm.sessions import note_use as note_session
from daemon.api.context import CONTEXT, ApiContext
from daemon.api.origin import token_of, whence
from daemon.api.problems import ProblemError
from daemon.operator_key import OPERATOR_PREFIX
from daemon.signin.address import Origin
from daemon.signin.refusal import place_refused

CSRF_HEADER: Final = "X-Callward-CSRF"
COOKIE: Final = "callward"
SECURE_COOKIE: Final = "__Host-callward"
"""Over TLS; browsers hold such a name to Secure, Path=/ and this very host (RFC 6265bis 4.1.3)."""
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGNING_IN: Final = frozenset({("POST", "/api/v1/session"), ("GET", "/api/v1/session/windows")})
"""Whoever signs in comes without a session, or with one that is good no more."""
_ONESELF: Final = frozenset({"/api/v1/session", "/api/v1/session/password", "/api/v1/session/totp"})
"""All that is open to who has first to change his password or to set up one-time codes."""
_STALE: Final = {
    Standing.CLOSED: "session_closed",
    Standing.EXPIRED: "session_expired",
    Standing.FUTURE: "session_future",
    Standing.MOVED_ADDRESS: "session_moved",
    Standing.MOVED_BROWSER: "session_moved",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who it is, and what shows it."""

    person: str
    via: str
    """``session:ID``, ``token:ID``."""
    scopes: frozenset[Right] | None = None
    """Rights to which his key is narrowed."""
    is_his_own: bool = True
    """``False``: a key that another made for him."""
    session: Session | None = None
    csrf: str | None = None
    """What his page has to show beside the cookie."""


_IDENTITY: Final = web.RequestKey("identity", Identity)


def cookie_name(request: web.Request) -> str:
    """Under which name the session's cookie goes."""
    return SECURE_COOKIE if whence(request).secure else COOKIE


async def identify(request: web.Request) -> Identity | None:
    """Who it is; ``None`` for who shows nothing.

    Raises a 401 problem for a session or key that is not good, and a 403 problem for one that is,
    from a place from which he may not come, without its CSRF value, or before he did what he has to
    do first. A key goes before a cookie.
    """
    if _IDENTITY in request:
        return request[_IDENTITY]
    context = request.app[CONTEXT]
    token, cookie = token_of(request), request.cookies.get(cookie_name(request))
    if token:
        identity = await _by_token(context, token)
    elif cookie and (request.method, request.path) not in _SIGNING_IN:
        identity = await _by_session(context, request, cookie)
    else:
        return None
    if context.staff.access_of(identity.person) is None:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, "invalid_token")
    check_place(request, identity.person)
    request[_IDENTITY] = identity
    return identity


async def get_identity(request: web.Request) -> Identity:
    """As ``identify``; a 403 problem for the operator, who is no person and has no session."""
    identity = await identify(request) if not _is_operator(request) else None
    if identity is None:
        raise ProblemError(HTTPStatus.FORBIDDEN, "no_session")
    return identity


def check_place(request: web.Request, name: str) -> None:
    """Raises a 403 problem where that person may not come from there."""
    context = request.app[CONTEXT]
    verdict = context.sign_in.places.check(name, whence(request))
    if verdict is not Verdict.ALLOWED:
        raise place_refused(verdict, whence(request).address)


def _is_operator(request: web.Request) -> bool:
    return (token_of(request) or "").startswith(OPERATOR_PREFIX)


async def _by_token(context: ApiContext, token: str) -> Identity:
    found = await context.database.look(lambda connection: find_token(connection, token))
    now = context.sign_in.now()
    if found is None or found.revoked_at is not None:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, "invalid_token")
    if not found.is_good(now):
        raise ProblemError(HTTPStatus.UNAUTHORIZED, "token_expired")
    if found.use_is_news(now):
        await context.database.write(lambda connection: note_token(connection, found.id, now))
    return Identity(
        person=found.agent,
        via=f"token:{found.id}",
        scopes=found.scopes,
        is_his_own=found.is_his_own,
    )


async def _by_session(context: ApiContext, request: web.Request, cookie: str) -> Identity:
    def look(connection: Connection) -> tuple[Session | None, Any]:
        found = find_session(connection, cookie)
        if found is None:
            return None, None
        query = select(
            person.c.must_change_password,
            # Set up and confirmed.
            person.c.totp_step.is_not(None).label("has_totp"),
        )
        return found, connection.execute(query.where(person.c.name == found.person)).one()

    sign_in, where = context.sign_in, whence(request)
    held, row = await context.database.look(look)
    if held is None:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, "session_expired")
    now = sign_in.now()
    browser = browser_of(request.headers.get(hdrs.USER_AGENT))
    standing = judge(held, sign_in.policy, address=where.address, browser=browser, at=now)
    if standing in {Standing.MOVED_ADDRESS, Standing.MOVED_BROWSER}:
        await _close_stolen(context, held, where, browser, standing)
    if standing is not Standing.GOOD:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, _STALE[standing])
    csrf = csrf_of(cookie)
    if request.method not in _SAFE:
        shown = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(shown.encode(), csrf.encode()):
            raise ProblemError(HTTPStatus.FORBIDDEN, "csrf", header=CSRF_HEADER)
    if request.path not in _ONESELF:
        _check_pending(context, held, row)
    if held.use_is_news(now):
        await context.database.write(lambda connection: note_session(connection, held.id, now))
    return Identity(person=held.person, via=f"session:{held.id}", session=held, csrf=csrf)


def _check_pending(context: ApiContext, held: Session, row: Any) -> None:
    if row.must_change_password and held.method == "password":
        raise ProblemError(HTTPStatus.FORBIDDEN, "must_change_password")
    if context.sign_in.needs_totp(held.person, held.method) and not row.has_totp:
        raise ProblemError(HTTPStatus.FORBIDDEN, "must_set_up_totp")


async def _close_stolen(
    context: ApiContext, held: Session, where: Origin, browser: str | None, standing: Standing
) -> None:
    """Two machines show one cookie: whose it is cannot be told, so it is good for neither."""
    entry = Entry(
        action=Action.SESSION_CLOSED,
        actor="callward",
        via=f"session:{held.id}",
        address=where.address,
        object=held.person,
        details={
            "why": standing.value,
            "began": {"address": held.address, "browser": held.browser},
            "came": {"address": where.address, "browser": browser},
        },
    )
    await context.sign_in.close(held.id, "callward", entry)
