"""``/api/v1/people/{name}/leave`` and what follows: planned, shown, done as shown, looked after."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Final

from aiohttp_pydantic.oas.typing import r200, r403, r404, r409
from sqlalchemy import Connection

from crm.access import Right
from crm.assigning import (
    CannotServeError,
    Giving,
    check_may_get,
    count_loads,
    select_holdings,
)
from crm.audit import Action, Entry
from crm.authority import check_change
from crm.changed import Way
from crm.division import NobodyError, Post
from crm.leaving import (
    CONCERNED,
    LeavePlan,
    Taken,
    come_back,
    leave,
    load_held,
    plan_leaving,
)
from crm.people import Person
from crm.staff import OPERATOR, Staff
from crm.tables import client
from crm.watched import follow
from daemon.api.division import refuse
from daemon.api.events import EVENTS
from daemon.api.known import known_agents
from daemon.api.leaving_models import (
    LeavePlanModel,
    LeaveWanted,
)
from daemon.api.parameters import Resource, Text, rules
from daemon.api.people_models import PersonModel
from daemon.api.problems import ProblemDocument, ProblemError, Refused, language_of
from daemon.api.responses import json_response
from daemon.api.staffing import StaffResource
from daemon.api.touched import known_person
from daemon.callbacks.refusal import CallbackRefusedError
from daemon.messages import say
from daemon.work.divisions import read_holdings
from daemon.work.moves import order_moves
from daemon.work.new_clients import can_serve


class LeaveResource(StaffResource):
    """Somebody leaves."""

    rights = rules(POST=Right.PEOPLE_CHANGE)

    async def post(self, name: Text, /, wanted: LeaveWanted) -> r200[LeavePlanModel] | Refused:
        """Show what becomes of what he holds; with the plan's id do it, all at once.

        He is signed out everywhere, his keys, PIN and choice of phones are gone, nothing is routed
        to him, and his clients move with their tasks. Private clients stay whose they are until
        two people have them taken over.

        Status codes:
            200: The plan; or it is done
            400: It does not say to whom his clients go, or they cannot be given to those people
            403: He holds more than you
            404: There is no such person
            409: He has left already; nobody could decide any more; or the plan is another one now
        """
        person = known_person(self, name)
        if not person.is_active:
            raise ProblemError(HTTPStatus.CONFLICT, "has_left_already", name=name)
        now = datetime.now(UTC)
        plan = await self._plan(person, wanted, now)
        if wanted.plan is not None:
            if plan.id != wanted.plan:
                raise ProblemError(HTTPStatus.CONFLICT, "plan_changed")
            await self._do(plan, now)
        return json_response(self._model(plan, done=wanted.plan is not None))

    async def _plan(self, person: Person, wanted: LeaveWanted, now: datetime) -> LeavePlan:
        context, name = self.context, person.name
        to = self._successors(person, wanted)
        async with context.database.read() as connection:
            held = await connection.run_sync(load_held, name, now)
            his = await read_holdings(
                connection, select_holdings(client.c.curator == name, CONCERNED)
            )
            deputy_of = await read_holdings(
                connection, select_holdings(client.c.deputy == name, CONCERNED)
            )
            loads = await connection.run_sync(count_loads, Post.CURATOR, {*to, name}, CONCERNED)
        if his and not to and not wanted.group:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "leave_to_whom")
        planned = partial(
            plan_leaving, self.staff, held, to, his=his, deputy_of=deputy_of, loads=loads
        )
        try:
            return await asyncio.to_thread(planned)
        except NobodyError as error:
            refuse(error)

    def _successors(self, person: Person, wanted: LeaveWanted) -> tuple[str, ...]:
        if (wanted.to is not None) + wanted.evenly + wanted.group > 1:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "leave_one_way")
        if wanted.evenly:
            return self._colleagues(person)
        to = tuple(dict.fromkeys(wanted.to or ()))
        if person.name in to:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "leave_to_himself", name=person.name)
        try:
            check_may_get(self.staff, OPERATOR, to)
        except CannotServeError as error:
            refuse(error)
        return to

    def _colleagues(self, person: Person) -> tuple[str, ...]:
        found = tuple(
            one.name
            for one in self.staff.people
            if person.department is not None
            and one.department == person.department
            and one.name != person.name
            and one.weight > 0
            and can_serve(self.staff, one.name)
        )
        if not found:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "leave_no_colleagues", name=person.name)
        return found

    async def _do(self, plan: LeavePlan, now: datetime) -> None:
        context, work, name = self.context, self.context.work, plan.held.person
        giving = Giving(told=self.viewer.entry(Action.CLIENT_ASSIGNED), way=Way.LEAVER, at=now)
        ordered = 0

        def apply(connection: Connection, staff: Staff) -> list[Entry]:
            nonlocal ordered
            known = staff.person(name)
            if known is None or not known.is_active:
                raise ProblemError(HTTPStatus.CONFLICT, "has_left_already", name=name)
            taken = leave(connection, context.vault, name, by=self.viewer.actor, at=now)
            follow(connection, name, now)
            ordered = order_moves(connection, plan.id, [plan.clients, plan.deputies], giving)
            return [self.viewer.entry(Action.PERSON_LEFT, object=name, details=_told(plan, taken))]

        await self.change(apply, partial(check_change, subject=name))
        work.moves.begun(plan.id, self.viewer.actor, ordered)
        work.moves_ordered()
        context.people.forget_choice(name)
        context.away.forget(name)
        self.request.app[EVENTS].cut(name)
        context.routing_changed()
        await _end_callbacks(self, name)

    def _model(self, plan: LeavePlan, *, done: bool) -> LeavePlanModel:
        language, name = language_of(self.request), plan.held.person
        listed = name in known_agents(self.context.people)
        return LeavePlanModel.of(
            plan,
            done=done,
            private=say(language, "leave.private", name=name),
            settings=say(language, "leave.settings", name=name) if listed else None,
        )


class ReturnResource(StaffResource):
    """Somebody comes back."""

    rights = rules(POST=Right.PEOPLE_CHANGE)

    async def post(
        self, name: Text, /
    ) -> r200[PersonModel] | r403[ProblemDocument] | r404[ProblemDocument] | r409[ProblemDocument]:
        """With his role and department, and nothing else: no clients, no password, no exceptions.

        Status codes:
            200: The person as he is now
            403: He would get more than you hold
            404: There is no such person
            409: He has not left
        """
        person = known_person(self, name)
        if person.is_active:
            raise ProblemError(HTTPStatus.CONFLICT, "has_not_left", name=name)

        def apply(connection: Connection, _: Staff) -> list[Entry]:
            come_back(connection, name)
            return [self.viewer.entry(Action.PERSON_RETURNED, object=name)]

        staff = await self.change(apply, partial(check_change, subject=name))
        self.context.routing_changed()
        return json_response(PersonModel.of(staff.person(name) or person, staff))


async def _end_callbacks(resource: Resource, name: str) -> None:
    """Those of his that run; where the PBX is away they end when it is back."""
    callbacks = resource.context.callbacks
    for one in callbacks.running():
        if one.agent == name:
            try:
                await callbacks.cancel(one.id)
            except CallbackRefusedError:
                continue


def _told(plan: LeavePlan, taken: Taken) -> dict[str, object]:
    return {
        "clients": plan.clients.clients,
        "deputy_of": plan.deputies.clients,
        "people": {one.person: one.comes for one in plan.numbers if one.comes},
        "tasks": plan.held.tasks,
        "sessions": taken.sessions,
        "tokens": taken.tokens,
        "pin": taken.pin,
        "phones_chosen": taken.phones_chosen,
    }


ROUTES: Final = (
    ("/api/v1/people/{name}/leave", LeaveResource),
    ("/api/v1/people/{name}/return", ReturnResource),
)
