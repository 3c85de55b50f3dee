"""``/api/v1/roles``: what each role may do. Templates come with Callward, others are your own."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final, Self

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r204, r400, r403, r404, r409
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from crm.access import Right, Rights, Scope
from crm.audit import Action, Entry
from crm.authority import ChangeRefusedError, check_role
from crm.field_rules import hidden_fields
from crm.people import delete_role, save_role
from crm.roles import TEMPLATES, write_rights
from crm.staff import Staff
from daemon.api.parameters import Text, rules
from daemon.api.problems import ProblemDocument, ProblemError, Refused
from daemon.api.responses import json_response
from daemon.api.staffing import StaffResource, check_new_name, refuse, rights_of


class RoleModel(BaseModel):
    """One role."""

    name: str
    rights: dict[str, str]
    """Scope by right: ``own``, ``department``, ``all``; a right that is not named is not held."""
    template: bool
    """Comes with Callward; it can be changed, and changed back by deleting it."""
    changed: bool
    """A template to which the company gave other rights."""
    hidden: list[str]
    """Fields that are hidden from it, where no rule for a person says otherwise."""
    people: int
    """How many have it and work here, of those whom he who asks may know of."""

    @classmethod
    def of(cls, name: str, staff: Staff, people: int) -> Self:
        """As it is now."""
        rights = {right: scope for right, scope in staff.roles[name].items() if scope > Scope.NONE}
        return cls(
            name=name,
            rights=write_rights(rights),
            template=name in TEMPLATES,
            changed=name in TEMPLATES and staff.roles[name] != TEMPLATES[name],
            hidden=sorted(hidden_fields(staff.field_rules, name)),
            people=people,
        )


class RoleList(BaseModel):
    """All roles: templates first."""

    items: list[RoleModel]


class RoleWanted(BaseModel):
    """What a role may do from now on."""

    model_config = ConfigDict(extra="forbid")

    rights: dict[str, str]
    """All of them: what is not named is not held."""


class _OfRoles(StaffResource):
    """What tells roles."""

    def _model(self, name: str, staff: Staff) -> RoleModel:
        return RoleModel.of(
            name,
            staff,
            sum(
                person.role == name and person.is_active and self.knows(person.name)
                for person in staff.people
            ),
        )


class RolesResource(_OfRoles):
    """The roles."""

    rights = rules(GET=Right.PEOPLE_READ)

    async def get(self) -> r200[RoleList] | r403[ProblemDocument]:
        """Every role and its rights.

        Status codes:
            200: The roles
        """
        return json_response(
            RoleList(items=[self._model(name, self.staff) for name in self.staff.roles])
        )


class RoleResource(_OfRoles):
    """One role."""

    rights = rules(GET=Right.PEOPLE_READ, PUT=Right.PEOPLE_CHANGE, DELETE=Right.PEOPLE_CHANGE)

    async def get(
        self, name: Text, /
    ) -> r200[RoleModel] | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]:
        """One role.

        Status codes:
            200: The role
            404: There is no such role
        """
        self._existing(name, self.staff)
        return json_response(self._model(name, self.staff))

    async def put(
        self, name: Text, /, wanted: RoleWanted
    ) -> r200[RoleModel] | r400[ProblemDocument] | r403[ProblemDocument] | r409[ProblemDocument]:
        """Give it these rights; it is made where there was none. A new role of the company's own
        hides every contact detail until a rule shows it.

        Status codes:
            200: The role as it is now
            400: There is no such right or scope, or nothing can be called so
            403: It holds, or would hold, more than he who asks
            409: Nobody could change people and policy any more; or the name differs from another's
                by its writing alone
        """
        rights = rights_of("rights", wanted.rights)

        def apply(connection: Connection, staff: Staff) -> list[Entry]:
            old = staff.roles.get(name)
            if old is None:
                check_new_name("name", name, staff.roles)
            elif dict(old) == rights:
                return []
            self._check_rights(old, rights, name)
            save_role(connection, name, rights, datetime.now(UTC))
            return [self._entry(name, old, rights)]

        staff = await self.change(apply)
        return json_response(self._model(name, staff))

    async def delete(self, name: Text, /) -> r204 | Refused:
        """Take the company's role away, or give a template back the rights that it came with.

        Status codes:
            204: It is gone, or as it came
            403: It holds, or would hold, more than he who asks
            404: There is no such role
            409: People have it; or it is a template that nobody changed
        """

        def apply(connection: Connection, staff: Staff) -> list[Entry]:
            self._existing(name, staff)
            template = TEMPLATES.get(name)
            having = sum(person.role == name for person in staff.people)
            if template is None and having:
                raise ProblemError(HTTPStatus.CONFLICT, "role_in_use", name=name, count=having)
            self._check_rights(staff.roles[name], template, name)
            if not delete_role(connection, name):
                raise ProblemError(HTTPStatus.CONFLICT, "role_is_template", name=name)
            return [self._entry(name, staff.roles[name], template)]

        await self.change(apply)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    def _check_rights(self, old: Rights | None, new: Rights | None, name: str) -> None:
        try:
            check_role(old, new, name, self.viewer.access)
        except ChangeRefusedError as error:
            refuse(error)

    def _entry(self, name: str, old: Rights | None, new: Rights | None) -> Entry:
        details: dict[str, Any] = {
            when: {"rights": write_rights(rights)}
            for when, rights in (("before", old), ("after", new))
            if rights is not None
        }
        return self.viewer.entry(Action.ROLE_CHANGED, object=name, details=details)

    @staticmethod
    def _existing(name: str, staff: Staff) -> None:
        if name not in staff.roles:
            raise ProblemError(HTTPStatus.NOT_FOUND, "role_not_found")


ROUTES: Final = (("/api/v1/roles", RolesResource), ("/api/v1/roles/{name}", RoleResource))
