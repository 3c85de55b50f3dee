"""Imports: a table is held in memory until its columns are agreed on, and then is done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from crm.access import Right
from crm.custom_fields import load_custom_fields
from crm.fields import CURATOR, DEPUTY
from crm.import_columns import check, guess
from crm.import_jobs import Counts, ImportJob, ImportMode, ImportState, break_off, store_job
from crm.sheets import Sheet
from daemon.api.viewer import Viewer
from daemon.exchange.import_run import Held, Order, Work
from store.ids import uuid7

MOST_AT_ONCE: Final = 5_000
"""Lines of one transaction, where all or none is asked."""
_KEPT_SECONDS: Final = 3600.0
"""A table that nobody runs is forgotten after this."""
_MOST_HELD: Final = 10


class TooManyForAllError(Exception):
    """More lines than one transaction takes."""


class TooManyImportsError(Exception):
    """Others' tables wait, and there is no room for one more."""


class RanAlreadyError(Exception):
    """It runs, or has."""


class Imports:
    """One for the daemon. Tables are in memory alone: they hold numbers."""

    def __init__(self, work: Work, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.work = work
        self._monotonic = monotonic
        self._held: dict[UUID, Held] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def take_up(self) -> None:
        """What an earlier run left is over; once, at the start."""
        now = datetime.now(UTC)
        await self.work.database.write(lambda connection: break_off(connection, now))

    async def hold(self, viewer: Viewer, sheet: Sheet) -> Held:
        """Take a table, with its columns guessed; his last one that did not run is forgotten.

        ``TooManyImportsError``.
        """
        self._forget(viewer.actor)
        if len(self._held) >= _MOST_HELD:
            raise TooManyImportsError
        async with self.work.database.read() as connection:
            custom = await connection.run_sync(load_custom_fields)
        columns = guess(sheet.columns, {one.label: one.key for one in custom})
        job = ImportJob(
            id=uuid7(),
            actor=viewer.actor,
            at=datetime.now(UTC),
            state=ImportState.PREVIEW,
            columns={heading: name for heading, name in columns.items() if may_write(viewer, name)},
            mode=ImportMode.GOOD,
            rows=len(sheet.lines),
            counts=Counts(),
            finished_at=None,
        )
        held = Held(job, sheet, used_at=self._monotonic())
        await self._store(held, job)
        self._held[job.id] = held
        return held

    def find(self, viewer: Viewer, id_: UUID) -> Held | None:
        """His table of this id, if it is still held."""
        held = self._held.get(id_)
        if held is None or held.job.actor != viewer.actor:
            return None
        held.used_at = self._monotonic()
        return held

    async def set_columns(self, held: Held, wanted: Mapping[str, str]) -> None:
        """Say what the columns are. ``ColumnError``, ``RanAlreadyError``."""
        _refuse_if_run(held)
        async with self.work.database.read() as connection:
            custom = await connection.run_sync(load_custom_fields)
        columns = check(held.sheet.columns, wanted, [one.key for one in custom])
        await self._store(held, replace(held.job, columns=columns))

    async def run(self, held: Held, mode: ImportMode, order: Order) -> None:
        """Begin; ``held`` tells how far it is.

        ``ColumnError``, ``RanAlreadyError``, ``TooManyForAllError``.
        """
        _refuse_if_run(held)
        await self.set_columns(held, held.job.columns)
        if mode is ImportMode.ALL and len(held.sheet.lines) > MOST_AT_ONCE:
            raise TooManyForAllError
        await self._store(held, replace(held.job, state=ImportState.RUNNING, mode=mode))
        task = asyncio.create_task(self.work.run(held, order), name="import")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def stop(self, held: Held) -> None:
        """Do no further line; a table that does not run is forgotten."""
        held.stopped = True
        if held.job.state is ImportState.PREVIEW:
            self._held.pop(held.job.id, None)
            ended = replace(held.job, state=ImportState.CANCELLED, finished_at=datetime.now(UTC))
            await self._store(held, ended)

    async def close(self) -> None:
        """The daemon ends: what runs stops between two transactions."""
        for held in self._held.values():
            held.stopped = True
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _store(self, held: Held, job: ImportJob) -> None:
        held.job = job
        await self.work.database.write(lambda connection: store_job(connection, job))

    def _forget(self, actor: str) -> None:
        """Tables that nobody asks for, those that are done, and this person's own."""
        old = self._monotonic() - _KEPT_SECONDS
        for id_, held in list(self._held.items()):
            if held.job.state is not ImportState.RUNNING and (
                held.job.actor == actor or held.used_at < old
            ):
                del self._held[id_]


def may_write(viewer: Viewer, name: str) -> bool:
    """Whether that person may bring values of a field."""
    return viewer.sees(name) and (name not in {CURATOR, DEPUTY} or viewer.has(Right.CLIENTS_ASSIGN))


def _refuse_if_run(held: Held) -> None:
    if held.job.state is not ImportState.PREVIEW:
        raise RanAlreadyError
