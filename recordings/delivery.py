"""One delivery of ``recording.finished`` on its way through a batch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from recordings.errors import ErrorCode, RecordingError
from recordings.finished import RecordingFinished
from recordings.job import DiscardJob, Outcome, Reason, Stored, StoreJob, Unstored
from recordings.models import RecordingState
from recordings.queries import Recording

_FINAL = {ErrorCode.BAD_NAME, ErrorCode.ORIGINAL_CORRUPT}
"""Trying again would end the same way."""


@dataclass(slots=True)
class Delivery:
    """What is known of it so far."""

    finished: RecordingFinished
    job: StoreJob | None = None
    seen: str | None = None
    """The originals at the last look."""
    reason: Reason | None = None
    """Why nothing was stored."""
    row: Recording | None = None
    """To be saved."""
    peaks: bytes | None = None
    error: Exception | None = None

    @property
    def is_waiting(self) -> bool:
        """Asterisk may still write the originals."""
        return self.error is None and self.reason is Reason.WAITING

    @property
    def is_stored(self) -> bool:
        """There is a file now."""
        return self.row is not None and self.row.state is RecordingState.STORED

    @property
    def is_final(self) -> bool:
        """Its error will stay."""
        return isinstance(self.error, RecordingError) and self.error.code in _FINAL

    def take(self, outcome: Outcome) -> None:
        """Note how the job ended, and make the row of it."""
        self.reason = None
        if isinstance(outcome, RecordingError):
            self.error = outcome
        elif isinstance(outcome, Unstored):
            self.reason, self.seen = outcome.reason, outcome.seen
            if outcome.reason is Reason.EMPTY:
                self.row = self.finished.record(state=RecordingState.EMPTY)
            elif outcome.reason is Reason.MISSING:
                self.row = self.finished.record(
                    state=RecordingState.MISSING, error=ErrorCode.ORIGINAL_MISSING
                )
        elif isinstance(outcome, Stored):
            self.seen = outcome.seen
            self.peaks = bytes.fromhex(outcome.peaks)
            self.row = self._stored_row(outcome)

    def discard_job(self) -> DiscardJob | None:
        """What deletes the originals of a finished row; of a damaged pair they are kept."""
        damaged = self.row is not None and self.row.error is not None
        if self.job is None or self.seen is None or self.error or self.is_waiting or damaged:
            return None
        return DiscardJob(self.job.folder, self.job.name, self.seen)

    def _stored_row(self, stored: Stored) -> Recording:
        assert self.job is not None
        began_at = datetime.fromtimestamp(stored.written_at - stored.duration_seconds, UTC)
        return self.finished.record(
            state=RecordingState.STORED,
            error=stored.lost and ErrorCode(stored.lost),
            truncated=stored.truncated,
            path=self.job.key,
            sha256=bytes.fromhex(stored.sha256),
            size_bytes=stored.size_bytes,
            sample_rate=stored.sample_rate,
            duration_seconds=stored.duration_seconds,
            customer_silent=stored.customer_silent,
            company_silent=stored.company_silent,
            started_at=self.finished.started_at or began_at,
            stored_at=datetime.now(UTC),
        )
