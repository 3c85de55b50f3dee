"""``/api/v1/control/pauses``: who paused recordings how often and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, Self
from uuid import UUID

from aiohttp_pydantic.oas.typing import r200, r400
from pydantic import BaseModel

from crm.access import Right
from crm.audit import Action
from crm.recording_pauses import Pause
from daemon.api.models import PauseModel, Seconds
from daemon.api.parameters import Id, Instant, Limit, Resource, Text, rules
from daemon.api.problems import ProblemDocument
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer
from daemon.control.pauses import Asked, PausesOf, count_pauses, list_pauses

_USUAL_DAYS: Final = timedelta(days=30)


class PausesOfModel(BaseModel):
    """One person's pauses of that time."""

    person: str
    pauses: int
    calls: int
    """In so many calls."""
    seconds: Seconds
    """All of them together."""
    longest_seconds: Seconds
    not_resumed: int
    """Of them nobody resumed: the limit ended them, or the call."""

    @classmethod
    def of(cls, one: PausesOf) -> Self:
        """From the count."""
        return cls(
            person=one.person,
            pauses=one.pauses,
            calls=one.calls,
            seconds=one.seconds,
            longest_seconds=one.longest,
            not_resumed=one.not_resumed,
        )


class PausedModel(PauseModel):
    """One pause."""

    id: UUID
    call_id: UUID

    @classmethod
    def listed(cls, one: Pause, viewer: Viewer) -> Self:
        """From its record."""
        return cls(id=one.id, call_id=one.call_id, **PauseModel.of(one, viewer).model_dump())


class PausedPage(BaseModel):
    """Newest first."""

    people: list[PausesOfModel]
    """All that were asked for, whose recordings were paused the longest first."""
    items: list[PausedModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class PausesResource(Resource):
    """Recordings that were paused."""

    rights = rules(GET=Right.REPORTS_READ)

    async def get(
        self,
        since: Instant | None = None,
        until: Instant | None = None,
        person: Text | None = None,
        after: Id | None = None,
        limit: Limit = 50,
    ) -> r200[PausedPage] | r400[ProblemDocument]:
        """Pauses of recordings by people of your scope, one by one and counted by person; those of
        the last 30 days unless ``since`` says otherwise. ``person``: who paused.

        Status codes:
            200: One page
            400: A parameter is unknown or has a value that is not allowed
        """
        viewer, now = self.viewer, datetime.now(UTC)
        asked = Asked(since=since or (until or now) - _USUAL_DAYS, until=until, person=person)
        async with self.context.database.read() as connection:
            found = await connection.run_sync(
                lambda c: list_pauses(c, viewer.access, asked, after=after, limit=limit + 1)
            )
            people = await connection.run_sync(lambda c: count_pauses(c, viewer.access, asked, now))
        page = found[:limit]
        entry = viewer.entry(Action.REPORT_OPENED, object="pauses", count=len(page))
        await self.context.audit.tell(entry)
        return json_response(
            PausedPage(
                people=[PausesOfModel.of(one) for one in people if viewer.name(one.person)],
                items=[PausedModel.listed(one, viewer) for one in page],
                next=str(page[-1].id) if len(found) > limit else None,
            )
        )


ROUTES: Final = (("/api/v1/control/pauses", PausesResource),)
