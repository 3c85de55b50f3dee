"""Working hours. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from config.settings import HoursSettings


def is_working(
    hours: HoursSettings | None, holidays: Collection[date], at: datetime, zone: ZoneInfo
) -> bool:
    """Whether an instant (aware) lies within these hours as a clock in that zone shows it.

    ``None``: always, except on holidays.
    """
    local = at.astimezone(zone)
    if local.date() in holidays:
        return False
    if hours is None:
        return True
    minute = local.hour * 60 + local.minute
    return any(span.begin <= minute < span.end for span in hours.on(local.weekday()))
