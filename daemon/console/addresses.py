"""Which addresses are pages. Pure."""

from __future__ import annotations

from typing import Final

_OTHERS: Final = ("api", "pbx", "metrics", "health", "assets", "embed")
"""First words of addresses that are no pages."""
BUTTON: Final = "/embed/button.js"
"""The one file that other sites' pages may load."""
DIAL: Final = "/dial"
"""The small page that a button or a link elsewhere opens."""
_FRAMED: Final = ("dial", "clients")
"""First words of pages that a listed site may show in a frame."""
PAGE: Final = "/{page:(?!(?:%s)(?:/|$)).*}" % "|".join(_OTHERS)  # noqa: UP031 - braces of a route
"""Where pages are, as aiohttp's router has it; which page it is, the console itself knows."""


def is_page(path: str) -> bool:
    """Whether a browser that goes there is to see the console."""
    return _first(path) not in _OTHERS


def is_framed(path: str) -> bool:
    """Whether sites that the settings list may show that page in a frame."""
    return _first(path) in _FRAMED


def _first(path: str) -> str:
    return path.removeprefix("/").partition("/")[0]
