"""One import at work: the lines of a table onto cards, in transactions.

What ``good`` does is done in small transactions, between which calls are stored as ever. ``all`` is
one transaction: calls wait for it, which is why it is for so many lines only. A line is never half
done in either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

import structlog
from sqlalchemy import Connection

from crm.access import Right, allows_person
from crm.assigning import CannotServeError, check_may_get
from crm.audit import Action, AuditLog, Entry
from crm.categories import load_categories
from crm.changed import Way
from crm.custom_fields import load_custom_fields
from crm.import_jobs import Counts, ImportJob, ImportMode, ImportState, store_job
from crm.import_rows import Broken, ImportRow, Reader
from crm.imports import BrokenRowError, Existing, Importer, Outcome
from crm.numbers import NumberPlan
from crm.sheets import Sheet
from crm.short_codes import ShortCodes
from crm.staff import Staff
from crm.vault import Vault
from crm.writing import Writing
from daemon.api.still_good import has_same_rights
from daemon.api.viewer import Viewer
from daemon.staff import StaffBook
from store.database import Database

MOST_TOLD: Final = 500
"""Broken lines that are named."""
_BATCH: Final = 20

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Held:
    """A table that waits to be imported, or is."""

    job: ImportJob
    sheet: Sheet = field(repr=False)
    broken: list[Broken] = field(default_factory=list, repr=False)
    """The first of them."""
    used_at: float = 0.0
    stopped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be done with a table, and for whom."""

    viewer: Viewer
    existing: Existing
    curator: str | None = None
    """Of new cards whose line names none."""


class _AllOrNoneError(Exception):
    """A broken line, and all was asked: the transaction is undone."""

    def __init__(self, broken: list[Broken]) -> None:
        super().__init__("a line is broken")
        self.broken = broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What imports stand on."""

    database: Database
    vault: Vault = field(repr=False)
    codes: ShortCodes
    plan: NumberPlan
    staff: StaffBook
    audit: AuditLog

    async def read(self, held: Held, viewer: Viewer) -> tuple[list[ImportRow], list[Broken]]:
        """Every line as a row, or what is wrong with it. Of people of whom the importer may not
        know, there are none.
        """
        async with self.database.read() as connection:
            custom = await connection.run_sync(load_custom_fields)
            categories = await connection.run_sync(load_categories)
        reader = Reader(
            headings=held.sheet.columns,
            columns=held.job.columns,
            plan=self.plan,
            custom={one.key: one for one in custom},
            categories=[one.name for one in categories],
            people=[
                person.name
                for person in self.staff.now.people
                if person.is_active and _knows(viewer, person.name)
            ],
        )
        rows: list[ImportRow] = []
        broken: list[Broken] = []
        for n, line in enumerate(held.sheet.lines):
            read = reader.read(line)
            if isinstance(read, ImportRow):
                rows.append(read)
            else:
                broken.extend(read)
            if n % _BATCH == 0:
                # Calls have their turn.
                await asyncio.sleep(0)
        return rows, broken

    async def preview(self, held: Held, order: Order) -> tuple[Counts, list[Broken]]:
        """What would become of the lines; the first broken ones. Writes nothing."""
        rows, broken = await self.read(held, order.viewer)
        importer = self._importer(order)

        def look(connection: Connection) -> Counts:
            counts = Counts(broken=len({one.line for one in broken}))
            for row in rows:
                try:
                    counts = counted(counts, importer.would(connection, row))
                except BrokenRowError as error:
                    broken.append(error.broken)
                    counts = replace(counts, broken=counts.broken + 1)
            return counts

        async with self.database.read() as connection:
            counts = await connection.run_sync(look)
        return counts, sorted(broken, key=lambda one: one.line)[:MOST_TOLD]

    async def run(self, held: Held, order: Order) -> None:
        """All of it; ``held`` tells how far it is. It ends in one of the states of an end."""
        try:
            rows, broken = await self.read(held, order.viewer)
            held.broken = broken[:MOST_TOLD]
            lines = len({one.line for one in broken})
            held.job = replace(held.job, counts=Counts(done=lines, broken=lines))
            if held.job.mode is ImportMode.ALL:
                state = await self._all(held, order, rows)
            else:
                state = await self._good(held, order, rows)
            await self._end(held, order, state)
        except Exception:  # the importer is told, and the daemon goes on
            _log.exception("import failed", id=str(held.job.id))
            await self._end(held, order, ImportState.BROKEN_OFF)

    async def _good(self, held: Held, order: Order, rows: list[ImportRow]) -> ImportState:
        for batch in _batches(rows):
            # Who left meanwhile, or may no more what he might, brings nothing further.
            if held.stopped or not has_same_rights(self.staff.now, order.viewer):
                return ImportState.CANCELLED
            job = held.job

            def work(
                connection: Connection, batch: list[ImportRow] = batch, job: ImportJob = job
            ) -> tuple[ImportJob, list[Broken]]:
                counts, broken = self._apply(connection, order, batch, job)
                after = replace(job, counts=counts)
                store_job(connection, after)
                return after, broken

            held.job, broken = await self.database.write(work)
            held.broken = [*held.broken, *broken][:MOST_TOLD]
        return ImportState.DONE

    async def _all(self, held: Held, order: Order, rows: list[ImportRow]) -> ImportState:
        if held.broken:
            return ImportState.FAILED
        job = held.job

        def work(connection: Connection) -> ImportJob:
            counts, broken = self._apply(connection, order, rows, job)
            if broken:
                raise _AllOrNoneError(broken)
            return replace(job, counts=counts)

        try:
            held.job = await self.database.write(work)
        except _AllOrNoneError as error:
            held.broken = error.broken[:MOST_TOLD]
            lines = len(error.broken)
            held.job = replace(job, counts=Counts(done=lines, broken=lines))
            return ImportState.FAILED
        return ImportState.DONE

    def _apply(
        self, connection: Connection, order: Order, rows: list[ImportRow], job: ImportJob
    ) -> tuple[Counts, list[Broken]]:
        importer = self._importer(order)
        counts, broken = job.counts, list[Broken]()
        entries: list[Entry] = []
        for row in rows:
            try:
                id_, outcome = importer.apply(connection, row)
            except BrokenRowError as error:
                broken.append(error.broken)
                counts = replace(counts, done=counts.done + 1, broken=counts.broken + 1)
                continue
            counts = replace(counted(counts, outcome), done=counts.done + 1)
            if outcome is not Outcome.SAME:
                made = outcome is Outcome.CREATED
                action = Action.CLIENT_CREATED if made else Action.CLIENT_CHANGED
                entries.append(order.viewer.entry(action, client_id=id_, object=str(job.id)))
        self.audit.add(connection, *entries)
        return counts, broken

    async def _end(self, held: Held, order: Order, state: ImportState) -> None:
        """Over: the table is forgotten, its numbers with it."""
        job = held.job = replace(held.job, state=state, finished_at=datetime.now(UTC))
        held.sheet = replace(held.sheet, lines=())
        details = {
            "columns": sorted(set(job.columns.values())),
            "created": job.counts.created,
            "changed": job.counts.changed,
            "broken": job.counts.broken,
            "state": state.value,
        }
        count = job.counts.created + job.counts.changed
        entry = order.viewer.entry(
            Action.IMPORTED, object=str(job.id), count=count, details=details
        )

        def work(connection: Connection) -> None:
            store_job(connection, job)
            self.audit.add(connection, entry)

        await self.database.write(work)

    def _importer(self, order: Order) -> Importer:
        viewer = order.viewer
        return Importer(
            writing=Writing(
                vault=self.vault, actor=viewer.actor, at=datetime.now(UTC), way=Way.IMPORT
            ),
            codes=self.codes,
            existing=order.existing,
            curator=order.curator,
            known=viewer.within(Right.CLIENTS_READ),
            changeable=viewer.within(Right.CLIENTS_CHANGE),
            assignable=viewer.within(Right.CLIENTS_ASSIGN),
            may_get=partial(_may_get, self.staff.now, viewer),
            whole=lambda text: viewer.text(text) == text,
        )


def _knows(viewer: Viewer, name: str) -> bool:
    """Whether he may know of that person."""
    return name == viewer.person or any(
        allows_person(viewer.access, right, name)
        for right in (Right.PEOPLE_READ, Right.CLIENTS_ASSIGN)
    )


def _may_get(staff: Staff, viewer: Viewer, name: str) -> bool:
    """Whether that person may be given clients by him."""
    try:
        check_may_get(staff, viewer.access, [name])
    except CannotServeError:
        return False
    return True


def counted(counts: Counts, outcome: Outcome) -> Counts:
    """With one line more."""
    if outcome is Outcome.CREATED:
        return replace(counts, created=counts.created + 1)
    if outcome is Outcome.CHANGED:
        return replace(counts, changed=counts.changed + 1)
    return counts


def _batches(rows: list[ImportRow]) -> Iterator[list[ImportRow]]:
    for first in range(0, len(rows), _BATCH):
        yield rows[first : first + _BATCH]
