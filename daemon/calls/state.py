"""What the tracker knows of one call: its channels and what happened between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from daemon.calls.call import Call, RecordingRef, TransferKind
from daemon.calls.channel import Channel
from daemon.calls.directory import EndpointKind


@dataclass(slots=True, eq=False)
class Spell:
    """A stretch of time in which two people could hear each other."""

    one: Channel
    """The customer, or in an internal call whoever came first."""
    other: Channel
    began_at: datetime
    ended_at: datetime | None = None


@dataclass(slots=True, eq=False)
class HandOver:
    """One transfer, as its event told it."""

    at: datetime
    kind: TransferKind
    by: Channel
    exten: str = field(default="", repr=False)
    target: Channel | None = None
    three_way: bool = False
    """It becomes a hand-over only when the transferer leaves before the others."""
    succeeded: bool = True


@dataclass(slots=True, eq=False)
class CallState:
    """One call. Channels are kept after their end, in the order in which they were seen."""

    id: UUID
    pbx: str
    linkedids: set[str]
    channels: dict[str, Channel] = field(default_factory=dict)
    spells: list[Spell] = field(default_factory=list)
    hand_overs: list[HandOver] = field(default_factory=list)
    holds: list[tuple[datetime, datetime]] = field(default_factory=list)
    recordings: dict[str, RecordingRef] = field(default_factory=dict)
    queue: str | None = None
    started: bool = False
    """``CallStarted`` was reported."""
    ended: bool = False
    """All of it is over: what still comes of its channels is late and ignored."""
    has_news: bool = False
    """It changed since facts were last taken."""
    seen_whole: bool = True
    last_event_at: datetime | None = None
    alive: int = 0
    """Channels that still exist."""
    record: Call | None = None
    """The last summary; dropped by every change."""

    @property
    def customer(self) -> Channel | None:
        """The first channel over a trunk whose far end is no employee.

        One who called comes before one who was called: a customer who is forwarded outside
        stays the customer.
        """
        called: Channel | None = None
        for channel in self.channels.values():
            if channel.endpoint.kind is not EndpointKind.TRUNK:
                continue
            if channel.party is None or channel.party.name is not None:
                continue
            if channel.incoming:
                return channel
            called = called or channel
        return called

    @property
    def first(self) -> Channel | None:
        """The channel with which the call began: a person's where there is one."""
        people = (c for c in self.channels.values() if c.is_person)
        return min(people, key=lambda c: c.started_at, default=None)

    @property
    def originated(self) -> bool:
        """The PBX was told to make the call: its first channel was called for nobody."""
        return min(self.channels.values(), key=lambda c: c.started_at).originated

    @property
    def has_people(self) -> bool:
        """Whether it is a call at all, or only the PBX talking to itself."""
        return any(channel.is_person for channel in self.channels.values())

    def add_recording(self, channel: str, name: str, at: datetime) -> None:
        """A recording runs on this channel; its ``name`` may be told later, and is kept then."""
        known = self.recordings.get(channel)
        if known is None or (name and known.name != name):
            self.recordings[channel] = RecordingRef(
                channel=channel,
                name=name or channel,
                started_at=at if known is None else known.started_at,
            )

    def absorb(self, other: CallState) -> None:
        """Take over all of another call that turned out to be this one."""
        for channel in other.channels.values():
            channel.call = self
        merged = {**self.channels, **other.channels}
        self.channels = dict(sorted(merged.items(), key=lambda item: item[1].started_at))
        self.linkedids |= other.linkedids
        self.spells += other.spells
        self.hand_overs += other.hand_overs
        self.holds += other.holds
        self.recordings |= other.recordings
        self.queue = self.queue or other.queue
        self.seen_whole = self.seen_whole and other.seen_whole
        self.alive += other.alive
        self.record = None
