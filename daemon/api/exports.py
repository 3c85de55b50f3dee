"""``/api/v1/exports``: clients taken along, and the record of who took whom."""

from __future__ import annotations

from contextlib import aclosing
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final, Self
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r400, r403
from pydantic import BaseModel, ConfigDict, Field

from crm.access import Right, Scope
from crm.audit import Action
from crm.custom_fields import load_custom_fields
from crm.exports import Export, list_exports, made_by
from crm.fields import COMPANY
from crm.search import ClientQuery
from crm.words import words_of
from daemon.api.bodies import read_body
from daemon.api.parameters import Id, Instant, Limit, Resource, Text, rules, shown
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer
from daemon.exchange.csv_rows import FIELDS
from daemon.exchange.exports import Exporter, ExportOrder
from daemon.exchange.recognition import recognise


class ExportWanted(BaseModel):
    """Which clients, and what of them."""

    model_config = ConfigDict(extra="forbid")

    fields: Annotated[list[Text], Field(min_length=1, max_length=100)]
    """``name``, ``phones``, ``emails``, ``addresses``, ``messengers``, ``company``, ``category``,
    ``curator``, ``deputy``, ``source``, ``custom:KEY``."""
    q: Text | None = None
    """Beginnings of words of the name or company."""
    company: Text | None = None
    category: Text | None = None
    curator: Text | None = None
    unassigned: bool = False
    """Nobody's clients."""


class ExportModel(BaseModel):
    """One export."""

    id: UUID
    by: str
    at: datetime
    fields: list[str]
    watermark: str
    """It stands in every line of the file."""
    clients: int
    finished_at: datetime | None
    """Null: it goes on, or broke off; ``clients`` says how many had gone out."""

    @classmethod
    def of(cls, export: Export) -> Self:
        """From its record."""
        return cls(
            id=export.id,
            by=export.actor,
            at=export.at,
            fields=list(export.fields),
            watermark=export.watermark,
            clients=export.clients,
            finished_at=export.finished_at,
        )


class ExportList(BaseModel):
    """Exports, newest first."""

    items: list[ExportModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class ExportsResource(Resource):
    """The exports."""

    rights = rules(GET=Right.AUDIT_READ, POST=Right.CLIENTS_EXPORT)

    async def get(
        self,
        since: Instant | None = None,
        until: Instant | None = None,
        after: Id | None = None,
        limit: Limit = 50,
    ) -> r200[ExportList] | r400[ProblemDocument]:
        """Who took clients along, newest first: of those whose doings you may read.

        Status codes:
            200: One page
        """
        context = self.context
        of = None if _all(self.viewer) else made_by(_whose(self.viewer))
        async with context.database.read() as connection:
            found = await connection.run_sync(
                lambda c: list_exports(
                    c,
                    context.vault,
                    of=of,
                    since=since,
                    until=until,
                    after=after,
                    limit=limit + 1,
                )
            )
        page = found[:limit]
        read = self.viewer.entry(Action.AUDIT_READ, count=len(page), details={"exports": True})
        await context.audit.tell(read)
        return json_response(
            ExportList(
                items=[ExportModel.of(one) for one in page],
                next=str(page[-1].id) if len(found) > limit else None,
            )
        )

    async def post(
        self, wanted: ExportWanted
    ) -> r200 | r400[ProblemDocument] | r403[ProblemDocument]:
        """Take clients along, as CSV in UTF-8: those whom you may export, newest first.

        Every line bears the export's mark. That it was made, by whom, and whom it held is kept, and
        those who look after the base are told.

        Status codes:
            200: The file
            400: There is no such field
            403: A field is hidden from you
        """
        order = await self._order(wanted)
        context = self.context
        exporter = Exporter(context.database, context.vault, context.audit, context.staff)
        begun = await exporter.begin(order)
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/csv; charset=utf-8",
                "Content-Disposition": f'attachment; filename="callward-{begun.watermark}.csv"',
                "Cache-Control": "no-store",
                "X-Callward-Export": begun.watermark,
            }
        )
        response.enable_compression()
        await response.prepare(self.request)
        # Closed here, so that what went out is recorded though the reader has gone away.
        async with aclosing(exporter.lines(order, begun)) as lines:
            async for text in lines:
                await response.write(text.encode())
        await response.write_eof()
        return response

    async def _order(self, wanted: ExportWanted) -> ExportOrder:
        viewer = self.viewer
        async with self.context.database.read() as connection:
            custom = [one.field for one in await connection.run_sync(load_custom_fields)]
        known = (*FIELDS, *custom)
        for name in wanted.fields:
            if name not in known:
                allowed = ", ".join(known)
                raise ProblemError(
                    HTTPStatus.BAD_REQUEST, "unknown_field", name=shown(name), allowed=allowed
                )
            if not viewer.sees(name):
                raise ProblemError(HTTPStatus.FORBIDDEN, "field_hidden", name=name)
        if wanted.company is not None and not viewer.sees(COMPANY):
            raise ProblemError(HTTPStatus.FORBIDDEN, "field_hidden", name=COMPANY)
        return ExportOrder(
            viewer=viewer,
            fields=tuple(dict.fromkeys(wanted.fields)),
            query=ClientQuery(
                words=words_of(wanted.q),
                names_only=not viewer.sees(COMPANY),
                company=wanted.company,
                category=wanted.category,
                curator=wanted.curator,
                unassigned=wanted.unassigned,
            ),
            filter=wanted.model_dump(exclude={"fields"}, exclude_defaults=True),
        )


class RecognisedModel(BaseModel):
    """From which exports a file's clients are."""

    items: list[ExportModel]


class RecogniseResource(Resource):
    """A file that turned up somewhere."""

    rights = rules(POST=Right.AUDIT_READ)

    async def post(self) -> r200[RecognisedModel] | r400[ProblemDocument]:
        """From which exports a file is: by the mark in its lines, seen or not, and by clients whom
        there is in one export alone. The body is the file, whatever became of its columns.

        Status codes:
            200: The exports, none where nothing is known of it
            400: It cannot be read
        """
        context, viewer = self.context, self.viewer
        content = await read_body(self.request)
        async with context.database.read() as connection:
            found = await connection.run_sync(recognise, context.vault, content)
        await context.audit.tell(viewer.entry(Action.EXPORT_RECOGNISED, count=len(found)))
        seen = found if _all(viewer) else [one for one in found if one.actor in _whose(viewer)]
        return json_response(RecognisedModel(items=[ExportModel.of(one) for one in seen]))


def _all(viewer: Viewer) -> bool:
    return viewer.access.scope(Right.AUDIT_READ) is Scope.ALL


def _whose(viewer: Viewer) -> frozenset[str]:
    """Those whose doings he may read."""
    own = frozenset({viewer.person})
    if viewer.access.scope(Right.AUDIT_READ) is Scope.DEPARTMENT:
        return own | viewer.access.colleagues
    return own


ROUTES: Final = (
    ("/api/v1/exports", ExportsResource),
    ("/api/v1/exports/recognise", RecogniseResource),
)
