"""What the tracker knows: its channels, and the calls that they make up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from daemon.calls.call import (
    Announcement,
    Call,
    DialStatus,
    Party,
    RecordingRef,
    TransferKind,
)
from daemon.calls.directory import Endpoint, EndpointKind
from daemon.calls.events import ChannelState

# A leg that ends sooner than this without a word of ringing was refused by the phone itself.
_AT_ONCE = timedelta(seconds=0.4)
# A leg that ends like this did not get as far as ringing, unless ringing was seen.
_UNREACHED = frozenset({DialStatus.CONGESTION, DialStatus.CHANUNAVAIL, DialStatus.INVALIDARGS})
# Causes (Q.850) with which a caller's own far end hangs up; the others are what the PBX told it.
_CALLERS_CAUSES = frozenset({None, 0, 16, 31, 127})


@dataclass(slots=True, eq=False)
class Channel:
    """One channel, from its first event to its last. Instants are the PBX's, in UTC."""

    uniqueid: str
    name: str = field(repr=False)
    endpoint: Endpoint
    call: CallState
    started_at: datetime
    incoming: bool
    """The far end called the PBX; ``False`` for a leg that the PBX calls."""
    state: ChannelState | None = None
    caller_number: str = field(default="", repr=False)
    exten: str = field(default="", repr=False)
    """What it dialled first."""
    dialled: str = field(default="", repr=False)
    """The dial string by which the PBX called it."""
    told_number: str = field(default="", repr=False)
    """The far end's number, or how it was dialled, as our dialplan keeps it."""
    shown_number: str = field(default="", repr=False)
    """The caller id that a called far end is shown."""
    other_half: Channel | None = field(default=None, repr=False)
    """The other half of a Local channel."""
    source: Channel | None = None
    """The channel for which it was called."""
    originated: bool = False
    originated_to: str = field(default="", repr=False)
    """Where an Originate sends it once it has answered."""
    dial_began_at: datetime | None = None
    ringing_from: datetime | None = None
    ringing_to: datetime | None = None
    dial_status: DialStatus | None = None
    answered_at: datetime | None = None
    tells_ringing: bool = True
    """Had it rung, that would be known."""
    hangup_requested_at: datetime | None = None
    ended_at: datetime | None = None
    cause: int | None = None
    gone: bool = False
    """It no longer exists, whether or not its end was seen."""
    unconfirmed: bool = False
    """Known from before the link was cut, not heard of since."""
    bridge: str | None = None
    hold_from: datetime | None = None
    music_from: datetime | None = None
    """Since when a channel of ours plays music to it: a button put it on hold."""
    music_by: Channel | None = None
    """The newest that does: one that was told to go may still be there when the next begins."""
    plays_to: Channel | None = None
    """To whom it plays that music."""
    parked_at: datetime | None = None
    party: Party | None = None
    """Who is at the far end; ``None`` on Local and pseudo channels."""

    @property
    def is_person(self) -> bool:
        """Somebody is at its far end."""
        return self.endpoint.kind in (EndpointKind.PHONE, EndpointKind.TRUNK)

    @property
    def is_outsider(self) -> bool:
        """Its far end is over a trunk and no employee."""
        return (
            self.endpoint.kind is EndpointKind.TRUNK
            and self.party is not None
            and self.party.name is None
        )

    def answered_before(self, other: Channel) -> bool:
        """Whether this one answered, and the other did not or did so later."""
        if self.answered_at is None:
            return False
        return other.answered_at is None or self.answered_at < other.answered_at

    def rang_from(self) -> datetime | None:
        """When its phone began to ring; ``None`` when it never did.

        Trunks (early media without a ringing) and CEL may report no ringing: then the dialling
        counts, unless the leg was refused at once or could not be reached.
        """
        began = self.dial_began_at
        if self.ringing_from is not None or began is None or self.dial_status is None:
            return self.ringing_from
        if self.endpoint.kind is EndpointKind.PHONE and self.tells_ringing:
            return began if self.dial_status is DialStatus.ANSWER else None
        if self.dial_status in _UNREACHED:
            return None
        if self.dial_status is not DialStatus.ANSWER and self.ringing_to is not None:
            return None if self.ringing_to - began < _AT_ONCE else began
        return began

    def rang_to(self) -> datetime | None:
        """When it stopped to ring; ``None`` while it rings or when it never did."""
        if self.rang_from() is None:
            return None
        ends = [at for at in (self.ringing_to, self.answered_at, self.ended_at) if at is not None]
        return min(ends, default=None)

    def hangs_up(self, at: datetime, cause: int | None) -> None:
        """The far end asked for the end of its channel.

        A caller whom the PBX turns away (Busy, Congestion) is hung up by that answer.
        """
        turned_away = self.incoming and self.answered_at is None and cause not in _CALLERS_CAUSES
        if self.hangup_requested_at is None and not turned_away:
            self.hangup_requested_at = at


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
    announcements: dict[tuple[datetime, str], Announcement] = field(default_factory=dict)
    """By the time at which they were over, and the channel."""
    queue: str | None = None
    started: bool = False
    """``CallStarted`` was reported."""
    ended: bool = False
    """All of it is over: what still comes of its channels is late and ignored."""
    withdrawn: bool = False
    """It turned out to be no call (somebody listened to another)."""
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
        stays the customer. Of those who were called it is the one who first answered: the way to
        him may have led over a trunk that failed, or over several attempts.
        """
        called: Channel | None = None
        for channel in self.channels.values():
            if not channel.is_outsider:
                continue
            if channel.incoming:
                return channel
            if called is None or channel.answered_before(called):
                called = channel
        return called

    @property
    def first(self) -> Channel | None:
        """The channel with which the call began: a person's where there is one."""
        people = (c for c in self.channels.values() if c.is_person)
        return min(people, key=lambda c: c.started_at, default=None)

    @property
    def oldest(self) -> Channel:
        """The very first channel, whatever is at its far end."""
        return min(self.channels.values(), key=lambda c: c.started_at)

    @property
    def originated(self) -> bool:
        """The PBX was told to make the call: its first channel was called for nobody."""
        return self.oldest.originated

    @property
    def ordered_for(self) -> str:
        """Whom an Originate was to reach once its first leg had answered; empty for nobody."""
        return next((c.originated_to for c in self.channels.values() if c.originated_to), "")

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
        self.announcements |= other.announcements
        self.queue = self.queue or other.queue
        self.seen_whole = self.seen_whole and other.seen_whole
        self.alive += other.alive
        self.record = None
