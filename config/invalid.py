"""Pydantic's errors as ``Problem``s: where, what stood there, what is allowed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.problems import WORDS, Problem
from config.schema import SettingPath, Shape, dotted, shape_at
from config.settings import Settings

_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown",
    "tuple_type": "list",
    "string_type": "text",
    "path_type": "path",
    "string_too_short": "length",
    "string_too_long": "length",
    "int_type": "whole_number",
    "int_parsing": "whole_number",
    "int_from_float": "whole_number",
    "int_parsing_size": "whole_number",
    "greater_than_equal": "least",
    "less_than_equal": "most",
    "bool_type": "boolean",
    "bool_parsing": "boolean",
    "literal_error": "choice",
    "too_short": "empty_list",
    "model_type": "table",
    "model_attributes_type": "table",
    "timezone": "timezone",
    "is_instance_of": "timezone",
}

_SHOWN = 60
"""Characters of a wrong value that are repeated."""


def problems_of(
    error: ValidationError, sources: Mapping[SettingPath, str], *, under: SettingPath = ()
) -> list[Problem]:
    """One problem for each wrong setting, in the order of the sections.

    ``under``: where what was validated stands in the settings.
    """
    return [
        _problem(details, (*under, *details["loc"]), sources)
        for details in error.errors(include_url=False)
        if not _follows(details)
    ]


def _follows(details: ErrorDetails) -> bool:
    """Whether the error only says again that another one is in the list."""
    if details["type"] == "too_short":
        return bool(details["input"])  # It has elements, and they are wrong.
    return details["type"] == "default_factory_not_called"


def _problem(
    details: ErrorDetails, path: SettingPath, sources: Mapping[SettingPath, str]
) -> Problem:
    shape = shape_at(Settings, path)
    code = _CODES.get(details["type"], details["type"])
    about = {name: str(value) for name, value in details.get("ctx", {}).items()}
    guess: str | None = None
    known: tuple[str, ...] = ()
    match code:
        case "unknown":
            guess, known = _meant(path)
        case "list" if shape is not None and shape.section is not None:
            code, about = "table_list", {"path": dotted(path)}
        case "table":
            if path and isinstance(path[-1], int):
                code, path = "table_list", path[:-1]
            about = {"path": dotted(path)}
        case "length":
            about = {"least": "1", "most": about.get("max_length", "80")}
        case "least" | "most":
            about = {"limit": about.get("ge") or about["le"]}
        case "choice" if shape is not None:
            about = {"allowed": ", ".join(get_args(shape.annotation))}
        case _ if code not in WORDS:
            code, about = "other", {"reason": details["msg"]}
    if personal(path):
        about.pop("canonical", None)
        code = "e164" if code == "e164_form" else code
    hidden = code in ("missing", "unknown", "table", "table_list")
    return Problem(
        where=dotted(path),
        code=code,
        value=None if hidden else shown(path, details["input"]),
        about=about,
        guess=guess,
        known=known,
        variable=_source(path, sources),
    )


def _source(path: SettingPath, sources: Mapping[SettingPath, str]) -> str | None:
    """The variable that set ``path``, a list around it or, where a section is wrong, some of it."""
    return next(
        (name for at, name in sources.items() if at[: len(path)] == path or path[: len(at)] == at),
        None,
    )


def _meant(path: SettingPath) -> tuple[str | None, tuple[str, ...]]:
    """For an unknown key: the key that was probably meant, and all that there are."""
    parent = shape_at(Settings, path[:-1]) or Shape()
    names = tuple(parent.section.model_fields) if parent.section is not None else ()
    close = get_close_matches(str(path[-1]), names, n=1, cutoff=0.6)
    return (close[0] if close else None), names


def personal(path: SettingPath) -> bool:
    """Whether the setting is an employee's own number, which no error may repeat."""
    return "mobiles" in path


def shown(path: SettingPath, value: Any) -> str | None:
    """A wrong value as it may be repeated; ``None`` for a secret, a number or a whole section."""
    if personal(path) or "secret" in path or not isinstance(value, str | int | float | bool):
        return None
    text = json.dumps(value, ensure_ascii=False)
    if str(path[-1]).endswith("url") and "@" in text:
        return None  # A URL can hold a password.
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
