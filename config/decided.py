"""Settings that a company decides anew from day to day, in the console, over the file's. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from config.consistency import contradictions
from config.invalid import problems_of
from config.problems import Problem, SettingsError
from config.settings import HoursSettings, Settings
from config.values import Span

DECIDABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "routing": (
        "hours",
        "holidays",
        "after_hours",
        "curator_seconds",
        "deputy_seconds",
        "group",
        "group_seconds",
        "group_order",
    ),
    "announcements": ("inbound", "outbound", "language"),
    "callbacks": ("agent_seconds", "client_seconds", "each_per_minute", "at_once"),
    "recordings": ("format", "keep_originals"),
}
"""By section. What the PBX has to hold as well (a mailbox, a sound, the fallback, who may dial) or
what the daemon needs at its start is decided by the file alone."""

Values = Mapping[str, Any]
"""Of one section, by key, as JSON."""
SettingsNow = Callable[[], Settings]
"""The settings as they hold at this moment."""

_KEY: Final = re.compile(r"(\w+)\.(\w+)")


def decide(settings: Settings, decisions: Mapping[str, Values]) -> Settings:
    """The settings with these values, by section, in place of the file's.

    They are held to what holds for the file. Raises ``SettingsError``.
    """
    made: dict[str, BaseModel] = {}
    problems: list[Problem] = []
    for name, values in decisions.items():
        section = getattr(settings, name)
        try:
            made[name] = type(section).model_validate({**dict(section), **values})
        except ValidationError as error:
            problems += problems_of(error, {}, under=(name,))
    if not problems:
        settings = settings.model_copy(update=made)
        # What the file says was held together when it was read.
        problems = [one for one in contradictions(settings) if _key(one)[0] in decisions]
    if problems:
        raise SettingsError(problems)
    return settings


def decide_what_may_be(
    settings: Settings, decisions: Mapping[str, Values]
) -> tuple[Settings, tuple[Problem, ...]]:
    """As ``decide``; what goes with this file no longer is left out, and said."""
    left = {name: dict(values) for name, values in decisions.items() if name in DECIDABLE}
    refused: list[Problem] = []
    while True:
        try:
            return decide(settings, left), tuple(refused)
        except SettingsError as error:
            for problem in error.problems:
                section, key = _key(problem)
                if left[section].pop(key, None) is None:
                    left[section].clear()
                refused.append(problem)


def key_of(problem: Problem) -> str:
    """The setting of a section that is wrong: ``group`` for ``routing.group[0]``."""
    return _key(problem)[1]


def written(value: Any) -> Any:
    """A setting's value as JSON, in the form in which the file has it."""
    match value:
        case HoursSettings():
            return {day: written(getattr(value, day)) for day in HoursSettings.model_fields}
        case Span() | date():
            return str(value)
        case tuple():
            return [written(one) for one in value]
        case _:
            return value


def _key(problem: Problem) -> tuple[str, str]:
    found = _KEY.match(problem.where)
    return (found[1], found[2]) if found is not None else ("", "")
