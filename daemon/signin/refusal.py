"""Why nobody is in: problems of which one code has several sentences, or a time."""

from __future__ import annotations

from http import HTTPStatus
from math import ceil

from aiohttp import hdrs, web

from config.problems import Language
from crm.places import Verdict
from daemon.api.problems import ProblemError


class WordedError(ProblemError):
    """A problem whose sentence is not that of its code."""

    def __init__(self, status: HTTPStatus, code: str, text: str, **about: object) -> None:
        super().__init__(status, code, **about)
        self.text = text


class LockedError(ProblemError):
    """Too many wrong attempts; ``Retry-After`` says until when."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            HTTPStatus.TOO_MANY_REQUESTS, "sign_in_locked", minutes=max(1, ceil(seconds / 60))
        )
        self._seconds = max(1, ceil(seconds))

    def response(self, language: Language) -> web.Response:
        """As it goes out."""
        response = super().response(language)
        response.headers[hdrs.RETRY_AFTER] = str(self._seconds)
        return response


def place_refused(verdict: Verdict | None, address: str) -> ProblemError:
    """He may not come from there."""
    return WordedError(HTTPStatus.FORBIDDEN, "place_refused", f"place_{verdict}", address=address)
