"""Dialplan files as Asterisk reads them (``pbx/pbx_config.c``): enough for our own files. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

_COMMENT: Final = re.compile(r"(?<!\\);.*")
_SECTION: Final = re.compile(r"\[([^\]]+)\](?:\([^)]*\))?\s*\Z")
_LINE: Final = re.compile(r"(\w+)\s*=>?\s*(.*)\Z", re.DOTALL)
_PRIORITY: Final = re.compile(r"(n|[0-9]+)(?:\([^)]*\))?\Z")
_CALL: Final = re.compile(r"(\w+)(?:\((.*)\))?\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Step:
    """One priority of one extension."""

    application: str
    data: str = field(repr=False)


@dataclass(slots=True)
class Dialplan:
    """Contexts as one or more files make them."""

    globals: dict[str, str] = field(default_factory=dict)
    contexts: dict[str, dict[tuple[str, int], Step]] = field(default_factory=dict)
    """Steps by extension and priority, by context."""
    includes: dict[str, list[str]] = field(default_factory=dict)

    def read(self, text: str) -> None:
        """Add what a file says; its ``#include`` lines are not followed."""
        section, exten, priority = "", "", 0
        for raw in text.splitlines():
            line = _COMMENT.sub("", raw).strip().replace("\\;", ";")
            if header := _SECTION.match(line):
                section = header[1]
                if section not in {"general", "globals"}:
                    self.contexts.setdefault(section, {})
                    self.includes.setdefault(section, [])
                continue
            pair = _LINE.match(line)
            if pair is None or not section:
                continue
            key, value = pair[1].lower(), pair[2].strip()
            if section == "globals":
                self.globals[pair[1]] = value
            elif key == "include":
                self.includes[section].append(value)
            elif key in {"exten", "same"}:
                if key == "exten":
                    exten, _, value = value.partition(",")
                number, _, call = value.partition(",")
                found, called = _PRIORITY.match(number.strip()), _CALL.match(call.strip())
                if found is None or called is None:
                    raise ValueError(line)
                priority = priority + 1 if found[1] == "n" else int(found[1])
                steps = self.contexts[section]
                steps[exten.strip(), priority] = Step(called[1], called[2] or "")
