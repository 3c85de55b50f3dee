"""Rules of fields as they are sent and answered, and what they would make of the staff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, select

from crm.card_tables import custom_field
from crm.field_rules import FieldRule, Subject, SubjectKind
from crm.fields import CONTACT_DETAILS, HIDEABLE, custom
from crm.staff import Staff
from daemon.api.parameters import Text, shown
from daemon.api.problems import ProblemError

CONTACTS: Final = "contacts"
"""The preset that stands for every contact detail; ``phones`` is the field itself."""


class FieldRuleModel(BaseModel):
    """One rule."""

    subject: SubjectKind
    name: str | None
    """The role's or person's; null for everyone."""
    field: str
    hidden: bool


class FieldRuleList(BaseModel):
    """All rules; where none speaks, what the role's template hides is hidden."""

    items: list[FieldRuleModel]
    fields: list[str]
    """Every field that can be hidden."""
    presets: dict[str, list[str]]
    """Words that stand for several fields in ``hide`` and ``show``."""


class FieldRuleWanted(BaseModel):
    """Which fields are to be hidden from whom, and which shown; each is named once."""

    model_config = ConfigDict(extra="forbid")

    subject: SubjectKind
    """The narrower holds: a person's rule before his role's, that before everyone's."""
    name: Text | None = None
    hide: Annotated[list[Text], Field(max_length=100)] = []
    """Fields, or ``contacts`` for phones, emails, addresses and messengers."""
    show: Annotated[list[Text], Field(max_length=100)] = []
    reset: Annotated[list[Text], Field(max_length=100)] = []
    """Fields of which the subject's own rule goes, so that the wider one holds again."""


class HiddenFromModel(BaseModel):
    """What one person would not see."""

    person: str
    role: str
    hidden: list[str]
    before: list[str]
    """What is hidden from him now."""


class PreviewModel(BaseModel):
    """Everybody whom he who asks may know of, those for whom something changes first."""

    items: list[HiddenFromModel]


@dataclass(frozen=True, slots=True)
class FieldRuleChange:
    """What is to change of the rules of one subject."""

    subject: Subject
    rules: tuple[FieldRule, ...]
    """To be made, or to stand instead of what was."""
    reset: tuple[str, ...]
    """Fields of which its rule goes."""

    @classmethod
    def of(cls, wanted: FieldRuleWanted, staff: Staff, fields: list[str]) -> FieldRuleChange:
        """What is asked for; raises a 400 problem for what there is not. ``fields``: all that can
        be hidden.
        """
        subject = _subject(wanted, staff)
        hide, show, reset = expand(wanted.hide), expand(wanted.show), expand(wanted.reset)
        known = {*fields, *(rule.field for rule in staff.field_rules)}
        for place, named, allowed in (
            ("hide", hide, fields),
            ("show", show, fields),
            ("reset", reset, known),
        ):
            for field in named:
                if field not in allowed:
                    raise ProblemError(
                        HTTPStatus.BAD_REQUEST,
                        "not_hideable",
                        name=place,
                        value=shown(field),
                        allowed=", ".join((*fields, CONTACTS)),
                    )
        every = [*hide, *show, *reset]
        if not every or len(set(every)) < len(every):
            raise ProblemError(HTTPStatus.BAD_REQUEST, "hide_or_show")
        rules = [FieldRule(subject, field, True) for field in hide]
        rules += [FieldRule(subject, field, False) for field in show]
        return cls(subject, tuple(rules), tuple(reset))

    def made_to(self, staff: Staff) -> Staff:
        """The staff as it would be with it."""
        return staff.with_field_rules(self.rules, without=self.gone(staff))

    def gone(self, staff: Staff) -> list[FieldRule]:
        """The rules that go."""
        return [
            rule
            for rule in staff.field_rules
            if rule.subject == self.subject and rule.field in self.reset
        ]


def hideable(connection: Connection) -> list[str]:
    """Every field that a rule can hide, custom ones too."""
    keys = connection.scalars(
        select(custom_field.c.key)
        .where(custom_field.c.removed_at.is_(None))
        .order_by(custom_field.c.position, custom_field.c.key)
    )
    return [*HIDEABLE, *map(custom, keys)]


def expand(fields: Iterable[str]) -> list[str]:
    """With presets spelled out."""
    return [one for field in fields for one in (CONTACT_DETAILS if field == CONTACTS else (field,))]


def _subject(wanted: FieldRuleWanted, staff: Staff) -> Subject:
    name = wanted.name or ""
    if (wanted.subject is SubjectKind.EVERYONE) is not (wanted.name is None):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "subject_name")
    known = {
        SubjectKind.EVERYONE: True,
        SubjectKind.ROLE: name in staff.roles,
        SubjectKind.PERSON: staff.person(name) is not None,
    }
    if not known[wanted.subject]:
        raise ProblemError(
            HTTPStatus.BAD_REQUEST, "unknown_subject", kind=wanted.subject, value=shown(name)
        )
    return Subject(wanted.subject, name)
