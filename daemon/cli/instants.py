"""Instants as people write them: a date, a time, how long ago, or in how long."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

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


def parse_until(text: str, now: datetime) -> datetime:
    """As ``parse_instant``, but to come: ``90m`` from now; ``17:30``, the next one.

    Aware. Raises ValueError for anything else.
    """
    length = _AGE.fullmatch(text)
    if length is not None:
        return now + timedelta(**{_UNITS[length[2]]: int(length[1])})
    if re.fullmatch(r"\d\d?:\d\d", text):
        at = datetime.combine(now.date(), time.fromisoformat(text.zfill(5)), now.tzinfo)
        return at if at > now else at + timedelta(days=1)
    return parse_instant(text, now)
