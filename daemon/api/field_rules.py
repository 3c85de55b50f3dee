"""``/api/v1/field-rules``: which fields are hidden from whom, and what a rule would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Annotated, Final

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r204, r400, r403, r404
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, select

from crm.access import Right
from crm.audit import Action, Entry
from crm.authority import check_shown
from crm.card_tables import custom_field
from crm.field_rules import (
    FieldRule,
    Subject,
    SubjectKind,
    delete_field_rules,
    save_field_rules,
)
from crm.fields import CONTACT_DETAILS, HIDEABLE, custom
from crm.staff import Staff
from daemon.api.parameters import Text, rules, shown
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.staffing import StaffResource

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
    """Which fields are to be hidden from whom, and which shown."""

    model_config = ConfigDict(extra="forbid")

    subject: SubjectKind
    """The narrower holds: a person's rule before his role's, that before everyone's."""
    name: Text | None = None
    hide: Annotated[list[Text], Field(max_length=100)] = []
    """Fields, or ``contacts`` for phones, emails, addresses and messengers."""
    show: Annotated[list[Text], Field(max_length=100)] = []


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


class FieldRulesResource(StaffResource):
    """The rules."""

    rights = rules(GET=Right.POLICY_READ, PUT=Right.POLICY_CHANGE, DELETE=Right.POLICY_CHANGE)

    async def get(self) -> r200[FieldRuleList] | r403[ProblemDocument]:
        """All rules, and which fields there are.

        Status codes:
            200: The rules
        """
        async with self.context.database.read() as connection:
            fields = await connection.run_sync(hideable)
        return json_response(_list(self.staff, fields))

    async def put(
        self, wanted: FieldRuleWanted
    ) -> r200[FieldRuleList] | r400[ProblemDocument] | r403[ProblemDocument]:
        """Hide and show fields. It holds from the next request on.

        Status codes:
            200: All rules as they are now
            400: There is no such field, role or person; or nothing is named, or one field twice
            403: Somebody would see what is hidden from him who asks
        """
        fields: list[str] = []

        def apply(connection: Connection, staff: Staff) -> list[Entry]:
            fields[:] = hideable(connection)
            new = _rules(wanted, staff, fields)
            save_field_rules(connection, new)
            return self._entries(new, staff)

        staff = await self.change(apply, check_shown)
        return json_response(_list(staff, fields))

    async def delete(
        self, subject: SubjectKind, field: Text, name: Text | None = None
    ) -> r204 | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]:
        """Take a rule away: the wider one holds again.

        Status codes:
            204: It is gone
            403: Somebody would see what is hidden from him who asks
            404: There is no such rule
        """
        of = Subject(subject, name or "")

        def apply(connection: Connection, staff: Staff) -> list[Entry]:
            if not delete_field_rules(connection, of, expand([field])):
                raise ProblemError(HTTPStatus.NOT_FOUND, "field_rule_not_found")
            before = [
                rule
                for rule in staff.field_rules
                if rule.subject == of and rule.field in expand([field])
            ]
            return [self._entry(rule, {"before": _said(rule)}) for rule in before]

        await self.change(apply, check_shown)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    def _entries(self, new: Iterable[FieldRule], staff: Staff) -> list[Entry]:
        old = {(rule.subject, rule.field): rule for rule in staff.field_rules}
        entries = []
        for rule in new:
            was = old.get((rule.subject, rule.field))
            if was != rule:
                details = {"after": _said(rule)} | ({"before": _said(was)} if was else {})
                entries.append(self._entry(rule, details))
        return entries

    def _entry(self, rule: FieldRule, details: Mapping[str, object]) -> Entry:
        return self.viewer.entry(
            Action.FIELD_RULE_CHANGED,
            object=":".join(filter(None, (rule.subject.kind, rule.subject.name))),
            details=details,
        )


class FieldRulePreviewResource(StaffResource):
    """What a rule would do."""

    rights = rules(POST=Right.POLICY_READ)

    async def post(
        self, wanted: FieldRuleWanted
    ) -> r200[PreviewModel] | r400[ProblemDocument] | r403[ProblemDocument]:
        """Who would not see what, if these rules were set. Nothing is changed.

        Status codes:
            200: What would be hidden from each
            400: There is no such field, role or person; or nothing is named, or one field twice
        """
        async with self.context.database.read() as connection:
            fields = await connection.run_sync(hideable)
        now = self.staff
        after = now.with_field_rules(_rules(wanted, now, fields))
        items = [
            HiddenFromModel(
                person=person.name,
                role=person.role,
                hidden=_hidden(after, person.name),
                before=_hidden(now, person.name),
            )
            for person in now.people
            if person.is_active and self.knows(person.name)
        ]
        items.sort(key=lambda item: item.hidden == item.before)
        return json_response(PreviewModel(items=items))


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


def _rules(wanted: FieldRuleWanted, staff: Staff, fields: list[str]) -> list[FieldRule]:
    """As rules; raises a 400 problem for what there is not."""
    subject = _subject(wanted, staff)
    hide, show = expand(wanted.hide), expand(wanted.show)
    for place, named in (("hide", hide), ("show", show)):
        for field in named:
            if field not in fields:
                raise ProblemError(
                    HTTPStatus.BAD_REQUEST,
                    "not_hideable",
                    name=place,
                    value=shown(field),
                    allowed=", ".join((*fields, CONTACTS)),
                )
    if not hide + show or len({*hide, *show}) < len(hide + show):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "hide_or_show")
    return [
        FieldRule(subject, field, hidden)
        for named, hidden in ((hide, True), (show, False))
        for field in named
    ]


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


def _list(staff: Staff, fields: list[str]) -> FieldRuleList:
    return FieldRuleList(
        items=[
            FieldRuleModel(
                subject=rule.subject.kind,
                name=rule.subject.name or None,
                field=rule.field,
                hidden=rule.hidden,
            )
            for rule in staff.field_rules
        ],
        fields=fields,
        presets={"phones": ["phones"], CONTACTS: list(CONTACT_DETAILS)},
    )


def _hidden(staff: Staff, name: str) -> list[str]:
    held = staff.held_by(name)
    return [] if held is None else sorted(held.hidden)


def _said(rule: FieldRule) -> dict[str, bool]:
    return {rule.field: rule.hidden}


ROUTES: Final = (
    ("/api/v1/field-rules", FieldRulesResource),
    ("/api/v1/field-rules/preview", FieldRulePreviewResource),
)
