"""``/api/v1/routing/preview``: whom a call would ring, without a call."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from aiohttp_pydantic.oas.typing import r200, r400, r404
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, select

from config.problems import Language, SettingsError
from config.settings import Settings
from crm.access import Right
from crm.decisions import with_values
from crm.names import holds_number
from crm.tables import client
from daemon.api.decided_door import SectionResource, decided_with
from daemon.api.decided_models import RoutingChanges, RoutingPolicy
from daemon.api.parameters import Id, Instant, rules
from daemon.api.problems import ProblemDocument, ProblemError, language_of
from daemon.api.responses import json_response
from daemon.messages import say
from daemon.routing.preview import Last, Preview, Role, Turn, preview

_WHEN: Final = {"en": "%Y-%m-%d %H:%M", "ru": "%d.%m.%Y %H:%M"}


class RoutingPreviewWanted(BaseModel):
    """Which call."""

    model_config = ConfigDict(extra="forbid")

    client_id: Id | None = None
    """Who calls; null: somebody new."""
    at: Instant | None = None
    """When; null: now. Who is away is always as it is now."""
    routing: RoutingChanges | None = None
    """What would be decided first; it is not kept."""


class RoutingTurnModel(BaseModel):
    """Who is rung, for how long."""

    role: Role
    people: list[str]
    """All at the same time."""
    seconds: int


class RoutingPreviewModel(BaseModel):
    """What the call would go through."""

    at: datetime
    open: bool
    turns: list[RoutingTurnModel]
    """One after the other."""
    last: Last
    """What the caller gets whom nobody answers."""
    sentence: str
    """All of it in words."""


class RoutingPreviewResource(SectionResource):
    """A dry run."""

    rights = rules(POST=Right.POLICY_READ)
    section = "routing"
    model = RoutingPolicy

    async def post(
        self, wanted: RoutingPreviewWanted
    ) -> r200[RoutingPreviewModel] | r400[ProblemDocument] | r404[ProblemDocument]:
        """Whom a call to the company would ring. Nobody is rung, and nothing is kept.

        Status codes:
            200: The preview
            400: A value is not allowed
            404: There is no such client
        """
        settings, people = self.context.decided.now, self.context.people
        if wanted.routing is not None:
            settings = self._drafted(wanted.routing)
            people = people.under(settings)
        curator = deputy = None
        if wanted.client_id is not None:
            curator, deputy = await self._served(wanted.client_id)
        at = wanted.at or datetime.now(UTC)
        found = preview(people, settings, at, curator=curator, deputy=deputy)
        found = Preview(closed=found.closed, turns=tuple(map(_shown, found.turns)), last=found.last)
        language = language_of(self.request)
        local = at.astimezone(settings.company.timezone).strftime(_WHEN[language])
        return json_response(
            RoutingPreviewModel(
                at=at,
                open=found.closed is None,
                turns=[
                    RoutingTurnModel(role=turn.role, people=list(turn.people), seconds=turn.seconds)
                    for turn in found.turns
                ],
                last=found.last,
                sentence=sentence(
                    found,
                    language,
                    when=say(language, "preview.now") if wanted.at is None else local,
                    is_client=wanted.client_id is not None,
                ),
            )
        )

    def _drafted(self, changes: RoutingChanges) -> Settings:
        """The settings as they would be."""
        values = changes.model_dump(mode="json", include=changes.model_fields_set)
        decisions = with_values(
            self.context.decided.decisions,
            self.section,
            values,
            by=self.viewer.actor,
            at=datetime.now(UTC),
        )
        try:
            return decided_with(self.context, decisions, self.section, changes)
        except SettingsError as error:
            raise self.refusal(error, under="routing.") from None

    async def _served(self, client_id: Id) -> tuple[str | None, str | None]:
        """Curator and deputy of a client whom the viewer may see."""
        query = select(client.c.curator, client.c.deputy).where(
            client.c.id == client_id, self.viewer.within(Right.CLIENTS_READ)
        )

        def look(connection: Connection) -> tuple[str | None, str | None] | None:
            row = connection.execute(query).first()
            return None if row is None else (row.curator, row.deputy)

        found = await self.context.database.look(look)
        if found is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "client_not_found")
        return found


def _shown(turn: Turn) -> Turn:
    """Without names that are numbers."""
    names = tuple("…" if holds_number(name) else name for name in turn.people)
    return Turn(role=turn.role, people=names, seconds=turn.seconds)


def sentence(found: Preview, language: Language, *, when: str, is_client: bool) -> str:
    """In words: when, whom, and what then. Pure."""
    who = say(language, "preview.client" if is_client else "preview.anybody")
    turns = " → ".join(_turn(turn, language) for turn in found.turns)
    rings = "preview.rings" if turns else "preview.rings_nobody"
    return " ".join(
        (
            say(language, f"preview.{found.closed or 'open'}", when=when),
            say(language, rings, who=who, turns=turns),
            say(language, f"preview.last.{found.last}"),
        )
    )


def _turn(turn: Turn, language: Language) -> str:
    key = "one" if turn.role != "group" else "together" if len(turn.people) > 1 else "in_group"
    people = ", ".join(turn.people)
    return say(language, f"preview.{key}", people=people, seconds=turn.seconds)


ROUTES: Final = (("/api/v1/routing/preview", RoutingPreviewResource),)
