"""``/api/v1/field-rules``: which fields are hidden from whom, and what a rule would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r204, r400, r403, r404
from sqlalchemy import Connection

from crm.access import Right
from crm.audit import Action, Entry
from crm.authority import check_shown
from crm.field_rules import (
    FieldRule,
    Subject,
    SubjectKind,
    delete_field_rules,
    save_field_rules,
)
from crm.fields import CONTACT_DETAILS
from crm.staff import Staff
from daemon.api.field_rule_models import (
    CONTACTS,
    FieldRuleChange,
    FieldRuleList,
    FieldRuleModel,
    FieldRuleWanted,
    HiddenFromModel,
    PreviewModel,
    expand,
    hideable,
)
from daemon.api.parameters import Text, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.staffing import StaffResource


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
        """Hide and show fields, or take rules away. It holds from the next request on.

        Status codes:
            200: All rules as they are now
            400: There is no such field, role or person; or nothing is named, or one field twice
            403: Somebody would see what is hidden from him who asks
        """
        fields: list[str] = []

        def apply(connection: Connection, staff: Staff) -> list[Entry]:
            fields[:] = hideable(connection)
            change = FieldRuleChange.of(wanted, staff, fields)
            if change.rules:
                save_field_rules(connection, change.rules)
            delete_field_rules(connection, change.subject, change.reset)
            return [*self._entries(change.rules, staff), *self._taken(change.gone(staff))]

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
            gone = FieldRuleChange(of, (), tuple(expand([field])))
            return self._taken(gone.gone(staff))

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

    def _taken(self, gone: Iterable[FieldRule]) -> list[Entry]:
        return [self._entry(rule, {"before": _said(rule)}) for rule in gone]

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
        after = FieldRuleChange.of(wanted, now, fields).made_to(now)
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
