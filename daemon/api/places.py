"""``/api/v1/place-rules``: from where people may come."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r201, r204, r400, r404, r409
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, select

from crm.access import Right
from crm.audit import Action
from crm.people_tables import session
from crm.places import (
    PlaceError,
    PlaceRule,
    PlaceSubject,
    add_place,
    load_places,
    read_mac,
    read_network,
    remove_place,
    rules_of,
)
from crm.staff import Staff
from daemon.api.events import EVENTS
from daemon.api.origin import whence
from daemon.api.parameters import Id, Resource, Text, rules, shown
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.signin.address import Origin, plain_address
from store.ids import uuid7


class PlaceRuleModel(BaseModel):
    """One place from which a subject may come."""

    id: UUID
    subject: PlaceSubject
    name: str | None
    """The role's, department's or person's; null for everyone."""
    network: str | None
    """CIDR."""
    mac: str | None
    created_by: str
    created_at: datetime

    @classmethod
    def of(cls, rule: PlaceRule) -> Self:
        """From its row."""
        return cls(
            id=rule.id,
            subject=rule.subject_kind,
            name=rule.subject or None,
            network=rule.network,
            mac=rule.mac,
            created_by=rule.created_by,
            created_at=rule.created_at,
        )


class PlaceRuleList(BaseModel):
    """All rules, the oldest first. Of several subjects, the narrowest that has rules counts."""

    items: list[PlaceRuleModel]


class PlaceRuleWanted(BaseModel):
    """A network or a device, and whose."""

    model_config = ConfigDict(extra="forbid")

    subject: PlaceSubject = PlaceSubject.EVERYONE
    name: Text | None = None
    network: Text | None = None
    """An address or CIDR."""
    mac: Text | None = None
    """``02:00:5e:00:53:01``; seen only on the same link."""


class PlaceVerdict(BaseModel):
    """Whether somebody may come from an address."""

    person: str
    verdict: Literal["allowed", "elsewhere", "no_mac"]
    rules: list[PlaceRuleModel]
    """Those that hold for him; none: he may come from anywhere."""


class PlaceCheck(BaseModel):
    """Everybody who works here."""

    address: str
    items: list[PlaceVerdict]


class PlaceRulesResource(Resource):
    """The rules."""

    rights = rules(GET=Right.POLICY_READ, POST=Right.POLICY_CHANGE)

    async def get(self) -> r200[PlaceRuleList]:
        """All rules.

        Status codes:
            200: The rules
        """
        known = self.context.sign_in.places.now
        return json_response(PlaceRuleList(items=[PlaceRuleModel.of(rule) for rule in known]))

    async def post(
        self, wanted: PlaceRuleWanted
    ) -> r201[PlaceRuleModel] | r400[ProblemDocument] | r409[ProblemDocument]:
        """Let a subject come from there; if it is his first rule, from nowhere else any more.

        Status codes:
            201: The rule
            400: It names nobody, or no place
            409: Who asks, or everybody who decides, would be shut out
        """
        rule = PlaceRule(
            id=uuid7(),
            subject_kind=wanted.subject,
            subject=_subject(wanted, self.context.staff.now),
            **_place(wanted),
            created_by=self.viewer.actor,
            created_at=self.context.sign_in.now(),
        )

        def add(connection: Connection) -> None:
            _check_nobody_shut_out(self, connection, (*load_places(connection), rule))
            add_place(connection, rule)
            details = {"after": PlaceRuleModel.of(rule).model_dump(mode="json")}
            entry = self.viewer.entry(
                Action.PLACE_RULE_CHANGED, object=str(rule.id), details=details
            )
            self.context.audit.add(connection, entry)

        await self.context.database.write(add)
        await _take_effect(self)
        return json_response(PlaceRuleModel.of(rule), HTTPStatus.CREATED)


class PlaceRuleResource(Resource):
    """One rule."""

    rights = rules(DELETE=Right.POLICY_CHANGE)

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r204 | r400[ProblemDocument] | r404[ProblemDocument] | r409[ProblemDocument]:
        """Take it away.

        Status codes:
            204: It is gone
            404: There is no such rule
            409: Who asks, or everybody who decides, would be shut out
        """

        def remove(connection: Connection) -> bool:
            known = load_places(connection)
            gone = next((rule for rule in known if rule.id == id), None)
            if gone is None:
                return False
            _check_nobody_shut_out(self, connection, tuple(rule for rule in known if rule.id != id))
            remove_place(connection, id)
            details = {"before": PlaceRuleModel.of(gone).model_dump(mode="json")}
            entry = self.viewer.entry(Action.PLACE_RULE_CHANGED, object=str(id), details=details)
            self.context.audit.add(connection, entry)
            return True

        if not await self.context.database.write(remove):
            raise ProblemError(HTTPStatus.NOT_FOUND, "place_rule_not_found")
        await _take_effect(self)
        return web.Response(status=HTTPStatus.NO_CONTENT)


class PlaceCheckResource(Resource):
    """What the rules say of an address."""

    rights = rules(GET=Right.POLICY_READ)

    async def get(
        self, address: Annotated[str, Field(min_length=1, max_length=80)]
    ) -> r200[PlaceCheck] | r400[ProblemDocument]:
        """Who may come from there, as this machine sees it now.

        Status codes:
            200: Everybody who works here, and whether he may
        """
        try:
            plain = plain_address(read_network(address).partition("/")[0])
        except PlaceError:
            raise ProblemError(
                HTTPStatus.BAD_REQUEST, "place_bad_address", name="address"
            ) from None
        places, staff = self.context.sign_in.places, self.context.staff.now
        where = Origin(plain, through_proxy=False, secure=True)
        items = [
            PlaceVerdict(
                person=person.name,
                verdict=places.judge(places.now, person, staff, where).value,
                rules=[PlaceRuleModel.of(rule) for rule in rules_of(places.now, person, staff)],
            )
            for person in staff.people
            if person.is_active
        ]
        return json_response(PlaceCheck(address=plain, items=items))


ROUTES: Final = (
    ("/api/v1/place-rules", PlaceRulesResource),
    ("/api/v1/place-rules/check", PlaceCheckResource),
    ("/api/v1/place-rules/{id}", PlaceRuleResource),
)


async def _take_effect(resource: Resource) -> None:
    """Rules hold for connections too: all are closed, and who may come connects again."""
    await resource.context.sign_in.places.reload()
    for person in resource.context.staff.now.people:
        resource.request.app[EVENTS].cut(person.name)


def _subject(wanted: PlaceRuleWanted, staff: Staff) -> str:
    """Whose rule it is. Raises a 400 problem where there is nobody such."""
    known: dict[PlaceSubject, list[str]] = {
        PlaceSubject.EVERYONE: [""],
        PlaceSubject.ROLE: list(staff.roles),
        PlaceSubject.DEPARTMENT: list(staff.departments),
        PlaceSubject.PERSON: [person.name for person in staff.people if person.is_active],
    }
    name = wanted.name or ""
    if name not in known[wanted.subject]:
        allowed = ", ".join(one for one in known[wanted.subject] if one) or "—"
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "place_unknown_subject",
            name="name",
            value=shown(name),
            allowed=allowed,
        )
    return name


def _place(wanted: PlaceRuleWanted) -> dict[str, str | None]:
    if (wanted.network is None) == (wanted.mac is None):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "place_one_of", name="network, mac")
    try:
        if wanted.network is not None:
            return {"network": read_network(wanted.network), "mac": None}
        return {"network": None, "mac": read_mac(wanted.mac or "")}
    except PlaceError as error:
        raise ProblemError(
            HTTPStatus.BAD_REQUEST, f"place_bad_{error.reason}", name=error.reason
        ) from None


def _check_nobody_shut_out(
    resource: Resource, connection: Connection, after: tuple[PlaceRule, ...]
) -> None:
    """Raises a 409 problem that says who would be. The operator is subject to no places."""
    viewer = resource.viewer
    where = whence(resource.request)
    shut_out = resource.context.sign_in.places.would_lock_out(
        connection, after, "" if viewer.is_operator else viewer.person, where, _signed_in_from
    )
    if shut_out == viewer.person and not viewer.is_operator:
        raise ProblemError(HTTPStatus.CONFLICT, "place_shuts_you_out", address=where.address)
    if shut_out is not None:
        raise ProblemError(HTTPStatus.CONFLICT, "place_shuts_all_out")


def _signed_in_from(connection: Connection, name: str) -> tuple[str, ...]:
    """The addresses at which sessions of his began, as far back as they are kept."""
    query = select(session.c.address).where(session.c.person == name).distinct()
    return tuple(connection.execute(query).scalars())
