"""Who can hear whom: bridges, and the Local channels that join one bridge to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from daemon.calls.state import Channel


@dataclass(slots=True)
class Bridge:
    """One bridge and the channels in it, by uniqueid."""

    members: dict[str, Channel] = field(default_factory=dict)
    known: bool = False
    """Its kind is known; until then (a snapshot before ``BridgeList``) nobody is heard in it."""
    holding: bool = False
    conference: bool = False


class Bridges:
    """All bridges of one PBX."""

    def __init__(self) -> None:
        self._bridges: dict[str, Bridge] = {}

    def describe(self, bridge_id: str, *, holding: bool, conference: bool) -> Bridge:
        """Say what kind a bridge is."""
        bridge = self._bridges.setdefault(bridge_id, Bridge())
        bridge.known, bridge.holding, bridge.conference = True, holding, conference
        return bridge

    def enter(self, channel: Channel, bridge_id: str) -> None:
        """Put a channel into a bridge; it leaves the one in which it was."""
        self.leave(channel)
        channel.bridge = bridge_id
        self._bridges.setdefault(bridge_id, Bridge()).members[channel.uniqueid] = channel

    def leave(self, channel: Channel) -> None:
        """Take a channel out of its bridge, if it is in one."""
        if channel.bridge is None:
            return
        bridge = self._bridges.get(channel.bridge)
        if bridge is not None:
            bridge.members.pop(channel.uniqueid, None)
            if not bridge.members:
                del self._bridges[channel.bridge]
        channel.bridge = None

    def in_conference(self, channel: Channel) -> bool:
        """Whether calls that meet in this channel's bridge stay calls of their own."""
        bridge = self._bridges.get(channel.bridge or "")
        return bridge is not None and bridge.conference

    def people_with(self, channel: Channel) -> list[Channel]:
        """Everybody who shares sound with this channel, itself included if a person."""
        return [member for member in self._reach(channel) if member.is_person]

    def person_at(self, channel: Channel) -> Channel:
        """The one for whom half of a Local channel stands in its bridge, else the channel."""
        seen: set[str] = set()
        ahead = [channel]
        while ahead:
            member = ahead.pop()
            if member.is_person:
                return member
            seen.add(member.uniqueid)
            other = member.other_half
            bridge = None if other is None else self._bridges.get(other.bridge or "")
            if bridge is not None:
                ahead += (c for c in bridge.members.values() if c is not other)
                ahead = [c for c in ahead if c.uniqueid not in seen]
        return channel

    def _reach(self, start: Channel) -> Iterator[Channel]:
        seen: dict[str, Channel] = {}
        ahead = [start]
        while ahead:
            channel = ahead.pop()
            if channel.uniqueid in seen:
                continue
            seen[channel.uniqueid] = channel
            if channel.other_half is not None:
                ahead.append(channel.other_half)
            bridge = self._bridges.get(channel.bridge or "")
            if bridge is not None and bridge.known and not bridge.holding:
                ahead.extend(bridge.members.values())
        yield from seen.values()
