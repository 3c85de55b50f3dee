"""What the tracker says of a call: frozen records that every other room reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


class Direction(StrEnum):
    """Who called whom, seen from the company."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class Origin(StrEnum):
    """How the call began: somebody dialled, or the PBX was told to (AMI ``Originate``)."""

    DIALLED = "dialled"
    ORIGINATED = "originated"


class Disposition(StrEnum):
    """How a call ended. A leg's ``DialStatus`` and a Q.850 cause are other things."""

    ANSWERED = "answered"
    MISSED = "missed"
    BUSY = "busy"
    FAILED = "failed"
    CANCELLED = "cancelled"


class HangupBy(StrEnum):
    """Which side ended the call."""

    CUSTOMER = "customer"
    AGENT = "agent"
    PBX = "pbx"


class DialStatus(StrEnum):
    """One leg's end of ringing (Asterisk ``DIALSTATUS``)."""

    ANSWER = "ANSWER"
    BUSY = "BUSY"
    NOANSWER = "NOANSWER"
    CANCEL = "CANCEL"
    CONGESTION = "CONGESTION"
    CHANUNAVAIL = "CHANUNAVAIL"
    DONTCALL = "DONTCALL"
    TORTURE = "TORTURE"
    INVALIDARGS = "INVALIDARGS"
    ABORT = "ABORT"
    CONTINUE = "CONTINUE"
    GOTO = "GOTO"
    UNKNOWN = "UNKNOWN"


class TransferKind(StrEnum):
    """``blonde``: an attended transfer completed while the target was still ringing."""

    BLIND = "blind"
    ATTENDED = "attended"
    BLONDE = "blonde"


class HeldBy(StrEnum):
    """How the customer was put on hold."""

    PHONE = "phone"
    """By an employee's phone, which alone can end it."""
    BUTTON = "button"
    """In the console."""


class PartyKind(StrEnum):
    """Who is at the far end of a channel."""

    CUSTOMER = "customer"
    AGENT = "agent"
    """An employee: on a phone of the PBX, or on a mobile that the settings list."""
    EXTERNAL = "external"
    """Somebody over a trunk who is neither the customer nor a listed employee."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One person on one channel."""

    kind: PartyKind
    name: str | None = None
    """The agent's name; ``None`` for a customer. Never a personal number."""
    number: str | None = field(default=None, repr=False)
    """E.164 where the party was reached over a trunk, else ``None``. For the vault only."""

    @property
    def label(self) -> str | None:
        """The mobile's number, else the agent's name: what ``rang`` and ``answered_by`` list."""
        return self.number or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One person's channel in a call; Local halves are seen through and are no legs."""

    channel: str
    """Asterisk's uniqueid; unique with the call's PBX."""
    party: Party
    started_at: datetime
    ringing_from: datetime | None = None
    ringing_to: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    dial_status: DialStatus | None = None
    cause: int | None = None
    """Q.850 hangup cause of this channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One hand-over, with what became of it."""

    at: datetime
    kind: TransferKind
    by: str | None
    """The agent's name (or mobile's number) who transferred."""
    to: str | None = field(default=None, repr=False)
    """The agent's name, else what was dialled: an extension, or E.164 for an outside number."""
    result: Disposition | None = None
    """``None`` while it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRef:
    """Where the PBX writes one channel's sound: ``<name>.rx.wav`` and ``<name>.tx.wav``."""

    channel: str
    name: str
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What somebody on a channel was told by the PBX: that the call is recorded."""

    channel: str
    sound: str
    """A sound of Asterisk's, without its ending."""
    language: str
    at: datetime
    """When it was over."""
    whole: bool
    """It was heard to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One real call, whatever it went through."""

    id: UUID
    pbx: str
    linkedids: frozenset[str]
    direction: Direction
    origin: Origin
    started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    customer_number: str | None = field(default=None, repr=False)
    """E.164; ``None`` for an anonymous or unusable caller id and for internal calls."""
    company_number: str | None = None
    queue: str | None = None
    legs: tuple[Leg, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    recordings: tuple[RecordingRef, ...] = ()
    announcements: tuple[Announcement, ...] = ()
    """Oldest first."""
    disposition: Disposition | None = None
    """``None`` while the call runs unanswered."""
    answered_by: str | None = field(default=None, repr=False)
    last_agent: str | None = field(default=None, repr=False)
    hangup_by: HangupBy | None = None
    cause: int | None = None
    ring_seconds: float = 0.0
    talk_seconds: float = 0.0
    hold_seconds: float = 0.0
    held_from: datetime | None = field(default=None, compare=False)
    """While it runs: since when its people, who have talked, do not hear each other; on hold,
    parked, waiting for the next to answer."""
    held_by: HeldBy | None = field(default=None, compare=False)
    """While he is on hold; ``None`` also where he waits for another reason."""
    complete: bool = False
    """The call has ended and its end is known; ``False`` while it runs or where that was lost."""
    gone: bool = False
    """The call no longer runs, whether or not its end is known."""
    seen_whole: bool = False
    """Every event from the first channel on was seen: no late start, no gap in the link."""

    @property
    def rang(self) -> tuple[str, ...]:
        """Agents whose phones rang, in the order in which they first did."""
        ringing = sorted(
            (
                (leg.ringing_from, leg.party.label)
                for leg in self.legs
                if leg.ringing_from is not None
                and leg.party.kind is not PartyKind.CUSTOMER
                and leg.party.label is not None
            ),
        )
        return tuple(dict.fromkeys(label for _, label in ringing))

    @property
    def length(self) -> timedelta | None:
        """From the first channel to the end; ``None`` while it runs."""
        return None if self.ended_at is None else self.ended_at - self.started_at
