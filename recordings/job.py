"""What the daemon asks of the encoder's process and what it hears back: one JSON line each."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from recordings.errors import ErrorCode, RecordingError
from recordings.original import Condition, Original


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreJob:
    """Make one stereo file of two originals and put it under ``key``."""

    recording: UUID
    customer: Path
    company: Path
    storage: str
    """``recordings.storage``."""
    key: str
    codec: str
    """``flac`` or ``opus``."""

    def to_line(self) -> bytes:
        """As it goes to the process."""
        return _line(
            recording=str(self.recording),
            customer=os.fspath(self.customer),
            company=os.fspath(self.company),
            storage=self.storage,
            key=self.key,
            codec=self.codec,
        )

    @classmethod
    def from_line(cls, line: bytes) -> StoreJob:
        """As the process reads it."""
        values = json.loads(line)
        return cls(
            recording=UUID(values["recording"]),
            customer=Path(values["customer"]),
            company=Path(values["company"]),
            storage=values["storage"],
            key=values["key"],
            codec=values["codec"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The file stands in the storage and was read back whole."""

    customer: Original
    """As it was when it was read."""
    company: Original
    sha256: bytes
    size_bytes: int
    sample_rate: int
    """Hz."""
    duration_seconds: float
    peaks: bytes
    """See ``recordings.waveform``."""
    customer_silent: bool
    company_silent: bool

    def to_line(self) -> bytes:
        """As it comes back."""
        return _line(
            customer=_original_values(self.customer),
            company=_original_values(self.company),
            sha256=self.sha256.hex(),
            size_bytes=self.size_bytes,
            sample_rate=self.sample_rate,
            duration_seconds=self.duration_seconds,
            peaks=self.peaks.hex(),
            customer_silent=self.customer_silent,
            company_silent=self.company_silent,
        )

    @classmethod
    def from_line(cls, line: bytes) -> Stored:
        """As the daemon reads it. Raises the ``RecordingError`` that the line may hold."""
        values = json.loads(line)
        if "error" in values:
            raise RecordingError(ErrorCode(values["error"]), values["detail"])
        for name in ("customer", "company"):
            values[name] = _original(values[name])
        for name in ("sha256", "peaks"):
            values[name] = bytes.fromhex(values[name])
        return cls(**values)


def error_line(error: RecordingError) -> bytes:
    """A failure as it comes back."""
    return _line(error=error.code, detail=error.detail)


def _line(**values: object) -> bytes:
    return json.dumps(values).encode() + b"\n"


def _original_values(original: Original) -> dict[str, object]:
    return {
        "path": os.fspath(original.path),
        "condition": original.condition,
        "sample_rate": original.sample_rate,
        "frames": original.frames,
        "data_offset": original.data_offset,
        "size_bytes": original.size_bytes,
        "modified_ns": original.modified_ns,
    }


def _original(values: dict[str, Any]) -> Original:
    values["path"] = Path(values["path"])
    values["condition"] = Condition(values["condition"])
    return Original(**values)
