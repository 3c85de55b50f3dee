"""``/api/v1/control``: not called back, gone quiet after a manager, who listened to whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from aiohttp_pydantic.oas.typing import r200, r400, r404
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.access import Right, allows_person
from crm.audit import Action
from crm.clients import ClientName, find_names
from daemon.api.calls import cursor_of
from daemon.api.control_models import (
    ListenedModel,
    ListenedPage,
    MissedModel,
    MissedPage,
    ModeModel,
    QuietList,
    QuietModel,
    QuietPage,
    WentQuietModel,
    told,
)
from daemon.api.parameters import Id, Instant, Limit, Resource, Text, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.control.missed import list_missed
from daemon.control.monitorings import Listened, list_listened, open_reason
from daemon.control.quiet import list_quiet, quiet_shares
from daemon.history.queries import load_calls
from daemon.history.seen import Seen

_USUAL_DAYS: Final = timedelta(days=30)


class _ControlResource(Resource):
    async def told(self, connection: AsyncConnection, ids: set[UUID]) -> Mapping[UUID, ClientName]:
        """Of these clients, those of whom he may be told."""
        names = await find_names(connection, ids)
        return {
            id_: one
            for id_, one in names.items()
            if self.viewer.allows(Right.CLIENTS_READ, one.target)
        }


class MissedResource(_ControlResource):
    """Clients who were missed and not called back."""

    rights = rules(GET=Right.REPORTS_READ)

    async def get(
        self,
        since: Instant | None = None,
        until: Instant | None = None,
        curator: Text | None = None,
        after: Text | None = None,
        limit: Limit = 50,
    ) -> r200[MissedPage] | r400[ProblemDocument]:
        """Clients of your scope who called in vain and with whom nobody has talked since, the
        longest waiting first; who called in the last 30 days unless ``since`` says otherwise.

        Status codes:
            200: One page
            400: A parameter is unknown or has a value that is not allowed
        """
        viewer, place = self.viewer, cursor_of(after)
        self.refuse_numbers(curator)
        begin = since or (until or datetime.now(UTC)) - _USUAL_DAYS
        async with self.context.database.read() as connection:
            found = await connection.run_sync(
                lambda c: list_missed(
                    c,
                    viewer.access,
                    since=begin,
                    until=until,
                    curator=curator,
                    limit=limit + 1,
                    after=place,
                )
            )
            page = found[:limit]
            clients = await self.told(connection, {one.client_id for one in page})
        await self.context.reading.listed(
            viewer,
            list(clients.values()),
            Action.REPORT_OPENED,
            object="missed",
            count=len(page),
        )
        items = [MissedModel.of(one, clients.get(one.client_id), viewer) for one in page]
        more = str(page[-1].cursor) if len(found) > limit else None
        return json_response(MissedPage(items=items, next=more))


class QuietResource(_ControlResource):
    """Managers after whom clients went quiet."""

    rights = rules(GET=Right.REPORTS_READ)

    async def get(self) -> r200[QuietList]:
        """Managers of your scope: how many of the clients with whom they talked regularly have had
        no call since, beside the same of their colleagues.

        Status codes:
            200: The managers, the highest share first
        """
        viewer, now = self.viewer, datetime.now(UTC)
        async with self.context.database.read() as connection:
            found = await connection.run_sync(lambda c: quiet_shares(c, viewer.access, now))
        shown = [one for one in found if viewer.name(one.person)]
        entry = viewer.entry(Action.REPORT_OPENED, object="quiet", count=len(shown))
        await self.context.audit.tell(entry)
        staff = self.context.staff.now
        left = {one.name for one in staff.people if not one.is_active}
        items = [QuietModel.of(one, left=one.person in left) for one in shown]
        return json_response(QuietList(items=items))


class QuietOfResource(_ControlResource):
    """Clients who went quiet after one manager."""

    rights = rules(GET=Right.REPORTS_READ)

    async def get(
        self, name: str, /, after: Text | None = None, limit: Limit = 50
    ) -> r200[QuietPage] | r400[ProblemDocument] | r404[ProblemDocument]:
        """Clients who have had no call since their last talk with that manager, the last talk
        first.

        Status codes:
            200: One page
            400: A parameter is unknown or has a value that is not allowed
            404: There is no such manager
        """
        viewer, place, now = self.viewer, cursor_of(after), datetime.now(UTC)
        self.refuse_numbers(name)
        if not allows_person(viewer.access, Right.REPORTS_READ, name):
            raise ProblemError(HTTPStatus.NOT_FOUND, "person_not_found")
        async with self.context.database.read() as connection:
            found = await connection.run_sync(
                lambda c: list_quiet(c, viewer.access, name, now, limit=limit + 1, after=place)
            )
            page = found[:limit]
            clients = await self.told(connection, {one.client_id for one in page})
        await self.context.reading.listed(
            viewer,
            list(clients.values()),
            Action.REPORT_OPENED,
            object=f"quiet:{name}",
            count=len(page),
        )
        items = [WentQuietModel.of(one, clients.get(one.client_id), viewer) for one in page]
        more = str(page[-1].cursor) if len(found) > limit else None
        return json_response(QuietPage(items=items, next=more))


class ListenedResource(_ControlResource):
    """Who was on calls of which he was no part."""

    rights = rules(GET=Right.REPORTS_READ)

    async def get(  # noqa: PLR0917 - aiohttp-pydantic takes a query's parameters from these
        self,
        since: Instant | None = None,
        until: Instant | None = None,
        person: Text | None = None,
        agent: Text | None = None,
        after: Id | None = None,
        limit: Limit = 50,
    ) -> r200[ListenedPage] | r400[ProblemDocument]:
        """Who of your scope listened, whispered, barged in or took over, at whose side, when, from
        where and why; newest first. ``person``: who listened; ``agent``: to whom.

        Status codes:
            200: One page
            400: A parameter is unknown or has a value that is not allowed
        """
        viewer = self.viewer
        self.refuse_numbers(person, agent)
        async with self.context.database.read() as connection:
            found = await connection.run_sync(
                lambda c: list_listened(
                    c,
                    viewer.access,
                    since=since,
                    until=until,
                    person=person,
                    agent=agent,
                    after=after,
                    limit=limit + 1,
                )
            )
            page = found[:limit]
            seen = Seen(viewer.access, Right.CALLS_READ)
            ids = list({one.call_id for one in page})
            calls = {one.call.id: one for one in await load_calls(connection, ids, None, seen)}
        clients = {id_: one.client for id_, one in calls.items() if one.client is not None}
        await self.context.reading.listed(
            viewer,
            list({one.id: one for one in clients.values()}.values()),
            Action.REPORT_OPENED,
            object="monitorings",
            count=len(page),
        )
        items = [self._model(one, clients.get(one.call_id)) for one in page]
        more = str(page[-1].id) if len(found) > limit else None
        return json_response(ListenedPage(items=items, next=more))

    def _model(self, one: Listened, client: ClientName | None) -> ListenedModel:
        viewer = self.viewer
        known = told(client, viewer)
        known.pop("curator")
        return ListenedModel(
            **known,
            id=one.id,
            call_id=one.call_id,
            person=viewer.called(one.person),
            agent=viewer.name(one.agent),
            via=one.via,
            address=one.address,
            modes=[ModeModel(mode=mode["mode"], since=mode["from"]) for mode in one.modes],
            reason=viewer.text(open_reason(self.context.vault, one)),
            started_at=one.started_at,
            ended_at=one.ended_at,
            ended_by=viewer.name(one.ended_by),
        )


ROUTES: Final = (
    ("/api/v1/control/missed", MissedResource),
    ("/api/v1/control/quiet", QuietResource),
    ("/api/v1/control/quiet/{name}", QuietOfResource),
    ("/api/v1/control/monitorings", ListenedResource),
)
