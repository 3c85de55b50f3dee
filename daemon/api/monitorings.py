"""``/api/v1/monitorings``: to listen to running calls, whisper, barge in and take over."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Final
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r201, r204, r400, r403, r404, r422, r503

from crm.access import Right, allows_person
from crm.audit import Action
from crm.monitorings import EndedBy, Mode, Monitoring, Via, find_monitoring, list_monitorings
from daemon.api.known import find_known
from daemon.api.monitoring_door import call_for, check, may, policy_of
from daemon.api.monitoring_models import (
    ModeWanted,
    MonitoringList,
    MonitoringModel,
    MonitoringWanted,
)
from daemon.api.parameters import Id, Resource, rules
from daemon.api.problems import ProblemDocument, ProblemError, Refused
from daemon.api.responses import json_response
from daemon.calls.call import Call
from daemon.monitoring.monitorings import Monitorings
from daemon.monitoring.refusal import MonitoringRefusedError, Refusal
from daemon.monitoring.session import Wanted
from daemon.monitoring.sides import is_in_it

_STATUS: Final = {
    Refusal.CALL_NOT_FOUND: HTTPStatus.NOT_FOUND,
    Refusal.NO_SUCH_PHONE: HTTPStatus.UNPROCESSABLE_ENTITY,
    Refusal.NOT_TALKING: HTTPStatus.CONFLICT,
    Refusal.OWN_CALL: HTTPStatus.CONFLICT,
    Refusal.NO_CUSTOMER: HTTPStatus.CONFLICT,
    Refusal.TAKEN: HTTPStatus.CONFLICT,
    Refusal.BUSY: HTTPStatus.CONFLICT,
    Refusal.PHONE_NOT_REGISTERED: HTTPStatus.CONFLICT,
}
"""The others are 503: the PBX cannot do it now."""
DONE: Final = {
    Mode.LISTEN: Action.CALL_LISTENED,
    Mode.WHISPER: Action.CALL_WHISPERED,
    Mode.BARGE: Action.CALL_BARGED,
    Mode.TAKEOVER: Action.CALL_TAKEN_OVER,
}


def refused(error: MonitoringRefusedError) -> ProblemError:
    """The problem that says why not."""
    status = _STATUS.get(error.refusal, HTTPStatus.SERVICE_UNAVAILABLE)
    return ProblemError(status, error.refusal.value, **error.about)


class _MonitoringResource(Resource):
    rights = rules(
        GET=Right.LIVE_LISTEN,
        POST=Right.LIVE_LISTEN,
        PATCH=Right.LIVE_LISTEN,
        DELETE=Right.LIVE_LISTEN,
    )

    @property
    def monitorings(self) -> Monitorings:
        """The daemon's."""
        return self.context.monitorings

    def model(self, one: Monitoring) -> MonitoringModel:
        """As this viewer may see it."""
        return MonitoringModel.of(one, self.viewer, self.monitorings.get(one.id))

    def sees(self, one: Monitoring) -> bool:
        """His own; others' where he may hear that call too, or reads reports on who listened.

        By his own right to listen he does not learn who listens to himself: the policy decides.
        """
        access = self.viewer.access
        if one.person == access.person or allows_person(access, Right.REPORTS_READ, one.person):
            return True
        if self.monitorings.get(one.id) is None:
            return False
        call = self.context.board.get(one.call_id)
        if call is None or is_in_it(call, access.person):
            return False
        return may(access, Mode.LISTEN, call)

    def own(self, id_: UUID) -> Monitoring:
        """One of his that goes on. A 404 or 403 problem else."""
        session = self.monitorings.get(id_)
        if session is None or not self.sees(session.record):
            raise ProblemError(HTTPStatus.NOT_FOUND, "monitoring_not_found")
        if session.record.person != self.viewer.person:
            raise ProblemError(HTTPStatus.FORBIDDEN, "not_yours")
        return session.record

    async def tell(self, mode: Mode, one: Monitoring, client_id: UUID | None) -> None:
        """The audit, before he hears anything."""
        details = {
            "monitoring": str(one.id),
            "agent": one.agent,
            "where": one.via.value,
            "reason": one.reason,
        }
        entry = self.viewer.entry(
            DONE[mode], client_id=client_id, object=str(one.call_id), details=details
        )
        await self.context.audit.tell(entry)


class MonitoringsResource(_MonitoringResource):
    """Who is on which calls."""

    async def get(self, call: Id | None = None) -> r200[MonitoringList] | r400[ProblemDocument]:
        """Who is on running calls that are not his own; with ``call``: on that call, also those
        who were. Shown are one's own, those on calls that one may hear, and all by people of whom
        one reads reports.

        Status codes:
            200: All of them
        """
        running = [one for one in self.monitorings.running() if call in {None, one.call_id}]
        stored: list[Monitoring] = []
        if call is not None:
            vault = self.context.vault
            async with self.context.database.read() as connection:
                stored = await connection.run_sync(
                    lambda reading: list_monitorings(reading, vault, calls=[call], limit=500)
                )
        now = {one.id: one for one in (*reversed(stored), *running)}
        return json_response(
            MonitoringList(items=[self.model(one) for one in now.values() if self.sees(one)])
        )

    async def post(
        self, wanted: MonitoringWanted
    ) -> r201[MonitoringModel] | Refused | r422[ProblemDocument] | r503[ProblemDocument]:
        """Be on a running call: in a browser, whose page takes up ``audio`` next, or on one's own
        phone, which rings. One call at a time. It ends with the call, follows its transfers, and
        ends where the page is closed.

        Status codes:
            201: He is on it; by phone: his phone rings
            403: His rights do not reach it, or the policy shuts private clients' calls
            404: There is no such call, or it has ended
            409: Nobody talks there yet; he talks there himself; he is on another; nobody is there
                to be taken over; his phone is not registered
            422: A reason is required; he has no such phone
            503: The PBX cannot do it now
        """
        context, access = self.context, self.viewer.access
        call = call_for(context, access, wanted.call_id, Right.LIVE_LISTEN)
        client_id = await check(context, access, wanted.mode, call)
        policy = policy_of(context)
        if policy.reason_required and not (wanted.reason or "").strip():
            raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "monitoring_reason")
        order = Wanted(
            person=self.viewer.person,
            call=call,
            mode=wanted.mode,
            endpoint=self._endpoint(wanted),
            speaks=any(may(access, mode, call) for mode in Mode if mode is not Mode.LISTEN),
            reason=wanted.reason,
            address=self.viewer.address,
            tells=policy.manager_told,
            asker=self.viewer,
        )
        try:
            begun = await self.monitorings.begin(order)
        except MonitoringRefusedError as error:
            raise refused(error) from None
        except TimeoutError:
            status = HTTPStatus.SERVICE_UNAVAILABLE
            raise ProblemError(status, "database_unavailable") from None
        try:
            await self.tell(wanted.mode, begun, client_id)
        except BaseException:
            self.monitorings.end(begun.id, EndedBy.PBX)
            raise
        response = json_response(self.model(begun), HTTPStatus.CREATED)
        response.headers["Location"] = f"/api/v1/monitorings/{begun.id}"
        return response

    def _endpoint(self, wanted: MonitoringWanted) -> str | None:
        if wanted.via is Via.BROWSER:
            return None
        agent = find_known(self.context.people, self.viewer.person)
        phones = [] if agent is None else [*agent.ringing, *agent.phones]
        desks = {one.key: one.endpoint for one in phones if one.endpoint is not None}
        key = next(iter(desks), "") if wanted.phone is None else wanted.phone
        if key not in desks:
            refusal, allowed = Refusal.NO_SUCH_PHONE, ", ".join(desks) or "—"
            raise refused(MonitoringRefusedError(refusal, allowed=allowed))
        return desks[key]


class MonitoringResource(_MonitoringResource):
    """One of them."""

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r200[MonitoringModel] | r400[ProblemDocument] | r404[ProblemDocument]:
        """As it is now.

        Status codes:
            200: It
            404: There is none
        """
        session = self.monitorings.get(id)
        one = None if session is None else session.record
        if one is None:
            vault = self.context.vault
            async with self.context.database.read() as connection:
                one = await connection.run_sync(lambda reading: find_monitoring(reading, vault, id))
        if one is None or not self.sees(one):
            raise ProblemError(HTTPStatus.NOT_FOUND, "monitoring_not_found")
        return json_response(self.model(one))

    async def patch(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        wanted: ModeWanted,
    ) -> r200[MonitoringModel] | Refused | r503[ProblemDocument]:
        """Another mode; the sound goes on. There is no way back from ``takeover``.

        Status codes:
            200: He is there in that mode
            403: His rights do not reach it
            404: It has ended
            409: He has taken the call over; nobody is there to be taken over; his phone rings yet
            503: The PBX cannot do it now
        """
        one = self.own(id)
        call = self._call(one)
        client_id = await check(self.context, self.viewer.access, wanted.mode, call)
        if wanted.mode is not one.mode:
            await self.tell(wanted.mode, replace(one, call_id=call.id), client_id)
        try:
            switched = await self.monitorings.switch(id, wanted.mode)
        except MonitoringRefusedError as error:
            raise refused(error) from None
        except LookupError:
            raise ProblemError(HTTPStatus.NOT_FOUND, "monitoring_not_found") from None
        return json_response(self.model(switched))

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r204 | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]:
        """Leave the call. Who has taken it over ends it with that.

        Status codes:
            204: It has ended
            404: It had ended before
        """
        self.monitorings.end(self.own(id).id, EndedBy.PERSON)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    def _call(self, one: Monitoring) -> Call:
        return call_for(self.context, self.viewer.access, one.call_id, Right.LIVE_LISTEN)


ROUTES: Final = (
    ("/api/v1/monitorings", MonitoringsResource),
    ("/api/v1/monitorings/{id}", MonitoringResource),
)
