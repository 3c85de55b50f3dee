"""What the commands about people, how they sign in and what they may do share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

import typer

from daemon.cli.context import fail, language, load_settings
from daemon.cli.reading import show
from daemon.cli.request import request
from daemon.messages import say

if TYPE_CHECKING:
    from config.problems import Language

HELP_NAMES: Final = {"help_option_names": ["--help", "-h"]}


def address(what: str, name: str) -> str:
    """Of one person, role or department."""
    return f"/api/v1/{what}/{quote(name, safe='')}"


def show_items(
    config: Path | None,
    what: str,
    table: Callable[[list[dict[str, Any]], Language], object],
    *,
    as_json: bool,
    **asked: str | None,
) -> None:
    """Print what the daemon lists under that address, narrowed to what is asked for."""
    settings = load_settings(config)
    spoken = language(settings)
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    found = request(settings, spoken, "GET", f"/api/v1/{what}?{query}")
    show(found["items"], table, spoken, as_json=as_json)


def remove(config: Path | None, path: str, done: str, **about: str) -> None:
    """Let the daemon take away what that address names, and say so: ``done`` is the text's key."""
    settings = load_settings(config)
    spoken = language(settings)
    request(settings, spoken, "DELETE", path)
    typer.echo(say(spoken, done, **about))


def rights_of(written: Iterable[str], spoken: Language) -> dict[str, str]:
    """``clients.read=own`` as name and scope; ends with one line where one is not written so."""
    rights = {}
    for one in written:
        right, _, scope = one.partition("=")
        if not right or not scope:
            fail(say(spoken, "people.bad_right", value=one))
        rights[right.strip()] = scope.strip()
    return rights


def print_json(record: Any) -> None:
    """For programs."""
    typer.echo(json.dumps(record, ensure_ascii=False, indent=2))
