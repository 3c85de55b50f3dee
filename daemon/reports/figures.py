"""What is counted of calls, for whatever they are grouped by; aggregated in the database.

Calls that ended, of customers; internal ones do not count. A call stands at the instant at which it
began. ``answered``: somebody of the company talked with who called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Float,
    Integer,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
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
    """By ``key``, an expression over ``call``; what has none is left out. Without ``key``: of all,
    under ``None``.
    """
    counted = _counted(days, seen, literal(0, Integer()) if key is None else key, within_seconds)
    waiting = _medians(connection, counted, counted.c.waiting)
    talk = _medians(connection, counted, counted.c.talk)
    found: dict[Any, Figures] = {}
    for row in connection.execute(_sums(counted)):
        found[row.key] = Figures(
            inbound=int(row.inbound),
            answered=int(row.answered),
            within=int(row.within),
            left_early=int(row.left_early),
            outbound=int(row.outbound),
            reached=int(row.reached),
            waiting=Times(
                median=_seconds(waiting.get(row.key)),
                mean=_seconds(row.mean_waiting),
                longest=_seconds(row.longest_waiting),
            ),
            talk=Times(
                median=_seconds(talk.get(row.key)),
                mean=_seconds(row.mean_talk),
                longest=_seconds(row.longest_talk),
            ),
            talk_seconds=_seconds(row.all_talk) or 0.0,
        )
    return {None: found.get(0, Figures())} if key is None else found


def count_people(
    connection: Connection, days: Days, seen: ColumnElement[bool]
) -> dict[str, Figures]:
    """By manager: inbound calls that he answered first, outbound ones that were his, and those
    that rang at him.
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
) -> Subquery:
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
    ).where(*_within(days, seen))
    within_key = rows.subquery()
    return select(within_key).where(within_key.c.key.is_not(None)).subquery()


def _sums(counted: Subquery) -> Any:
    names = ("inbound", "answered", "within", "left_early", "outbound", "reached")
    return select(
        counted.c.key,
        *(func.sum(counted.c[name]).label(name) for name in names),
        func.avg(counted.c.waiting).label("mean_waiting"),
        func.max(counted.c.waiting).label("longest_waiting"),
        func.avg(counted.c.talk).label("mean_talk"),
        func.max(counted.c.talk).label("longest_talk"),
        func.sum(counted.c.talk).label("all_talk"),
    ).group_by(counted.c.key)


def _medians(
    connection: Connection, counted: Subquery, value: ColumnElement[Any]
) -> Mapping[Any, Any]:
    """By key. Written so that SQLite, which has no ``percentile_cont``, can do it too."""
    ranked = (
        select(
            counted.c.key,
            value.label("value"),
            func.row_number().over(partition_by=counted.c.key, order_by=value).label("place"),
            func.count().over(partition_by=counted.c.key).label("of"),
        )
        .where(value.is_not(None))
        .subquery()
    )
    middle = (ranked.c.place * 2).between(ranked.c.of, ranked.c.of + 2)
    found = select(ranked.c.key, func.avg(ranked.c.value)).where(middle).group_by(ranked.c.key)
    return {key: median for key, median in connection.execute(found)}  # noqa: C416 - rows


def _is(direction: Direction) -> ColumnElement[bool]:
    return call.c.direction == direction.value


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _between(begin: Column[Any], end: Column[Any]) -> ColumnElement[int]:
    return microseconds(end) - microseconds(begin)


def _in_microseconds(seconds: Column[Any]) -> ColumnElement[int]:
    return cast(seconds * literal(float(_MICROSECONDS), Float()), BigInteger())


def _seconds(value: Any) -> float | None:
    return None if value is None else round(float(value) / _MICROSECONDS, 3)
