"""Asking the running daemon: what changes something goes through it, so that it knows."""

from __future__ import annotations

import json
import urllib.request
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError

from daemon.cli.context import FAILED, fail
from daemon.messages import say

if TYPE_CHECKING:
    from config.problems import Language
    from config.settings import Settings

PATIENCE_SECONDS: Final = 5.0

# It is on this machine: no proxy is asked.
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NoDaemonError(Exception):
    """Nobody answers at the daemon's address, or somebody else does."""


class RefusedError(Exception):
    """The daemon's problem: a sentence for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def ask(settings: Settings, spoken: Language, method: str, path: str, body: object = None) -> Any:
    """The JSON of the answer, ``None`` for an empty one. ``NoDaemonError``, ``RefusedError``."""
    asked = urllib.request.Request(  # noqa: S310 - always http
        settings.http.url + path,
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={"Accept-Language": spoken, "Content-Type": "application/json"},
    )
    try:
        with _OPENER.open(asked, timeout=PATIENCE_SECONDS) as answer:
            text = answer.read()
        return json.loads(text) if text else None
    except HTTPError as error:
        raise _refusal(error) from None
    except (OSError, HTTPException, ValueError):
        raise NoDaemonError from None


def request(
    settings: Settings, spoken: Language, method: str, path: str, body: object = None
) -> Any:
    """As ``ask``; ends the command with one line where that fails."""
    try:
        return ask(settings, spoken, method, path, body)
    except NoDaemonError:
        fail(say(spoken, "no_daemon", address=settings.http.url), FAILED)
    except RefusedError as error:
        fail(str(error), FAILED)


def _refusal(error: HTTPError) -> Exception:
    try:
        problem = json.load(error)
        return RefusedError(problem["code"], problem["detail"])
    except (OSError, HTTPException, ValueError, LookupError, TypeError):
        return NoDaemonError()
