"""Which rule a recording falls under, said to the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    case,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)

from config.keeping import RetentionRule, RetentionSettings
from crm.departments import Departments, below, load_departments
from crm.legal_holds import call_is_held
from crm.people_tables import person
from crm.tables import phone
from crm.vault import Vault
from daemon.history.tables import call
from recordings.models import RecordingState, recording


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The recordings that fall under one rule."""

    rule: int | None
    """Its place in the settings; ``None``: none holds."""
    days: int
    """0: for ever."""
    stored: int
    size_bytes: int
    due: int
    """Whose time is over: they go at the next look."""
    due_bytes: int
    soon: int
    """Whose time ends within the days that were asked for; without ``due``."""
    soon_bytes: int
    held: int
    """Whose time is over, and a legal hold keeps them."""
    unknown_department: bool
    """The rule names a department that there is not: while one does, nothing is due at all."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings' rules as conditions over ``call``; the last one holds for all."""

    days: tuple[int, ...]
    which: ColumnElement[int]
    """The place of the rule that counts."""
    unknown: tuple[int, ...] = ()
    """The places of rules whose department there is not. Whose recordings theirs are nobody can
    say: nothing is over."""

    @classmethod
    def of(cls, settings: RetentionSettings, connection: Connection, vault: Vault) -> Self:
        """As they are now: who is of which department may change."""
        departments = load_departments(connection)
        conditions = [_condition(rule, connection, vault, departments) for rule in settings.rules]
        unknown = tuple(
            i
            for i, rule in enumerate(settings.rules)
            if rule.department is not None and rule.department not in departments
        )
        last = len(conditions)
        which = (
            case(*((condition, i) for i, condition in enumerate(conditions)), else_=last)
            if conditions
            else literal_column("0", Integer)
        )
        days = (*(rule.days for rule in settings.rules), settings.recordings_days)
        return cls(days, which, unknown)

    @property
    def delete_any(self) -> bool:
        """Whether there is a rule by which anything goes at all."""
        return any(self.days)

    def over(self, now: datetime) -> ColumnElement[bool]:
        """Of calls whose recordings have stayed as long as they are to."""
        if self.unknown:
            return false()
        return or_(
            false(),
            *(
                and_(self.which == i, call.c.started_at < now - timedelta(days=days))
                for i, days in enumerate(self.days)
                if days
            ),
        )


STORED = (recording.c.state == RecordingState.STORED.value) & call.c.gone.is_(True)
HELD = call_is_held(call.c.id, call.c.customer_phone_id)


def over_calls(*columns: Any) -> Select[Any]:
    """A query over recordings with their calls."""
    return select(*columns).select_from(recording).join(call, call.c.id == recording.c.call_id)


def shares(
    connection: Connection, settings: RetentionSettings, vault: Vault, now: datetime, soon: int
) -> list[Share]:
    """What falls under each rule, in their order; ``soon``: days to look ahead. Deletes nothing."""
    rules = Rules.of(settings, connection, vault)
    over = rules.over(now)
    later = and_(rules.over(now + timedelta(days=soon)), ~over, ~HELD)
    due = and_(over, ~HELD)
    size = func.coalesce(recording.c.size_bytes, 0)
    query = over_calls(
        rules.which.label("rule"),
        func.count().label("stored"),
        _sum(true(), size).label("size_bytes"),
        _sum(due, 1).label("due"),
        _sum(due, size).label("due_bytes"),
        _sum(later, 1).label("soon"),
        _sum(later, size).label("soon_bytes"),
        _sum(and_(over, HELD), 1).label("held"),
    ).where(STORED)
    # By its place among the columns: the parameters of an expression are others each time.
    found = {row.rule: row for row in connection.execute(query.group_by("rule"))}
    counted = ("stored", "size_bytes", "due", "due_bytes", "soon", "soon_bytes", "held")
    return [
        Share(
            rule=i if i < len(settings.rules) else None,
            days=days,
            unknown_department=i in rules.unknown,
            **{name: int(getattr(found[i], name)) if i in found else 0 for name in counted},
        )
        for i, days in enumerate(rules.days)
    ]


def _sum(condition: ColumnElement[bool], what: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, what), else_=0)), 0)


def _condition(
    rule: RetentionRule, connection: Connection, vault: Vault, departments: Departments
) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = []
    for column, value in (
        (call.c.direction, rule.direction),
        (call.c.disposition, rule.disposition),
        (call.c.queue, rule.queue),
    ):
        if value is not None:
            wanted.append(column == value)
    if rule.company_number is not None:
        index = vault.blind_index(rule.company_number)
        number = select(phone.c.id).where(phone.c.blind_index == index)
        wanted.append(call.c.company_phone_id.in_(number))
    if rule.department is not None:
        wanted.append(call.c.answered_by.in_(_people(rule.department, connection, departments)))
    if rule.min_talk_seconds is not None:
        wanted.append(call.c.talk_seconds >= rule.min_talk_seconds)
    if rule.max_talk_seconds is not None:
        wanted.append(call.c.talk_seconds <= rule.max_talk_seconds)
    # What is not known of a call does not fit: NULL would be neither.
    return func.coalesce(and_(true(), *wanted), false())


def _people(top: str, connection: Connection, departments: Departments) -> Sequence[str]:
    within = below(departments, top)
    query = select(person.c.name).where(person.c.department.in_(sorted(within)))
    return list(connection.execute(query).scalars())
