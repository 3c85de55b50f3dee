"""From ``recording.finished`` to a stored recording: safe to repeat at any point.

The order is what keeps sound from being lost: write the stereo file, read it back, commit the
row, and only then delete the originals. Whatever happens in between, the next try finds either
the originals or the row.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from config.settings import Settings
from recordings.delivery import Delivery
from recordings.encoder import Encoder
from recordings.errors import REMEDIES, ErrorCode, RecordingError
from recordings.finished import RecordingFinished
from recordings.job import Patience, Reason, StoreJob
from recordings.models import RecordingState
from recordings.queries import find_states, save_all, save_failure
from recordings.storage import open_storage
from store.database import Database

Result = Exception | timedelta | None
"""``None``: done. A duration: not yet, come again after it. An exception: a later try may do."""

_Save = Callable[[Connection, Sequence[Delivery]], None]
_DEFAULT_PATIENCE = Patience()
_LOST_SIDE = "recording stored with one side lost"
_MISSING = "recording is missing"

_log = structlog.get_logger(__name__)


class RecordingIngest:
    """Handles ``recording.finished``, many at a time; one that fails holds up no other."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        encoder: Encoder,
        patience: Patience = _DEFAULT_PATIENCE,
    ) -> None:
        # A wrong URL is told at start rather than at the first call: StorageUrlError.
        open_storage(settings.recordings.storage)
        self._settings = settings.recordings
        self._folders = {
            pbx.name: str(pbx.recordings_folder) for pbx in settings.pbx if pbx.recordings_folder
        }
        self._database = database
        self._encoder = encoder
        self._patience = patience
        self._working = asyncio.Lock()
        self._troubles: set[ErrorCode] = set()

    def settle(self, settings: Settings) -> None:
        """Other formats from now on; what was stored stays as it is."""
        self._settings = settings.recordings

    async def __call__(self, payloads: Sequence[Mapping[str, Any]]) -> list[Result]:
        """The result of each payload; the same one may come again, or twice at once."""
        read = [_read(payload) for payload in payloads]
        batch = {one.recording_id: Delivery(one) for one in read if not isinstance(one, Exception)}
        async with self._working:
            await self._ingest(batch.values())
        return [
            one if isinstance(one, Exception) else self._result(batch[one.recording_id])
            for one in read
        ]

    def _result(self, one: Delivery) -> Result:
        if one.is_waiting:
            return timedelta(seconds=self._patience.poll)
        return None if one.is_final else one.error

    async def _ingest(self, batch: Iterable[Delivery]) -> None:
        for one in batch:
            self._prepare(one)
        await self._store([one for one in batch if one.job is not None])
        await self._commit(_save_all, [one for one in batch if one.row is not None])
        if not self._settings.keep_originals:
            await self._discard(batch)
        self._say(batch)
        await self._commit(_save_failures, [one for one in batch if one.error is not None])

    def _prepare(self, one: Delivery) -> None:
        finished = one.finished
        folder = self._folders.get(finished.pbx)
        if not finished.name_is_plain:
            detail = "the announced name is not a file name"
            one.error = RecordingError(ErrorCode.BAD_NAME, detail)
        elif folder is None:
            detail = f"pbx {finished.pbx!r} has no recordings_folder"
            one.error = RecordingError(ErrorCode.FOLDER_MISSING, detail)
        else:
            one.job = StoreJob(
                recording=str(finished.recording_id),
                folder=folder,
                name=finished.name,
                storage=self._settings.storage,
                key=finished.key(self._settings.format),
                codec=self._settings.format,
                patience=self._patience,
                ended_at=finished.ended_at.timestamp() if finished.ended_at else None,
            )

    async def _store(self, batch: Sequence[Delivery]) -> None:
        await self._do_jobs(batch)
        partial = [one for one in batch if one.reason is Reason.PARTIAL]
        if not partial:
            return
        # An earlier try may have come as far as deleting: what it stored must stay.
        async with self._database.read() as connection:
            states = await find_states(connection, [one.finished.recording_id for one in partial])
        for one in partial:
            state, error = states.get(one.finished.recording_id, (None, None))
            if state in {RecordingState.STORED, RecordingState.EMPTY, RecordingState.EXPIRED}:
                one.job = one.job if error is None else None
            elif one.job is not None:
                one.job = one.job._replace(take_partial=True)
        await self._do_jobs([one for one in partial if one.job and one.job.take_partial])

    async def _do_jobs(self, batch: Sequence[Delivery]) -> None:
        outcomes = await self._encoder.do([one.job for one in batch if one.job is not None])
        for one, outcome in zip(batch, outcomes, strict=True):
            one.take(outcome)

    async def _commit(self, save: _Save, batch: Sequence[Delivery]) -> None:
        """In one transaction; but one that cannot be saved must not take the others with it."""
        if not batch:
            return
        try:
            await self._database.write(lambda connection: save(connection, batch))
        except Exception as error:
            if len(batch) == 1:
                batch[0].error = error
                return
            for one in batch:
                await self._commit(save, [one])

    async def _discard(self, batch: Iterable[Delivery]) -> None:
        jobs = [(one, job) for one in batch if (job := one.discard_job()) is not None]
        outcomes = await self._encoder.do([job for _, job in jobs])
        for (one, _), outcome in zip(jobs, outcomes, strict=True):
            if isinstance(outcome, RecordingError):
                one.error = outcome

    def _say(self, batch: Iterable[Delivery]) -> None:
        """Each kind of trouble that can pass is said once, until it is over."""
        passing: set[ErrorCode] = set()
        for one in batch:
            if isinstance(one.error, RecordingError):
                code = one.error.code
                if one.is_final or code not in self._troubles | passing:
                    _say("recording not stored", one.finished, code, reason=one.error.detail)
                if not one.is_final:
                    passing.add(code)
            elif one.row is not None and one.row.error is not None and one.error is None:
                stored = one.row.state is RecordingState.STORED
                message = (
                    "recording stored with one side lost" if stored else "recording is missing"
                )
                _say(message, one.finished, one.row.error)
        self._troubles |= passing
        if self._troubles and not passing and any(one.is_stored for one in batch):
            self._troubles.clear()
            _log.info("recordings are stored again")


def _read(payload: Mapping[str, Any]) -> RecordingFinished | Exception:
    try:
        return RecordingFinished.from_payload(payload)
    except (LookupError, TypeError, ValueError) as error:
        return error


def _save_all(connection: Connection, batch: Sequence[Delivery]) -> None:
    save_all(connection, [(one.row, one.peaks) for one in batch if one.row is not None])


def _save_failures(connection: Connection, batch: Sequence[Delivery]) -> None:
    for one in batch:
        if isinstance(one.error, RecordingError):
            row = one.finished.record(state=RecordingState.FAILED, error=one.error.code)
            save_failure(connection, row)


def _say(message: str, finished: RecordingFinished, code: ErrorCode, **fields: str) -> None:
    """One line that says what to do; ids only."""
    _log.error(
        message,
        call=str(finished.call_id),
        recording=str(finished.recording_id),
        pbx=finished.pbx,
        error=code.value,
        **fields,
        remedy=REMEDIES[code],
    )
