"""Environment variables over the file: ``CALLWARD__PBX__0__SECRET`` is ``pbx[0].secret``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from config.problems import Problem
from config.schema import SettingPath, Shape
from config.settings import Settings

PREFIX = "CALLWARD__"

_NOWHERE = object()


def overlay(
    document: dict[str, Any], environ: Mapping[str, str]
) -> tuple[dict[SettingPath, str], list[Problem]]:
    """Write the variables into ``document``; return which setting came from which variable."""
    sources: dict[SettingPath, str] = {}
    problems: list[Problem] = []
    for variable in sorted(name for name in environ if name.startswith(PREFIX)):
        parts = variable.removeprefix(PREFIX).lower().split("__")
        problem = _put(document, parts, variable, environ[variable], sources)
        if problem is not None:
            problems.append(problem)
    return sources, problems


def _put(
    document: dict[str, Any],
    parts: list[str],
    variable: str,
    text: str,
    sources: dict[SettingPath, str],
) -> Problem | None:
    """One variable into the document. A name that no section has is left for validation."""
    shape: Shape | None = Shape(Settings)
    node: Any = document
    path: SettingPath = ()
    for part in parts[:-1]:
        key = _key(part, node, shape)
        if key is None:
            return _wrong_index(variable, part, node)
        below = shape.item() if shape and isinstance(key, int) else _child(shape, key)
        node = _descend(node, key, [] if below is not None and below.is_list else {})
        if node is _NOWHERE:
            return None  # The file holds something else here; validation says so.
        shape, path = below, (*path, key)
    key = _key(parts[-1], node, shape)
    if key is None:
        return _wrong_index(variable, parts[-1], node)
    below = shape.item() if shape and isinstance(key, int) else _child(shape, key)
    if below is not None and below.section is not None:
        example = f"{variable}__{'0__' if below.is_list else ''}" + next(
            iter(below.section.model_fields)
        )
        return Problem(
            where=variable, code="environment_section", about={"example": example.upper()}
        )
    value = _listed(text) if below is not None and below.is_list else text
    if isinstance(key, int) and key == len(node):
        node.append(value)
    else:
        node[key] = value
    sources[(*path, key)] = variable
    return None


def _child(shape: Shape | None, key: str | int) -> Shape | None:
    return shape.child(key) if shape is not None and isinstance(key, str) else None


def _key(part: str, node: Any, shape: Shape | None) -> str | int | None:
    """The key that ``part`` spells; ``None`` for an index that the list does not reach."""
    if shape is None or not shape.is_list:
        return part
    return int(part) if part.isdecimal() and int(part) <= len(node) else None


def _descend(node: Any, key: str | int, empty: Any) -> Any:
    """The table or list at ``key``, made where there is none."""
    if isinstance(key, int):
        if key == len(node):
            node.append(empty)
        below = node[key]
    else:
        below = node.setdefault(key, empty)
    return below if isinstance(below, type(empty)) else _NOWHERE


def _wrong_index(variable: str, part: str, node: Any) -> Problem:
    about = {"part": part.upper(), "last": str(len(node))}
    return Problem(where=variable, code="environment_index", about=about)


def _listed(text: str) -> Any:
    """A list as JSON, or its values between commas."""
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return [value.strip() for value in text.split(",") if value.strip()]
