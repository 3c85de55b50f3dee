"""The day's figures: counted once from the database, then kept up by what ends.

The day is that of the company's time zone; internal calls do not count.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import Enum, auto
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, func, select, true

from crm.access import Access, Right, Scope, allows_person
from crm.tables import task
from crm.tasks import CALLBACK
from daemon.calls.call import Call, Direction, Disposition, PartyKind
from daemon.history.tables import call, leg
from daemon.live.customers import UNANSWERED
from store.database import Database

_JUST_ENDED: Final = 1000
"""Calls that may be ended and not yet stored when the database is asked."""
_SEPARATOR: Final = "\n"


class Outcome(Enum):
    """What becomes of a call, as far as it is counted."""

    ANSWERED = auto()
    MISSED = auto()
    """Somebody called and nobody answered."""
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Kind:
    """Calls that are counted together."""

    people: frozenset[str]
    """Agents at whom they rang, or who talked."""
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One viewer's day."""

    calls: int
    answered: int
    missed: int
    missed_open: int
    """Of the missed: customers with whom nobody has talked since."""


class DayFigures:
    """Counts per kind of call. Nothing is known until ``load``."""

    def __init__(
        self,
        database: Database,
        zone: ZoneInfo,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._zone = zone
        self._clock = clock
        self._began: datetime | None = None
        self._counts: Counter[Kind] = Counter()
        self._open: Counter[frozenset[str]] = Counter()
        self._latest: OrderedDict[UUID, tuple[datetime, Kind]] = OrderedDict()

    @property
    def is_known(self) -> bool:
        """Whether today's were loaded."""
        return self._began == self._today()

    def ended(self, last: Call) -> None:
        """A call's last record; the same call again corrects what was counted."""
        if last.direction is Direction.INTERNAL:
            return
        kind = Kind(_people(last), outcome_of(last.direction, last.disposition))
        before = self._latest.pop(last.id, None)
        self._latest[last.id] = (last.started_at, kind)
        if len(self._latest) > _JUST_ENDED:
            self._latest.popitem(last=False)
        if self._began is not None and last.started_at >= self._began:
            if before is not None:
                self._counts[before[1]] -= 1
            self._counts[kind] += 1

    async def load(self) -> bool:
        """Count the day anew; ``False``: the database does not answer, all is as it was."""
        began = self._today()
        try:
            async with self._database.read() as reading:
                counts, missed_open = await reading.run_sync(self._count, began)
        except UNANSWERED:
            return False
        for at, kind in self._latest.values():
            if at >= began:
                counts[kind] += 1
        self._began, self._counts, self._open = began, counts, missed_open
        return True

    async def load_open(self) -> bool:
        """Count anew only who is to be called back; whether that is another number now."""
        began, before = self._today(), self._open
        try:
            async with self._database.read() as reading:
                self._open = await reading.run_sync(_count_open, began)
        except UNANSWERED:
            return False
        return self._open != before

    def of(self, access: Access) -> Figures:
        """Of the calls of those people whom this viewer's ``calls.read`` reaches."""

        def counted(*outcomes: Outcome) -> int:
            return sum(
                count
                for kind, count in self._counts.items()
                if kind.outcome in outcomes and _reaches(access, kind.people)
            )

        return Figures(
            calls=counted(*Outcome),
            answered=counted(Outcome.ANSWERED),
            missed=counted(Outcome.MISSED),
            missed_open=sum(
                count for people, count in self._open.items() if _reaches(access, people)
            ),
        )

    def _today(self) -> datetime:
        """When the day began."""
        today = self._clock().astimezone(self._zone).date()
        return datetime.combine(today, time(), self._zone).astimezone(UTC)

    def _count(
        self, connection: Connection, began: datetime
    ) -> tuple[Counter[Kind], Counter[frozenset[str]]]:
        # From its first query on, a transaction sees one state: what ends later is not in it.
        connection.execute(select(call.c.id).limit(1)).all()
        latest = list(self._latest)
        people = _rung(call.c.id)
        one = (
            select(call.c.direction, call.c.disposition, people.label("people"))
            .where(
                call.c.started_at >= began,
                call.c.gone == true(),
                call.c.merged_into.is_(None),
                call.c.direction != Direction.INTERNAL.value,
                call.c.id.not_in(latest),
            )
            .subquery()
        )
        rows = connection.execute(
            select(one, func.count().label("calls")).group_by(
                one.c.direction, one.c.disposition, one.c.people
            )
        )
        counts: Counter[Kind] = Counter()
        for row in rows:
            disposition = None if row.disposition is None else Disposition(row.disposition)
            outcome = outcome_of(Direction(row.direction), disposition)
            counts[Kind(_split(row.people), outcome)] += row.calls
        return counts, _count_open(connection, began)


def outcome_of(direction: Direction, disposition: Disposition | None) -> Outcome:
    """What is counted of a call that ended."""
    if disposition is Disposition.ANSWERED:
        return Outcome.ANSWERED
    return Outcome.MISSED if direction is Direction.INBOUND else Outcome.OTHER


def _reaches(access: Access, people: Iterable[str]) -> bool:
    if access.scope(Right.CALLS_READ) is Scope.ALL:
        return True
    return any(allows_person(access, Right.CALLS_READ, person) for person in people)


def _people(last: Call) -> frozenset[str]:
    return frozenset(
        one.party.name
        for one in last.legs
        if one.party.kind is PartyKind.AGENT and one.party.name is not None
    )


def _count_open(connection: Connection, began: datetime) -> Counter[frozenset[str]]:
    people = _rung(task.c.call_id)
    rows = connection.execute(
        select(people.label("people"))
        .select_from(task)
        .join(call, call.c.id == task.c.call_id)
        .where(task.c.kind == CALLBACK, task.c.closed_at.is_(None), call.c.started_at >= began)
    )
    return Counter(_split(row.people) for row in rows)


def _rung(call_id: ColumnElement[UUID | None]) -> ScalarSelect[str]:
    return (
        select(func.aggregate_strings(leg.c.agent, _SEPARATOR))
        .where(and_(leg.c.call_id == call_id, leg.c.kind == PartyKind.AGENT.value))
        .correlate(call, task)
        .scalar_subquery()
    )


def _split(people: str | None) -> frozenset[str]:
    return frozenset((people or "").split(_SEPARATOR)) - {""}
