"""Asking the running daemon, as the operator: what changes something goes through it.

That this is the operator the command shows by a key that only who reads the vault's can derive.
"""

from __future__ import annotations

import json
import os
import pwd
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Any, Final, NoReturn
from urllib.error import HTTPError

from daemon.cli.context import FAILED, fail
from daemon.messages import say

if TYPE_CHECKING:
    from config.problems import Language
    from config.settings import Settings

PATIENCE_SECONDS: Final = 30.0

# It is on this machine: no proxy is asked.
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NoDaemonError(Exception):
    """Nobody answers at the daemon's address, or somebody else does."""


class SlowDaemonError(NoDaemonError):
    """Somebody is there, and did not answer in time: what was asked may still be done."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class RefusedError(Exception):
    """The daemon's problem: a sentence for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def ask(settings: Settings, spoken: Language, method: str, path: str, body: object = None) -> Any:
    """The JSON of the answer, ``None`` for an empty one.

    Raises ``NoDaemonError`` (``SlowDaemonError``) and ``RefusedError``.

    ``body``: what is sent as JSON; bytes are sent as they are. Ends the command with one line where
    the vault's key cannot be read.
    """
    with answering(settings, spoken, method, path, body) as answer:
        text = answer.read()
        return json.loads(text) if text else None


@contextmanager
def answering(
    settings: Settings,
    spoken: Language,
    method: str,
    path: str,
    body: object = None,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Iterator[HTTPResponse]:
    """The answer, to be read as it comes; otherwise as ``ask``."""
    kind, content = "application/json", None if body is None else _content(body)
    if isinstance(body, bytes):
        kind = "application/octet-stream"
    asked = urllib.request.Request(  # noqa: S310 - always http
        settings.http.url + path,
        data=content,
        method=method,
        headers={
            "Accept-Language": spoken,
            "Content-Type": kind,
            **operator_headers(settings, spoken),
        },
    )
    try:
        with _OPENER.open(asked, timeout=patience_seconds) as answer:
            yield answer
    except HTTPError as error:
        raise _refusal(error) from None
    except (OSError, HTTPException, ValueError) as error:
        if isinstance(error, TimeoutError) or isinstance(
            getattr(error, "reason", None), TimeoutError
        ):
            raise SlowDaemonError(patience_seconds) from None
        raise NoDaemonError from None


def fail_without_daemon(settings: Settings, spoken: Language, error: NoDaemonError) -> NoReturn:
    """End the command with one line that says so."""
    if isinstance(error, SlowDaemonError):
        said = say(spoken, "slow_daemon", address=settings.http.url, seconds=round(error.seconds))
    else:
        said = say(spoken, "no_daemon", address=settings.http.url)
    fail(said, FAILED)


def request(
    settings: Settings, spoken: Language, method: str, path: str, body: object = None
) -> Any:
    """As ``ask``; ends the command with one line where that fails."""
    try:
        return ask(settings, spoken, method, path, body)
    except NoDaemonError as error:
        fail_without_daemon(settings, spoken, error)
    except RefusedError as error:
        fail(str(error), FAILED)


def operator_headers(settings: Settings, spoken: Language) -> dict[str, str]:
    """By which the daemon knows the operator.

    Where the key cannot be read, the command ends; but without a daemon that is what it says
    (``NoDaemonError``): a key would not help, and whoever starts it hears of the key from it.
    """
    from crm.key_file import credential_of, read_vault  # noqa: PLC0415
    from crm.vault import VaultError  # noqa: PLC0415
    from daemon.operator_key import USER_HEADER, operator_key  # noqa: PLC0415

    try:
        vault = read_vault(
            settings.vault.key_file,
            may_create=False,
            database=settings.database.url,
            credential=credential_of(settings.vault),
        )
    except VaultError as error:
        if not _somebody_answers(settings):
            raise NoDaemonError from None
        fail(say(spoken, "operator.no_key", reason=error.text(spoken)), FAILED)
    return {"Authorization": f"Bearer {operator_key(vault)}", USER_HEADER: unix_user()}


def _somebody_answers(settings: Settings) -> bool:
    try:
        asked = urllib.request.Request(settings.http.url + "/health")  # noqa: S310 - always http
        with _OPENER.open(asked, timeout=PATIENCE_SECONDS):
            return True
    except HTTPError:
        return True
    except (OSError, HTTPException, ValueError):
        return False


def unix_user() -> str:
    """Who runs this command: whoever became root by sudo, by his own name."""
    uid = os.getuid()
    if uid == 0 and os.environ.get("SUDO_USER"):
        return os.environ["SUDO_USER"]
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _content(body: object) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def _refusal(error: HTTPError) -> Exception:
    try:
        problem = json.load(error)
        return RefusedError(problem["code"], problem["detail"])
    except (OSError, HTTPException, ValueError, LookupError, TypeError):
        return NoDaemonError()
