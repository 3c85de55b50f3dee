"""``/api/v1/notices``: what one is told. Everybody sees his own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r400
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from config.problems import Language
from crm.access import Right
from crm.alerts import Alert, is_for
from crm.notices import Notice, count_unread, list_notices, mark_read
from daemon.api.alerts import AlertModel
from daemon.api.context import CONTEXT
from daemon.api.events import EVENTS, Message
from daemon.api.parameters import MOST_ITEMS, Flag, Id, Limit, Open, Resource, rules
from daemon.api.problems import ProblemDocument, language_of
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer
from daemon.watching.sentences import notice_sentence


class NoticeModel(BaseModel):
    """One notice."""

    id: UUID
    kind: str
    text: str
    """What he is told, in the language of the request."""
    about: dict[str, Any]
    """The same as ids, numbers and instants."""
    created_at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, notice: Notice, viewer: Viewer, language: Language, zone: ZoneInfo) -> Self:
        """From the notice."""
        notice = replace(notice, about=viewer.named(notice.about))
        return cls(
            id=notice.id,
            kind=notice.kind,
            text=notice_sentence(notice, language, zone),
            about=dict(notice.about),
            created_at=notice.created_at,
            read_at=notice.read_at,
        )


class NoticePage(BaseModel):
    """Notices, newest first."""

    items: list[NoticeModel]
    unread: int
    """How many he has not read in all."""
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class NoticesRead(BaseModel):
    """Which notices he has read."""

    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] | None = Field(default=None, max_length=MOST_ITEMS)
    """Null: all."""


class Unread(BaseModel):
    """How many he has not read."""

    unread: int


class NoticesResource(Resource):
    """One's own notices."""

    rights = rules(GET=Open.SIGNED_IN, PATCH=Open.SIGNED_IN)

    async def get(
        self, unread: Flag = False, after: Id | None = None, limit: Limit = 50
    ) -> r200[NoticePage] | r400[ProblemDocument]:
        """One's own notices, newest first.

        Status codes:
            200: One page
            400: A parameter is unknown or has a value that is not allowed
        """
        person = self.viewer.person

        def load(connection: Connection) -> tuple[list[Notice], int]:
            found = list_notices(connection, person, unread=unread, after=after, limit=limit + 1)
            return found, count_unread(connection, person)

        async with self.context.database.read() as connection:
            found, total = await connection.run_sync(load)
        language, zone = language_of(self.request), self.context.settings.company.timezone
        page = found[:limit]
        model = NoticePage(
            items=[NoticeModel.of(notice, self.viewer, language, zone) for notice in page],
            unread=total,
            next=str(page[-1].id) if len(found) > limit else None,
        )
        return json_response(model)

    async def patch(self, read: NoticesRead) -> r200[Unread] | r400[ProblemDocument]:
        """Say which of one's notices were read; those of others are left as they are.

        Status codes:
            200: How many are unread now
            400: The body is not as it should be
        """
        person = self.viewer.person

        def mark(connection: Connection) -> int:
            mark_read(connection, person, datetime.now(UTC), read.ids)
            return count_unread(connection, person)

        return json_response(Unread(unread=await self.context.database.write(mark)))


def add_news(app: web.Application) -> None:
    """The WebSocket tells of alerts and notices, to whom they are for."""
    app.on_startup.append(_listen)


async def _listen(app: web.Application) -> None:
    events, zone = app[EVENTS], app[CONTEXT].settings.company.timezone
    app[CONTEXT].watching.listeners.append(lambda news: events.publish(news_message(news, zone)))


def news_message(news: Alert | Notice, zone: ZoneInfo) -> Message:
    """``alert`` or ``notice``. An alert comes without its clients: ``/alerts/{id}`` has those whom
    the reader may know of.
    """
    if isinstance(news, Notice):
        notice = news
        return Message(
            "notice",
            lambda viewer: viewer.person == notice.person,
            lambda language, viewer: NoticeModel.of(notice, viewer, language, zone),
        )
    alert = news
    return Message(
        "alert",
        lambda viewer: is_for(viewer.access, Right.REPORTS_READ, alert.kind, alert.person),
        lambda language, viewer: AlertModel.of(
            alert, viewer, language, zone, clients=[], note=None
        ),
    )


ROUTES: Final = (("/api/v1/notices", NoticesResource),)
