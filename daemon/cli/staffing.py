"""What the commands about people, roles and departments share."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import typer

from daemon.cli.context import fail
from daemon.messages import say

if TYPE_CHECKING:
    from config.problems import Language

HELP_NAMES: Final = {"help_option_names": ["--help", "-h"]}


def address(what: str, name: str) -> str:
    """Of one person, role or department."""
    return f"/api/v1/{what}/{quote(name, safe='')}"


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
