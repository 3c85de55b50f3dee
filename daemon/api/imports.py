"""``/api/v1/imports``: clients that somebody brings as a table."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final, Self
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r201, r202, r204, r400, r403, r404, r409, r413
from pydantic import BaseModel, ConfigDict, Field

from config.problems import Language
from crm.access import Right
from crm.assigning import CannotServeError
from crm.fields import CURATOR
from crm.import_columns import ColumnError
from crm.import_jobs import Counts, ImportJob, ImportMode, ImportState, find_job, list_jobs
from crm.import_rows import Broken
from crm.imports import Existing
from daemon.api.bodies import read_body, sheet_of
from daemon.api.card_door import CardResource, cannot_serve
from daemon.api.parameters import Id, Limit, Resource, Text, rules, shown
from daemon.api.problems import ProblemDocument, ProblemError, Refused, language_of
from daemon.api.responses import json_response
from daemon.exchange.import_run import Held, Order
from daemon.exchange.imports import (
    MOST_AT_ONCE,
    RanAlreadyError,
    TooManyForAllError,
    TooManyImportsError,
    may_write,
)
from daemon.messages import say

_SAMPLES: Final = 3


class ColumnModel(BaseModel):
    """One column of the table."""

    heading: str
    field: str | None
    """What it will be: ``name``, ``phones`` …, ``custom:KEY``; null: it is left out."""
    samples: list[str]
    """Its first values."""


class BrokenModel(BaseModel):
    """What is wrong with a line."""

    line: int
    """The heading is line 1."""
    column: str
    reason: str
    """In the language of the request. The value is not repeated."""

    @classmethod
    def of(cls, broken: Broken, language: Language) -> Self:
        """In words."""
        return cls(
            line=broken.line,
            column=broken.column,
            reason=say(language, broken.code, **broken.about),
        )


class CountsModel(BaseModel):
    """Lines, by what becomes of them."""

    done: int
    created: int
    changed: int
    broken: int

    @classmethod
    def of(cls, counts: Counts) -> Self:
        """From the record."""
        return cls(
            done=counts.done, created=counts.created, changed=counts.changed, broken=counts.broken
        )


class ImportModel(BaseModel):
    """One import."""

    id: UUID
    at: datetime
    state: ImportState
    rows: int
    mode: ImportMode
    counts: CountsModel
    finished_at: datetime | None

    @classmethod
    def of(cls, job: ImportJob) -> Self:
        """From its record."""
        return cls(
            id=job.id,
            at=job.at,
            state=job.state,
            rows=job.rows,
            mode=job.mode,
            counts=CountsModel.of(job.counts),
            finished_at=job.finished_at,
        )


class ImportDetails(ImportModel):
    """One import whose table is still at hand, or was a moment ago."""

    columns: list[ColumnModel]
    would: CountsModel | None
    """What would become of its lines; null where it has run."""
    broken: list[BrokenModel]
    """The first 500 broken lines."""


class ImportList(BaseModel):
    """Your imports, newest first."""

    items: list[ImportModel]


class ColumnsWanted(BaseModel):
    """What the columns are."""

    model_config = ConfigDict(extra="forbid")

    columns: Annotated[dict[str, str], Field(max_length=60)]
    """Field by heading; a heading that is left out is not imported."""


class RunWanted(BaseModel):
    """How it is to be done."""

    model_config = ConfigDict(extra="forbid")

    mode: ImportMode = ImportMode.GOOD
    """``all``: every line or none; ``good``: the good ones."""
    existing: Existing = Existing.FILL
    """What becomes of cards that are there already."""
    curator: Text | None = None
    """Whose clients new cards become whose line names nobody; left out: yours, or nobody's where
    you may assign clients."""


class ImportsResource(Resource):
    """The imports."""

    rights = rules(GET=Right.CLIENTS_IMPORT, POST=Right.CLIENTS_IMPORT)

    async def get(self, limit: Limit = 50) -> r200[ImportList] | r400[ProblemDocument]:
        """Your imports, newest first.

        Status codes:
            200: The imports
        """
        async with self.context.database.read() as connection:
            jobs = await connection.run_sync(list_jobs, self.viewer.actor, limit)
        return json_response(ImportList(items=[ImportModel.of(job) for job in jobs]))

    async def post(
        self,
    ) -> (
        r201[ImportDetails] | r400[ProblemDocument] | r409[ProblemDocument] | r413[ProblemDocument]
    ):
        """Bring a table: the body is a CSV or XLSX file of at most 20 MB and 200,000 lines.

        Nothing is imported yet: the answer says how it was understood. The table is held in memory
        for an hour.

        Status codes:
            201: How it was understood
            400: It is no table
            409: Too many tables wait at the moment
            413: It is too large
        """
        content = await read_body(self.request)
        sheet = await asyncio.to_thread(sheet_of, content)
        try:
            held = await self.context.imports.hold(self.viewer, sheet)
        except TooManyImportsError:
            raise ProblemError(HTTPStatus.CONFLICT, "too_many_imports") from None
        return json_response(await _details(self, held, Existing.FILL), HTTPStatus.CREATED)


class ImportResource(Resource):
    """One import."""

    rights = rules(GET=Right.CLIENTS_IMPORT, PUT=Right.CLIENTS_IMPORT, DELETE=Right.CLIENTS_IMPORT)

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        existing: Existing = Existing.FILL,
    ) -> r200[ImportDetails] | r400[ProblemDocument] | r404[ProblemDocument]:
        """How far it is; before it runs, what it would do.

        Status codes:
            200: The import
            404: You brought no such table
        """
        held = self.context.imports.find(self.viewer, id)
        if held is not None:
            return json_response(await _details(self, held, existing))
        async with self.context.database.read() as connection:
            job = await connection.run_sync(find_job, id, self.viewer.actor)
        if job is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "import_not_found")
        columns = [
            ColumnModel(heading=heading, field=name, samples=[])
            for heading, name in job.columns.items()
        ]
        model = ImportDetails(
            **ImportModel.of(job).model_dump(), columns=columns, would=None, broken=[]
        )
        return json_response(model)

    async def put(
        self,
        id: Id,  # noqa: A002
        /,
        wanted: ColumnsWanted,
    ) -> (
        r200[ImportDetails] | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]
    ):
        """Say what the columns are.

        Status codes:
            200: How it is understood now
            400: There is no such column or field
            403: A field is hidden from you
            404: You brought no such table
            409: It has run
        """
        held = _get(self, id)
        for name in wanted.columns.values():
            if not self.viewer.sees(name):
                raise ProblemError(HTTPStatus.FORBIDDEN, "field_hidden", name=shown(name))
            if not may_write(self.viewer, name):
                raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")
        try:
            await self.context.imports.set_columns(held, wanted.columns)
        except ColumnError as error:
            raise _of_column(error) from None
        except RanAlreadyError:
            raise ProblemError(HTTPStatus.CONFLICT, "import_ran") from None
        return json_response(await _details(self, held, Existing.FILL))

    async def delete(
        self,
        id: Id,  # noqa: A002
        /,
    ) -> r204 | r400[ProblemDocument] | r404[ProblemDocument]:
        """Forget the table, or stop where it runs: what was done until then stands.

        Status codes:
            204: It is stopped
            404: You brought no such table
        """
        await self.context.imports.stop(_get(self, id))
        return web.Response(status=HTTPStatus.NO_CONTENT)


class ImportRunResource(CardResource):
    """Doing it."""

    rights = rules(POST=Right.CLIENTS_IMPORT)

    async def post(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        wanted: RunWanted,
    ) -> r202[ImportModel] | Refused:
        """Begin. Ask for the import to see how far it is.

        Status codes:
            202: It has begun
            400: No column says who the clients are, or there are too many lines for all or none
            403: A field is hidden from you, or you may not give clients to that curator
            404: You brought no such table
            409: It has run
        """
        held = _get(self, id)
        order = Order(
            viewer=self.viewer, existing=wanted.existing, curator=self._curator(wanted.curator)
        )
        for name in held.job.columns.values():
            if not may_write(self.viewer, name):
                raise ProblemError(HTTPStatus.FORBIDDEN, "field_hidden", name=shown(name))
        try:
            await self.context.imports.run(held, wanted.mode, order)
        except ColumnError as error:
            raise _of_column(error) from None
        except RanAlreadyError:
            raise ProblemError(HTTPStatus.CONFLICT, "import_ran") from None
        except TooManyForAllError:
            raise ProblemError(
                HTTPStatus.BAD_REQUEST, "import_too_many_for_all", most=MOST_AT_ONCE
            ) from None
        return json_response(ImportModel.of(held.job), HTTPStatus.ACCEPTED)

    def _curator(self, wanted: str | None) -> str | None:
        viewer = self.viewer
        if wanted is None:
            return None if viewer.has(Right.CLIENTS_ASSIGN) else viewer.person
        if wanted == viewer.person and not viewer.is_operator:
            return wanted
        if not viewer.has(Right.CLIENTS_ASSIGN):
            raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")
        try:
            self.check_serving({CURATOR: wanted})
        except CannotServeError as error:
            raise cannot_serve(error) from None
        return wanted


def _get(resource: Resource, id_: UUID) -> Held:
    held = resource.context.imports.find(resource.viewer, id_)
    if held is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "import_not_found")
    return held


async def _details(resource: Resource, held: Held, existing: Existing) -> ImportDetails:
    language = language_of(resource.request)
    would, broken = None, held.broken
    if held.job.state is ImportState.PREVIEW:
        order = Order(viewer=resource.viewer, existing=existing)
        counts, broken = await resource.context.imports.work.preview(held, order)
        would = CountsModel.of(counts)
    return ImportDetails(
        **ImportModel.of(held.job).model_dump(),
        columns=list(_columns(held)),
        would=would,
        broken=[BrokenModel.of(one, language) for one in broken],
    )


def _columns(held: Held) -> Iterable[ColumnModel]:
    for position, heading in enumerate(held.sheet.columns):
        cells = (line.cells[position] for line in held.sheet.lines[:_SAMPLES])
        yield ColumnModel(
            heading=heading,
            field=held.job.columns.get(heading),
            samples=[cell[:80] for cell in cells],
        )


def _of_column(error: ColumnError) -> ProblemError:
    return ProblemError(
        HTTPStatus.BAD_REQUEST,
        f"import_{error.reason}",
        column=shown(error.column),
        **error.about,
    )


ROUTES: Final = (
    ("/api/v1/imports", ImportsResource),
    ("/api/v1/imports/{id}", ImportResource),
    ("/api/v1/imports/{id}/run", ImportRunResource),
)
