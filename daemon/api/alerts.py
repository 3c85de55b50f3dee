"""``/api/v1/alerts``: what supervisors should look at. Nobody sees those about himself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final, Literal, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp_pydantic.oas.typing import r200, r400, r404
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, select

from config.problems import Language
from crm.access import Right
from crm.alerts import (
    CLIENTS,
    Alert,
    find_alert,
    is_for,
    list_alerts,
    open_note,
    settle_alert,
)
from crm.audit import Action
from crm.tables import client
from daemon.api.parameters import Id, Limit, Resource, Text, rules
from daemon.api.problems import ProblemDocument, ProblemError, Refused, language_of
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer
from daemon.watching.sentences import alert_sentence

_LONGEST_NOTE: Final = 1000


class AlertModel(BaseModel):
    """One alert."""

    id: UUID
    kind: str
    person: str | None
    """About whom."""
    at: datetime
    text: str
    """What happened and on what it rests, in the language of the request."""
    evidence: dict[str, Any]
    """The same as numbers and instants."""
    clients: list[UUID]
    """Cards that it is about, among those that the reader may open."""
    settled_by: str | None
    settled_at: datetime | None
    settled_note: str | None
    """What was done about it."""

    @classmethod
    def of(
        cls,
        alert: Alert,
        viewer: Viewer,
        language: Language,
        zone: ZoneInfo,
        *,
        clients: list[UUID],
        note: str | None,
    ) -> Self:
        """From the alert; ``clients`` are those that may be shown."""
        alert = replace(
            alert,
            person=viewer.name(alert.person),
            settled_by=viewer.name(alert.settled_by),
            evidence=viewer.named(alert.evidence),
        )
        return cls(
            id=alert.id,
            kind=alert.kind,
            person=alert.person,
            at=alert.at,
            text=alert_sentence(alert, language, zone),
            evidence={name: value for name, value in alert.evidence.items() if name != CLIENTS},
            clients=clients,
            settled_by=alert.settled_by,
            settled_at=alert.settled_at,
            settled_note=note,
        )


class AlertPage(BaseModel):
    """Alerts, newest first."""

    items: list[AlertModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class Settling(BaseModel):
    """What was done about an alert."""

    model_config = ConfigDict(extra="forbid")

    note: str = Field(min_length=1, max_length=_LONGEST_NOTE)


class AlertsResource(Resource):
    """Alerts."""

    rights = rules(GET=Right.REPORTS_READ)

    async def get(
        self,
        state: Literal["open", "settled", "all"] = "open",
        person: Text | None = None,
        kind: Text | None = None,
        after: Id | None = None,
        limit: Limit = 50,
    ) -> r200[AlertPage] | r400[ProblemDocument]:
        """Alerts about people of one's own scope, newest first; none about oneself.

        Status codes:
            200: One page
            400: A parameter is unknown or has a value that is not allowed
        """
        is_open = {"open": True, "settled": False, "all": None}[state]

        def load(connection: Connection) -> tuple[list[Alert], list[AlertModel]]:
            found = list_alerts(
                connection,
                self.viewer.access,
                is_open=is_open,
                person=person,
                kind=kind,
                after=after,
                limit=limit + 1,
            )
            return found, _models(self, connection, found[:limit])

        async with self.context.database.read() as connection:
            found, models = await connection.run_sync(load)
        await self.context.audit.tell(
            self.viewer.entry(Action.REPORT_OPENED, object="alerts", count=len(models))
        )
        following = str(models[-1].id) if len(found) > limit else None
        return json_response(AlertPage(items=models, next=following))


class AlertResource(Resource):
    """One alert."""

    rights = rules(GET=Right.REPORTS_READ, PATCH=Right.REPORTS_SETTLE)

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r200[AlertModel] | r404[ProblemDocument]:
        """One alert.

        Status codes:
            200: The alert
            404: There is no such alert
        """
        model = await self._answer(id)
        await self.context.audit.tell(self.viewer.entry(Action.REPORT_OPENED, object=f"alert:{id}"))
        return json_response(model)

    async def patch(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        settling: Settling,
    ) -> r200[AlertModel] | Refused:
        """Settle an alert: say what was done about it.

        Status codes:
            200: The alert as it is now
            403: He may read it, not settle it
            404: There is no such alert
            409: Somebody has settled it
        """
        viewer, context, id_ = self.viewer, self.context, id

        def settle(connection: Connection) -> bool:
            alert = find_alert(connection, viewer.access, id_)
            if alert is None:
                raise ProblemError(HTTPStatus.NOT_FOUND, "alert_not_found")
            if not is_for(viewer.access, Right.REPORTS_SETTLE, alert.kind, alert.person):
                raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")
            settled = settle_alert(
                connection,
                context.vault,
                id_,
                by=viewer.actor,
                note=settling.note,
                at=datetime.now(UTC),
            )
            if settled:
                about = {"object": f"alert:{id_}", "details": {"note": settling.note}}
                context.audit.add(connection, viewer.entry(Action.ALERT_SETTLED, **about))
            return settled

        if not await context.database.write(settle):
            raise ProblemError(HTTPStatus.CONFLICT, "alert_is_settled")
        return json_response(await self._answer(id))

    async def _answer(self, id_: UUID) -> AlertModel:
        def load(connection: Connection) -> list[AlertModel]:
            alert = find_alert(connection, self.viewer.access, id_)
            return [] if alert is None else _models(self, connection, [alert])

        async with self.context.database.read() as connection:
            models = await connection.run_sync(load)
        if not models:
            raise ProblemError(HTTPStatus.NOT_FOUND, "alert_not_found")
        return models[0]


def _models(resource: Resource, connection: Connection, alerts: list[Alert]) -> list[AlertModel]:
    viewer, context = resource.viewer, resource.context
    language, zone = language_of(resource.request), context.settings.company.timezone
    reachable = _reachable(connection, viewer, {id_ for one in alerts for id_ in _clients(one)})
    return [
        AlertModel.of(
            one,
            viewer,
            language,
            zone,
            clients=[id_ for id_ in _clients(one) if id_ in reachable],
            note=viewer.text(open_note(context.vault, one)),
        )
        for one in alerts
    ]


def _clients(alert: Alert) -> list[UUID]:
    named = [UUID(one) for one in alert.evidence.get(CLIENTS, ())]
    return named if alert.client_id is None else [alert.client_id, *named]


def _reachable(connection: Connection, viewer: Viewer, ids: set[UUID]) -> set[UUID]:
    if not ids:
        return set()
    within = viewer.within(Right.CLIENTS_READ)
    return set(
        connection.execute(select(client.c.id).where(client.c.id.in_(ids), within)).scalars()
    )


ROUTES: Final = (
    ("/api/v1/alerts", AlertsResource),
    ("/api/v1/alerts/{id}", AlertResource),
)
