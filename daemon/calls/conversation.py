"""Who talks with whom, and from when to when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from daemon.calls.dialplan import is_spy
from daemon.calls.parties import takes_over
from daemon.calls.registry import Registry
from daemon.calls.state import CallState, Channel, Spell


class Conversations:
    """Moves channels between bridges and keeps the spells of their calls."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._bridges = registry.bridges

    def move(self, channel: Channel, bridge: str | None, at: datetime) -> None:
        """Into a bridge, or out of the one it is in; then see who hears whom."""
        if channel.bridge == bridge:
            return
        if bridge is not None and not channel.is_person and is_spy(channel.uniqueid):
            takes_over(channel, at)
        before = self._bridges.people_with(channel)
        if bridge is None:
            self._bridges.leave(channel)
        else:
            self._bridges.enter(channel, bridge)
        after = self._bridges.people_with(channel)
        if not self._bridges.in_conference(channel):
            self.meet(after, at)
        self.heard((*before, *after), at)

    def end_hold(self, channel: Channel, at: datetime) -> None:
        """Whoever was put on hold by this channel's phone is taken back."""
        if channel.hold_from is not None:
            channel.call.holds.append((channel.hold_from, max(at, channel.hold_from)))
            channel.hold_from = None

    def begin_music(self, ours: Channel, held: Channel, at: datetime) -> None:
        """A channel of ours plays to somebody on hold."""
        ours.plays_to, held.music_by = held, ours
        held.music_from = held.music_from or at
        self._registry.changed(held.call, at)

    def _end_music(self, held: Channel, at: datetime) -> None:
        if held.music_from is not None:
            held.call.holds.append((held.music_from, max(at, held.music_from)))
            held.music_from = held.music_by = None
            self._registry.changed(held.call, at)

    def quit(self, channel: Channel, at: datetime) -> None:
        """A channel is gone, from its conversation and from its call."""
        self.end_hold(channel, at)
        self._end_music(channel, at)
        if channel.plays_to is not None and channel.plays_to.music_by is channel:
            self._end_music(channel.plays_to, at)
        self.move(channel, None, at)
        self._registry.close(channel, at)

    def meet(self, people: Iterable[Channel], at: datetime) -> None:
        """Calls whose people share a bridge are one call, unless each has its own customer."""
        for one in people:
            for other in people:
                if one.call is not other.call and not (one.call.customer and other.call.customer):
                    self._registry.join(one.call, other.call, at)

    def heard(self, people: Iterable[Channel], at: datetime) -> None:
        """Open and close spells of the calls to which these people belong."""
        for call in dict.fromkeys(channel.call for channel in people):
            one, others = self._talkers(call)
            for spell in call.spells:
                if spell.ended_at is None and (spell.one is not one or spell.other not in others):
                    spell.ended_at = at
            if one is not None:
                running = [spell.other for spell in call.spells if spell.ended_at is None]
                call.spells += (Spell(one, other, at) for other in others if other not in running)
            self._registry.changed(call, at)

    def _talkers(self, call: CallState) -> tuple[Channel | None, list[Channel]]:
        """Whom the customer hears now; without a customer, whom the first of the others hears."""
        customer = call.customer
        centres = [customer] if customer is not None else call.channels.values()
        for centre in centres:
            if centre.gone or not centre.is_person or centre.bridge is None:
                continue
            others = [c for c in self._bridges.people_with(centre) if c is not centre]
            if others:
                return centre, others
        return None, []
