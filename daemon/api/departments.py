"""``/api/v1/departments``: a tree; who heads a department sees it and all below."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r204, r400, r403, r409
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from crm.access import Right, Scope
from crm.audit import Action, Entry
from crm.departments import below, delete_department, save_department, would_be_circle
from crm.people import leave_department
from crm.staff import Staff
from daemon.api.parameters import Text, rules
from daemon.api.problems import ProblemDocument, ProblemError, Refused
from daemon.api.responses import json_response
from daemon.api.staffing import StaffResource, check_department, check_new_name


class DepartmentModel(BaseModel):
    """One department."""

    name: str
    parent: str | None
    """Null: it is at the top, or he who asks may not know of what is above it."""
    people: int
    """How many work in it itself, of those whom he who asks may know of."""


class DepartmentList(BaseModel):
    """Departments, by name."""

    items: list[DepartmentModel]


class DepartmentWanted(BaseModel):
    """Where a department stands."""

    model_config = ConfigDict(extra="forbid")

    parent: Text | None = None
    """Null: at the top."""


class _OfDepartments(StaffResource):
    def _models(self, staff: Staff) -> list[DepartmentModel]:
        known = self._known(staff)
        return [
            DepartmentModel(
                name=name,
                parent=parent if parent in known else None,
                people=sum(
                    person.department == name and person.is_active and self.knows(person.name)
                    for person in staff.people
                ),
            )
            for name, parent in staff.departments.items()
            if name in known
        ]

    def _known(self, staff: Staff) -> frozenset[str]:
        """Of which he who asks may know."""
        if self.viewer.access.scope(Right.PEOPLE_READ) is Scope.ALL:
            return frozenset(staff.departments)
        me = staff.person(self.viewer.person)
        own = None if me is None else me.department
        return frozenset() if own is None else below(staff.departments, own)


class DepartmentsResource(_OfDepartments):
    """The departments."""

    rights = rules(GET=Right.PEOPLE_READ)

    async def get(self) -> r200[DepartmentList] | r403[ProblemDocument]:
        """Every department and what it is part of; to who sees a department, his and those below.

        Status codes:
            200: The departments
        """
        return json_response(DepartmentList(items=self._models(self.staff)))


class DepartmentResource(_OfDepartments):
    """One department. Only who knows everybody moves departments."""

    rights = rules(PUT=Right.PEOPLE_CHANGE, DELETE=Right.PEOPLE_CHANGE)

    async def put(
        self, name: Text, /, wanted: DepartmentWanted
    ) -> (
        r200[DepartmentModel]
        | r400[ProblemDocument]
        | r403[ProblemDocument]
        | r409[ProblemDocument]
    ):
        """Make a department, or put it under another one.

        Status codes:
            200: The department
            400: There is no such parent, or nothing can be called so
            409: It would stand under itself, or its name differs from another's by writing alone
        """
        self._check_all()
        parent = wanted.parent

        def apply(connection: Connection, staff: Staff) -> list[Entry]:
            if name not in staff.departments:
                check_new_name("name", name, staff.departments)
            if would_be_circle(staff.departments, name, parent):
                raise ProblemError(
                    HTTPStatus.CONFLICT, "department_circle", name=name, parent=parent
                )
            check_department("parent", parent, staff)
            details = {"after": {"parent": parent}}
            if name in staff.departments:
                if staff.departments[name] == parent:
                    return []
                details["before"] = {"parent": staff.departments[name]}
            save_department(connection, name, parent)
            return [self.viewer.entry(Action.DEPARTMENT_CHANGED, object=name, details=details)]

        staff = await self.change(apply)
        return json_response(next(one for one in self._models(staff) if one.name == name))

    async def delete(self, name: Text, /) -> r204 | Refused:
        """Take away an empty department.

        Status codes:
            204: It is gone
            404: There is no such department
            409: People work in it, or departments are below it
        """
        self._check_all()

        def apply(connection: Connection, staff: Staff) -> list[Entry]:
            if name not in staff.departments:
                raise ProblemError(HTTPStatus.NOT_FOUND, "department_not_found")
            people = [one.name for one in staff.people if one.department == name and one.is_active]
            under = [one for one, parent in staff.departments.items() if parent == name]
            if people or under:
                raise ProblemError(
                    HTTPStatus.CONFLICT,
                    "department_in_use",
                    name=name,
                    people=", ".join(people) or "—",
                    below=", ".join(under) or "—",
                )
            # Who left and was in it is in none.
            leave_department(connection, name)
            delete_department(connection, name)
            details = {"before": {"parent": staff.departments[name]}}
            return [self.viewer.entry(Action.DEPARTMENT_CHANGED, object=name, details=details)]

        await self.change(apply)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    def _check_all(self) -> None:
        """Moving one changes whom the heads of others see."""
        if self.viewer.access.scope(Right.PEOPLE_READ) is not Scope.ALL:
            raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")


ROUTES: Final = (
    ("/api/v1/departments", DepartmentsResource),
    ("/api/v1/departments/{name}", DepartmentResource),
)
