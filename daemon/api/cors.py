"""Requests of other pages' scripts (the Fetch standard: CORS), as far as the settings let them.

A page of a listed origin may begin, read and cancel callbacks with a program's key. With the cookie
of a session it may not: browsers keep that from other sites (SameSite=Strict), and no answer here
says that credentials are welcome. Pages that have no key open ``/dial`` instead.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from aiohttp import hdrs, web

from daemon.api.context import CONTEXT
from daemon.api.problems import Handler

_SHARED: Final = "/api/v1/callbacks"
_METHODS: Final = "GET, POST, DELETE"
_HEADERS: Final = "Authorization, Content-Type, Accept-Language, Idempotency-Key"
_READABLE: Final = "Location, Retry-After, Content-Language"
_MAX_AGE_SECONDS: Final = "600"


@web.middleware
async def asked_before(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a browser that asks whether a page may send what it wants to send."""
    asks = request.method == hdrs.METH_OPTIONS and (
        hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
    )
    if not asks or not _is_welcome(request):
        return await handler(request)
    return web.Response(
        status=HTTPStatus.NO_CONTENT,
        headers={
            hdrs.ACCESS_CONTROL_ALLOW_METHODS: _METHODS,
            hdrs.ACCESS_CONTROL_ALLOW_HEADERS: _HEADERS,
            hdrs.ACCESS_CONTROL_MAX_AGE: _MAX_AGE_SECONDS,
        },
    )


async def share(request: web.Request, response: web.StreamResponse) -> None:
    """aiohttp's ``on_response_prepare``: who may read this answer, errors too."""
    if not _is_shared(request.path):
        return
    response.headers.add(hdrs.VARY, hdrs.ORIGIN)
    if _is_welcome(request):
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = request.headers[hdrs.ORIGIN]
        response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = _READABLE


def _is_welcome(request: web.Request) -> bool:
    listed = request.app[CONTEXT].settings.http.embed_origins
    return _is_shared(request.path) and request.headers.get(hdrs.ORIGIN) in listed


def _is_shared(path: str) -> bool:
    return path == _SHARED or path.startswith(f"{_SHARED}/")
