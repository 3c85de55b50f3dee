"""What is counted of calls, for whatever they are grouped by; aggregated in the database.

Calls that ended, of customers; internal ones do not count. A call stands at the instant at which it
began. ``answered``: somebody of the company talked with who called.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import (
    CTE,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Float,
    FromClause,
    Integer,
    Row,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    true,
)

from daemon.calls.call import Direction, PartyKind
from daemon.control.talks import talked
from daemon.history.tables import call, leg
from daemon.reports.days import Days, microseconds

_MICROSECONDS: Final = 1_000_000
_LEG: Final = leg.alias("reported")
"""No other's: a condition on whose calls are seen has legs of its own."""
USUAL_WITHIN: Final = 20
"""Seconds within which a call is to be answered."""
_COUNTS: Final = ("inbound", "answered", "within", "left_early", "outbound", "reached")
_DURATIONS: Final = ("waiting", "talk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Of several durations, in seconds; ``None`` where there was none."""

    median: float | None = None
    mean: float | None = None
    longest: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of the calls of one group."""

    inbound: int = 0
    answered: int = 0
    """Of the inbound ones."""
    within: int = 0
    """Answered within so many seconds."""
    left_early: int = 0
    """Not answered, and over within so many seconds."""
    outbound: int = 0
    reached: int = 0
    """Of the outbound ones: somebody talked with the customer."""
    rang: int = 0
    """Of one person: inbound calls that rang at him. One call counts with each at whom it rang."""
    unanswered: int = 0
    """Of those that rang at him: nobody answered."""
    waiting: Times = field(default_factory=Times)
    """Of who was answered: until then."""
    talk: Times = field(default_factory=Times)
    """Of inbound and outbound calls."""
    talk_seconds: float = 0.0
    """All of it."""

    @property
    def missed(self) -> int:
        """Of the inbound ones: nobody answered."""
        return self.inbound - self.answered

    @property
    def service_level(self) -> float | None:
        """Which part of those who called was answered in time; ``None``: nobody called."""
        return self.within / self.inbound if self.inbound else None


def count_calls(
    connection: Connection,
    days: Days,
    seen: ColumnElement[bool],
    key: ColumnElement[Any] | None = None,
    *,
    within_seconds: int = USUAL_WITHIN,
) -> dict[Any, Figures]:
    """By ``key``, an expression over ``call``; what has none is left out. Of all: under ``None``.

    One statement, which looks at each call once: there may be half a million in a month.
    """
    nothing = cast(null(), Integer())
    counted = _counted(days, seen, nothing if key is None else key, within_seconds)
    rows = connection.execute(_figures(counted)).all()
    found: dict[Any, Figures] = {row.key: _read(row) for row in rows if row.key is not None}
    return found | {None: _read(_Total(rows)) if rows else Figures()}


def count_people(
    connection: Connection, days: Days, seen: ColumnElement[bool]
) -> dict[str | None, Figures]:
    """By manager: inbound calls that he answered first, outbound ones that were his, and those
    that rang at him. Of all calls: under ``None``.
    """
    his = count_calls(connection, days, seen, _manager())
    for agent, rang, unanswered in connection.execute(_rung(days, seen)):
        his[agent] = replace(his.get(agent, Figures()), rang=rang, unanswered=int(unanswered))
    return his


def _manager() -> ColumnElement[str]:
    """Whose a call was; nobody's, where it was missed."""
    first = (
        select(_LEG.c.agent)
        .where(_LEG.c.call_id == call.c.id, *_agents())
        .order_by(_LEG.c.position, _LEG.c.channel)
        .limit(1)
        .correlate(call)
        .scalar_subquery()
    )
    return case((_is(Direction.INBOUND), call.c.answered_by), else_=first)


def _rung(days: Days, seen: ColumnElement[bool]) -> Any:
    each = (
        select(call.c.id, _LEG.c.agent, (1 - _one(talked())).label("unanswered"))
        .join(_LEG, _LEG.c.call_id == call.c.id)
        .where(*_within(days, seen), _is(Direction.INBOUND), *_agents())
        .distinct()
        .subquery()
    )
    return select(each.c.agent, func.count(), func.sum(each.c.unanswered)).group_by(each.c.agent)


def _agents() -> Iterable[ColumnElement[bool]]:
    yield _LEG.c.kind == PartyKind.AGENT.value
    yield _LEG.c.agent.is_not(None)


def _within(days: Days, seen: ColumnElement[bool]) -> Iterable[ColumnElement[bool]]:
    yield call.c.started_at >= days.begin
    yield call.c.started_at < days.end
    yield call.c.merged_into.is_(None)
    yield call.c.gone == true()
    yield call.c.direction != Direction.INTERNAL.value
    yield seen


def _counted(
    days: Days, seen: ColumnElement[bool], key: ColumnElement[Any], within_seconds: int
) -> CTE:
    """One row for each call: its key, what it is, how long it was waited and talked."""
    incoming, answered = _is(Direction.INBOUND), talked()
    limit = literal(within_seconds * _MICROSECONDS, BigInteger())
    waited = _between(call.c.started_at, call.c.answered_at)
    lasted = _between(call.c.started_at, call.c.ended_at)
    rows = select(
        key.label("key"),
        _one(incoming).label("inbound"),
        _one(and_(incoming, answered)).label("answered"),
        _one(and_(incoming, answered, waited <= limit)).label("within"),
        (_one(and_(incoming, lasted <= limit)) * (1 - _one(answered))).label("left_early"),
        _one(~incoming).label("outbound"),
        _one(and_(~incoming, answered)).label("reached"),
        case((and_(incoming, answered), waited), else_=None).label("waiting"),
        case((answered, _in_microseconds(call.c.talk_seconds)), else_=None).label("talk"),
    )
    return rows.where(*_within(days, seen)).cte("counted")


def _figures(counted: CTE) -> Select[Any]:
    """A row for each key, and one for what has none; the medians of all calls in each of them."""
    durations = {name: counted.c[name] for name in _DURATIONS}
    sums = (
        select(
            counted.c.key,
            *(func.sum(counted.c[name]).label(name) for name in _COUNTS),
            *(func.count(one).label(f"{name}_count") for name, one in durations.items()),
            *(func.sum(one).label(f"{name}_sum") for name, one in durations.items()),
            *(func.max(one).label(f"{name}_longest") for name, one in durations.items()),
        )
        .group_by(counted.c.key)
        .subquery()
    )
    query = select(sums, *(_median(one).label(f"all_{name}") for name, one in durations.items()))
    joined: FromClause = sums
    for name, one in durations.items():
        medians = _medians(counted.c.key, one)
        query = query.add_columns(medians.c.median.label(f"{name}_median"))
        joined = joined.outerjoin(medians, medians.c.key == sums.c.key)
    return query.select_from(joined)


# Written so that SQLite, which has no percentile_cont, can do it too.
def _medians(key: ColumnElement[Any], value: ColumnElement[Any]) -> Subquery:
    ranked = (
        select(
            key.label("key"),
            value.label("value"),
            func.row_number().over(partition_by=key, order_by=value).label("place"),
            func.count().over(partition_by=key).label("of"),
        )
        .where(value.is_not(None), key.is_not(None))
        .subquery()
    )
    middle = (ranked.c.place * 2).between(ranked.c.of, ranked.c.of + 2)
    found = select(ranked.c.key, func.avg(ranked.c.value).label("median"))
    return found.where(middle).group_by(ranked.c.key).subquery()


def _median(value: ColumnElement[Any]) -> ScalarSelect[Any]:
    known = select(value.label("value")).where(value.is_not(None))
    count = select(func.count(value)).scalar_subquery()
    middle = known.order_by(value).limit(2 - count % 2).offset((count - 1) // 2).subquery()
    return select(func.avg(middle.c.value)).scalar_subquery()


class _Total:
    """The rows of ``_figures`` as one of all calls."""

    def __init__(self, rows: Sequence[Row[Any]]) -> None:
        self._rows = rows

    def __getattr__(self, name: str) -> Any:
        if name.endswith("_median"):
            return getattr(self._rows[0], f"all_{name.removesuffix('_median')}")
        values = [one for row in self._rows if (one := getattr(row, name)) is not None]
        return max(values, default=None) if name.endswith("_longest") else sum(values)


def _is(direction: Direction) -> ColumnElement[bool]:
    return call.c.direction == direction.value


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _between(begin: Column[Any], end: Column[Any]) -> ColumnElement[int]:
    return microseconds(end) - microseconds(begin)


def _in_microseconds(seconds: Column[Any]) -> ColumnElement[int]:
    return cast(seconds * literal(float(_MICROSECONDS), Float()), BigInteger())


def _read(row: Row[Any] | _Total) -> Figures:
    counts: dict[str, Any] = {name: int(getattr(row, name)) for name in _COUNTS}
    times: dict[str, Any] = {name: _times(row, name) for name in _DURATIONS}
    return Figures(**counts, **times, talk_seconds=_seconds(row.talk_sum) or 0.0)


def _times(row: Row[Any] | _Total, name: str) -> Times:
    count = getattr(row, f"{name}_count")
    if count == 0:
        return Times()
    return Times(
        median=_seconds(getattr(row, f"{name}_median")),
        mean=_seconds(getattr(row, f"{name}_sum") / count),
        longest=_seconds(getattr(row, f"{name}_longest")),
    )


def _seconds(value: Any) -> float | None:
    return None if value is None else round(float(value) / _MICROSECONDS, 3)
