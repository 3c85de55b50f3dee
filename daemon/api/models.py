"""What the API says: one model for each resource. Names and units are those of ``Call``.

What is made for a ``Viewer`` from whom phones are hidden holds no number: it is null, and so is
what could hold one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, PlainSerializer

from crm.clients import ClientName
from crm.fields import PHONES
from crm.recording_pauses import Pause, PauseEnd
from daemon.api.masking import without_numbers
from daemon.api.viewer import Viewer
from daemon.calls.call import (
    Announcement,
    Call,
    DialStatus,
    Direction,
    Disposition,
    HangupBy,
    Leg,
    Origin,
    PartyKind,
    Transfer,
    TransferKind,
)
from daemon.pausing.silence import tells_silence
from recordings.models import RecordingState
from recordings.queries import Recording

Seconds = Annotated[float, PlainSerializer(lambda value: round(value, 3))]


class LegModel(BaseModel):
    """One person's channel in a call."""

    channel: str | None
    """Asterisk's uniqueid; null where phones are hidden."""
    party: PartyKind
    name: str | None
    """The agent's; null for others."""
    number: str | None
    """E.164 of a party over a trunk; null where phones are hidden."""
    started_at: datetime
    ringing_from: datetime | None
    ringing_to: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    dial_status: DialStatus | None
    cause: int | None
    """Q.850."""

    @classmethod
    def of(cls, leg: Leg, viewer: Viewer) -> Self:
        """From the call's leg."""
        return cls(
            channel=viewer.number(leg.channel),
            party=leg.party.kind,
            name=leg.party.name,
            number=leg.party.number,
            started_at=leg.started_at,
            ringing_from=leg.ringing_from,
            ringing_to=leg.ringing_to,
            answered_at=leg.answered_at,
            ended_at=leg.ended_at,
            dial_status=leg.dial_status,
            cause=leg.cause,
        )


class TransferModel(BaseModel):
    """One hand-over."""

    at: datetime
    kind: TransferKind
    by: str | None
    to: str | None
    result: Disposition | None

    @classmethod
    def of(cls, transfer: Transfer) -> Self:
        """From the call's transfer."""
        return cls(
            at=transfer.at,
            kind=transfer.kind,
            by=transfer.by,
            to=transfer.to,
            result=transfer.result,
        )


class AnnouncementModel(BaseModel):
    """What was played to the customer: that the call is recorded."""

    channel: str | None
    """Asterisk's uniqueid of the channel that heard it; null where phones are hidden."""
    sound: str | None
    language: str
    at: datetime
    whole: bool
    """He heard it to its end."""

    @classmethod
    def of(cls, announcement: Announcement, viewer: Viewer) -> Self:
        """From the call's announcement."""
        return cls(
            channel=viewer.number(announcement.channel),
            sound=viewer.name(announcement.sound),
            language=announcement.language,
            at=announcement.at,
            whole=announcement.whole,
        )


class PauseModel(BaseModel):
    """A time of which nothing of the call is recorded: card data."""

    person: str | None
    """Who paused."""
    started_at: datetime
    until: datetime
    """When it ends by itself."""
    ended_at: datetime | None
    """Null while it lasts."""
    ended_by: PauseEnd | None
    resumed_by: str | None

    @classmethod
    def of(cls, pause: Pause, viewer: Viewer) -> Self:
        """From its record."""
        return cls(
            person=viewer.name(pause.person),
            started_at=pause.started_at,
            until=pause.until,
            ended_at=pause.ended_at,
            ended_by=pause.ended_by,
            resumed_by=viewer.name(pause.resumed_by),
        )


class RecordingModel(BaseModel):
    """One recorded channel of a call: the customer left, what he heard right."""

    id: UUID
    call_id: UUID
    channel: str | None
    """Asterisk's uniqueid of the recorded channel; null where phones are hidden."""
    name: str | None
    """Under which the PBX recorded it; null where phones are hidden."""
    state: RecordingState
    error: str | None
    truncated: bool
    format: str | None
    """``flac`` or ``opus``; null unless stored."""
    sha256: str | None
    """Of the stored file, hexadecimal."""
    size_bytes: int | None
    sample_rate: int | None
    """Hz."""
    duration_seconds: Annotated[float | None, PlainSerializer(lambda v: v and round(v, 3))]
    customer_silent: bool | None
    """Nothing was heard of that side; null unless stored, and where pauses leave too little sound
    to tell."""
    company_silent: bool | None
    started_at: datetime | None
    stored_at: datetime | None
    expired_at: datetime | None
    """When its sound was deleted by a rule of how long recordings are kept."""

    @classmethod
    def of(cls, recording: Recording, viewer: Viewer, pauses: Sequence[Pause] = ()) -> Self:
        """From its row, and the pauses of its call."""
        tells = tells_silence(recording, pauses)
        return cls(
            id=recording.id,
            call_id=recording.call_id,
            channel=viewer.number(recording.channel),
            name=viewer.number(recording.name),
            state=recording.state,
            error=recording.error,
            truncated=recording.truncated,
            format=recording.path.rpartition(".")[2] if recording.path else None,
            sha256=recording.sha256.hex() if recording.sha256 else None,
            size_bytes=recording.size_bytes,
            sample_rate=recording.sample_rate,
            duration_seconds=recording.duration_seconds,
            customer_silent=recording.customer_silent if tells else None,
            company_silent=recording.company_silent if tells else None,
            started_at=recording.started_at,
            stored_at=recording.stored_at,
            expired_at=recording.expired_at,
        )


class RecordingWithWaveform(RecordingModel):
    """A recording with what a player draws."""

    customer_peaks: list[int]
    """0 is digital silence, 255 full scale; equal stretches of the recording."""
    company_peaks: list[int]

    @classmethod
    def with_peaks(
        cls, recording: Recording, peaks: bytes, viewer: Viewer, pauses: Sequence[Pause] = ()
    ) -> Self:
        """From its row and waveform: the customer's half first."""
        half = len(peaks) // 2
        return cls(
            **RecordingModel.of(recording, viewer, pauses).model_dump(),
            customer_peaks=list(peaks[:half]),
            company_peaks=list(peaks[half:]),
        )


class CallModel(BaseModel):
    """One call, running or ended."""

    id: UUID
    pbx: str
    running: bool
    direction: Direction
    origin: Origin
    customer_number: str | None
    """E.164; null for an anonymous caller, for internal calls, and where phones are hidden."""
    client_id: UUID | None
    short_code: str | None
    """The client's: whoever dials it calls him."""
    client_name: str | None
    company_number: str | None
    """Null where phones are hidden."""
    queue: str | None
    rang: list[str]
    """Agents' names, or the mobile's number, in the order in which they first rang. Names only
    where phones are hidden."""
    answered_by: str | None
    last_agent: str | None
    disposition: Disposition | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    ring_seconds: Seconds
    talk_seconds: Seconds
    hold_seconds: Seconds
    hangup_by: HangupBy | None
    cause: int | None
    """Q.850."""
    transfers: list[TransferModel]
    announcements: list[AnnouncementModel]
    recording: str | None
    """Name under which the PBX recorded the call first; null where phones are hidden."""
    complete: bool
    """The call has ended and its end is known."""
    legs: list[LegModel]
    recordings: list[RecordingModel]
    pauses: list[PauseModel]
    """Oldest first; on the board the one that lasts, and no other."""

    @classmethod
    def of(
        cls,
        call: Call,
        client: ClientName | None = None,
        recordings: Iterable[Recording] = (),
        pauses: Sequence[Pause] = (),
        *,
        viewer: Viewer,
        private: bool = False,
    ) -> Self:
        """From a call and what belongs to it. ``private``: who the customer was is not told."""
        if private or not viewer.sees(PHONES):
            call = without_numbers(call)
        return cls(
            id=call.id,
            pbx=call.pbx,
            running=not call.gone,
            direction=call.direction,
            origin=call.origin,
            customer_number=call.customer_number,
            client_id=client.id if client else None,
            short_code=client.short_code if client else None,
            client_name=viewer.name(client.name) if client else None,
            company_number=call.company_number,
            queue=call.queue,
            rang=list(call.rang),
            answered_by=call.answered_by,
            last_agent=call.last_agent,
            disposition=call.disposition,
            started_at=call.started_at,
            answered_at=call.answered_at,
            ended_at=call.ended_at,
            ring_seconds=call.ring_seconds,
            talk_seconds=call.talk_seconds,
            hold_seconds=call.hold_seconds,
            hangup_by=call.hangup_by,
            cause=call.cause,
            transfers=[TransferModel.of(transfer) for transfer in call.transfers],
            announcements=[AnnouncementModel.of(one, viewer) for one in call.announcements],
            recording=None
            if private or not call.recordings
            else viewer.number(call.recordings[0].name),
            complete=call.complete,
            legs=[LegModel.of(leg, viewer) for leg in call.legs],
            recordings=[RecordingModel.of(recording, viewer, pauses) for recording in recordings],
            pauses=[PauseModel.of(one, viewer) for one in pauses],
        )


class CallPage(BaseModel):
    """Calls, newest first."""

    items: list[CallModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class BoardModel(BaseModel):
    """What happens now."""

    running: list[CallModel] = Field(description="Oldest first.")
    ended: list[CallModel] = Field(description="The last ones, newest first.")
