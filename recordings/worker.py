"""The encoder's process, ``python -m recordings.worker``: a line of jobs in, their outcomes out.

It runs at low priority, so that telephony comes first, and ends with the daemon: end of input.
numpy and libsndfile are loaded here and never in the daemon.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, TypeVar

from recordings.errors import ErrorCode, RecordingError, from_os_error
from recordings.job import (
    DiscardJob,
    Job,
    MeasureJob,
    Outcome,
    Reason,
    Stored,
    StoreJob,
    Unstored,
    jobs_from_line,
    outcomes_to_line,
)
from recordings.measure import measure
from recordings.mixdown import Codec, Mixdown, mix, read_back
from recordings.original import Condition
from recordings.pair import Pair, Watch, discard, look_at_pair
from recordings.storage import Storage, open_storage

NICE = 10

A = TypeVar("A")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Draft:
    """A stereo file that is written and not proved yet."""

    job: StoreJob
    pair: Pair
    mixdown: Mixdown
    path: Path
    storage: Storage


class Workshop:
    """Does the jobs of one line together: what they write reaches the disk in one go."""

    def __init__(self, storage_at: Callable[[str], Storage] = open_storage) -> None:
        self._storage_at = lru_cache(storage_at)
        self._watch = Watch()

    def do(self, jobs: Sequence[Job]) -> list[Outcome]:
        """The outcome of each. The originals are only ever read, but for ``DiscardJob``."""
        begun = [_safely(self._begin, job) for job in jobs]
        put = [_safely(_put, one) if isinstance(one, _Draft) else one for one in begun]
        storages = {one.storage for one in put if isinstance(one, _Draft)}
        trouble = _safely(_sync, storages)
        return [trouble or _safely(_prove, one) if isinstance(one, _Draft) else one for one in put]

    def _begin(self, job: Job) -> _Draft | Unstored | Stored | None:
        if isinstance(job, DiscardJob):
            discard(job.folder, job.name, job.seen)
            return None
        if isinstance(job, MeasureJob):
            return _measured(self._storage_at(job.storage), job.key)
        pair = look_at_pair(job.folder, job.name)
        reason = self._reason_to_leave(job, pair)
        if reason is not None:
            return Unstored(reason, pair.seen)
        return _draw(job, pair, self._storage_at(job.storage))

    def _reason_to_leave(self, job: StoreJob, pair: Pair) -> Reason | None:
        if not job.take_partial and (
            pair.any(Condition.ABSENT) or not os.access(job.folder, os.W_OK)
        ):
            return Reason.PARTIAL
        if not self._watch.is_settled(job.recording, pair, job.patience, job.ended_at):
            return Reason.WAITING
        if pair.has_sound:
            return None
        if pair.any(Condition.CORRUPT):
            raise RecordingError(ErrorCode.ORIGINAL_CORRUPT, "the originals cannot be read as wav")
        return Reason.MISSING if pair.is_absent else Reason.EMPTY


def _draw(job: StoreJob, pair: Pair, storage: Storage) -> _Draft:
    try:
        path = storage.spool() / f"{job.recording}.part"
    except OSError as error:
        raise from_os_error(error, "cannot write into the storage") from error
    try:
        mixdown = mix(pair.customer, pair.company, path, Codec(job.codec))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return _Draft(job, pair, mixdown, path, storage)


def _put(draft: _Draft) -> _Draft:
    try:
        draft.storage.put(draft.job.key, draft.path)
    except OSError as error:
        draft.path.unlink(missing_ok=True)
        raise from_os_error(error, "cannot write into the storage") from error
    return draft


def _sync(storages: Iterable[Storage]) -> None:
    try:
        for storage in storages:
            storage.sync()
    except OSError as error:
        raise from_os_error(error, "cannot write into the storage") from error


def _prove(draft: _Draft) -> Stored:
    """Read back what was stored, and look whether the originals are still as they were."""
    job, pair, mixdown = draft.job, draft.pair, draft.mixdown
    try:
        with draft.storage.get(job.key) as stored:
            read_back(mixdown, stored)
    except OSError as error:
        raise from_os_error(error, "cannot read the stored file") from error
    if look_at_pair(job.folder, job.name) != pair:
        raise RecordingError(ErrorCode.ORIGINAL_CHANGED, "the originals grew meanwhile")
    lost = _lost(pair)
    return Stored(
        seen=pair.seen,
        written_at=pair.modified_at,
        truncated=lost is not None or pair.any(Condition.UNFINISHED),
        lost=lost,
        sha256=mixdown.sha256.hex(),
        size_bytes=mixdown.size_bytes,
        sample_rate=mixdown.stereo.sample_rate,
        duration_seconds=mixdown.duration_seconds,
        customer_silent=mixdown.waveform.left_silent,
        company_silent=mixdown.waveform.right_silent,
        peaks=mixdown.waveform.peaks.hex(),
    )


def _measured(storage: Storage, key: str) -> Stored:
    try:
        with storage.get(key) as path:
            found = measure(path)
    except OSError as error:
        raise from_os_error(error, "cannot read the stored file") from error
    return Stored(
        seen="",
        written_at=found.written_at,
        truncated=False,
        lost=None,
        sha256=found.sha256.hex(),
        size_bytes=found.size_bytes,
        sample_rate=found.sample_rate,
        duration_seconds=found.frames / found.sample_rate,
        customer_silent=found.waveform.left_silent,
        company_silent=found.waveform.right_silent,
        peaks=found.waveform.peaks.hex(),
    )


def _lost(pair: Pair) -> ErrorCode | None:
    """Why a pair with sound has one side only."""
    if pair.any(Condition.CORRUPT):
        return ErrorCode.ORIGINAL_CORRUPT
    return ErrorCode.ORIGINAL_MISSING if pair.any(Condition.ABSENT) else None


def _safely(step: Callable[[A], T], argument: A) -> T | RecordingError:
    """No job ends the process, or another job."""
    try:
        return step(argument)
    except RecordingError as error:
        return error
    except Exception as error:
        traceback.print_exc()
        return RecordingError(ErrorCode.INTERNAL, type(error).__name__)


def serve(jobs: BinaryIO, outcomes: BinaryIO) -> None:
    """Answer each line with a line until the input ends."""
    workshop = Workshop()
    for line in jobs:
        outcomes.write(outcomes_to_line(workshop.do(jobs_from_line(line))))
        outcomes.flush()


def main() -> None:
    """Serve the daemon that started this process."""
    os.nice(NICE)
    # Whatever a library prints must not stand between two outcomes.
    outcomes = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        serve(sys.stdin.buffer, outcomes)
    except BrokenPipeError:
        # The daemon was killed: nobody waits for it, and the next run does the job again. What is
        # still in the buffer would raise the same once more at an orderly exit.
        os._exit(0)


if __name__ == "__main__":
    main()
