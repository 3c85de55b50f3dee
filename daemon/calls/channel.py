"""What the tracker knows of one channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from daemon.calls.call import DialStatus, Party, PartyKind
from daemon.calls.directory import Directory, Endpoint, EndpointKind, dialled_user
from daemon.calls.events import ChannelSnapshot, ChannelState

if TYPE_CHECKING:
    from daemon.calls.state import CallState

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
    parked_at: datetime | None = None
    party: Party | None = None
    """Who is at the far end; ``None`` on Local and pseudo channels."""

    @property
    def is_person(self) -> bool:
        """Somebody is at its far end."""
        return self.endpoint.kind in (EndpointKind.PHONE, EndpointKind.TRUNK)

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


def new_channel(
    seen: ChannelSnapshot, at: datetime, call: CallState, directory: Directory
) -> Channel:
    """A channel from the first event that names it, which need not be its creation."""
    channel = Channel(
        uniqueid=seen.uniqueid,
        name=seen.name,
        endpoint=directory.endpoint(seen.name),
        call=call,
        started_at=at,
        incoming=_came_in(seen),
        state=seen.state,
        caller_number=seen.caller_number,
        exten=seen.exten,
        ringing_from=at if seen.state is ChannelState.RINGING else None,
    )
    identify(channel, directory)
    return channel


def _came_in(seen: ChannelSnapshot) -> bool:
    """Whether the far end called the PBX: AST_STATE_RING, or by its ids where the state is past."""
    if seen.state is ChannelState.RING:
        return True
    if seen.state in (ChannelState.DOWN, ChannelState.RINGING, ChannelState.RESERVED):
        return False
    return seen.uniqueid == seen.linkedid


def identify(channel: Channel, directory: Directory) -> None:
    """Work out who is at the far end, from what is known so far."""
    kind = channel.endpoint.kind
    if kind is EndpointKind.PHONE:
        channel.party = Party(kind=PartyKind.AGENT, name=channel.endpoint.agent)
    elif kind is EndpointKind.TRUNK:
        number = _trunk_number(channel, directory)
        if directory.is_employee(number):
            agent = directory.agents_by_mobile[number or ""]
            channel.party = Party(kind=PartyKind.AGENT, name=agent, number=number)
        else:
            channel.party = Party(kind=PartyKind.EXTERNAL, number=number)
    else:
        channel.party = None


def _trunk_number(channel: Channel, directory: Directory) -> str | None:
    if channel.incoming:
        return directory.outside_number(channel.caller_number)
    candidates = [dialled_user(channel.dialled)]
    if channel.source is not None:
        candidates.append(channel.source.exten)
    candidates.append(channel.caller_number)
    numbers = (directory.outside_number(raw) for raw in candidates)
    return next((number for number in numbers if number is not None), None)
