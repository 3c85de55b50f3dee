"""Addresses of the console: pages, which are all ``index.html``, and the files that it loads."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from aiohttp import hdrs, web

from daemon.api.context import CONTEXT
from daemon.api.problems import language_of
from daemon.console.addresses import BUTTON, PAGE
from daemon.console.headers import guard, page_headers
from daemon.console.site import INDEX, File, read_site
from daemon.messages import say

_FOR_EVER: Final = "public, max-age=31536000, immutable"
"""Names hold a hash of the content."""
_ASK_FIRST: Final = "no-cache"


class Console:
    """Gives the files of one build."""

    def __init__(self, site: Mapping[str, File] | None = None) -> None:
        self._site = read_site() if site is None else site

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The console, at any address that a browser opens as a page. Raises ``HTTPNotFound``."""
        if request.path != "/" and "text/html" not in request.headers.get(hdrs.ACCEPT, ""):
            raise web.HTTPNotFound
        index = self._site.get(INDEX)
        if index is None:
            return web.Response(
                status=HTTPStatus.SERVICE_UNAVAILABLE,
                text=say(language_of(request), "console.not_built"),
            )
        response = _answer(request, index, _ASK_FIRST)
        response.headers.update(page_headers(request))
        return response

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """A file of the build. Raises ``HTTPNotFound``."""
        file = self._site.get(f"assets/{request.match_info['name']}")
        if file is None:
            raise web.HTTPNotFound
        return _answer(request, file, _FOR_EVER)

    async def button(self, request: web.Request) -> web.StreamResponse:
        """The script that makes call buttons in other sites' pages. Raises ``HTTPNotFound`` where
        the settings list none.
        """
        file = self._site.get(BUTTON.removeprefix("/"))
        if file is None or not request.app[CONTEXT].settings.http.embed_origins:
            raise web.HTTPNotFound
        response = _answer(request, file, _ASK_FIRST)
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response


def add_console(app: web.Application, console: Console | None = None) -> None:
    """Its addresses, and the headers of every answer. To be added last: pages take what is left."""
    given = console or Console()
    app.on_response_prepare.append(guard)
    app.router.add_get("/assets/{name}", given.asset)
    app.router.add_get(BUTTON, given.button)
    app.router.add_get(PAGE, given.page)


def _answer(request: web.Request, file: File, cache: str) -> web.Response:
    headers = {"Cache-Control": cache, "Vary": "Accept-Encoding", "ETag": f'"{file.tag}"'}
    if any(tag.value == file.tag for tag in request.if_none_match or ()):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    packed = file.packed if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, "") else None
    if packed is not None:
        headers["Content-Encoding"] = "gzip"
    charset = "utf-8" if file.is_text else None
    return web.Response(
        body=file.body if packed is None else packed,
        content_type=file.content_type,
        charset=charset,
        headers=headers,
    )
