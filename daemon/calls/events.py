"""The one event language: what AMI and CEL are both translated into, and the tracker folds.

Every event carries what Asterisk said of its channel at that moment (``ChannelSnapshot``), so
that a journal may begin anywhere: a channel never seen before is known from its first event.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from daemon.calls.call import DialStatus


class ChannelState(IntEnum):
    """Asterisk's ``ast_channel_state`` (include/asterisk/channelstate.h), the ones that matter."""

    DOWN = 0
    RESERVED = 1
    OFFHOOK = 2
    DIALING = 3
    RING = 4
    """It called us and hears ringing."""
    RINGING = 5
    """We call it and it rings."""
    UP = 6
    BUSY = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSnapshot:
    """A channel as one event described it."""

    uniqueid: str
    linkedid: str
    name: str = field(repr=False)
    """``PJSIP/101-0000000a``; a Local channel's name can hold a number."""
    state: ChannelState | None = None
    caller_number: str = field(default="", repr=False)
    """CALLERID(num) as Asterisk gives it; empty when unknown or withheld."""
    connected_number: str = field(default="", repr=False)
    exten: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TelephonyEvent:
    """Something happened on a PBX at ``at`` (its clock, aware UTC)."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEvent(TelephonyEvent):
    """Something happened to one channel."""

    channel: ChannelSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCreated(ChannelEvent):
    """A channel began (AMI ``Newchannel``, CEL ``CHAN_START``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStateChanged(ChannelEvent):
    """Ringing, up, … (AMI ``Newstate``, CEL ``ANSWER``): the snapshot holds the new state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRenamed(ChannelEvent):
    """Another technology took the channel over (AMI ``Rename``): snapshot holds the new name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangupRequested(ChannelEvent):
    """The far end of this channel hung up (AMI ``HangupRequest``, CEL ``hangupsource``)."""

    cause: int | None = None
    """Q.850."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHungUp(ChannelEvent):
    """The channel is gone (AMI ``Hangup``, CEL ``HANGUP``)."""

    cause: int | None = None
    """Q.850."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialBegan(TelephonyEvent):
    """A leg is being called. Without a source it was called by an Originate."""

    source: ChannelSnapshot | None
    destination: ChannelSnapshot
    dialled: str = field(default="", repr=False)
    """The dial string after the technology, e.g. ``+447700900123@operator``."""
    tells_ringing: bool = True
    """The source of this event also tells when the leg rings; CEL does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialEnded(TelephonyEvent):
    """One leg stopped ringing; ``dial_status`` says why (Asterisk ``DIALSTATUS``)."""

    source: ChannelSnapshot | None
    destination: ChannelSnapshot
    dial_status: DialStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeEntered(ChannelEvent):
    """A channel joined a bridge."""

    bridge: str
    holding: bool = False
    """A ``holding_bridge`` (parking, waiting): music, nobody to talk to."""
    conference: bool = False
    """ConfBridge and the like: calls meet in it and stay calls of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeLeft(ChannelEvent):
    """A channel left a bridge."""

    bridge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldStarted(ChannelEvent):
    """This channel's phone put the other side on hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEnded(ChannelEvent):
    """This channel's phone took the other side back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueJoined(ChannelEvent):
    """A caller began to wait in a queue (AMI ``QueueCallerJoin``, CEL ``APP_START``)."""

    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallParked(ChannelEvent):
    """``channel`` (the parkee) waits in the parking lot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallUnparked(ChannelEvent):
    """``retriever`` took the parked ``channel`` back."""

    retriever: ChannelSnapshot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPickedUp(ChannelEvent):
    """``channel`` took the call for which ``target`` was ringing."""

    target: ChannelSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindTransferred(TelephonyEvent):
    """``transferer`` sent ``transferee`` to an extension and left."""

    transferer: ChannelSnapshot
    transferee: ChannelSnapshot | None
    exten: str = field(repr=False)
    succeeded: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendedTransferred(TelephonyEvent):
    """Two calls of one agent were joined, and he left (or stays, in a three-way)."""

    original: ChannelSnapshot
    """The transferer's channel towards the one he held."""
    consultation: ChannelSnapshot
    """The transferer's channel towards the target."""
    transferee: ChannelSnapshot | None = None
    target: ChannelSnapshot | None = None
    three_way: bool = False
    """The transferer stays in the conversation."""
    succeeded: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginateEnded(TelephonyEvent):
    """The first leg of an Originate was answered or was not (AMI ``OriginateResponse``)."""

    uniqueid: str
    """Empty where the leg was not answered: then ``address`` tells which it was."""
    address: str
    """``PJSIP/101``."""
    answered: bool
    exten: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStarted(ChannelEvent):
    """MixMonitor runs on this channel. ``name`` where the dialplan told it, else empty."""

    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementPlayed(ChannelEvent):
    """The dialplan played a sound of ours to this channel's far end (``UserEvent``)."""

    sound: str
    language: str
    whole: bool
    """He heard it to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpyStarted(ChannelEvent):
    """``channel`` listens to ``target`` (ChanSpy): that is no call of its own."""

    target: ChannelSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class MusicStarted(ChannelEvent):
    """``channel``, one of ours, plays to a customer whom a button put on hold; until it ends."""

    to: str
    """The uniqueid of the customer's channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLost(TelephonyEvent):
    """The connection to the PBX ended: what happens from here on is not seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelListed(ChannelEvent):
    """A snapshot names this channel as alive (``CoreShowChannels``)."""

    bridge: str = ""
    """The bridge it is in; empty when in none."""
    plays_to: str = ""
    """Of a channel that plays to a customer on hold (``MusicStarted``): whose uniqueid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTimed(ChannelEvent):
    """A snapshot tells when a living channel began and was answered (``Status`` with ``CDR()``)."""

    created_at: datetime | None = None
    answered_at: datetime | None = None
    recording: str = ""
    """The name of the recording that the dialplan has started on it; empty for none."""
    party: str = field(default="", repr=False)
    """The far end's number, or how it was dialled, where our dialplan shows others another one."""
    dialled: str | None = field(default=None, repr=False)
    """What its far end dialled, wherever the dialplan has taken it since; empty if it dialled
    nothing, ``None`` if unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeListed(TelephonyEvent):
    """A snapshot names this bridge: now it is known what kind the listed channels stand in."""

    bridge: str
    holding: bool = False
    conference: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotEnded(TelephonyEvent):
    """All channels that live were listed: those known from before and not listed are gone."""
