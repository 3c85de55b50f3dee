"""Where an Asterisk keeps its things: ``asterisk.conf``, as Asterisk and as this machine see it.

pyst2's reader stops at ``[directories](!)``, with which Asterisk's own sample begins, so the few
lines that matter are read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

_LINE: Final = re.compile(r"^\s*(ast\w+)\s*=>?\s*(.*?)\s*$")
_SECTION: Final = re.compile(r"^\s*\[([^\]]+)\](\([^)]*\))?")
_COMPILED: Final = {
    "astdatadir": ("/usr/share/asterisk", "/var/lib/asterisk"),
    "astagidir": ("/usr/share/asterisk/agi-bin", "/var/lib/asterisk/agi-bin"),
}
"""What is compiled in: Debian's, and everybody else's."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Paths on this machine; ``seen`` tells Asterisk's own where it lives in another root."""

    etc: Path
    sounds: Path
    agi: Path
    _here: str = ""
    _there: str = ""

    def seen(self, path: Path) -> str:
        """A path of this machine as Asterisk sees it."""
        text = str(path)
        if text == self._here or text.startswith(f"{self._here}/"):
            return self._there + text[len(self._here) :]
        return text


def read_folders(etc: Path) -> Folders:
    """The folders of the Asterisk whose configuration is ``etc``.

    Where ``asterisk.conf`` calls ``etc`` by another name (a container, a chroot), the other folders
    are looked for under the same root. ``OSError`` where it cannot be read.
    """
    named = _directories((etc / "asterisk.conf").read_text(encoding="utf-8", errors="replace"))
    here, there = _roots(etc, PurePosixPath(named.get("astetcdir", str(etc))))

    def on_this_machine(path: str) -> Path:
        inside = path == there or path.startswith(f"{there}/")
        return Path(here + path[len(there) :] if inside else path)

    def folder(name: str) -> Path:
        if name in named:
            return on_this_machine(named[name])
        compiled = [on_this_machine(path) for path in _COMPILED[name]]
        return next((path for path in compiled if path.is_dir()), compiled[-1])

    agi = folder("astagidir")
    return Folders(etc, folder("astdatadir") / "sounds", agi, here, there)


def _directories(text: str) -> dict[str, str]:
    """``[directories]``; one that is a template (``(!)``) says nothing, as for Asterisk."""
    found: dict[str, str] = {}
    reading = False
    for raw in text.splitlines():
        line = raw.partition(";")[0]
        if section := _SECTION.match(line):
            reading = section[1].strip().lower() == "directories" and "!" not in (section[2] or "")
        elif reading and (pair := _LINE.match(line)):
            found[pair[1].lower()] = pair[2].rstrip("/") or "/"
    return found


def _roots(here: Path, there: PurePosixPath) -> tuple[str, str]:
    """The two paths without what they end with alike: ``/tmp/x`` and ``/lab``."""
    if str(here) == str(there) or not there.is_absolute():
        return "", ""
    ours, theirs = list(here.parts), list(there.parts)
    while len(ours) > 1 and len(theirs) > 1 and ours[-1] == theirs[-1]:
        ours.pop()
        theirs.pop()
    return _text(ours), _text(theirs)


def _text(parts: list[str]) -> str:
    return "" if len(parts) == 1 else str(Path(*parts))
