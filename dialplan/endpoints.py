"""Which endpoints an Asterisk on this machine has: trunks and phones, guessed from ``pjsip.conf``.

pyst2's reader knows neither templates nor several sections of one name, of which this file is made
(Asterisk's ``main/config.c``), so what matters of it is read here. A trunk is who is reached at an
address of his own, is registered with, or asks us for a password; phones register with us.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.values import is_plain

_FILES: Final = ("pjsip.conf", "pjsip_wizard.conf")
_SECTION: Final = re.compile(r"\[([^\]]+)\](?:\(([^)]*)\))?\s*\Z")
_PAIR: Final = re.compile(r"([\w-]+)\s*=>?\s*(.*)\Z")
_INCLUDE: Final = re.compile(r"#(?:try)?include\s+[\"<]?([^\">]+?)[\">]?\s*\Z")
_BLOCK_COMMENT: Final = re.compile(r";--.*?--;", re.DOTALL)
_DEEPEST: Final = 8
_NOBODYS: Final = frozenset({"anonymous", "dpma_endpoint"})

_Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Names of PJSIP endpoints, in the order of the files."""

    trunks: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


def find_endpoints(etc: Path) -> Endpoints:
    """Those of the Asterisk whose configuration is in that folder; none where it cannot be read."""
    return guess(
        [section for name in _FILES for section in _sections(_lines(etc, etc / name, _DEEPEST))]
    )


def guess(sections: list[tuple[str, _Values]]) -> Endpoints:
    """Pure. ``sections``: name and values of each, templates spelled out."""
    reached = {name for name, values in sections if _is(values, "aor") and "contact" in values}
    named = {
        values["endpoint"]
        for _, values in sections
        if _is(values, "identify", "registration") and values.get("endpoint")
    }
    found: dict[str, bool] = {}
    for name, values in sections:
        if name in _NOBODYS or not is_plain(name):
            continue
        if _is(values, "endpoint"):
            aors = {aor.strip() for aor in values.get("aors", "").split(",")}
            trunk = name in named or "outbound_auth" in values or not aors.isdisjoint(reached)
        elif _is(values, "wizard"):
            trunk = "remote_hosts" in values
        else:
            continue
        found[name] = trunk
    return Endpoints(
        trunks=tuple(name for name, trunk in found.items() if trunk),
        phones=tuple(name for name, trunk in found.items() if not trunk),
    )


def _sections(lines: Iterator[str]) -> list[tuple[str, _Values]]:
    """Each with what it takes from templates; the templates themselves are left out."""
    templates: dict[str, _Values] = {}
    sections: list[tuple[str, _Values]] = []
    values: _Values = {}
    for line in lines:
        if header := _SECTION.match(line):
            name = header[1].strip()
            options = [one.strip() for one in (header[2] or "").split(",") if one.strip()]
            if "+" in options:
                values = next((old for known, old in reversed(sections) if known == name), {})
                continue
            values = {}
            for base in options:
                values |= templates.get(base, {})
            if "!" in options:
                templates[name] = values
            else:
                sections.append((name, values))
                # Any section can be taken for a template.
                templates.setdefault(name, values)
        elif pair := _PAIR.match(line):
            values[pair[1].lower()] = pair[2].strip()
    return sections


def _lines(etc: Path, path: Path, deepest: int) -> Iterator[str]:
    """Of a file and those that it includes, without comments."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for raw in _BLOCK_COMMENT.sub("", text).splitlines():
        line = re.split(r"(?<!\\);", raw, maxsplit=1)[0].strip()
        if (included := _INCLUDE.match(line)) and deepest:
            wanted = etc / included[1]
            for name in sorted(Path(wanted.anchor).glob(str(wanted.relative_to(wanted.anchor)))):
                yield from _lines(etc, name, deepest - 1)
        else:
            yield line


def _is(values: _Values, *types: str) -> bool:
    return values.get("type", "").lower() in types
