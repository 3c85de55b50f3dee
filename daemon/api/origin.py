"""Where a request comes from, and which are heard at all: those that were meant for us.

Every page that is open in a browser of this machine can reach what listens on loopback: by an
address of its own that resolves to 127.0.0.1 (DNS rebinding: its Host is not ours), or by a request
across origins (the Fetch standard: Origin, Sec-Fetch-Site). And whatever a proxy on this machine
passes on comes from loopback too, whoever sent it.
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
from daemon.console.addresses import BUTTON, is_page
from daemon.signin.address import (
    SIGNS_OF_A_PROXY,
    ForwardingError,
    Origin,
    origin_of,
    read_proxies,
)

_SITES_OF_OURS: Final = frozenset({"same-origin", "none"})
"""``none``: the address was typed."""
_PBX: Final = "/pbx/"
"""Where the dialplan asks, with a secret of its own: a PBX elsewhere may come by any proxy."""
PROTOCOL: Final = "callward"
"""The WebSocket subprotocol; a program sends a token as the one after it."""

_ORIGIN: Final = web.RequestKey("origin", Origin)


@web.middleware
async def meant_for_us(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what names another host, and what another page sends without a token."""
    host = request.headers.get(hdrs.HOST)
    if host is not None and not _is_ours(host, request):
        raise ProblemError(HTTPStatus.MISDIRECTED_REQUEST, "unknown_host")
    # A token is nothing that a browser sends by itself, as it does cookies; nor does a proxy.
    if not token_of(request):
        if _crosses_origins(request, host) and not _opens_a_page(request):
            raise ProblemError(HTTPStatus.FORBIDDEN, "cross_origin")
        if _is_forged(request):
            raise ProblemError(HTTPStatus.FORBIDDEN, "passed_on")
    return await handler(request)


def token_of(request: web.Request) -> str | None:
    """The token that a request shows, good or not; ``None`` where it shows none.

    ``Authorization: Bearer TOKEN``, or ``Sec-WebSocket-Protocol: callward, TOKEN``.
    """
    if hdrs.AUTHORIZATION in request.headers:
        scheme, _, token = request.headers[hdrs.AUTHORIZATION].partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""
    offered = [
        one.strip()
        for line in request.headers.getall(hdrs.SEC_WEBSOCKET_PROTOCOL, ())
        for one in line.split(",")
    ]
    if offered[:1] == [PROTOCOL] and len(offered) > 1:
        return offered[1]
    return None


def whence(request: web.Request) -> Origin:
    """From where a request comes. Raises a 400 problem where a listed proxy speaks unclearly."""
    known = request.get(_ORIGIN)
    if known is None:
        proxies = read_proxies(request.app[CONTEXT].settings.http.proxies)
        try:
            known = origin_of(
                request.remote or "",
                secure=request.secure,
                headers=request.headers,
                proxies=proxies,
            )
        except ForwardingError:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "bad_forwarding") from None
        request[_ORIGIN] = known
    return known


def address_of(request: web.Request) -> str:
    """The address of who asks, before any proxy that the settings list."""
    return whence(request).address


def comes_from_here(request: web.Request) -> bool:
    """Whether a program of this machine sent it, and no proxy passed it on."""
    if any(name in request.headers for name in SIGNS_OF_A_PROXY):
        return False
    try:
        return ip_address(request.remote or "").is_loopback
    except ValueError:
        return False


def configured_hosts(settings: Settings) -> frozenset[str]:
    """Hosts, without their ports, by which the settings call this daemon."""
    urls = (URL(pbx.ask_url).host for pbx in settings.pbx if pbx.ask_url)
    named = (settings.http.host, "localhost", *settings.http.hosts, *urls)
    return frozenset(host.rstrip(".").lower() for host in named if host)


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


def _opens_a_page(request: web.Request) -> bool:
    """A link elsewhere leads to the console, which holds nothing before somebody signs in; nor does
    the script of its button.
    """
    open_ = is_page(request.path) or request.path == BUTTON
    return open_ and request.method in {"GET", "HEAD"}


def _crosses_origins(request: web.Request, host: str | None) -> bool:
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None:
        return origin.lower() not in {f"http://{host}".lower(), f"https://{host}".lower()}
    return request.headers.get("Sec-Fetch-Site", "none") not in _SITES_OF_OURS


def _is_forged(request: web.Request) -> bool:
    """Somebody says for whom he asks whom the settings do not list as a proxy."""
    if request.path.startswith(_PBX) or whence(request).through_proxy:
        return False
    return any(name in request.headers for name in SIGNS_OF_A_PROXY)
