"""The outbox message ``recording.finished``: one recorded channel of a call that ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID, uuid5

from recordings.queries import Recording

_NAMESPACE = UUID("0b7e2f5c-43c5-5d0e-9a57-6e1f0c1d7a42")
_FORBIDDEN = {"/", "\\", "\0"}


def recording_id(pbx: str, name: str) -> UUID:
    """The id of the recording that a PBX calls so: the same whenever it is asked."""
    return uuid5(_NAMESPACE, f"{pbx}/{name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFinished:
    """The PBX wrote ``<name>.rx.wav`` and ``<name>.tx.wav``."""

    recording_id: UUID
    """The same for every delivery."""
    call_id: UUID
    pbx: str
    name: str
    channel: str
    """Asterisk's uniqueid."""
    started_at: datetime | None = None
    """When MixMonitor began."""
    ended_at: datetime | None = None
    """When the call ended."""

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """Keys as the fields; the instants (ISO 8601, aware) may be left out."""
        return cls(
            recording_id=recording_id(payload["pbx"], payload["name"]),
            call_id=UUID(str(payload["call_id"])),
            pbx=payload["pbx"],
            name=payload["name"],
            channel=payload["channel"],
            started_at=_instant(payload.get("started_at")),
            ended_at=_instant(payload.get("ended_at")),
        )

    @property
    def name_is_plain(self) -> bool:
        """A file name and no path: it came over the wire."""
        return (
            0 < len(self.name) <= 200
            and not self.name.startswith(".")
            and self.name.isprintable()
            and _FORBIDDEN.isdisjoint(self.name)
        )

    def key(self, suffix: str) -> str:
        """Where the file goes: the day (UTC) on which the call began, by its UUIDv7."""
        began = datetime.fromtimestamp((self.call_id.int >> 80) / 1000, UTC)
        return f"{began:%Y/%m/%d}/{self.recording_id}.{suffix}"

    def record(self, **values: Any) -> Recording:
        """The row of this recording, with ``values`` beside what the message says."""
        values.setdefault("started_at", self.started_at)
        return Recording(
            id=self.recording_id,
            call_id=self.call_id,
            pbx=self.pbx,
            channel=self.channel[:150],
            # What is no file name is not kept: it could hold anything, and of any length.
            name=self.name if self.name_is_plain else str(self.recording_id),
            **values,
        )


def _instant(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
