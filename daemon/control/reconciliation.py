"""Talks after which who talked entered nothing, and what was asked and answered about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from crm.access import Access, Right
from crm.call_tables import question
from crm.questions import Question, ReconciliationPolicy, load_questions
from daemon.control.talks import CUSTOMER, entered, talked, talked_by, with_client
from daemon.history.queries import CallCursor
from daemon.history.seen import Seen
from daemon.history.tables import call
from store.instants import later


class TalkState(StrEnum):
    """How far it has come."""

    OPEN = "open"
    """Nothing was entered, and nobody has asked."""
    ASKED = "asked"
    ANSWERED = "answered"
    """By a sentence, which a supervisor takes or not."""
    SETTLED = "settled"
    """By a supervisor, or by an entry after he had asked."""


class Wanted(StrEnum):
    """Which talks to list."""

    UNSETTLED = "unsettled"
    OPEN = "open"
    ASKED = "asked"
    ANSWERED = "answered"
    SETTLED = "settled"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRow:
    """One talk."""

    call_id: UUID
    started_at: datetime
    entered: bool
    """Something was entered since."""
    question: Question | None

    @property
    def state(self) -> TalkState:
        """How far it has come."""
        one = self.question
        if self.entered or (one is not None and one.settled_at is not None):
            return TalkState.SETTLED
        if one is None:
            return TalkState.OPEN
        return TalkState.ASKED if one.answered_at is None else TalkState.ANSWERED

    @property
    def cursor(self) -> CallCursor:
        """The place in the list after this talk."""
        return CallCursor(self.started_at, self.call_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkFilter:
    """Which talks, for whom."""

    access: Access
    policy: ReconciliationPolicy
    state: Wanted = Wanted.UNSETTLED
    since: datetime | None = None
    until: datetime | None = None
    agent: str | None = None
    """He talked in it."""
    own: bool = False
    """Only those in which the reader talked himself."""


def list_talks(
    connection: Connection,
    wanted: TalkFilter,
    now: datetime,
    *,
    limit: int = 50,
    after: CallCursor | None = None,
) -> list[TalkRow]:
    """Talks, newest first, once the time has passed in which something was to be entered."""
    due = later(call.c.ended_at, wanted.policy.within) <= now
    asked = wanted.state in {Wanted.ASKED, Wanted.ANSWERED, Wanted.SETTLED}
    query = (
        _talks(wanted.policy, wanted.access, only_asked=asked)
        .where(due, _seen(wanted), _in_state(wanted.state, wanted.policy))
        .order_by(call.c.started_at.desc(), call.c.id.desc())
        .limit(limit)
    )
    if wanted.since is not None:
        query = query.where(call.c.started_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(call.c.started_at < wanted.until)
    if wanted.agent is not None:
        query = query.where(talked_by(wanted.agent))
    if after is not None:
        query = query.where(
            or_(
                call.c.started_at < after.started_at,
                and_(call.c.started_at == after.started_at, call.c.id < after.id),
            )
        )
    return _rows(connection, list(connection.execute(query)))


def count_talks(connection: Connection, wanted: TalkFilter, now: datetime) -> tuple[int, int]:
    """How many talks since ``wanted.since`` count, and after how many nothing was entered in time;
    of those whose time has passed.
    """
    due = later(call.c.ended_at, wanted.policy.within) <= now
    talks = (
        _talks(wanted.policy, wanted.access)
        .where(due, _seen(wanted), call.c.started_at >= wanted.since)
        .subquery()
    )
    nothing = func.count().filter(~talks.c.entered)
    counted = connection.execute(select(func.count(), nothing).select_from(talks)).one()
    return counted[0], counted[1]


def find_talk(
    connection: Connection, access: Access, policy: ReconciliationPolicy, call_id: UUID
) -> TalkRow | None:
    """One that this person may know of, also while something can still be entered in time."""
    wanted = TalkFilter(access=access, policy=policy)
    query = _talks(policy, access).where(call.c.id == call_id, _seen(wanted))
    found = _rows(connection, list(connection.execute(query)))
    return found[0] if found else None


def settleable(connection: Connection, access: Access, calls: list[UUID]) -> set[UUID]:
    """Of these talks, those that his right to settle reaches."""
    seen = Seen(access, Right.REPORTS_SETTLE)
    query = select(call.c.id).where(call.c.id.in_(calls), seen.condition)
    return set(connection.execute(query).scalars())


_NO_QUESTION: Final = question.c.call_id.is_(None)


def _talks(
    policy: ReconciliationPolicy, access: Access, *, only_asked: bool = False
) -> Select[tuple[UUID, datetime, bool]]:
    return (
        select(call.c.id, call.c.started_at, entered(policy.within).label("entered"))
        .join(CUSTOMER, CUSTOMER.c.id == call.c.customer_phone_id)
        .join(question, question.c.call_id == call.c.id, isouter=not only_asked)
        .where(
            talked(),
            call.c.gone.is_(True),
            call.c.ended_at.is_not(None),
            call.c.talk_seconds >= policy.min_talk_seconds,
            with_client(access),
        )
    )


def _seen(wanted: TalkFilter) -> ColumnElement[bool]:
    """His own; those of others as far as his right to read reports goes."""
    person = wanted.access.person
    if wanted.own:
        return talked_by(person)
    return or_(talked_by(person), Seen(wanted.access, Right.REPORTS_READ).condition)


def _in_state(state: Wanted, policy: ReconciliationPolicy) -> ColumnElement[bool]:
    nothing = ~entered(policy.within)
    unsettled = question.c.settled_at.is_(None)
    is_answered = question.c.answered_at.is_not(None)
    conditions = {
        Wanted.UNSETTLED: and_(unsettled, nothing),
        Wanted.OPEN: and_(_NO_QUESTION, nothing),
        Wanted.ASKED: and_(question.c.asked_at.is_not(None), ~is_answered, unsettled, nothing),
        Wanted.ANSWERED: and_(is_answered, unsettled, nothing),
        Wanted.SETTLED: and_(~_NO_QUESTION, or_(~unsettled, ~nothing)),
        Wanted.ALL: or_(~_NO_QUESTION, nothing),
    }
    return conditions[state]


def _rows(connection: Connection, found: list[Row[tuple[UUID, datetime, bool]]]) -> list[TalkRow]:
    questions = load_questions(connection, [row.id for row in found])
    return [
        TalkRow(
            call_id=row.id,
            started_at=row.started_at,
            entered=bool(row.entered),
            question=questions.get(row.id),
        )
        for row in found
    ]
