"""How much one person has read of what he may: asked before he reads more. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar
from uuid import UUID

from crm.quotas import DAY_HOURS, Quota, Unit
from daemon.watching.windows import DAY, HOUR, Window

T = TypeVar("T", UUID, int)

SLOW_FROM: Final = 0.8
"""Of a quota, where answers begin to be slow."""
SLOWEST_SECONDS: Final = 4.0
"""For the last card before the lock."""
PATIENCE_SECONDS: Final = 20.0
"""Nobody waits longer: of many requests at once those beyond are refused."""
_SPANS: Final = ((HOUR, 1), (DAY, DAY_HOURS))
_MARK_BYTES: Final = 5

Mark = int
"""The last 40 bits of a client's id, which are random: enough to tell rows apart."""


def mark_of(client_id: UUID) -> Mark:
    """Of a row, which is remembered by this alone."""
    return int.from_bytes(client_id.bytes[-_MARK_BYTES:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """What he asked for would go beyond his quota."""

    unit: Unit
    hours: int
    """1 or 24: of which window."""
    limit: int
    used: int
    until: datetime
    """When there is room for it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """How much of one window is used."""

    unit: Unit
    hours: int
    limit: int
    used: int


class Allowance:
    """One person's windows. Memory is bounded: nothing beyond his quotas is ever added."""

    def __init__(self) -> None:
        self.cards: Window[UUID] = Window()
        self.rows: Window[Mark] = Window()
        self._answers_from = 0.0

    def open_card(self, client_id: UUID, quota: Quota, now: datetime) -> Locked | float:
        """He opens a card: counted at once, or refused. How full his quota is now, 0 to 1; 0 where
        this card costs nothing, since he has opened it before."""
        return _take(self.cards, Unit.CARDS, {client_id}, quota, now)

    def see_rows(self, clients: Collection[UUID], quota: Quota, now: datetime) -> Locked | float:
        """As ``open_card``, for rows of a list: all are counted, or it is refused."""
        return _take(self.rows, Unit.ROWS, set(map(mark_of, clients)), quota, now)

    def has_seen(self, clients: Collection[UUID], now: datetime) -> bool:
        """Whether rows of all of them were shown to him in the last day: they cost nothing."""
        marks = set(map(mark_of, clients))
        return not self.rows.new(marks, minute_of(now), DAY)

    def pause(self, fullness: float, now: float) -> float | None:
        """For how many seconds his answer waits, growing with how full his quota is.

        ``now``: seconds of any clock that only goes forward. Answers of one person wait one after
        the other, so that asking for many at once gains nothing. ``None``: this one would wait
        too long.
        """
        over = (fullness - SLOW_FROM) / (1 - SLOW_FROM)
        if over < 0:
            return 0.0
        begins = max(now, self._answers_from)
        ends = begins + SLOWEST_SECONDS * (0.1 + 0.9 * min(over, 1.0) ** 2)
        if ends - now > PATIENCE_SECONDS:
            return None
        self._answers_from = ends
        return ends - now

    def usage(self, quota: Quota, now: datetime) -> list[Used]:
        """All four windows."""
        minute = minute_of(now)
        return [
            Used(
                unit=unit,
                hours=hours,
                limit=quota.limit(unit, hours),
                used=window.used(minute, span),
            )
            for unit, window in ((Unit.CARDS, self.cards), (Unit.ROWS, self.rows))
            for span, hours in _SPANS
        ]

    def lift(self) -> None:
        """Begin anew: what he has read is no longer counted."""
        self.cards.clear()
        self.rows.clear()
        self._answers_from = 0.0


def minute_of(at: datetime) -> int:
    """Since 1970."""
    return int(at.timestamp()) // 60


def _take(
    window: Window[T], unit: Unit, things: set[T], quota: Quota, now: datetime
) -> Locked | float:
    minute = minute_of(now)
    fullness = 0.0
    for span, hours in _SPANS:
        limit, new = quota.limit(unit, hours), window.new(things, minute, span)
        used = window.used(minute, span)
        if new and used + new > limit:
            room = window.room_at(new, limit, minute, span)
            until = datetime.fromtimestamp(room * 60, UTC)
            return Locked(
                unit=unit, hours=hours, limit=limit, used=min(used, limit), until=max(until, now)
            )
        if new:
            fullness = max(fullness, (used + new) / limit)
    window.add(things, minute)
    return fullness
