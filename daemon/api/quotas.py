"""``/api/v1/quotas``: how much everybody may read, and has. ``/api/v1/policies/quotas``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Final

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r204, r400, r403, r404
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from crm.access import Right, allows_person
from crm.audit import Action
from crm.people import Person
from crm.policies import load_policies, save_policy
from crm.quotas import DEFAULTS, MOST, POLICY, QuotaError, Quotas, check_quotas
from daemon.api.parameters import Open, Resource, Text, rules, shown, whole
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response


class UsedModel(BaseModel):
    """One window of one person."""

    unit: str
    """``cards``: opened in full, out of turn. ``rows``: clients whom lists showed."""
    hours: int
    """1 or 24."""
    limit: int
    used: int
    """Different clients within the last hours."""


class QuotaModel(BaseModel):
    """What one person may read, and has."""

    person: str
    windows: list[UsedModel]


class QuotaList(BaseModel):
    """Everybody whom the viewer may see, himself first."""

    items: list[QuotaModel]


_Limit = Annotated[int, whole(1, MOST)]


class QuotaLimits(BaseModel):
    """Different clients; what is left out is as usual for that role."""

    model_config = ConfigDict(extra="forbid")

    cards_hour: _Limit | None = None
    cards_day: _Limit | None = None
    rows_hour: _Limit | None = None
    rows_day: _Limit | None = None


class QuotaPolicy(BaseModel):
    """What holds instead of the usual quotas."""

    model_config = ConfigDict(extra="forbid")

    roles: dict[str, QuotaLimits] = {}
    people: dict[str, QuotaLimits] = {}
    """Exceptions for single people, instead of their role's."""


class QuotaPolicyModel(BaseModel):
    """The policy, and what is usual without it: by role or name, by kind of limit."""

    roles: dict[str, dict[str, int]] = {}
    people: dict[str, dict[str, int]] = {}
    defaults: dict[str, dict[str, int]]


class QuotasResource(Resource):
    """Quotas and what of them is used."""

    rights = rules(GET=Open.SIGNED_IN)

    async def get(
        self, person: Text | None = None
    ) -> r200[QuotaList] | r400[ProblemDocument] | r404[ProblemDocument]:
        """One's own quotas, and those of people about whom one may read reports.

        Status codes:
            200: The quotas, or that person's alone
            404: There is no such person
        """
        people = [one for one in self._people() if person in {None, one.name}]
        if person is not None and not people:
            raise ProblemError(HTTPStatus.NOT_FOUND, "person_not_found")
        items = [
            QuotaModel(
                person=self.viewer.called(one.name),
                windows=[
                    UsedModel(
                        unit=used.unit.value, hours=used.hours, limit=used.limit, used=used.used
                    )
                    for used in self.context.reading.usage(one.name)
                ],
            )
            for one in people
        ]
        return json_response(QuotaList(items=items))

    def _people(self) -> Iterator[Person]:
        access = self.viewer.access
        active = [one for one in self.context.staff.now.people if one.is_active]
        yield from (one for one in active if one.name == access.person)
        for one in active:
            if one.name != access.person and allows_person(access, Right.REPORTS_READ, one.name):
                yield one


class QuotaResource(Resource):
    """What one person has used of his quotas."""

    rights = rules(DELETE=Right.REPORTS_SETTLE)

    async def delete(self, person: str, /) -> r204 | r403[ProblemDocument] | r404[ProblemDocument]:
        """Lift a person's quotas: what he has read until now is no longer counted.

        Status codes:
            204: He begins anew
            403: His own quotas, or those of somebody about whom he only reads, are not his to lift
            404: There is no such person
        """
        viewer, staff = self.viewer, self.context.staff.now
        known = staff.person(person)
        if known is None or not known.is_active:
            raise ProblemError(HTTPStatus.NOT_FOUND, "person_not_found")
        if person == viewer.person:
            raise ProblemError(HTTPStatus.FORBIDDEN, "own_quota")
        if not allows_person(viewer.access, Right.REPORTS_SETTLE, person):
            if allows_person(viewer.access, Right.REPORTS_READ, person):
                raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")
            raise ProblemError(HTTPStatus.NOT_FOUND, "person_not_found")
        await self.context.audit.tell(viewer.entry(Action.QUOTA_LIFTED, object=person))
        self.context.reading.lift(person)
        return web.Response(status=HTTPStatus.NO_CONTENT)


class QuotaPolicyResource(Resource):
    """The company's own quotas."""

    rights = rules(GET=Right.POLICY_READ, PUT=Right.POLICY_CHANGE)

    async def get(self) -> r200[QuotaPolicyModel]:
        """What holds instead of the usual quotas, and what is usual.

        Status codes:
            200: The policy
        """
        return json_response(self._answer())

    async def put(
        self, policy: QuotaPolicy
    ) -> r200[QuotaPolicyModel] | r400[ProblemDocument] | r403[ProblemDocument]:
        """Set it whole; what is left out is as usual. Nobody widens what he may read himself.

        Status codes:
            200: The policy as it is now
            400: A role, person or value is not allowed
            403: Who asks could read more than before, by a limit of his own or of his role
        """
        staff, viewer = self.context.staff, self.viewer
        self._check_known(policy.roles, "roles", staff.now.roles)
        names = [one.name for one in staff.now.people if one.is_active]
        self._check_known(policy.people, "people", names)
        written = policy.model_dump(exclude_none=True)
        try:
            check_quotas(written)
        except QuotaError as error:
            raise ProblemError(
                HTTPStatus.BAD_REQUEST,
                f"quota_{error.reason}",
                name=shown(error.name),
                value=error.value,
            ) from None

        def save(connection: Connection) -> None:
            before = load_policies(connection).get(POLICY)
            self._check_own(before, written)
            now = datetime.now(UTC)
            save_policy(connection, POLICY, written, by=viewer.actor, at=now)
            details = {"before": {POLICY: before}, "after": {POLICY: written}}
            entry = viewer.entry(Action.POLICY_CHANGED, object=POLICY, details=details)
            self.context.audit.add(connection, entry)

        await staff.change(save)
        return json_response(self._answer())

    def _check_own(self, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
        me = self.context.staff.now.person(self.viewer.person)
        if me is None:  # The operator.
            return
        if Quotas(after).of(me.name, me.role).exceeds(Quotas(before).of(me.name, me.role)):
            raise ProblemError(HTTPStatus.FORBIDDEN, "own_quota_raised")

    def _answer(self) -> QuotaPolicyModel:
        written: dict[str, Any] = self.context.staff.now.policy(POLICY) or {}
        defaults = {role: asdict(quota) for role, quota in DEFAULTS.items()}
        return QuotaPolicyModel(defaults=defaults, **written)

    def _check_known(self, given: dict[str, QuotaLimits], name: str, known: Any) -> None:
        for one in given:
            if one not in known:
                raise ProblemError(
                    HTTPStatus.BAD_REQUEST,
                    "quota_whose",
                    name=f"{name}.{shown(one)}",
                    allowed=", ".join(sorted(known)),
                )


ROUTES: Final = (
    ("/api/v1/quotas", QuotasResource),
    ("/api/v1/quotas/{person}", QuotaResource),
    ("/api/v1/policies/quotas", QuotaPolicyResource),
)
