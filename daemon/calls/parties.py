"""Who is at the far end of a channel, from what is known so far."""

from __future__ import annotations

from datetime import datetime

from daemon.calls.call import Party, PartyKind
from daemon.calls.dialplan import is_spy, spy_person
from daemon.calls.directory import Directory, Endpoint, EndpointKind, dialled_user
from daemon.calls.events import ChannelSnapshot, ChannelState
from daemon.calls.state import CallState, Channel


def new_channel(
    seen: ChannelSnapshot, at: datetime, call: CallState, directory: Directory
) -> Channel:
    """A channel from the first event that names it, which need not be its creation."""
    channel = Channel(
        uniqueid=seen.uniqueid,
        name=seen.name,
        endpoint=_endpoint(seen, directory),
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


def _endpoint(seen: ChannelSnapshot, directory: Directory) -> Endpoint:
    endpoint = directory.endpoint(seen.name)
    if is_spy(seen.uniqueid):
        # Who listens is nobody in a call, on whatever phone he does.
        return Endpoint(EndpointKind.PSEUDO, endpoint.address)
    return endpoint


def takes_over(channel: Channel, at: datetime) -> None:
    """Who only listened is put together with others: from now on he is one of those who talk."""
    person = spy_person(channel.uniqueid)
    channel.endpoint = Endpoint(EndpointKind.PHONE, channel.endpoint.address, agent=person)
    channel.party = Party(kind=PartyKind.AGENT, name=person)
    channel.started_at = channel.answered_at = at
    channel.incoming = False
    channel.dial_began_at = channel.ringing_from = channel.ringing_to = None
    channel.dial_status = None


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


def answered_for(half: Channel) -> Channel:
    """The one who took the call that a Local channel made; the channel itself if nobody did."""
    reached = half
    while not reached.is_person:
        answered = [
            channel
            for channel in half.call.channels.values()
            if channel.source is not None
            and channel.source is reached.other_half
            and channel.answered_at is not None
        ]
        if not answered:
            return half
        reached = answered[-1]
    return reached


def _trunk_number(channel: Channel, directory: Directory) -> str | None:
    if channel.told_number:
        return directory.outside_number(dialled_user(channel.told_number))
    if channel.incoming:
        return directory.outside_number(channel.caller_number)
    candidates = [dialled_user(channel.dialled)]
    if channel.source is not None:
        candidates.append(channel.source.exten)
    candidates.append(channel.caller_number)
    numbers = (directory.outside_number(raw) for raw in candidates)
    return next((number for number in numbers if number is not None), None)
