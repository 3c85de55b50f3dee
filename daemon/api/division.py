"""``/api/v1/divisions``, ``/api/v1/clients/assign``: who serves whom; the rule for new clients."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final, NoReturn
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r202, r400, r403, r404, r409
from sqlalchemy import Connection

from crm.access import Right, Target
from crm.assigning import CannotServeError, Giving, check_may_get, give
from crm.audit import Action, Entry
from crm.changed import Way
from crm.division import NobodyError, Post
from crm.policies import save_policy
from crm.staff import OPERATOR, Staff
from daemon.api.card_events import tell_change, whose
from daemon.api.division_models import (
    Assigned,
    Assignment,
    DivisionPlan,
    DivisionWanted,
    MovesProgress,
    NewClientsModel,
)
from daemon.api.parameters import Resource, Text, rules, shown
from daemon.api.problems import ProblemDocument, ProblemError, Refused
from daemon.api.responses import json_response
from daemon.api.staffing import StaffResource
from daemon.work.divisions import (
    MOST_CLIENTS,
    ClientsRefusedError,
    Division,
    Shown,
    TooManyClientsError,
    plan_assignment,
    plan_division,
)
from daemon.work.moves import order_moves
from daemon.work.new_clients import POLICY, NewClientsRule, Rule

_Whose = Mapping[UUID, Target]


class DivisionsResource(Resource):
    """Dividing the base."""

    rights = rules(POST=Right.CLIENTS_ASSIGN)

    async def post(self, wanted: DivisionWanted) -> r200[DivisionPlan] | Refused:
        """Plan it, and show what it means for each person. Private clients are never among them.

        Status codes:
            200: The plan
            400: Nobody is named to whom clients may go, or no clients are
            403: Clients are listed that you may not give away
            404: A client is listed that there is not
            409: A private client is listed, or there are too many
        """
        division = _division(wanted)
        plan = await _planned(self, division)
        self.context.work.divisions.remember(plan, self.viewer.person, division)
        return json_response(DivisionPlan.of(plan))


class DivisionRunResource(Resource):
    """A plan that was shown."""

    rights = rules(POST=Right.CLIENTS_ASSIGN)

    async def post(
        self,
        id: Text,  # noqa: A002 - the name in the path
        /,
    ) -> (
        r202[MovesProgress] | r400[ProblemDocument] | r404[ProblemDocument] | r409[ProblemDocument]
    ):
        """Do what was shown, in batches. Asked again, it is done once.

        Status codes:
            202: It is being done
            404: You were not shown a plan of that id, or long ago
            409: The base has changed since: have a new plan made
        """
        context, work = self.context, self.context.work
        division = work.divisions.take(id, self.viewer.person)
        if division is None:
            return await _progress(self, id, HTTPStatus.ACCEPTED)
        plan = await _planned(self, division)
        if plan.id != id:
            raise ProblemError(HTTPStatus.CONFLICT, "plan_changed")
        now = datetime.now(UTC)
        told = self.viewer.entry(Action.CLIENT_ASSIGNED)
        details = {"people": {one.person: one.comes - one.goes for one in plan.numbers}}

        def order(connection: Connection) -> int:
            giving = Giving(told=told, way=Way.DIVISION, at=now)
            total = order_moves(connection, id, [plan.plan], giving)
            context.audit.add(
                connection,
                self.viewer.entry(Action.DIVISION_CHANGED, object=id, count=total, details=details),
            )
            return total

        total = await context.database.write(order)
        work.moves.begun(id, self.viewer.actor, total)
        work.moves_ordered()
        return await _progress(self, id, HTTPStatus.ACCEPTED)


class DivisionResource(Resource):
    """A division under way."""

    rights = rules(GET=Right.CLIENTS_ASSIGN)

    async def get(
        self,
        id: Text,  # noqa: A002 - the name in the path
        /,
    ) -> r200[MovesProgress] | r404[ProblemDocument]:
        """How far it is; for who ordered it.

        Status codes:
            200: The progress
            404: You ordered none of that id, or it was done long ago
        """
        return await _progress(self, id)


class AssignResource(Resource):
    """Assigning clients whom one lists."""

    rights = rules(POST=Right.CLIENTS_ASSIGN)

    async def post(self, wanted: Assignment) -> r200[Assigned] | Refused:
        """Give these clients to somebody, at once, with their open tasks.

        Status codes:
            200: It is done
            400: Clients cannot be given to that person
            403: You may not give one of them away
            404: A client is listed that there is not
            409: One of them is private
        """
        context, post, now = self.context, Post(wanted.post), datetime.now(UTC)
        division = Division(post=post, clients=tuple(dict.fromkeys(wanted.clients)))
        try:
            plan = await plan_assignment(
                context.database, context.staff.now, self.viewer.access, division, wanted.to
            )
        except (CannotServeError, ClientsRefusedError, NobodyError) as error:
            refuse(error)
        giving = Giving(told=self.viewer.entry(Action.CLIENT_ASSIGNED), way=Way.DIVISION, at=now)
        ids = [one.client for one in plan.moves]

        def work(connection: Connection) -> tuple[set[UUID], _Whose, _Whose]:
            before = whose(connection, ids)
            moved = give(
                connection, post, plan.moves, giving, vault=context.vault, audit=context.audit
            )
            return moved, before, whose(connection, ids)

        moved, before, after = await context.database.write(work)
        context.routing_changed()
        tell_change(self.request, self.viewer, before, after)
        return json_response(Assigned(moved=len(moved), stayed=plan.clients - len(moved)))


class NewClientsResource(StaffResource):
    """The rule for clients whom nobody serves."""

    rights = rules(GET=Right.POLICY_READ, PUT=Right.POLICY_CHANGE)

    async def get(self) -> r200[NewClientsModel] | r403[ProblemDocument]:
        """The rule.

        Status codes:
            200: As it holds now
        """
        return json_response(_rule_model(self.staff))

    async def put(
        self, wanted: NewClientsModel
    ) -> r200[NewClientsModel] | r400[ProblemDocument] | r403[ProblemDocument]:
        """Another one; it holds from the next call on, and divides nobody who is there already.

        Status codes:
            200: As it holds now
            400: Clients cannot be given to one of those named, or nobody is
        """
        rule, among = Rule(wanted.rule), tuple(dict.fromkeys(wanted.among))
        if (rule is Rule.EVENLY) is not bool(among):
            code = "evenly_among_nobody" if rule is Rule.EVENLY else "among_for_evenly_only"
            raise ProblemError(HTTPStatus.BAD_REQUEST, code)
        now = datetime.now(UTC)

        def apply(connection: Connection, staff: Staff) -> list[Entry]:
            try:
                check_may_get(staff, OPERATOR, among)
            except CannotServeError as error:
                refuse(error)
            before = NewClientsRule.of(staff.policy(POLICY))
            if (before.rule, before.among) == (rule, among):
                return []
            written = NewClientsRule(rule=rule, among=among, since=now).written()
            save_policy(connection, POLICY, written, by=self.viewer.actor, at=now)
            details = {
                "before": {"rule": before.rule.value, "among": list(before.among)},
                "after": {"rule": rule.value, "among": list(among)},
            }
            return [self.viewer.entry(Action.POLICY_CHANGED, object=POLICY, details=details)]

        return json_response(_rule_model(await self.change(apply)))


def refuse(error: Exception) -> NoReturn:
    """What cannot be planned, as a problem."""
    match error:
        case CannotServeError(person=name, reason="not_yours"):
            raise ProblemError(HTTPStatus.FORBIDDEN, "serve_not_yours", name=shown(name)) from None
        case CannotServeError(person=name, reason=reason):
            code = f"serve_{reason}"
            raise ProblemError(HTTPStatus.BAD_REQUEST, code, name=shown(name)) from None
        case ClientsRefusedError(reason="client_not_found" as code):
            raise ProblemError(HTTPStatus.NOT_FOUND, code) from None
        case ClientsRefusedError(reason="not_allowed" as code):
            raise ProblemError(HTTPStatus.FORBIDDEN, code) from None
        case ClientsRefusedError(reason=code):
            raise ProblemError(HTTPStatus.CONFLICT, code) from None
        case TooManyClientsError():
            raise ProblemError(
                HTTPStatus.CONFLICT, "division_too_large", most=MOST_CLIENTS
            ) from None
        case NobodyError():
            raise ProblemError(HTTPStatus.BAD_REQUEST, "nobody_to_divide_among") from None
        case _:
            raise error


def _division(wanted: DivisionWanted) -> Division:
    if (wanted.to is None) is (wanted.by_category is None):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "to_or_by_category")
    chosen = (wanted.clients, wanted.of, wanted.category, wanted.by_category)
    if not wanted.unassigned and all(one is None for one in chosen):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "which_clients")
    return Division(
        post=Post(wanted.post),
        clients=None if wanted.clients is None else tuple(dict.fromkeys(wanted.clients)),
        unassigned=wanted.unassigned,
        of=wanted.of,
        category=wanted.category,
        to=tuple(dict.fromkeys(wanted.to or ())),
        by_category=None
        if wanted.by_category is None
        else {name: tuple(people) for name, people in wanted.by_category.items()},
    )


async def _planned(resource: Resource, division: Division) -> Shown:
    context = resource.context
    try:
        return await plan_division(
            context.database, context.staff.now, resource.viewer.access, division
        )
    except (CannotServeError, ClientsRefusedError, TooManyClientsError, NobodyError) as error:
        refuse(error)


async def _progress(
    resource: Resource, id_: str, status: HTTPStatus = HTTPStatus.OK
) -> web.Response:
    progress = await resource.context.work.moves.progress(id_)
    if progress is None or progress.actor != resource.viewer.actor:
        raise ProblemError(HTTPStatus.NOT_FOUND, "plan_not_found")
    return json_response(MovesProgress.of(progress), status)


def _rule_model(staff: Staff) -> NewClientsModel:
    rule = NewClientsRule.of(staff.policy(POLICY))
    return NewClientsModel(rule=rule.rule.value, among=list(rule.among))


ROUTES: Final = (
    ("/api/v1/divisions", DivisionsResource),
    ("/api/v1/divisions/{id}", DivisionResource),
    ("/api/v1/divisions/{id}/run", DivisionRunResource),
    ("/api/v1/clients/assign", AssignResource),
    ("/api/v1/policies/division", NewClientsResource),
)
