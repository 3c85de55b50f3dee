"""What is said to who has read too much: 429 ``quota`` and ``quota_pace``."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from math import ceil
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web

from config.problems import Language
from crm.alerts import AlertKind, settlers
from crm.staff import Staff
from daemon.api.problems import ProblemError
from daemon.watching.allowance import PATIENCE_SECONDS, Locked

_BY_COMMAND: Final = "callward quotas lift"
"""Who can lift a quota where nobody of the company can."""


class QuotaProblemError(ProblemError):
    """Too much, or too much at once; Retry-After says when there is room again."""

    def __init__(
        self, code: str, retry_after: int, *, text: str | None = None, **about: object
    ) -> None:
        super().__init__(HTTPStatus.TOO_MANY_REQUESTS, code, **about)
        self.text = text or code
        self.retry_after = retry_after
        """Seconds."""

    def response(self, language: Language) -> web.Response:
        """With the time after which to try again."""
        response = super().response(language)
        response.headers["Retry-After"] = str(self.retry_after)
        return response


def locked_out(
    locked: Locked, staff: Staff, person: str, now: datetime, zone: ZoneInfo
) -> QuotaProblemError:
    """What is used, until when, who can lift it."""
    return QuotaProblemError(
        "quota",
        max(1, ceil((locked.until - now).total_seconds())),
        text=f"quota.{locked.unit.value}.{locked.hours}",
        used=locked.used,
        limit=locked.limit,
        until=f"{locked.until.astimezone(zone):%d.%m %H:%M}",
        who=", ".join(settlers(staff, AlertKind.QUOTA, person)) or _BY_COMMAND,
    )


def too_many_at_once() -> QuotaProblemError:
    """Answers that he asked for before are still waited for."""
    return QuotaProblemError("quota_pace", ceil(PATIENCE_SECONDS))
