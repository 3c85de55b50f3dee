"""What every answer tells a browser to refuse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from aiohttp import web

from daemon.api.context import CONTEXT
from daemon.console.addresses import DIAL, is_framed

_PAGE: Final = (
    "default-src 'self'",
    # Mantine writes style attributes; scripts are files of ours alone.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
)
_DATA: Final = ("default-src 'none'",)
"""An answer that is no page loads nothing, should a browser ever show it as one."""
_EVERYWHERE: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def frame_ancestors(request: web.Request) -> tuple[str, ...]:
    """Origins whose pages may show this page of ours in a frame."""
    listed = request.app[CONTEXT].settings.http.embed_origins
    return listed if is_framed(request.path) else ()


def page_policy(ancestors: Iterable[str]) -> str:
    """The ``Content-Security-Policy`` of a page."""
    return _policy(_PAGE, ancestors)


def data_policy() -> str:
    """The ``Content-Security-Policy`` of everything else."""
    return _policy(_DATA, ())


async def guard(_request: web.Request, response: web.StreamResponse) -> None:
    """aiohttp's ``on_response_prepare``: whoever answered has said more, or this."""
    for name, value in _EVERYWHERE.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", data_policy())


def page_headers(request: web.Request) -> dict[str, str]:
    """What a page says beside what every answer does, by the settings."""
    headers = {"Content-Security-Policy": page_policy(frame_ancestors(request))}
    if request.path == DIAL and request.app[CONTEXT].settings.http.embed_origins:
        # It hears from the page that opened it which site that is.
        headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return headers


def _policy(rules: Iterable[str], ancestors: Iterable[str]) -> str:
    allowed = " ".join(ancestors) or "'none'"
    return "; ".join((*rules, f"frame-ancestors {allowed}"))
