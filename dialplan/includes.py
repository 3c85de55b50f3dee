"""Our include lines in the engineer's files: all else stays byte for byte. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

MARK: Final = b"; callward dialplan install"
"""Ends each line that we added, and nothing else does."""
CREATED: Final = MARK + b" made this file"
"""The first line of a file that was not there before."""
_BOM: Final = b"\xef\xbb\xbf"

Place = Literal["first", "last"]


@dataclass(frozen=True, slots=True)
class Include:
    """One file of ours that one of theirs has to include."""

    host: str
    """The engineer's file, ``extensions.conf``."""
    file: str
    place: Place
    """``first``: what an engineer appends to his file must not land in a section of ours.
    ``last``: ours adds to a section of his, which must stand before it."""


def add(content: bytes | None, include: Include) -> bytes:
    """The host's bytes with the line; the same where it stands already, ours or his.

    ``None``: there is no such file yet.
    """
    if content is None:
        return b"%b\n%b\n" % (CREATED, _line(include))
    if ours(content, include) or theirs(content, include):
        return content
    end = b"\r\n" if b"\r\n" in content else b"\n"
    line = _line(include)
    if include.place == "first":
        start = len(_BOM) if content.startswith(_BOM) else 0
        return content[:start] + line + end + content[start:]
    if not content or content.endswith(b"\n"):
        return content + line + end
    # His last line has no end: then ours has none either, by which ``remove`` knows it.
    return content + b"\n" + line


def remove(content: bytes, include: Include) -> bytes | None:
    """The host's bytes as they were before ``add``; ``None`` where it was not there."""
    line = re.escape(_line(include))
    without = re.sub(rb"(?:(?<=\n)|^|(?<=\A\xef\xbb\xbf))" + line + rb"\r?\n", b"", content)
    without = re.sub(rb"\n" + line + rb"\Z", b"", without)
    return None if without == CREATED + b"\n" else without


def ours(content: bytes, include: Include) -> int:
    """How many lines of ours there are; one is right."""
    return len(
        re.findall(rb"^(?:\xef\xbb\xbf)?" + re.escape(_line(include)) + rb"\r?$", content, re.M)
    )


def theirs(content: bytes, include: Include) -> int:
    """How many times somebody else includes this file."""
    name = re.escape(include.file.encode())
    pattern = (
        rb"^(?:\xef\xbb\xbf)?[ \t]*#(?:try)?include[ \t]+[\"<]?(?:[^\"<>;\n]*/)?"
        + name
        + rb"[\">]?[ \t]*(?:;[^\n]*)?\r?$"
    )
    return len(re.findall(pattern, content, re.M)) - ours(content, include)


def _line(include: Include) -> bytes:
    return b'#include "%b" %b' % (include.file.encode(), MARK)
