"""Days of the company's clock, and what its hands show at an instant of the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, case, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

MOST_DAYS: Final = 400
USUAL_DAYS: Final = 30
_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)
_MICROSECONDS: Final = 1_000_000
_HOUR_SECONDS: Final = 3600
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9998
_THURSDAY: Final = 3
"""The weekday of 1970-01-01; Monday is 0."""


class SpanError(ValueError):
    """No span of days for a report: it ends before it begins, or is too long."""


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days by the clock of a zone. Raises ``SpanError``."""

    first: date
    last: date
    zone: ZoneInfo

    def __post_init__(self) -> None:
        years = range(_FIRST_YEAR + 1, _LAST_YEAR)
        if not 1 <= self.count <= MOST_DAYS or {self.first.year, self.last.year} - {*years}:
            raise SpanError

    @classmethod
    def wanted(cls, first: date | None, last: date | None, zone: ZoneInfo, now: datetime) -> Days:
        """Without a last day: until today; without a first: 30 days."""
        until = last or now.astimezone(zone).date()
        try:
            return cls(first or until - (USUAL_DAYS - 1) * _DAY, until, zone)
        except OverflowError:
            raise SpanError from None

    @property
    def count(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def begin(self) -> datetime:
        """The instant at which the first one begins."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The instant at which the last one has ended."""
        return _midnight(self.last + _DAY, self.zone)

    def __iter__(self) -> Iterator[date]:
        return (self.first + n * _DAY for n in range(self.count))

    def offsets(self) -> list[tuple[datetime, timedelta]]:
        """How far the zone's clock is ahead of UTC, each until that instant, in order."""
        found: list[tuple[datetime, timedelta]] = []
        at, offset = self.begin, self._offset(self.begin)
        while at < self.end:
            following = min(at + _DAY, self.end)
            if self._offset(following) != offset:
                following = self._change(at, following)
                found.append((following, offset))
                offset = self._offset(following)
            at = following
        return [*found, (self.end, offset)]

    def _offset(self, at: datetime) -> timedelta:
        return at.astimezone(self.zone).utcoffset() or timedelta()

    def _change(self, before: datetime, after: datetime) -> datetime:
        """The first second at which the clock was put to what it shows later."""
        offset = self._offset(before)
        while after - before > _SECOND:
            middle = before + (after - before) // (2 * _SECOND) * _SECOND
            if self._offset(middle) == offset:
                before = middle
            else:
                after = middle
        return after


class microseconds(FunctionElement[int]):  # noqa: N801 - written as a function of SQL
    """Of an instant: how many since 1970."""

    inherit_cache = True
    type = BigInteger()


@compiles(microseconds)
def _as_epoch(element: microseconds, compiler: SQLCompiler, **more: Any) -> str:
    instant = compiler.process(element.clauses, **more)
    return f"CAST(extract(epoch from {instant}) * 1000000 AS BIGINT)"


@compiles(microseconds, "sqlite")
def _as_it_is(element: microseconds, compiler: SQLCompiler, **more: Any) -> str:
    return compiler.process(element.clauses, **more)


def local_hour(days: Days, instant: ColumnElement[Any]) -> ColumnElement[int]:
    """Full hours that the zone's clock has gone since it showed 1970-01-01T00:00."""
    *before, (_, last) = days.offsets()
    shown = (
        case(
            *((instant < until, _whole(offset // _SECOND)) for until, offset in before),
            else_=_whole(last // _SECOND),
        )
        if before
        else _whole(last // _SECOND)
    )
    return (microseconds(instant) // _whole(_MICROSECONDS) + shown) // _whole(_HOUR_SECONDS)


def hour_of_week(hour: ColumnElement[int]) -> ColumnElement[int]:
    """Of a ``local_hour``: 0 is from Monday's midnight on, 167 until Sunday's."""
    return (hour + _whole(_THURSDAY * 24)) % _whole(7 * 24)


def day_number(hour: ColumnElement[int]) -> ColumnElement[int]:
    """Of a ``local_hour``: days since 1970-01-01; ``day_of`` reads it."""
    return hour // _whole(24)


def day_of(number: int) -> date:
    """The date of a ``day_number``."""
    return date(_FIRST_YEAR, 1, 1) + number * _DAY


def _whole(value: int) -> ColumnElement[int]:
    return literal(value, BigInteger())


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
