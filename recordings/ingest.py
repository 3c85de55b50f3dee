"""From ``recording.finished`` to a stored recording: safe to repeat at any point.

The order is what keeps sound from being lost: write the stereo file, read it back, commit the
row, and only then delete the originals. Whatever happens in between, the next try finds either
the originals or the row.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

import structlog

from config.settings import Settings
from recordings.encoder import Encoder
from recordings.errors import REMEDIES, ErrorCode, RecordingError
from recordings.finished import RecordingFinished
from recordings.job import Stored, StoreJob
from recordings.models import RecordingState
from recordings.original import Condition
from recordings.pair import Pair, Patience, discard, look_at_pair, settled
from recordings.queries import Recording, find_recording, save, save_failure
from recordings.storage import open_storage
from store.database import Database

_FINAL = {ErrorCode.BAD_NAME, ErrorCode.ORIGINAL_CORRUPT}
"""Trying again would end the same way."""
_DEFAULT_PATIENCE = Patience()

_log = structlog.get_logger(__name__)


class RecordingIngest:
    """Handles ``recording.finished``. Raises ``RecordingError`` where a later try can succeed."""

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
        self._folders = {pbx.name: pbx.recordings_folder for pbx in settings.pbx}
        self._database = database
        self._encoder = encoder
        self._patience = patience
        self._running: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
        self._troubles: set[ErrorCode] = set()

    async def __call__(self, payload: Mapping[str, Any]) -> None:
        """Handle one delivery; the same one may come again, or twice at once."""
        finished = RecordingFinished.from_payload(payload)
        lock = self._running.setdefault(finished.recording_id, asyncio.Lock())
        async with lock:
            try:
                await self._ingest(finished)
            except RecordingError as error:
                await self._failed(finished, error)
                if error.code not in _FINAL:
                    raise

    async def _ingest(self, finished: RecordingFinished) -> None:
        folder = self._folder(finished)
        first = await asyncio.to_thread(look_at_pair, folder, finished.name)
        # Only where an earlier try may have come as far as deleting is its row asked for.
        if first.any(Condition.ABSENT) or not os.access(folder, os.W_OK):
            async with self._database.read() as connection:
                row = await find_recording(connection, finished.recording_id)
            if row is not None and row.state in {RecordingState.STORED, RecordingState.EMPTY}:
                await self._discard(first, row)
                return
        pair = await settled(first, folder, finished.name, self._patience, finished.ended_at)
        if pair.has_sound:
            await self._store(finished, pair)
        elif pair.any(Condition.CORRUPT):
            raise RecordingError(ErrorCode.ORIGINAL_CORRUPT, "the originals cannot be read as wav")
        elif pair.is_absent:
            await self._missing(finished)
        else:
            row = finished.record(state=RecordingState.EMPTY)
            await self._database.write(lambda connection: save(connection, row))
            await self._discard(pair, row)

    async def _store(self, finished: RecordingFinished, pair: Pair) -> None:
        job = StoreJob(
            recording=finished.recording_id,
            customer=pair.customer.path,
            company=pair.company.path,
            storage=self._settings.storage,
            key=finished.key(self._settings.format),
            codec=self._settings.format,
        )
        stored = await self._encoder.store(job)
        row = _stored_row(finished, stored, job.key)
        await self._database.write(lambda connection: save(connection, row, stored.peaks))
        self._say_recovered()
        if row.error is not None:
            _say("recording stored with one side lost", finished, row.error)
        await self._discard(Pair(stored.customer, stored.company), row)

    async def _missing(self, finished: RecordingFinished) -> None:
        row = finished.record(state=RecordingState.MISSING, error=ErrorCode.ORIGINAL_MISSING)
        await self._database.write(lambda connection: save(connection, row))
        _say("recording is missing", finished, ErrorCode.ORIGINAL_MISSING)

    async def _discard(self, pair: Pair, row: Recording) -> None:
        """Delete the originals of a finished row; of a damaged pair they are kept for a look."""
        if row.error is None and not self._settings.keep_originals:
            await asyncio.to_thread(discard, pair)

    async def _failed(self, finished: RecordingFinished, error: RecordingError) -> None:
        """Note it in the row, and say each kind of trouble once until it is over."""
        if error.code in _FINAL or error.code not in self._troubles:
            _say("recording not stored", finished, error.code, reason=error.detail)
        if error.code not in _FINAL:
            self._troubles.add(error.code)
        row = finished.record(state=RecordingState.FAILED, error=error.code)
        await self._database.write(lambda connection: save_failure(connection, row))

    def _say_recovered(self) -> None:
        if self._troubles:
            self._troubles.clear()
            _log.info("recordings are stored again")

    def _folder(self, finished: RecordingFinished) -> Path:
        if not finished.name_is_plain:
            raise RecordingError(ErrorCode.BAD_NAME, "the announced name is not a file name")
        folder = self._folders.get(finished.pbx)
        if folder is None:
            raise RecordingError(
                ErrorCode.FOLDER_MISSING, f"pbx {finished.pbx!r} has no recordings_folder"
            )
        return folder


def _stored_row(finished: RecordingFinished, stored: Stored, key: str) -> Recording:
    pair = Pair(stored.customer, stored.company)
    error = None
    if pair.any(Condition.CORRUPT):
        error = ErrorCode.ORIGINAL_CORRUPT
    elif pair.any(Condition.ABSENT):
        error = ErrorCode.ORIGINAL_MISSING
    written_at = datetime.fromtimestamp(max(side.modified_ns for side in pair.sides) / 1e9, UTC)
    began_at = written_at - timedelta(seconds=stored.duration_seconds)
    return finished.record(
        state=RecordingState.STORED,
        error=error,
        truncated=pair.any(Condition.UNFINISHED) or error is not None,
        path=key,
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
        sample_rate=stored.sample_rate,
        duration_seconds=stored.duration_seconds,
        customer_silent=stored.customer_silent,
        company_silent=stored.company_silent,
        started_at=finished.started_at or began_at,
        stored_at=datetime.now(UTC),
    )


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
