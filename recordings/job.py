"""What the daemon asks of the encoder's process and what it hears back: a JSON line of each.

A line holds many jobs, and its answer as many outcomes in the same order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from recordings.errors import ErrorCode, RecordingError


class Patience(NamedTuple):
    """How long files may take after the end of their call, in seconds."""

    settle: float = 1.0
    """A file without sound that stays so is empty. Asterisk may hold the first 32 KiB back."""
    stall: float = 5.0
    """A file that is absent, or unfinished and not growing, for this long stays like that."""
    limit: float = 30.0
    """One that still grows after this is tried again later."""
    poll: float = 0.5
    """Between two looks at files that are not settled."""


class StoreJob(NamedTuple):
    """Make one stereo file of the two originals of ``name``, and put it under ``key``."""

    recording: str
    """Its id."""
    folder: str
    """Into which MixMonitor writes."""
    name: str
    storage: str
    """``recordings.storage``."""
    key: str
    codec: str
    """``flac`` or ``opus``."""
    patience: Patience = Patience()
    ended_at: float | None = None
    """When the call ended (seconds since 1970), where it is known."""
    take_partial: bool = False
    """Nothing is stored of this recording yet: what is left of a pair is all that there is."""


class DiscardJob(NamedTuple):
    """Delete the originals of ``name``, unless they are no longer as they were ``seen``."""

    folder: str
    name: str
    seen: str


class MeasureJob(NamedTuple):
    """Say of what stands under ``key`` what was said when it was stored (``Stored``)."""

    storage: str
    """``recordings.storage``."""
    key: str


Job = StoreJob | DiscardJob | MeasureJob


class Stored(NamedTuple):
    """The file stands in the storage, durably, and was read back whole."""

    seen: str
    """The originals as they were read; for ``DiscardJob``."""
    written_at: float
    """When the last of the sound was written (seconds since 1970)."""
    truncated: bool
    """The end of the sound, or a side of it, may be lost."""
    lost: str | None
    """An ``ErrorCode``: why there is only one side."""
    sha256: str
    """In hexadecimal, as ``peaks``."""
    size_bytes: int
    sample_rate: int
    """Hz."""
    duration_seconds: float
    customer_silent: bool
    company_silent: bool
    peaks: str
    """See ``recordings.waveform``."""


class Reason(StrEnum):
    """Why nothing was stored, where nothing is wrong with the job."""

    WAITING = "waiting"
    """Asterisk may not be done with the originals yet."""
    PARTIAL = "partial"
    """Half of the pair or all of it is gone, or it cannot be deleted: it may be stored already."""
    MISSING = "missing"
    """The originals never came."""
    EMPTY = "empty"
    """They hold no sound."""


class Unstored(NamedTuple):
    """The originals are untouched."""

    reason: Reason
    seen: str


Outcome = Stored | Unstored | RecordingError | None
"""``None``: discarded."""


def jobs_to_line(jobs: Sequence[Job]) -> bytes:
    """As they go to the process."""
    return _line([[type(job).__name__, *job] for job in jobs])


def jobs_from_line(line: bytes) -> list[Job]:
    """As the process reads them."""
    return [_job(*values) for values in json.loads(line)]


def outcomes_to_line(outcomes: Sequence[Outcome]) -> bytes:
    """As they come back."""
    return _line([_outcome_values(outcome) for outcome in outcomes])


def outcomes_from_line(line: bytes) -> list[Outcome]:
    """As the daemon reads them."""
    return [None if values is None else _OUTCOMES[values[0]](*values[1:]) for values in _read(line)]


def _read(line: bytes) -> list[list[Any] | None]:
    values: list[list[Any] | None] = json.loads(line)
    return values


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode() + b"\n"


def _job(kind: str, *values: Any) -> Job:
    if kind == DiscardJob.__name__:
        return DiscardJob(*values)
    if kind == MeasureJob.__name__:
        return MeasureJob(*values)
    job = StoreJob(*values)
    return job._replace(patience=Patience(*job.patience))


def _outcome_values(outcome: Outcome) -> list[Any] | None:
    if outcome is None:
        return None
    if isinstance(outcome, RecordingError):
        return [RecordingError.__name__, outcome.code, outcome.detail]
    return [type(outcome).__name__, *outcome]


_OUTCOMES: dict[str, Callable[..., Outcome]] = {
    Stored.__name__: Stored,
    Unstored.__name__: lambda reason, seen: Unstored(Reason(reason), seen),
    RecordingError.__name__: lambda code, detail: RecordingError(ErrorCode(code), detail),
}
