"""The search for what must not be there: numbers in any grouping and coding, people's names.

Pure. A number counts as found by its last seven digits, whatever stands between them.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import unquote_to_bytes

LAST_DIGITS: Final = 7
GAP: Final = 4
"""Characters that may stand between two digits of a number: ``) `` or `` - ``, and one more."""
_NO_DIGITS: Final = bytes(set(range(256)) - set(b"0123456789"))
# Whatever is neither a digit nor a letter: blanks of every coding, dots, dashes, brackets, a fold.
_BETWEEN: Final = rb"[^0-9A-Za-z]{0,%d}" % GAP
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]{10,}={0,2}")
_UNICODE_ESCAPE: Final = re.compile(rb"\\u00([0-9A-Fa-f]{2})")
_ENTITY: Final = re.compile(rb"&#(?:x[0-9A-Fa-f]{1,4}|[0-9]{1,5});|&[a-z]{2,6};")


class Canary(Protocol):
    """Something that is searched for."""

    @property
    def what(self) -> str:
        """What it is, for the report: no digit of a number in it."""

    def find(self, view: bytes, digits: bytes) -> re.Match[bytes] | None:
        """Its first occurrence in a view; ``digits`` is the view without all else."""


@dataclass(frozen=True, slots=True)
class Found:
    """A canary in some bytes."""

    what: str
    coding: str
    """``plain``, or how it was hidden: ``utf-16``, ``percent``, ``base64`` …"""
    line: str
    """The line around it, the digits of it as ``x``."""


class Number:
    """A phone number, by its last seven digits in any grouping."""

    def __init__(self, what: str, number: str) -> None:
        self.what = what
        self._digits = re.sub(r"\D", "", number)[-LAST_DIGITS:].encode()
        if len(self._digits) < LAST_DIGITS:
            raise ValueError(f"{what}: a number with fewer than {LAST_DIGITS} digits")
        self._pattern = re.compile(_BETWEEN.join(bytes([one]) for one in self._digits))

    def find(self, view: bytes, digits: bytes) -> re.Match[bytes] | None:
        # Far the most bytes are audio: the digits alone are looked at first.
        return self._pattern.search(view) if self._digits in digits else None


class Word:
    """A person's name, upper and lower case alike."""

    def __init__(self, what: str, word: str) -> None:
        self.what = what
        self._pattern = re.compile(
            rb"(?<![A-Za-z0-9])" + re.escape(word.encode()) + rb"(?![A-Za-z0-9])", re.IGNORECASE
        )

    def find(self, view: bytes, _digits: bytes) -> re.Match[bytes] | None:
        return self._pattern.search(view)


class Extension:
    """An extension or endpoint: where it is a user in an address, a display name or a channel."""

    def __init__(self, what: str, extension: str) -> None:
        self.what = what
        text = re.escape(extension.encode())
        self._pattern = re.compile(
            rb"(?:sips?:|tel:|PJSIP/|Local/)" + text + rb"(?![0-9A-Za-z.])"
            rb'|"' + text + rb'"'
            rb"|:[ \t]*" + text + rb"[ \t]*<",
            re.IGNORECASE,
        )

    def find(self, view: bytes, _digits: bytes) -> re.Match[bytes] | None:
        return self._pattern.search(view)


def search(data: bytes, canaries: Sequence[Canary]) -> Iterator[Found]:
    """Every canary that is in ``data``, once for each, in the plainest coding."""
    left = list(canaries)
    for coding, view in _views(data):
        if not left:
            return
        digits = view.translate(None, _NO_DIGITS)
        for canary in tuple(left):
            if match := canary.find(view, digits):
                left.remove(canary)
                yield Found(canary.what, coding, _line(view, match))


def _views(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The bytes as they are and, where they may be coded, as they are meant."""
    yield "plain", data
    if b"\0" in data:
        yield "utf-16", data.replace(b"\0", b"")
    if b"%" in data:
        yield "percent", unquote_to_bytes(data)
    if b"\\u00" in data:
        yield "escape", _UNICODE_ESCAPE.sub(lambda one: bytes([int(one[1], 16)]), data)
    if b"&" in data:
        yield "entity", _ENTITY.sub(lambda one: html.unescape(one[0].decode()).encode(), data)
    decoded = b"\n".join(_decoded(data))
    if decoded:
        yield "base64", decoded
        if b"\0" in decoded:
            yield "base64 of utf-16", decoded.replace(b"\0", b"")


def _decoded(data: bytes) -> Iterator[bytes]:
    """What every stretch that looks like base64 says, wherever in it the coding begins."""
    if not data.isascii() and b"\r\n" not in data:
        return
    for stretch in _BASE64.finditer(data):
        text = stretch[0].rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
        for start in range(4):
            part = text[start:]
            part = part[: len(part) - (len(part) % 4 == 1)]
            try:
                yield base64.b64decode(part + b"=" * (-len(part) % 4))
            except binascii.Error:
                continue


def _line(view: bytes, match: re.Match[bytes]) -> str:
    start = max(view.rfind(b"\n", 0, match.start()) + 1, match.start() - 120)
    end = view.find(b"\n", match.end())
    end = min(len(view) if end < 0 else end, match.end() + 60)
    hidden = re.sub(rb"[0-9]", b"x", match[0])
    line = view[start : match.start()] + hidden + view[match.end() : end]
    return line.decode("ascii", errors="replace").replace("�", "?").strip()
