"""``/api/v1/reports``: calls by hour, manager, number and day; as JSON or CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final, Literal
from uuid import UUID

from aiohttp import hdrs, web
from aiohttp_pydantic.oas.typing import r200, r400
from sqlalchemy import Connection

from crm.access import Right, allows_person
from crm.audit import Action
from crm.fields import PHONES
from crm.phones import open_numbers
from daemon.api.parameters import Day, Resource, WholeSeconds, rules
from daemon.api.problems import ProblemDocument, ProblemError, language_of
from daemon.api.report_models import (
    CallFigures,
    HourFigures,
    HoursReport,
    NumberFigures,
    NumbersReport,
    PeopleReport,
    PersonFigures,
    ReportModel,
    ServiceFigures,
    ServiceReport,
    ServiceTotal,
    calls_of,
    service_of,
)
from daemon.api.responses import json_response
from daemon.history.seen import Seen
from daemon.history.tables import call
from daemon.reports.days import (
    MOST_DAYS,
    Days,
    SpanError,
    day_number,
    day_of,
    hour_of_week,
    local_hour,
)
from daemon.reports.figures import USUAL_WITHIN, Figures, count_calls, count_people
from daemon.reports.sheet import lines

Form = Literal["json", "csv"]
Counted = Mapping[Any, Figures]
_CSV: Final = "text/csv"
_HOURS: Final = 24


class _ReportResource(Resource):
    rights = rules(GET=Right.REPORTS_READ)

    def days(self, since: Day | None, until: Day | None) -> Days:
        """Which days. Raises a 400 problem."""
        zone = self.context.settings.company.timezone
        try:
            return Days.wanted(since, until, zone, datetime.now(UTC))
        except SpanError:
            about = {"most": MOST_DAYS}
            raise ProblemError(HTTPStatus.BAD_REQUEST, "report_span", **about) from None

    @property
    def seen(self) -> Seen:
        """Calls that his right to reports reaches: whose they are is not told."""
        return Seen(self.viewer.access, Right.REPORTS_READ)

    async def count(self, work: Callable[[Connection], tuple[Figures, Counted]]) -> Any:
        """What was counted: of all, and by group."""
        async with self.context.database.read() as connection:
            return await connection.run_sync(work)

    def about(self, days: Days) -> dict[str, Any]:
        """What every report says of itself."""
        return {"since": days.first, "until": days.last, "timezone": days.zone.key}

    async def answer(self, kind: str, report: ReportModel, form: Form | None) -> web.Response:
        """As it is wanted; the audit tells of it first."""
        as_csv = form == "csv" or (form is None and _wants_csv(self.request))
        rows = report.model_dump()["items"]
        entry = self.viewer.entry(
            Action.REPORT_OPENED,
            object=kind,
            count=len(rows),
            details={
                "since": report.since.isoformat(),
                "until": report.until.isoformat(),
                "format": "csv" if as_csv else "json",
            },
        )
        await self.context.audit.tell(entry)
        if not as_csv:
            return json_response(report)
        name = f"callward-{kind}-{report.since}-{report.until}.csv"
        return web.Response(
            text="".join(lines(kind, rows, language_of(self.request))),
            content_type=_CSV,
            charset="utf-8",
            headers={
                "Cache-Control": "no-store",
                "Content-Disposition": f'attachment; filename="{name}"',
            },
        )


class HoursResource(_ReportResource):
    """Calls by weekday and hour."""

    async def get(
        self,
        since: Day | None = None,
        until: Day | None = None,
        format: Form | None = None,  # noqa: A002 - the parameter's name
    ) -> r200[HoursReport] | r400[ProblemDocument]:
        """Calls of your scope by the weekday and hour at which they began, by the company's clock.

        ``until`` is the last day, today by default; ``since`` 29 days before it; at most 400 days.
        ``format=csv``, or ``Accept: text/csv``: as CSV.

        Status codes:
            200: The report
            400: A parameter is unknown or has a value that is not allowed
        """
        days, seen = self.days(since, until), self.seen.condition
        hour = local_hour(days, call.c.started_at)

        def work(connection: Connection) -> tuple[Figures, Counted]:
            by_hour = count_calls(connection, days, seen, hour_of_week(hour))
            return by_hour.pop(None), by_hour

        total, found = await self.count(work)
        items = [
            HourFigures(weekday=key // _HOURS + 1, hour=key % _HOURS, **calls_of(found[key]))
            for key in sorted(found)
        ]
        report = HoursReport(**self.about(days), total=CallFigures(**calls_of(total)), items=items)
        return await self.answer("hours", report, format)


class PeopleResource(_ReportResource):
    """Calls by manager."""

    async def get(
        self,
        since: Day | None = None,
        until: Day | None = None,
        format: Form | None = None,  # noqa: A002 - the parameter's name
    ) -> r200[PeopleReport] | r400[ProblemDocument]:
        """Calls by manager of your scope: inbound ones that he answered first, outbound ones of
        his, those that rang at him.

        Parameters as of ``/api/v1/reports/hours``.

        Status codes:
            200: The report
            400: A parameter is unknown or has a value that is not allowed
        """
        days, viewer, seen = self.days(since, until), self.viewer, self.seen.condition

        def work(connection: Connection) -> tuple[Figures, Counted]:
            by_person = count_people(connection, days, seen)
            return by_person.pop(None), by_person

        total, found = await self.count(work)
        gone = {one.name for one in self.context.staff.now.people if not one.is_active}
        items = [
            PersonFigures(
                person=name,
                left=name in gone,
                rang=found[name].rang,
                unanswered=found[name].unanswered,
                **calls_of(found[name]),
            )
            for name in sorted(found)
            if allows_person(viewer.access, Right.REPORTS_READ, name) and viewer.name(name)
        ]
        report = PeopleReport(**self.about(days), total=CallFigures(**calls_of(total)), items=items)
        return await self.answer("people", report, format)


class NumbersResource(_ReportResource):
    """Calls by number of the company."""

    async def get(
        self,
        since: Day | None = None,
        until: Day | None = None,
        format: Form | None = None,  # noqa: A002 - the parameter's name
    ) -> r200[NumbersReport] | r400[ProblemDocument]:
        """Calls of your scope by the number of the company that was called, or shown.

        Parameters as of ``/api/v1/reports/hours``.

        Status codes:
            200: The report
            400: A parameter is unknown or has a value that is not allowed
        """
        days, seen, vault = self.days(since, until), self.seen.condition, self.context.vault
        numbers: dict[UUID, str] = {}

        def work(connection: Connection) -> tuple[Figures, Counted]:
            by_phone = count_calls(connection, days, seen, call.c.company_phone_id)
            total = by_phone.pop(None)
            numbers.update(open_numbers(connection, vault, set(by_phone)))
            return total, by_phone

        total, found = await self.count(work)
        lines_ = {one: n for n, one in enumerate(self.context.settings.company.numbers, 1)}
        items = [
            NumberFigures(
                line=lines_.get(numbers.get(id_, "")),
                number=numbers.get(id_) if self.viewer.sees(PHONES) else None,
                **calls_of(figures),
            )
            for id_, figures in found.items()
        ]
        items.sort(key=lambda one: (one.line is None, one.line or 0, one.number or ""))
        report = NumbersReport(
            **self.about(days), total=CallFigures(**calls_of(total)), items=items
        )
        return await self.answer("numbers", report, format)


class ServiceResource(_ReportResource):
    """Calls by day, and who was answered in time."""

    async def get(
        self,
        since: Day | None = None,
        until: Day | None = None,
        within: WholeSeconds = USUAL_WITHIN,
        format: Form | None = None,  # noqa: A002 - the parameter's name
    ) -> r200[ServiceReport] | r400[ProblemDocument]:
        """Calls of your scope by day, and which part of those who called was answered within so
        many seconds.

        Parameters as of ``/api/v1/reports/hours``.

        Status codes:
            200: The report
            400: A parameter is unknown or has a value that is not allowed
        """
        days, seen = self.days(since, until), self.seen.condition
        number = day_number(local_hour(days, call.c.started_at))

        def work(connection: Connection) -> tuple[Figures, Counted]:
            by_day = count_calls(connection, days, seen, number, within_seconds=within)
            return by_day.pop(None), by_day

        total, found = await self.count(work)
        by_day = {day_of(key): figures for key, figures in found.items()}
        items = [ServiceFigures(day=day, **service_of(by_day.get(day, Figures()))) for day in days]
        report = ServiceReport(
            **self.about(days),
            total=ServiceTotal(**service_of(total)),
            within_seconds=within,
            items=items,
        )
        return await self.answer("service", report, format)


def _wants_csv(request: web.Request) -> bool:
    accepted = request.headers.get(hdrs.ACCEPT, "").lower()
    return any(one.partition(";")[0].strip() == _CSV for one in accepted.split(","))


ROUTES: Final = (
    ("/api/v1/reports/hours", HoursResource),
    ("/api/v1/reports/people", PeopleResource),
    ("/api/v1/reports/numbers", NumbersResource),
    ("/api/v1/reports/service", ServiceResource),
)
