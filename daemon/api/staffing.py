"""How resources change people, roles, departments and rules: one transaction, one judgement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from http import HTTPStatus
from typing import NoReturn

from sqlalchemy import Connection

from crm.access import Access, Right, Scope, allows_person
from crm.audit import Entry
from crm.authority import ChangeRefusedError, check_change, check_lock_out
from crm.people import RESERVED, Person, is_name, sign_in_name
from crm.roles import UnknownRightError, read_rights
from crm.staff import Staff, load_staff
from daemon.api.parameters import Resource, shown
from daemon.api.problems import ProblemError

Work = Callable[[Connection, Staff], Iterable[Entry]]
"""Changes something and returns what the audit is told; raises ``ProblemError``."""
Judge = Callable[[Staff, Staff, Access], None]
"""Of the staff before and after, and of who changes it; raises ``ChangeRefusedError``."""


class StaffResource(Resource):
    """A resource by which people are changed, or what decides on their rights."""

    @property
    def staff(self) -> Staff:
        """Everybody as they are now."""
        return self.context.staff.now

    def knows(self, name: str) -> bool:
        """Whether he who asks may know of that person. Everybody knows himself."""
        access = self.viewer.access
        return name == access.person or allows_person(access, Right.PEOPLE_READ, name)

    def over(self, name: str) -> Judge:
        """Of what touches that person alone: he may hold no more than who asks, unless it is he
        himself who asks, also by a key that is narrowed.
        """
        return partial(check_change, subject=None if name == self.viewer.person else name)

    async def change(self, work: Work, judge: Judge = check_change) -> Staff:
        """Do it, unless it is refused; the staff as it is then.

        Raises a 403 problem where he who asks would give or take what he does not hold, 409 where
        nobody could decide any more.
        """

        def checked(connection: Connection) -> Staff:
            before = load_staff(connection)
            entries = tuple(work(connection, before))
            after = load_staff(connection)
            judge(before, after, self.viewer.access)
            check_lock_out(before, after, self._gets_in)
            self.context.audit.add(connection, *entries)
            return after

        try:
            return await self.context.staff.change(checked)
        except ChangeRefusedError as error:
            refuse(error)

    def _gets_in(self, person: Person) -> bool:
        """Whether a way that he has is one that the company and the settings leave open."""
        sign_in = self.context.sign_in
        return (person.has_password and sign_in.policy.password) or (
            person.windows_account is not None and sign_in.windows.enabled
        )


def refuse(error: ChangeRefusedError) -> NoReturn:
    """As a problem."""
    locked = error.code == "would_lock_out"
    status = HTTPStatus.CONFLICT if locked else HTTPStatus.FORBIDDEN
    raise ProblemError(status, error.code, **error.about) from None


def check_new_name(parameter: str, name: str, taken: Iterable[str]) -> None:
    """Raises a problem where nobody, or no second one, can be called so."""
    if not is_name(name):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid_name", name=parameter)
    wanted = sign_in_name(name)
    if wanted in RESERVED:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "name_reserved", name=parameter)
    other = next((one for one in taken if sign_in_name(one) == wanted), None)
    if other is not None:
        raise ProblemError(HTTPStatus.CONFLICT, "name_taken", name=parameter, other=other)


def check_department(parameter: str, name: str | None, staff: Staff) -> None:
    """Raises a 400 problem where there is no such department."""
    if name is not None and name not in staff.departments:
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "unknown_department",
            name=parameter,
            value=shown(name),
            allowed=", ".join(staff.departments) or "—",
        )


def rights_of(parameter: str, written: Mapping[str, str]) -> dict[Right, Scope]:
    """Rights as they were sent; a 400 problem that names what there is not, and what there is."""
    try:
        return read_rights(written)
    except UnknownRightError as error:
        code = "unknown_right" if error.value == error.name else "impossible_scope"
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            code,
            name=f"{parameter}.{shown(error.name)}",
            value=shown(error.value),
            allowed=", ".join(error.allowed),
        ) from None
