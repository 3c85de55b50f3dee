"""Which requests are heard at all: those that were meant for this machine by who sent them.

The daemon listens on loopback, where every page that is open in a browser of this machine can
reach it too: by an address of its own that resolves to 127.0.0.1 (DNS rebinding: its Host is not
ours), or by a request across origins (the Fetch standard: Origin, Sec-Fetch-Site). And whatever a
proxy on this machine passes on comes from loopback too, whoever sent it.
"""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import ip_address
from typing import Final

from aiohttp import hdrs, web
from yarl import URL

from config.settings import Settings
from daemon.api.context import CONTEXT
from daemon.api.problems import Handler, ProblemError
from daemon.api.viewer import token_of

_SITES_OF_OURS: Final = frozenset({"same-origin", "none"})
"""``none``: the address was typed."""
_SIGNS_OF_A_PROXY: Final = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
_PBX: Final = "/pbx/"
"""Where the dialplan asks, with a secret of its own: a PBX elsewhere comes by a proxy."""


@web.middleware
async def meant_for_us(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what names another host, and what another page sends without a token."""
    host = request.headers.get(hdrs.HOST)
    if host is not None and not _is_ours(host, request):
        raise ProblemError(HTTPStatus.MISDIRECTED_REQUEST, "unknown_host")
    # A token is nothing that a browser sends by itself, or a proxy.
    if token_of(request) is None:
        if _crosses_origins(request, host):
            raise ProblemError(HTTPStatus.FORBIDDEN, "cross_origin")
        if _is_passed_on(request):
            raise ProblemError(HTTPStatus.FORBIDDEN, "passed_on")
    return await handler(request)


def configured_hosts(settings: Settings) -> frozenset[str]:
    """Hosts, without their ports, by which the settings call this daemon."""
    urls = (URL(pbx.ask_url).host for pbx in settings.pbx if pbx.ask_url)
    return frozenset(host for host in (settings.http.host, "localhost", *urls) if host)


def _is_ours(host: str, request: web.Request) -> bool:
    try:
        name = (URL(f"http://{host}").host or "").rstrip(".").lower()
    except ValueError:
        return False
    try:
        if ip_address(name).is_loopback:
            return True
    except ValueError:
        pass
    return name in configured_hosts(request.app[CONTEXT].settings)


def _crosses_origins(request: web.Request, host: str | None) -> bool:
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None:
        return origin.lower() not in {f"http://{host}".lower(), f"https://{host}".lower()}
    return request.headers.get("Sec-Fetch-Site", "none") not in _SITES_OF_OURS


def _is_passed_on(request: web.Request) -> bool:
    if request.path.startswith(_PBX):
        return False
    return any(name in request.headers for name in _SIGNS_OF_A_PROXY)
