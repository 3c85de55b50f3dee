"""``/api/v1/people/{name}/touched`` and ``aftermath``: what somebody did, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Final

from aiohttp_pydantic.oas.typing import r200, r400, r404, r409
from pydantic import BeforeValidator, Field

from crm.access import Right, allows_person
from crm.audit import Action
from crm.clients import load_names
from crm.people import Person
from daemon.api.leaving_models import AftermathReport, QuietClientModel, TouchedReport
from daemon.api.parameters import Limit, Text, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.staffing import StaffResource
from daemon.work.aftermath import calls_since, count_followed, quiet_clients
from daemon.work.touched import DAYS, load_touched

_MOST_DAYS: Final = 3650


def _days(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


Days = Annotated[int, BeforeValidator(_days), Field(ge=1, le=_MOST_DAYS)]


class TouchedResource(StaffResource):
    """What one person touched."""

    rights = rules(GET=Right.AUDIT_READ)

    async def get(
        self, name: Text, /, days: Days = DAYS, limit: Limit = 50
    ) -> r200[TouchedReport] | r400[ProblemDocument] | r404[ProblemDocument]:
        """What he opened, changed, called, heard and exported in so many days.

        Status codes:
            200: The report
            404: There is no such person
        """
        known_person(self, name, Right.AUDIT_READ)
        since, viewer = datetime.now(UTC) - timedelta(days=days), self.viewer
        async with self.context.database.read() as connection:
            touched = await connection.run_sync(load_touched, viewer.access, name, since, limit)
            ids = {one.id for one in touched.clients}
            names = await connection.run_sync(load_names, ids)
        details = {"person": name, "days": days, "report": "touched"}
        await self.context.reading.listed(
            viewer, [names[id_] for id_ in ids if id_ in names], Action.REPORT_OPENED, details
        )
        return json_response(TouchedReport.of(touched, names, viewer))


class AftermathResource(StaffResource):
    """What became of somebody's clients."""

    rights = rules(GET=Right.REPORTS_READ)

    async def get(
        self, name: Text, /
    ) -> r200[AftermathReport] | r404[ProblemDocument] | r409[ProblemDocument]:
        """Who used to talk with the company and fell quiet after he left.

        Status codes:
            200: The report
            404: There is no such person
            409: He has not left
        """
        person = known_person(self, name, Right.REPORTS_READ)
        if person.left_at is None:
            raise ProblemError(HTTPStatus.CONFLICT, "has_not_left", name=name)
        viewer, now = self.viewer, datetime.now(UTC)
        within = viewer.within(Right.REPORTS_READ)
        async with self.context.database.read() as connection:
            followed = await connection.run_sync(count_followed, name, within)
            quiet = await connection.run_sync(quiet_clients, name, person.left_at, now, within)
            calls = await connection.run_sync(calls_since, name, person.left_at)
            names = await connection.run_sync(load_names, {one.client_id for one in quiet})
        details = {"person": name, "report": "aftermath"}
        await self.context.reading.listed(
            viewer, list(names.values()), Action.REPORT_OPENED, details
        )
        shown = [
            QuietClientModel.of(one, names[one.client_id], viewer)
            for one in quiet
            if one.client_id in names
        ]
        return json_response(
            AftermathReport.of(name, person.left_at, followed, quiet=shown, calls=calls)
        )


def known_person(resource: StaffResource, name: str, right: Right = Right.PEOPLE_READ) -> Person:
    """Of whom he who asks may know that; a 404 problem for everybody else."""
    person = resource.staff.person(name)
    if person is None or not allows_person(resource.viewer.access, right, name):
        raise ProblemError(HTTPStatus.NOT_FOUND, "person_not_found")
    return person


ROUTES: Final = (
    ("/api/v1/people/{name}/touched", TouchedResource),
    ("/api/v1/people/{name}/aftermath", AftermathResource),
)
