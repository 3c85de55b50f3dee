"""From a TOML file and the environment to ``Settings``, or to one line for each mistake."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast, get_args

from pydantic import ValidationError

from config.consistency import contradictions
from config.environment import overlay
from config.invalid import problems_of
from config.problems import Language, Problem, SettingsError
from config.schema import SettingPath, dotted
from config.settings import Settings

EXAMPLE = Path(__file__).with_name("callward.example.toml")

UNIT_CREDENTIALS: Final = Path("/run/credentials/callward.service")
"""systemd.exec(5): there for the unit's user and root while the daemon runs."""
_FOR_COMMANDS: Final = {"CREDENTIALS_DIRECTORY": str(UNIT_CREDENTIALS)}
_VARIABLE = re.compile(r"\$\{(\w+)\}")


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """The settings in ``path``, overridden by ``CALLWARD__SECTION__KEY`` of ``environ``.

    ``${NAME}`` in a text stands for that variable; ``${CREDENTIALS_DIRECTORY}``, which systemd sets
    for the daemon alone, stands in its commands for where those of its unit are.
    Raises ``SettingsError``, worded in ``company.language`` or, where the file does not get that
    far, in the locale's language. Does not read secret files: ``config.secrets`` does.
    """
    language = _locale(environ)
    try:
        document = _read(path)
        language = _language(document) or language
        return settings_of(document, environ)
    except SettingsError as error:
        raise SettingsError(error.problems, language) from None


def settings_of(document: dict[str, Any], environ: Mapping[str, str]) -> Settings:
    """The settings in a document that was read; it is changed. Raises ``SettingsError``."""
    sources, problems = overlay(document, environ)
    problems += _expand(document, {**_FOR_COMMANDS, **environ}, ())
    if problems:
        raise SettingsError(problems)
    try:
        settings = Settings.model_validate(document)
    except ValidationError as error:
        raise SettingsError(problems_of(error, sources)) from None
    problems = contradictions(settings)
    if problems:
        raise SettingsError(problems)
    return settings


def _read(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        about = {"example": str(EXAMPLE)}
        raise SettingsError([Problem(where=str(path), code="missing_file", about=about)]) from None
    except OSError as error:
        about = {"reason": error.strerror or type(error).__name__}
        raise SettingsError(
            [Problem(where=str(path), code="unreadable_file", about=about)]
        ) from None
    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        about = {"line": str(content.count(b"\n", 0, error.start) + 1)}
        raise SettingsError([Problem(where=str(path), code="encoding", about=about)]) from None
    except tomllib.TOMLDecodeError as error:
        about = {"reason": str(error)}
        raise SettingsError([Problem(where=str(path), code="syntax", about=about)]) from None


def _expand(node: Any, environ: Mapping[str, str], at: SettingPath) -> list[Problem]:
    """Put variables into every text under ``node``, in place; a secret is taken as it is."""
    problems: list[Problem] = []
    keys = list(node) if isinstance(node, dict) else range(len(node))
    for key in keys:
        value = node[key]
        here = (*at, key)
        if isinstance(value, dict | list):
            problems += _expand(value, environ, here)
        elif isinstance(value, str) and key != "secret":
            missing = [name for name in _VARIABLE.findall(value) if name not in environ]
            problems += [
                Problem(where=dotted(here), code="undefined_variable", about={"name": name})
                for name in missing
            ]
            if not missing:
                node[key] = _VARIABLE.sub(lambda match: environ[match[1]], value)
    return problems


def _language(document: Mapping[str, Any]) -> Language | None:
    company = document.get("company")
    named = company.get("language") if isinstance(company, dict) else None
    return cast(Language, named) if named in get_args(Language) else None


def _locale(environ: Mapping[str, str]) -> Language:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "ru" if environ[name].startswith("ru") else "en"
    return "en"
