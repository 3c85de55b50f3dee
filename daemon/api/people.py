"""``/api/v1/people``: who works with the client base, and what each may do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from aiohttp_pydantic.oas.typing import r200, r201, r400, r403, r404, r409
from sqlalchemy import Connection

from crm.access import Access, Right, Scope
from crm.audit import Action, Entry
from crm.authority import check_change
from crm.credentials import Credential, note_set
from crm.departments import below
from crm.names import holds_number
from crm.people import Person, change_person, create_person, is_name, sign_in_name
from crm.quotas import POLICY, Quotas
from crm.roles import write_rights
from crm.staff import Staff
from daemon.api.events import EVENTS
from daemon.api.parameters import Flag, Open, Text, rules, shown
from daemon.api.people_models import PersonChange, PersonList, PersonModel, PersonWanted
from daemon.api.problems import ProblemDocument, ProblemError, Refused
from daemon.api.responses import json_response
from daemon.api.staffing import StaffResource, check_department, check_new_name, rights_of

_KEPT: Final = ("full_name", "role", "department", "exceptions", "weight", "windows_account")
"""What can be changed of a person, and what the audit keeps of it."""


class _PeopleResource(StaffResource):
    """What both have in common."""

    def _note_windows(self, connection: Connection, name: str, account: str | None) -> None:
        """Who sets a person's account says who may come as him."""
        if account is not None:
            at = self.context.sign_in.now()
            note_set(connection, name, Credential.WINDOWS, by=self.viewer.actor, at=at)


class PeopleResource(_PeopleResource):
    """The people. Who may not read others finds himself."""

    rights = rules(GET=Open.SIGNED_IN, POST=Right.PEOPLE_CHANGE)

    async def get(
        self, department: Text | None = None, role: Text | None = None, left: Flag = False
    ) -> r200[PersonList] | r400[ProblemDocument] | r403[ProblemDocument]:
        """Those whom he who asks may know of. ``left``: those who left instead of who works here.

        Status codes:
            200: The people
        """
        return json_response(
            PersonList(
                items=[
                    PersonModel.of(person, self.staff)
                    for person in self.staff.people
                    if person.is_active is not left
                    and department in {None, person.department}
                    and role in {None, person.role}
                    and self.knows(person.name)
                    and (person.name == self.viewer.person or self.viewer.name(person.name))
                ]
            )
        )

    async def post(
        self, wanted: PersonWanted
    ) -> r201[PersonModel] | r400[ProblemDocument] | r403[ProblemDocument] | r409[ProblemDocument]:
        """Somebody new. He gets no more than he who makes him holds.

        Status codes:
            201: The person
            400: The name, role, department or a right is not possible
            403: He would get more than he who asks holds
            409: There is somebody of that name or Windows account
        """
        person = Person(
            name=wanted.name,
            full_name=wanted.full_name,
            role=wanted.role,
            department=wanted.department,
            exceptions=rights_of("exceptions", wanted.exceptions),
            weight=wanted.weight,
            windows_account=_account(wanted.windows_account),
            created_by=self.viewer.actor,
            created_at=datetime.now(UTC),
        )

        def create(connection: Connection, staff: Staff) -> list[Entry]:
            check_new_name("name", person.name, (one.name for one in staff.people))
            _check(_kept(person), person.name, staff)
            _check_place(person.department, staff, self.viewer.access)
            create_person(connection, person)
            self._note_windows(connection, person.name, person.windows_account)
            details = {"after": _written(_kept(person))}
            return [self.viewer.entry(Action.PERSON_CREATED, object=person.name, details=details)]

        staff = await self.change(create, partial(check_change, subject=person.name))
        return json_response(PersonModel.of(person, staff), HTTPStatus.CREATED)


class PersonResource(_PeopleResource):
    """One person. Everybody may read himself."""

    rights = rules(GET=Open.SIGNED_IN, PATCH=Right.PEOPLE_CHANGE)

    async def get(
        self, name: Text, /
    ) -> r200[PersonModel] | r400[ProblemDocument] | r404[ProblemDocument]:
        """One person, with all that he may do.

        Status codes:
            200: The person
            404: There is no such person
        """
        return json_response(PersonModel.of(self._person(name), self.staff))

    async def patch(self, name: Text, /, change: PersonChange) -> r200[PersonModel] | Refused:
        """Another role, department, name, exceptions, weight or Windows account.

        Status codes:
            200: The person as he is now
            400: A role, department or right is not possible, or nothing is named
            403: He holds, or would get, more than he who asks holds
            404: There is no such person
            409: Nobody could change people and policy any more; or the Windows account is taken
        """
        person = self._person(name)
        values = self._values(change)

        def apply(connection: Connection, staff: Staff) -> list[Entry]:
            before = _kept(staff.person(person.name) or person)
            changed = {key: value for key, value in values.items() if value != before[key]}
            _check(changed, person.name, staff)
            if "department" in changed:
                _check_place(changed["department"], staff, self.viewer.access)
            if not changed:
                return []
            change_person(connection, person.name, changed)
            self._note_windows(connection, person.name, changed.get("windows_account"))
            details = {
                "before": _written({key: before[key] for key in changed}),
                "after": _written(changed),
            }
            return [self.viewer.entry(Action.PERSON_CHANGED, object=person.name, details=details)]

        def judge(before: Staff, after: Staff, giver: Access) -> None:
            check_change(before, after, giver, subject=person.name)
            self._check_own_quota(before, after)

        staff = await self.change(apply, judge)
        if values.get("windows_account") is not None:
            self.request.app[EVENTS].cut(person.name)
        return json_response(PersonModel.of(staff.person(person.name) or person, staff))

    def _check_own_quota(self, before: Staff, after: Staff) -> None:
        """Nobody gives himself a role that may read more."""
        name = self.viewer.person
        was, is_ = before.person(name), after.person(name)
        if was is None or is_ is None:  # The operator.
            return
        quotas = Quotas(after.policy(POLICY))
        if quotas.of(name, is_.role).exceeds(quotas.of(name, was.role)):
            raise ProblemError(HTTPStatus.FORBIDDEN, "own_quota_raised")

    def _person(self, name: str) -> Person:
        """Whom he who asks may know of; raises a 404 problem for everybody else."""
        person = self.staff.person(name)
        if person is None or not self.knows(name):
            raise ProblemError(HTTPStatus.NOT_FOUND, "person_not_found")
        return person

    def _values(self, change: PersonChange) -> dict[str, Any]:
        """Columns and what they are to hold."""
        values = {key: getattr(change, key) for key in change.model_fields_set}
        if not values:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "nothing_to_change")
        for key in ("role", "weight"):
            if values.get(key, "") is None:
                raise ProblemError(HTTPStatus.BAD_REQUEST, "not_null", name=key)
        if "exceptions" in values:
            values["exceptions"] = rights_of("exceptions", values["exceptions"] or {})
        if "windows_account" in values:
            values["windows_account"] = _account(values["windows_account"])
        return values


def _account(account: str | None) -> str | None:
    """Windows takes ``FIRM\\Anna`` and ``firm\\anna`` for one."""
    return None if account is None else sign_in_name(account)


def _check(values: Mapping[str, Any], name: str, staff: Staff) -> None:
    """Raises a problem for what there is not, or what is somebody else's."""
    full_name = values.get("full_name")
    if full_name is not None and not is_name(full_name):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid_name", name="full_name")
    role = values.get("role")
    if role is not None and role not in staff.roles:
        allowed = ", ".join(staff.roles)
        raise ProblemError(
            HTTPStatus.BAD_REQUEST, "unknown_role", value=shown(role), allowed=allowed
        )
    check_department("department", values.get("department"), staff)
    account = values.get("windows_account")
    if account is not None and holds_number(account):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "holds_number", name="windows_account")
    if account is not None and any(
        person.windows_account == account and person.name != name for person in staff.people
    ):
        raise ProblemError(HTTPStatus.CONFLICT, "windows_account_taken")


def _check_place(department: str | None, staff: Staff, giver: Access) -> None:
    """He who sees a department and those below it places people there and nowhere else."""
    scope = giver.scope(Right.PEOPLE_READ)
    if scope is Scope.ALL:
        return
    me = staff.person(giver.person)
    own = me.department if me is not None and scope is Scope.DEPARTMENT else None
    if own is None or department not in below(staff.departments, own):
        raise ProblemError(HTTPStatus.FORBIDDEN, "department_not_yours")


def _kept(person: Person) -> dict[str, Any]:
    return {key: getattr(person, key) for key in _KEPT}


def _written(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON."""
    written = dict(values)
    if "exceptions" in written:
        written["exceptions"] = write_rights(written["exceptions"])
    return written


ROUTES: Final = (("/api/v1/people", PeopleResource), ("/api/v1/people/{name}", PersonResource))
