"""``POST /pbx/v1/{question}``: what the dialplan asks. No person's API; it is not in openapi."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from crm.vault import Vault
from daemon.routing.counts import RoutingCounts
from daemon.routing.desk import Desk
from daemon.routing.wire import QUESTIONS, VERSION, AnswerError, QuestionError, encode, parse
from dialplan.keys import dialplan_secret

PIN_DEADLINE_SECONDS: Final = 1.95
"""The dialplan waits 2 where a PIN was keyed, which is dear to compare."""
_AHEAD_SECONDS: Final = 0.05
"""So much before the dialplan does without."""
_FORM = "application/x-www-form-urlencoded"
_LONGEST_FORM = 4096
_MOST_FIELDS = 16

_log = structlog.get_logger(__name__)


class _Refusal(Exception):  # noqa: N818 - not an error of ours
    """An answer that is none: the dialplan does without. ``kind`` is what is counted."""

    def __init__(self, kind: str, status: HTTPStatus) -> None:
        super().__init__(kind)
        self.kind = kind
        self.status = status


class PbxQuestions:
    """Answers before the dialplan does without, or not at all."""

    def __init__(
        self, desk: Desk, vault: Vault, counts: RoutingCounts, *, answer_seconds: float
    ) -> None:
        """``answer_seconds``: how long the dialplan of the most patient PBX waits."""
        deadline = answer_seconds - _AHEAD_SECONDS
        self._desk = desk
        self._counts = counts
        self._deadlines = {**dict.fromkeys(QUESTIONS, deadline), "pin": PIN_DEADLINE_SECONDS}
        self._secrets: Mapping[str, bytes] = {
            pbx: dialplan_secret(vault, pbx).encode() for pbx in desk.lines
        }
        # For PBXs that there are not, so that these take as long.
        self._nobodys = vault.derive("dialplan of nobody").hex().encode()
        self._said: set[tuple[str, str]] = set()

    @property
    def routes(self) -> list[web.RouteDef]:
        """For ``web.Application``."""
        return [web.post("/pbx/v1/{question}", self.ask)]

    async def ask(self, request: web.Request) -> web.Response:
        """The handler. What is not an answer has no body to speak of, and no detail."""
        began = time.perf_counter()
        question = request.match_info["question"]
        if question not in QUESTIONS:
            raise web.HTTPNotFound
        try:
            async with asyncio.timeout(self._deadlines[question]):
                kind, line = await self._answer(request, question)
            response = web.Response(text=line)
        except _Refusal as refusal:
            kind = refusal.kind
            response = web.Response(status=refusal.status, text=kind)
        except (TimeoutError, PoolTimeoutError):
            kind = "late"
            _log.warning("routing answer is late, the dialplan does without", question=question)
            response = web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, text=kind)
        except DBAPIError as error:
            kind = "failed"
            # Its text could quote values.
            reason = getattr(error.orig, "sqlite_errorname", None) or type(error.orig).__name__
            _log.warning("database did not answer routing", question=question, error=reason)
            response = web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, text=kind)
        except AnswerError as error:
            kind = "failed"
            _log.error("routing answer cannot be sent", question=question, field=str(error))
            response = web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR, text=kind)
        except Exception:
            kind = "failed"
            _log.exception("routing question failed", question=question)
            response = web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR, text=kind)
        self._counts.add(question, kind, time.perf_counter() - began)
        return response

    async def _answer(self, request: web.Request, question: str) -> tuple[str, str]:
        form = await _form(request)
        given = dict(form)
        pbx = given.get("pbx", "")
        secret = given.get("secret", "").encode()
        known = hmac.compare_digest(self._secrets.get(pbx, self._nobodys), secret)
        if not known or pbx not in self._secrets:
            self._say_once("routing question with a wrong secret was refused", pbx="", about="")
            raise _Refusal("forbidden", HTTPStatus.FORBIDDEN)
        if given.get("v") != VERSION:
            self._say_once(
                "dialplan of another version was refused: run callward dialplan install",
                pbx=pbx,
                about=_version(given.get("v", "")),
            )
            raise _Refusal("version", HTTPStatus.BAD_REQUEST)
        try:
            asked = parse(question, form)
        except QuestionError as error:
            _log.warning(
                "routing question cannot be read", pbx=pbx, question=question, field=error.place
            )
            raise _Refusal("malformed", HTTPStatus.BAD_REQUEST) from None
        answer = await self._desk.answer(pbx, asked)
        return answer.kind, encode(answer)

    def _say_once(self, message: str, *, pbx: str, about: str) -> None:
        if (message, pbx + about) not in self._said and len(self._said) < _MOST_FIELDS:
            self._said.add((message, pbx + about))
            _log.warning(message, **({"pbx": pbx, "version": about} if pbx else {}))


async def _form(request: web.Request) -> list[tuple[str, str]]:
    """The decoded fields in their order. ``_Refusal`` for what is too long or no form."""
    length = request.content_length
    if request.content_type != _FORM or length is None or length > _LONGEST_FORM:
        raise _Refusal("malformed", HTTPStatus.BAD_REQUEST)
    try:
        return parse_qsl(
            (await request.read()).decode("ascii", "replace"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="replace",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise _Refusal("malformed", HTTPStatus.BAD_REQUEST) from None


def _version(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) < 4 else "unknown"
