"""The two originals of one recording, and the wait until Asterisk is done with them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from recordings.errors import ErrorCode, RecordingError, from_os_error
from recordings.job import Patience
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
        return self.customer.has_sound or self.company.has_sound

    def any(self, condition: Condition) -> bool:
        """One side or both are like this."""
        return condition in (self.customer.condition, self.company.condition)

    @property
    def is_finished(self) -> bool:
        """Asterisk closed both files, and there is sound in both."""
        return all(side.condition is Condition.FINISHED for side in self.sides)

    @property
    def is_absent(self) -> bool:
        """Neither file is there."""
        return all(side.condition is Condition.ABSENT for side in self.sides)

    @property
    def seen(self) -> str:
        """This look in short; the same as long as nobody writes."""
        return " ".join(
            f"{side.condition}:{side.size_bytes}:{side.modified_ns}" for side in self.sides
        )

    @property
    def modified_at(self) -> float:
        """When somebody last wrote, in seconds since 1970; 0 where both are absent."""
        return max(side.modified_ns for side in self.sides) / 1e9


def look_at_pair(folder: str, name: str) -> Pair:
    """Both files as they are now. Raises ``RecordingError``, also for a folder that is gone."""
    path = f"{folder}/{name}"
    pair = Pair(look(Path(f"{path}.rx.wav")), look(Path(f"{path}.tx.wav")))
    if pair.any(Condition.ABSENT) and not Path(folder).is_dir():
        raise RecordingError(
            ErrorCode.FOLDER_MISSING, f"pbx.recordings_folder: {folder} is not a folder"
        )
    return pair


def discard(folder: str, name: str, seen: str) -> None:
    """Delete both files, unless one was written to after this look. Raises ``RecordingError``."""
    pair = look_at_pair(folder, name)
    if pair.seen != seen:
        raise RecordingError(ErrorCode.ORIGINAL_CHANGED, "an original was written to again")
    try:
        for side in pair.sides:
            side.path.unlink(missing_ok=True)
    except OSError as error:
        raise from_os_error(error, "cannot delete an original") from error


@dataclass(slots=True)
class _Watched:
    """Files that are not settled; instants are monotonic seconds."""

    seen: str
    same_since: float
    began: float


class Watch:
    """Remembers the looks at files that Asterisk may still write."""

    def __init__(self) -> None:
        self._watched: dict[str, _Watched] = {}

    def is_settled(
        self, recording: str, pair: Pair, patience: Patience, ended_at: float | None
    ) -> bool:
        """Whether Asterisk is done with ``pair``, just looked at, or waiting on has no point.

        ``ended_at``: when the call ended (seconds since 1970), where it is known; what comes late
        need not wait. Raises ``RecordingError`` for files that still grow after the limit.
        """
        needed = _quiet_needed(pair, patience)
        if needed <= 0 or self._quiet(recording, pair, ended_at) >= needed:
            self._watched.pop(recording, None)
            return True
        if time.monotonic() - self._watched[recording].began > patience.limit:
            del self._watched[recording]
            raise RecordingError(ErrorCode.ORIGINAL_CHANGED, "the originals still grow")
        return False

    def _quiet(self, recording: str, pair: Pair, ended_at: float | None) -> float:
        """Seconds for which nobody wrote: seen by these looks, or by the files' own times."""
        now, seen = time.monotonic(), pair.seen
        watched = self._watched.setdefault(recording, _Watched(seen, now, now))
        if watched.seen != seen:
            watched.seen, watched.same_since = seen, now
        return max(now - watched.same_since, _quiet_before(pair, ended_at))


def _quiet_needed(pair: Pair, patience: Patience) -> float:
    """Seconds without a change after which ``pair`` will not change any more."""
    if pair.is_finished:
        return 0.0
    if pair.any(Condition.ABSENT) or pair.any(Condition.UNFINISHED):
        return patience.stall
    return patience.settle


def _quiet_before(pair: Pair, ended_at: float | None) -> float:
    """Seconds of quiet that lie behind: after the call's end, and nobody wrote."""
    untouched = time.time() - pair.modified_at
    if untouched > _OLD_SECONDS and not pair.is_absent:
        return untouched
    return 0.0 if ended_at is None else min(untouched, time.time() - ended_at)
