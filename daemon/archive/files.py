"""The outbox's handler of ``recording.erased``: files go, however often it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import delete

from config.settings import Settings
from daemon.outbox.queue import Payload
from daemon.outbox.worker import Outcome
from recordings.finished import RecordingFinished
from recordings.models import RecordingState, recording
from recordings.storage import Storage
from recordings.threads import STORAGE, at_place
from store.database import Database

_SUFFIXES: Final = ("flac", "opus")
_SIDES: Final = ("rx", "tx")


class ErasedRecordings:
    """Deletes what the storage and the PBX's folder hold of recordings that are to go."""

    def __init__(self, settings: Settings, database: Database, storage: Storage) -> None:
        self._folders: Mapping[str, Path] = {
            pbx.name: pbx.recordings_folder for pbx in settings.pbx if pbx.recordings_folder
        }
        self._database = database
        self._storage = storage

    async def __call__(self, payloads: Sequence[Payload]) -> list[Outcome]:
        """The outcome of each; one that fails is tried again and holds up no other."""
        return await asyncio.gather(*(self._erase(payload) for payload in payloads))

    async def _erase(self, payload: Payload) -> Outcome:
        finished = RecordingFinished.from_payload(payload)
        try:
            await at_place(STORAGE, self._delete_stored, finished, payload.get("path"))
            await at_place(finished.pbx, self._delete_originals, finished)
        except OSError as error:
            return error
        # Who took it in meanwhile has stored its row anew; one that expired keeps its row.
        mine = delete(recording).where(
            recording.c.id == finished.recording_id,
            recording.c.state != RecordingState.EXPIRED.value,
        )
        await self._database.write(lambda connection: connection.execute(mine) and None)
        return None

    def _delete_stored(self, finished: RecordingFinished, path: str | None) -> None:
        keys = {finished.key(suffix) for suffix in _SUFFIXES} | ({path} if path else set())
        for key in sorted(keys):
            self._storage.delete(key)

    def _delete_originals(self, finished: RecordingFinished) -> None:
        folder = self._folders.get(finished.pbx)
        if folder is not None and finished.name_is_plain:
            for side in _SIDES:
                (folder / f"{finished.name}.{side}.wav").unlink(missing_ok=True)
