"""Errors as ``application/problem+json`` (RFC 9457): a code for programs, a sentence for people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

import structlog
from aiohttp import web
from aiohttp_pydantic.oas.typing import r400, r403, r404, r409
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from config.problems import Language
from daemon.api.context import CONTEXT
from daemon.messages import say
from store.leadership import LeadLostError
from store.outages import is_passing, reason

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_GONE: Final = 499
"""For nobody: nginx writes the same into its log."""

_log = structlog.get_logger(__name__)

_CODES = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: "range_not_satisfiable",
}


class ProblemDocument(BaseModel):
    """The body of every error."""

    type: str
    """``urn:callward:problem:<code>``."""
    title: str
    status: int
    code: str
    detail: str
    """What is wrong and what is allowed, in the language of the request."""


Refused = (
    r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument] | r409[ProblemDocument]
)
"""Why a change of something that is named in the path is not made."""


class ProblemError(Exception):
    """An answer that is an error. ``code`` is a key of the messages without ``api.``."""

    def __init__(self, status: HTTPStatus, code: str, **about: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.text = code
        """The message's key: another, where one code has several texts."""
        self.about = about

    def response(self, language: Language) -> web.Response:
        """As it goes out."""
        document = ProblemDocument(
            type=f"urn:callward:problem:{self.code}",
            title=self.status.phrase,
            status=self.status,
            code=self.code,
            detail=say(language, f"api.{self.text}", **self.about),
        )
        response = web.Response(
            status=self.status,
            text=document.model_dump_json(),
            content_type="application/problem+json",
            headers={"Content-Language": language, "Vary": "Accept-Language"},
        )
        if self.status is HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever a handler raises into a problem document; a bug into 500 and a log entry."""
    try:
        return await handler(request)
    except ProblemError as problem:
        return problem.response(language_of(request))
    except web.HTTPException as error:
        return _of_http(error, language_of(request))
    except (DBAPIError, PoolTimeoutError, LeadLostError) as error:
        return _unavailable(request, error)
    except Exception as error:
        return _failed(request, error)


def _failed(request: web.Request, error: Exception) -> web.Response:
    if isinstance(error, ConnectionError) and _has_gone(request):
        return web.Response(status=_GONE)
    if is_passing(error):
        return _unavailable(request, error)
    _log.exception("api request failed", method=request.method, route=_route(request))
    failed = ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error")
    return failed.response(language_of(request))


def _has_gone(request: web.Request) -> bool:
    """Whoever asked, in the middle of the answer: nobody is there to be told."""
    return request.transport is None or request.transport.is_closing()


def _unavailable(request: web.Request, error: Exception) -> web.Response:
    _log.warning("database did not answer the api", error=reason(error))
    unavailable = ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "database_unavailable")
    return unavailable.response(language_of(request))


def language_of(request: web.Request) -> Language:
    """The first of our languages in ``Accept-Language`` (RFC 9110 12.5.4), else the company's."""
    return wanted_language(request) or request.app[CONTEXT].settings.company.language


def wanted_language(request: web.Request) -> Language | None:
    """The language that is asked for, if it is one of ours.

    A page cannot choose the headers of a WebSocket: there the query's ``language`` goes first.
    """
    wanted: list[tuple[float, str]] = []
    said = request.headers.get("Accept-Language", "")
    if request.headers.get("Upgrade", "").lower() == "websocket":
        said = request.query.get("language", said)
    for part in said.split(","):
        name, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((float(quality or 1), name.strip()[:2].lower()))
        except ValueError:
            continue
    for weight, name in sorted(wanted, key=lambda one: -one[0]):
        if weight > 0 and name == "ru":
            return "ru"
        if weight > 0 and name == "en":
            return "en"
    return None


def _of_http(error: web.HTTPException, language: Language) -> web.StreamResponse:
    if error.status < HTTPStatus.BAD_REQUEST:
        raise error
    status = HTTPStatus(error.status)
    about: dict[str, object] = {}
    if isinstance(error, web.HTTPMethodNotAllowed):
        about["allowed"] = ", ".join(sorted(error.allowed_methods))
    response = ProblemError(status, _CODES.get(status, "bad_request"), **about).response(language)
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""
