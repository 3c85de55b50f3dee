"""``/api/v1/decoys``: cards of nobody. Only those who decide on policy know of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Final, Literal
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r201, r204, r400, r404, r409
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, select

from crm.access import Right
from crm.audit import Action
from crm.decoys import MOST, Decoy, NumberTakenError, add_decoys, list_decoys, remove_decoy
from crm.legal_holds import LegalHoldError
from crm.numbers import Owner
from crm.phones import find_phones
from daemon.api.parameters import Id, Resource, Text, rules, whole
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.history.tables import call

_IN_USE: Final = timedelta(days=90)
"""A number that was called since is no decoy's: every customer would raise an alert."""
_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


class DecoyModel(BaseModel):
    """One decoy."""

    id: UUID
    name: str | None
    curator: str | None
    created_at: datetime
    """As its card shows it."""
    has_phone: bool
    archived_at: datetime | None
    """When it was taken away."""


class DecoyList(BaseModel):
    """All decoys, those that were taken away too."""

    items: list[DecoyModel]


class DecoysWanted(BaseModel):
    """What decoys to make."""

    model_config = ConfigDict(extra="forbid")

    count: Annotated[int, whole(1, MOST)]
    languages: list[Literal["en", "ru"]] = Field(default=["en", "ru"], min_length=1, max_length=2)
    """Of their names."""
    domain: Text | None = None
    """Of their e-mail addresses: one of the company's, where mail to them is kept. Null: none."""
    numbers: list[Text] = Field(default=[], max_length=MOST)
    """Numbers of the company's (``company.numbers``) that nobody calls, for the first of them."""
    curators: list[Text] = Field(default=[], max_length=MOST)
    """Among whom they are spread; none named: all who serve clients."""


class DecoysResource(Resource):
    """Decoys."""

    rights = rules(GET=Right.POLICY_CHANGE, POST=Right.POLICY_CHANGE)

    async def get(self) -> r200[DecoyList]:
        """All decoys, newest first.

        Status codes:
            200: The decoys
        """
        async with self.context.database.read() as connection:
            decoys = await connection.run_sync(list_decoys)
        entry = self.viewer.entry(Action.REPORT_OPENED, object="decoys", count=len(decoys))
        await self.context.audit.tell(entry)
        return json_response(_models(decoys))

    async def post(
        self, wanted: DecoysWanted
    ) -> r201[DecoyList] | r400[ProblemDocument] | r409[ProblemDocument]:
        """Make decoys.

        Status codes:
            201: Those that were made
            400: A number or curator is not allowed
            409: A number stands on a card, or customers call it
        """
        context, viewer = self.context, self.viewer
        if wanted.domain is not None and not _DOMAIN.fullmatch(wanted.domain):
            raise ProblemError(HTTPStatus.BAD_REQUEST, "decoy_domain")
        numbers = [self._number(raw) for raw in wanted.numbers[: wanted.count]]
        self._check_curators(wanted.curators)
        now = datetime.now(UTC)

        def make(connection: Connection) -> list[Decoy]:
            for number in numbers:
                self._check_unused(connection, number, now)
            made = add_decoys(
                connection,
                context.vault,
                context.codes,
                count=wanted.count,
                languages=wanted.languages,
                domain=wanted.domain,
                numbers=numbers,
                curators=wanted.curators,
                now=now,
            )
            # Their ids stand nowhere in the audit: more people read it than may know of decoys.
            context.audit.add(connection, viewer.entry(Action.DECOY_CREATED, count=len(made)))
            return [decoy for decoy in list_decoys(connection) if decoy.id in set(made)]

        try:
            decoys = await context.database.write(make)
        except NumberTakenError:
            raise ProblemError(HTTPStatus.CONFLICT, "decoy_number_taken") from None
        return json_response(_models(decoys), HTTPStatus.CREATED)

    def _number(self, raw: str) -> str:
        plan = self.context.plan
        number = plan.normalise(raw)
        if number is None or plan.owner(number) is not Owner.COMPANY:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "decoy_number_foreign")
        return number

    def _check_curators(self, curators: list[str]) -> None:
        people = sorted(one.name for one in self.context.staff.now.people if one.is_active)
        for name in curators:
            if name not in people:
                raise ProblemError(
                    HTTPStatus.BAD_REQUEST,
                    "unknown_agent",
                    name="curators",
                    allowed=", ".join(people) or "—",
                )

    def _check_unused(self, connection: Connection, number: str, now: datetime) -> None:
        index = self.context.vault.blind_index(number)
        stored = find_phones(connection, [index]).get(index)
        if stored is None:
            return
        called = select(call.c.id).where(
            call.c.started_at >= now - _IN_USE, call.c.company_phone_id == stored.id
        )
        if connection.execute(called.limit(1)).first() is not None:
            raise ProblemError(HTTPStatus.CONFLICT, "decoy_number_used")


class DecoyResource(Resource):
    """One decoy."""

    rights = rules(DELETE=Right.POLICY_CHANGE)

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r204 | r404[ProblemDocument] | r409[ProblemDocument]:
        """Take it away: into the archive, as any card; its number is the company's own again.

        Status codes:
            204: It is in the archive
            404: There is no such decoy outside of the archive
            409: A legal hold stands on it
        """
        viewer, context, id_ = self.viewer, self.context, id

        def remove(connection: Connection) -> bool:
            removed = remove_decoy(connection, id_, by=viewer.actor, at=datetime.now(UTC))
            if removed:
                context.audit.add(connection, viewer.entry(Action.DECOY_REMOVED))
            return removed

        try:
            removed = await context.database.write(remove)
        except LegalHoldError:
            raise ProblemError(HTTPStatus.CONFLICT, "legal_hold") from None
        if not removed:
            raise ProblemError(HTTPStatus.NOT_FOUND, "decoy_not_found")
        return web.Response(status=HTTPStatus.NO_CONTENT)


def _models(decoys: list[Decoy]) -> DecoyList:
    return DecoyList(
        items=[
            DecoyModel(
                id=decoy.id,
                name=decoy.name,
                curator=decoy.curator,
                created_at=decoy.created_at,
                has_phone=decoy.has_phone,
                archived_at=decoy.archived_at,
            )
            for decoy in decoys
        ]
    )


ROUTES: Final = (("/api/v1/decoys", DecoysResource), ("/api/v1/decoys/{id}", DecoyResource))
