"""A day's recordings: announced, kept, and what lies in the storage and the PBX's folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from daemon.ledger.differences import Difference, DifferenceKind
from daemon.ledger.files import (
    ObjectState,
    look_at_object,
    objects_of,
    originals_of,
)
from daemon.ledger.matching import Window
from daemon.ledger.stored import (
    Announced,
    DayCall,
    Kept,
    calls_of_channels,
    known_names,
    known_paths,
    load_channels,
    load_recordings,
    load_waiting,
)
from recordings.finished import recording_id
from recordings.models import RecordingState
from recordings.storage import Storage
from recordings.threads import STORAGE, at_place
from store.database import Database

_WHOLE_SECONDS: Final = 900.0
"""For one file that is read to its end."""


@dataclass(slots=True)
class RecordedDay:
    """The day's recordings, counted and compared."""

    announced: int
    stored: int
    empty: int
    waiting: int
    expired: int
    differences: list[Difference]


async def check_recordings(
    day: date,
    calls: Sequence[DayCall],
    window: Window,
    *,
    database: Database,
    storage: Storage,
    folders: Mapping[str, Path],
) -> RecordedDay:
    """Of calls that are over. ``folders``: by PBX, where MixMonitor's files appear."""
    announced, kept = await load_recordings(database, [one.stored.id for one in calls])
    waiting = await load_waiting(database)
    found = _compare(announced, kept, waiting)
    try:
        found.differences += await _check_objects(kept, storage)
        found.differences += await _find_orphans(day, database, storage, waiting)
    except OSError as error:
        found.differences.append(_unreadable("storage", None, error))
    for pbx, folder in folders.items():
        try:
            found.differences += await _find_left(pbx, folder, window, database, waiting)
        except OSError as error:
            found.differences.append(_unreadable("folder", pbx, error))
    return found


def _compare(
    announced: Sequence[Announced], kept: Sequence[Kept], waiting: set[tuple[str, str]]
) -> RecordedDay:
    rows = {(one.pbx, one.name): one for one in kept}
    told = {(one.pbx, one.name): one for one in announced}
    states = [one.state for one in kept]
    day = RecordedDay(
        announced=len(rows.keys() | told.keys()),
        stored=states.count(RecordingState.STORED),
        empty=states.count(RecordingState.EMPTY),
        waiting=0,
        expired=states.count(RecordingState.EXPIRED),
        differences=[],
    )
    for key, one in told.items():
        if key in rows:
            continue
        if key in waiting:
            day.waiting += 1
        else:
            day.differences.append(_of_announced(one))
    for key, row in rows.items():
        if row.state == RecordingState.FAILED:
            day.differences.append(
                _of_kept(DifferenceKind.RECORDING_FAILED, row, error=row.error or "")
            )
        elif row.state == RecordingState.MISSING:
            if key in waiting:
                day.waiting += 1
            else:
                day.differences.append(_of_kept(DifferenceKind.RECORDING_MISSING, row))
    return day


async def _check_objects(kept: Sequence[Kept], storage: Storage) -> list[Difference]:
    """Each stored file is read whole, one after the other, on a thread."""
    found = []
    for row in kept:
        if row.state != RecordingState.STORED or row.path is None:
            continue
        state = await at_place(
            STORAGE,
            look_at_object,
            storage,
            row.path,
            row.sha256,
            row.size_bytes,
            seconds=_WHOLE_SECONDS,
        )
        if state is ObjectState.MISSING:
            found.append(_of_kept(DifferenceKind.OBJECT_MISSING, row))
        elif state is ObjectState.ALTERED:
            found.append(_of_kept(DifferenceKind.OBJECT_ALTERED, row))
    return found


async def _find_orphans(
    day: date, database: Database, storage: Storage, waiting: set[tuple[str, str]]
) -> list[Difference]:
    """Files under that date (UTC) that no recording has, nor one that waits."""
    paths = await at_place(STORAGE, objects_of, storage, day)
    lost = sorted(set(paths) - await known_paths(database, paths))
    if not lost:
        return []
    expected = {recording_id(pbx, name) for pbx, name in waiting}
    begin = datetime.combine(day, time(), UTC)
    channels = await load_channels(database, begin, begin + timedelta(days=1))
    found = []
    for path in lost:
        id_ = _id_in(path)
        if id_ is None or id_ not in expected:
            of = channels.get(id_) if id_ is not None else None
            found.append(
                Difference(
                    kind=DifferenceKind.ORPHAN,
                    pbx=None if of is None else of.pbx,
                    call_id=None if of is None else of.call_id,
                    recording_id=id_,
                    details={"file": path},
                )
            )
    return found


async def _find_left(
    pbx: str,
    folder: Path,
    window: Window,
    database: Database,
    waiting: set[tuple[str, str]],
) -> list[Difference]:
    originals = await at_place(
        pbx, originals_of, folder, max(window.begin, window.since), window.end, window.now
    )
    names = [one.name for one in originals]
    known = await known_names(database, pbx, names) | {name for of, name in waiting if of == pbx}
    left = [one for one in originals if one.name not in known]
    calls = await calls_of_channels(database, pbx, (one.name for one in left))
    return [
        Difference(
            kind=DifferenceKind.ORIGINAL_LEFT,
            pbx=pbx,
            call_id=calls.get(one.name),
            at=one.written_at,
            details={"file": one.name},
        )
        for one in left
    ]


def _of_announced(one: Announced) -> Difference:
    return Difference(
        kind=DifferenceKind.NOT_TAKEN_IN,
        pbx=one.pbx,
        call_id=one.call_id,
        recording_id=recording_id(one.pbx, one.name),
        at=one.started_at,
    )


def _of_kept(kind: DifferenceKind, row: Kept, **details: str) -> Difference:
    return Difference(
        kind=kind,
        pbx=row.pbx,
        call_id=row.call_id,
        recording_id=row.id,
        at=row.started_at,
        details=details,
    )


def _unreadable(what: str, pbx: str | None, error: OSError) -> Difference:
    reason = error.strerror or type(error).__name__
    return Difference(
        kind=DifferenceKind.UNREADABLE, pbx=pbx, details={"what": what, "reason": reason}
    )


def _id_in(path: str) -> UUID | None:
    try:
        return UUID(Path(path).stem)
    except ValueError:
        return None
