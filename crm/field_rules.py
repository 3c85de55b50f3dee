"""Which fields are hidden from whom: one rule for all, with exceptions for roles and people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, delete, select

from crm.fields import CONTACT_DETAILS
from crm.people_tables import field_rule
from crm.roles import HIDDEN, TEMPLATES
from store.upsert import upsert_rows


class SubjectKind(StrEnum):
    """Whom a rule is about. The narrower holds: a person's before his role's before everyone's."""

    EVERYONE = "everyone"
    ROLE = "role"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a rule is about."""

    kind: SubjectKind = SubjectKind.EVERYONE
    name: str = ""
    """The role's or person's; empty for everyone."""


EVERYONE = Subject()


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Whether one field is hidden from one subject."""

    subject: Subject
    field: str
    """As in ``crm.fields``."""
    hidden: bool


def hidden_fields(rules: Iterable[FieldRule], role: str, person: str = "") -> frozenset[str]:
    """The fields hidden from a person of that role, or from the role itself. Pure.

    Where no rule speaks, the template's default holds; a role of the company's own hides every
    contact detail until a rule shows it.
    """
    default = HIDDEN.get(role, () if role in TEMPLATES else CONTACT_DETAILS)
    decided = dict.fromkeys(default, True)
    spoken: dict[Subject, dict[str, bool]] = {}
    for rule in rules:
        spoken.setdefault(rule.subject, {})[rule.field] = rule.hidden
    for subject in (
        EVERYONE,
        Subject(SubjectKind.ROLE, role),
        Subject(SubjectKind.PERSON, person),
    ):
        decided |= spoken.get(subject, {})
    return frozenset(field for field, hidden in decided.items() if hidden)


def load_field_rules(connection: Connection) -> tuple[FieldRule, ...]:
    """All of them, those for everyone first."""
    query = select(field_rule).order_by(
        field_rule.c.subject_kind, field_rule.c.subject, field_rule.c.field
    )
    return tuple(
        FieldRule(Subject(SubjectKind(row.subject_kind), row.subject), row.field, row.hidden)
        for row in connection.execute(query)
    )


def save_field_rules(connection: Connection, rules: Iterable[FieldRule]) -> None:
    """Make them, or replace those of the same subject and field."""
    upsert_rows(
        connection,
        field_rule,
        [
            {
                "subject_kind": rule.subject.kind,
                "subject": rule.subject.name,
                "field": rule.field,
                "hidden": rule.hidden,
            }
            for rule in rules
        ],
    )


def delete_field_rules(connection: Connection, subject: Subject, fields: Iterable[str]) -> int:
    """Take rules away, so that the wider ones hold again; how many there were."""
    taken = connection.execute(
        delete(field_rule).where(
            field_rule.c.subject_kind == subject.kind,
            field_rule.c.subject == subject.name,
            field_rule.c.field.in_(list(fields)),
        )
    )
    return taken.rowcount
