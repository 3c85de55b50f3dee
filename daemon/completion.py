"""Calls completed from the PBX's own log: what it knows better than what is stored is written."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from config.settings import PbxSettings
from crm.vault import Vault
from daemon.calls.call import Call, RecordingRef
from daemon.calls.dialplan import recording_name
from daemon.calls.directory import Directory
from daemon.calls.reconcile import lacks, reconcile
from daemon.calls.tracker import Tracker
from daemon.cel.folding import fold_log
from daemon.cel.source import CelSource
from daemon.history.known import find_known
from daemon.history.writer import HistoryWriter
from recordings.threads import at_place
from store.database import Database

_BREATH_SECONDS: Final = 0.002
_FOLDER_SECONDS: Final = 10.0
_UNWRITABLE: Final = (IntegrityError, DataError, ProgrammingError, TypeError, ValueError)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Missed:
    """Of what the log is asked."""

    since: datetime
    partial: Mapping[UUID, Call]
    """Calls that were watched in part and are over."""
    let_go: Set[UUID] = frozenset()
    """Calls that were watched, and whose records nobody kept."""
    looked_at: datetime | None = None
    """When the PBX last said what runs (its clock); ``None``: not known."""


class Completion:
    """Reads one PBX's log and completes what was missed; what was seen whole stays as it is."""

    def __init__(
        self,
        pbx: PbxSettings,
        log: CelSource,
        directory: Directory,
        *,
        tracker: Tracker,
        database: Database,
        vault: Vault,
        writer: HistoryWriter,
    ) -> None:
        self._pbx = pbx
        self._log = log
        self._directory = directory
        self._tracker = tracker
        self._database = database
        self._vault = vault
        self._writer = writer
        self._mute = False

    async def run(self, missed: Missed) -> int:
        """Fold the log, and store what it knows better; how many calls those were.

        Calls that are being watched are left to that. Raises OSError and CelColumnsError where the
        log cannot be read.
        """
        stored, self._mute = 0, False
        with fold_log(self._pbx, self._log, self._directory, missed.since) as folding:
            while (stretch := await asyncio.to_thread(folding.next)) is not None:
                calls = stretch.calls
                if stretch.left_open and missed.looked_at is not None:
                    # What began after the last look may run: its sound is still being written.
                    calls = [call for call in calls if call.started_at < missed.looked_at]
                stored += await self._store(calls, missed)
                # The calls of the present come first: what waits for the writer gets in between.
                await asyncio.sleep(_BREATH_SECONDS)
        return stored

    async def _store(self, ended: Iterable[Call], missed: Missed) -> int:
        watched = self._watched()
        wanted: list[tuple[Call, list[Call]]] = []
        linkedids: set[str] = set()
        for call in ended:
            seen = _same(call, missed.partial.values())
            if not call.seen_whole or (call.ended_at is not None and call.ended_at < missed.since):
                continue
            kept = call.id not in missed.let_go and self._is_recent(call)
            if not seen and (call.linkedids & watched or kept):
                continue
            wanted.append((call, seen))
            linkedids |= call.linkedids
        if not wanted:
            return 0
        async with self._database.read() as connection:
            known = await connection.run_sync(find_known, self._vault, self._pbx.name, linkedids)
        better, merged = [], {}
        for call, seen in wanted:
            before = _same(call, known) or seen
            # Whoever saw nothing but the end of it may have been killed before he completed it.
            whole = before and all(one.complete and not lacks(one, call) for one in before)
            if whole and not seen:
                continue
            [best, *others] = reconcile(before, [call])
            if not others and best not in before:
                better.append(best)
                merged.update({one.id: best.id for one in before if one.id != best.id})
        return await self._write(await self._recorded(better), merged)

    async def _recorded(self, calls: list[Call]) -> list[Call]:
        """With their recordings; as they are where the folder does not answer: the ledger finds
        what is left there."""
        if self._mute:
            return calls
        try:
            return await at_place(
                self._pbx.name, self._with_recordings, calls, seconds=_FOLDER_SECONDS
            )
        except OSError as error:
            # Asked once: thousands of calls are not to wait for it one after another.
            self._mute = True
            kind = type(error).__name__
            _log.warning("folder of recordings does not answer", pbx=self._pbx.name, error=kind)
            return calls

    async def _write(self, calls: list[Call], merged: Mapping[UUID, UUID]) -> int:
        """In one transaction, or one by one where the database will not take one of them."""
        if not calls:
            return 0
        try:
            await self._writer.write(calls, merged, reconciled=True)
        except _UNWRITABLE as error:
            if len(calls) > 1:
                one_by_one = [(c, {a: b for a, b in merged.items() if b == c.id}) for c in calls]
                return sum([await self._write([call], into) for call, into in one_by_one])
            name, kind = str(calls[0].id), type(error).__name__
            _log.error("call could not be stored", call_id=name, error=kind)
            return 0
        return len(calls)

    def _watched(self) -> set[str]:
        """Linkedids of the calls that run now and are watched."""
        running = (self._tracker.call(id_) for id_ in self._tracker.running())
        return {linkedid for call in running for linkedid in call.linkedids}

    def _is_recent(self, call: Call) -> bool:
        """Whether it was watched and has just ended: its record is on the way."""
        try:
            self._tracker.call(call.id)
        except KeyError:
            return False
        return True

    def _with_recordings(self, calls: list[Call]) -> list[Call]:
        """The log knows of no recording; its name follows from the channel. Looks for files."""
        folder = self._pbx.recordings_folder
        if folder is None:
            return calls
        return [
            call if call.recordings else replace(call, recordings=tuple(_recordings(call, folder)))
            for call in calls
        ]


def _same(logged: Call, calls: Iterable[Call]) -> list[Call]:
    """Those of which a logged call tells."""
    return [call for call in calls if call.id == logged.id or call.linkedids & logged.linkedids]


def _recordings(call: Call, folder: Path) -> Iterator[RecordingRef]:
    for leg in call.legs:
        name = recording_name(leg.channel)
        if any((folder / f"{name}.{side}.wav").is_file() for side in ("rx", "tx")):
            yield RecordingRef(channel=leg.channel, name=name, started_at=leg.started_at)
