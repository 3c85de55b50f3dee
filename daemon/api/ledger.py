"""``/api/v1/ledger``: days on which PBX log, calls, recordings and client base were matched."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp_pydantic.oas.typing import r200, r400, r403

from config.problems import Language
from crm.access import Right, Scope
from crm.audit import Action, Entry
from daemon.api.ledger_models import (
    DifferenceModel,
    LedgerDayModel,
    LedgerLookModel,
    LedgerPage,
)
from daemon.api.parameters import Day, Resource, rules
from daemon.api.problems import ProblemDocument, ProblemError, language_of
from daemon.api.responses import json_response
from daemon.ledger.differences import DayAccount
from daemon.reports.days import MOST_DAYS, Days, SpanError

_WAIT_SECONDS: Final = 20.0
"""An answer comes after this long at the latest; what was begun goes on."""


class _LedgerResource(Resource):
    """It is about everybody's calls: the right has to be held for all."""

    def check_whole(self, right: Right) -> None:
        """A 403 problem for who holds it for his own or his department's."""
        if self.viewer.access.scope(right) is not Scope.ALL:
            raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")

    def check_day(self, day: date) -> None:
        """A 400 problem for a day that has not begun, or is out of all calendars."""
        today = datetime.now(UTC).astimezone(self.zone).date()
        try:
            Days(day, day, self.zone)
        except SpanError:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "ledger_day", day=day) from None
        if day > today:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "ledger_day", day=day)

    @property
    def zone(self) -> ZoneInfo:
        """In which a day is one."""
        return self.context.settings.company.timezone

    @property
    def language(self) -> Language:
        """Of the request."""
        return language_of(self.request)

    async def look(self, day: date) -> LedgerLookModel:
        """The day as it is known now."""
        ledger = self.context.ledger
        is_looked_at = ledger.is_looked_at(day)
        account = await ledger.find(day)
        known = None if account is None else LedgerDayModel.of(account, self.language, self.zone)
        differences = () if account is None else account.differences
        return LedgerLookModel(
            day=day,
            checking=is_looked_at,
            account=known,
            differences=[
                DifferenceModel.of(one, self.viewer, self.language, self.zone)
                for one in differences
            ],
        )

    async def wait(self, task: asyncio.Task[DayAccount]) -> None:
        """Until it has ended, or for a while. Raises what it raised."""
        done, _ = await asyncio.wait({task}, timeout=_WAIT_SECONDS)
        if done:
            task.result()


class LedgerResource(_LedgerResource):
    """Days of the ledger."""

    rights = rules(GET=Right.REPORTS_READ)

    async def get(
        self,
        since: Day | None = None,
        until: Day | None = None,
    ) -> r200[LedgerPage] | r400[ProblemDocument] | r403[ProblemDocument]:
        """What was found on each day, newest first, without the single differences; the last 30
        days unless ``since`` and ``until`` say otherwise, by ``company.timezone``. Every day is
        looked at by itself after it is over.

        Status codes:
            200: The days that were looked at
            400: A parameter is unknown, or the days are none or too many
            403: It takes the right to read all reports
        """
        self.check_whole(Right.REPORTS_READ)
        try:
            days = Days.wanted(since, until, self.zone, datetime.now(UTC))
        except SpanError:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "report_span", most=MOST_DAYS) from None
        found = await self.context.ledger.list(days.first, days.last)
        entry = self.viewer.entry(Action.REPORT_OPENED, object="ledger", count=len(found))
        await self.context.audit.tell(entry)
        items = [LedgerDayModel.of(one, self.language, self.zone) for one in found]
        return json_response(LedgerPage(items=items))


class LedgerDayResource(_LedgerResource):
    """One day."""

    rights = rules(GET=Right.REPORTS_READ)

    async def get(
        self,
        day: Day,
        /,
    ) -> r200[LedgerLookModel] | r400[ProblemDocument] | r403[ProblemDocument]:
        """One day with all that differs: which call, why, and what mends it.

        Status codes:
            200: What was found; ``account`` is null where nobody has looked yet
            400: The day has not begun
            403: It takes the right to read all reports
        """
        self.check_whole(Right.REPORTS_READ)
        self.check_day(day)
        found = await self.look(day)
        entry = self.viewer.entry(
            Action.REPORT_OPENED, object=f"ledger:{day}", count=len(found.differences)
        )
        await self.context.audit.tell(entry)
        return json_response(found)


class LedgerCheckResource(_LedgerResource):
    """A look at a day."""

    rights = rules(POST=Right.REPORTS_SETTLE)

    async def post(
        self,
        day: Day,
        /,
    ) -> r200[LedgerLookModel] | r400[ProblemDocument] | r403[ProblemDocument]:
        """Look at a day now, today too. A look that takes long goes on by itself: ``checking`` is
        true then.

        Status codes:
            200: What was found
            400: The day has not begun
            403: It takes the right to settle all reports
        """
        self.check_whole(Right.REPORTS_SETTLE)
        self.check_day(day)
        await self.context.audit.tell(
            self.viewer.entry(Action.REPORT_OPENED, object=f"ledger:{day}")
        )
        await self.wait(self.context.ledger.begin_check(day))
        return json_response(await self.look(day))


class LedgerFixResource(_LedgerResource):
    """The mending of a day."""

    rights = rules(POST=Right.REPORTS_SETTLE)

    async def post(
        self,
        day: Day,
        /,
    ) -> r200[LedgerLookModel] | r400[ProblemDocument] | r403[ProblemDocument]:
        """Mend what can be mended and look again: calls are completed from the PBX's log, missed
        recordings are taken in anew, customers without a card get one. ``left`` says why the rest
        was not mended. Done twice it does no more than once.

        Status codes:
            200: What is left
            400: The day has not begun
            403: It takes the right to settle all reports
        """
        self.check_whole(Right.REPORTS_SETTLE)
        self.check_day(day)
        viewer = self.viewer

        def entry(account: DayAccount) -> Entry:
            mended = {kind.value: count for kind, count in account.mended.items()}
            return viewer.entry(
                Action.LEDGER_MENDED,
                object=day.isoformat(),
                count=sum(mended.values()),
                details={"mended": mended, "left": account.unmatched},
            )

        await self.wait(self.context.ledger.begin_mend(day, entry))
        return json_response(await self.look(day))


ROUTES: Final = (
    ("/api/v1/ledger", LedgerResource),
    ("/api/v1/ledger/{day}", LedgerDayResource),
    ("/api/v1/ledger/{day}/check", LedgerCheckResource),
    ("/api/v1/ledger/{day}/fix", LedgerFixResource),
)
