"""Instants as people write them: a date, a time, or how long ago."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_AGE = re.compile(r"(\d{1,5})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def parse_instant(text: str, now: datetime) -> datetime:
    """``2026-01-31``, ``2026-01-31T09:00`` (in ``now``'s zone) or ``90m``, ``12h``, ``7d`` before.

    Aware. Raises ValueError for anything else.
    """
    age = _AGE.fullmatch(text)
    if age is not None:
        return now - timedelta(**{_UNITS[age[2]]: int(age[1])})
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is not None else at.replace(tzinfo=now.tzinfo)
