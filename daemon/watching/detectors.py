"""Unusual reading: a person's own openings of cards against what is usual for him. Pure.

Only openings out of turn come here. Each detector has a floor, below which nothing is unusual, and
a factor of the person's own usual: the median of the last 30 days on which he opened any card.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from crm.alerts import CLIENTS, AlertKind

USUAL_DAYS: Final = 30
BREADTH_DAYS: Final = 3
HALF_HOUR: Final = timedelta(minutes=30)
HOUR: Final = timedelta(hours=1)

RATE_FLOOR: Final = 30
RATE_FACTOR: Final = 4
HOURS_FLOOR: Final = 5
HOURS_FACTOR: Final = 3
BREADTH_FLOOR: Final = 200
BREADTH_FACTOR: Final = 3
OTHERS_FLOOR: Final = 15
OTHERS_FACTOR: Final = 3
OTHERS_SHARE: Final = 0.5
_MOST_NAMED: Final = 200
"""Cards that an alert names, the newest."""

IsWorking = Callable[[datetime], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One card, opened out of turn."""

    at: datetime
    client_id: UUID
    others: bool
    """Somebody else serves that client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What one day of his is like: different cards."""

    half_hour: int = 0
    """In his busiest half hour."""
    out_of_hours: int = 0
    day: int = 0
    others: int = 0
    """Those of others, in the hour in which they were most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something unusual."""

    kind: AlertKind
    evidence: Mapping[str, Any]


def usual_of(openings: Iterable[Opening], zone: ZoneInfo, is_working: IsWorking) -> Usual:
    """From what he opened on the days before, oldest first."""
    days: dict[date, list[Opening]] = {}
    for opening in openings:
        days.setdefault(opening.at.astimezone(zone).date(), []).append(opening)
    if not days:
        return Usual()
    return Usual(
        half_hour=_median(_busiest(day, HALF_HOUR) for day in days.values()),
        out_of_hours=_median(_different(_outside(day, is_working)) for day in days.values()),
        day=_median(_different(day) for day in days.values()),
        others=_median(_busiest([one for one in day if one.others], HOUR) for day in days.values()),
    )


def detect(
    today: Sequence[Opening],
    before: frozenset[UUID],
    usual: Usual,
    is_working: IsWorking,
) -> list[Finding]:
    """What is unusual now, after the last of today's openings (oldest first, at least one).

    ``before``: cards of the ``BREADTH_DAYS`` - 1 days before today.
    """
    now = today[-1].at
    half_hour = [one for one in today if now - one.at <= HALF_HOUR]
    hour = [one for one in today if now - one.at <= HOUR]
    others = [one for one in hour if one.others]
    findings = [
        _over(AlertKind.RATE, half_hour, RATE_FLOOR, RATE_FACTOR, usual.half_hour),
        _over(
            AlertKind.HOURS,
            _outside(today, is_working),
            HOURS_FLOOR,
            HOURS_FACTOR,
            usual.out_of_hours,
        ),
        _breadth(today, before, usual.day),
    ]
    if _different(others) >= OTHERS_SHARE * _different(hour):
        findings.append(_over(AlertKind.OTHERS, others, OTHERS_FLOOR, OTHERS_FACTOR, usual.others))
    return [finding for finding in findings if finding is not None]


def _over(
    kind: AlertKind, openings: Sequence[Opening], floor: int, factor: int, usual: int
) -> Finding | None:
    count = _different(openings)
    if count < max(floor, factor * usual):
        return None
    return Finding(kind=kind, evidence=_evidence(openings, count, usual))


def _breadth(today: Sequence[Opening], before: frozenset[UUID], usual: int) -> Finding | None:
    count = len(before | {one.client_id for one in today})
    if count < max(BREADTH_FLOOR, BREADTH_FACTOR * BREADTH_DAYS * usual):
        return None
    return Finding(
        kind=AlertKind.BREADTH,
        evidence={
            **_evidence(today, count, BREADTH_DAYS * usual),
            "days": BREADTH_DAYS,
        },
    )


def _evidence(openings: Sequence[Opening], count: int, usual: int) -> dict[str, Any]:
    named = list(dict.fromkeys(str(one.client_id) for one in reversed(openings)))
    return {
        "count": count,
        "from": openings[0].at.isoformat(),
        "to": openings[-1].at.isoformat(),
        "usual": usual,
        CLIENTS: named[:_MOST_NAMED],
    }


def _outside(openings: Iterable[Opening], is_working: IsWorking) -> list[Opening]:
    return [one for one in openings if not is_working(one.at)]


def _different(openings: Iterable[Opening]) -> int:
    return len({one.client_id for one in openings})


def _busiest(openings: Sequence[Opening], span: timedelta) -> int:
    """The most different cards within any such span."""
    most, begin = 0, 0
    inside: dict[UUID, int] = {}
    for opening in openings:
        inside[opening.client_id] = inside.get(opening.client_id, 0) + 1
        while opening.at - openings[begin].at > span:
            gone = openings[begin].client_id
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            begin += 1
        most = max(most, len(inside))
    return most


def _median(counts: Iterable[int]) -> int:
    return int(median(counts))
