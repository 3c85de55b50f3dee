"""The two originals of one recording, and the wait until Asterisk is done with them."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from recordings.errors import ErrorCode, RecordingError, from_os_error
from recordings.original import Condition, Original, look

_OLD_SECONDS = 60.0
"""Files untouched for this long are nobody's work in progress."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What MixMonitor wrote on one channel: ``r`` the customer, ``t`` what he heard."""

    customer: Original
    company: Original

    @property
    def sides(self) -> tuple[Original, Original]:
        """Customer, company."""
        return self.customer, self.company

    @property
    def has_sound(self) -> bool:
        """At least one side can be stored."""
        return any(side.has_sound for side in self.sides)

    def any(self, condition: Condition) -> bool:
        """One side or both are like this."""
        return condition in {side.condition for side in self.sides}

    @property
    def is_finished(self) -> bool:
        """Asterisk closed both files, and there is sound in both."""
        return all(side.condition is Condition.FINISHED for side in self.sides)

    @property
    def is_absent(self) -> bool:
        """Neither file is there."""
        return all(side.condition is Condition.ABSENT for side in self.sides)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long files may take after the end of their call, in seconds."""

    settle: float = 1.0
    """A file without sound that stays so is empty. Asterisk may hold the first 32 KiB back."""
    stall: float = 5.0
    """A file that is absent, or unfinished and not growing, for this long stays like that."""
    limit: float = 30.0
    """One that still grows after this is tried again later."""
    poll: float = 0.1


def look_at_pair(folder: Path, name: str) -> Pair:
    """Both files as they are now. Raises ``RecordingError``, also for a folder that is gone."""
    pair = Pair(look(folder / f"{name}.rx.wav"), look(folder / f"{name}.tx.wav"))
    if pair.any(Condition.ABSENT) and not folder.is_dir():
        raise RecordingError(
            ErrorCode.FOLDER_MISSING, f"pbx.recordings_folder: {folder} is not a folder"
        )
    return pair


async def settled(
    pair: Pair, folder: Path, name: str, patience: Patience, ended_at: datetime | None
) -> Pair:
    """``pair``, just looked at, once Asterisk is done with it or waiting on has no point.

    ``ended_at``: when the call ended, where it is known; work that comes late need not wait.
    """
    began = same_since = asyncio.get_running_loop().time()
    while True:
        now = asyncio.get_running_loop().time()
        needed = _quiet_needed(pair, patience)
        if needed <= 0 or max(now - same_since, _quiet_before(pair, ended_at)) >= needed:
            return pair
        if now - began > patience.limit:
            raise RecordingError(ErrorCode.ORIGINAL_CHANGED, "the originals still grow")
        await asyncio.sleep(patience.poll)
        last, pair = pair, await asyncio.to_thread(look_at_pair, folder, name)
        if pair != last:
            same_since = asyncio.get_running_loop().time()


def _quiet_needed(pair: Pair, patience: Patience) -> float:
    """Seconds without a change after which ``pair`` will not change any more."""
    if pair.is_finished:
        return 0.0
    if pair.any(Condition.ABSENT) or pair.any(Condition.UNFINISHED):
        return patience.stall
    return patience.settle


def _quiet_before(pair: Pair, ended_at: datetime | None) -> float:
    """Seconds of quiet that lie behind: after the call's end, and nobody wrote."""
    untouched = time.time() - max(side.modified_ns for side in pair.sides) / 1e9
    if untouched > _OLD_SECONDS and not pair.is_absent:
        return untouched
    if ended_at is None:
        return 0.0
    return min(untouched, (datetime.now(UTC) - ended_at).total_seconds())


def discard(pair: Pair) -> None:
    """Delete both files, unless one was written to after this look. Raises ``RecordingError``."""
    for side in pair.sides:
        if look(side.path) != side:
            raise RecordingError(ErrorCode.ORIGINAL_CHANGED, "an original was written to again")
    try:
        for side in pair.sides:
            side.path.unlink(missing_ok=True)
    except OSError as error:
        raise from_os_error(error, "cannot delete an original") from error
