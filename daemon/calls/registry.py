"""Which channels there are and to which call each belongs: calls begin, join and end here."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from daemon.calls import events as e
from daemon.calls.directory import Directory, EndpointKind
from daemon.calls.facts import CallChanged, CallEnded, CallMerged, CallStarted, Fact
from daemon.calls.hearing import Bridges
from daemon.calls.identity import began_at, call_id
from daemon.calls.parties import identify, new_channel
from daemon.calls.state import CallState, Channel

# An ended call stays for events that come late (`NewConnectedLine` after `Hangup` was measured),
# then only its channels' ids do, so that a repeated journal changes nothing.
_KEEP_ENDED = timedelta(seconds=60)
# A journal that begins in the middle of a call shows its channels one by one: the last one known
# may not be the last there is. A snapshot, which the live link always takes, makes it sure.
_UNSURE = timedelta(seconds=5)
_KEEP_IDS = 30_000


class Registry:
    """Channels by uniqueid and name, calls by id and linkedid, and the facts not yet told."""

    def __init__(self, pbx: str, directory: Directory) -> None:
        self.calls: dict[UUID, CallState] = {}
        self.bridges = Bridges()
        self._pbx = pbx
        self._directory = directory
        self._channels: dict[str, Channel] = {}
        self._names: dict[str, Channel] = {}
        self._by_linkedid: dict[str, CallState] = {}
        self.settled = False
        """A snapshot has listed every channel: none can turn up that began before."""
        self._ending: dict[UUID, datetime] = {}
        self._ended: dict[UUID, datetime] = {}
        self._forgotten: dict[str, None] = {}
        self._news: list[CallState] = []
        self._merged: list[CallMerged] = []

    def take_facts(self) -> tuple[Fact, ...]:
        """What became true since the last time."""
        if not self._news:
            return ()
        facts: list[Fact] = []
        for call in self._news:
            call.has_news = False
            if call.id not in self.calls or call.withdrawn:
                continue
            if call.started or call.has_people:
                facts.append(CallChanged(call.id) if call.started else CallStarted(call.id))
                call.started = True
                if call.ended:
                    facts.append(CallEnded(call.id))
        facts += self._merged
        self._news.clear()
        self._merged.clear()
        return tuple(facts)

    def find(self, uniqueid: str) -> Channel | None:
        """A channel of a call that runs."""
        channel = self._channels.get(uniqueid)
        return None if channel is None or channel.call.ended else channel

    def see(
        self, seen: e.ChannelSnapshot, at: datetime, *, created: bool = False
    ) -> Channel | None:
        """The channel of an event, made now if it is new; ``None`` once its call is over.

        ``created`` says that the event is the channel's creation, so that ``at`` is its start.
        """
        channel = self._channels.get(seen.uniqueid)
        if channel is None:
            over = self._by_linkedid.get(seen.linkedid)
            late = (
                over is not None and over.ended and not (created and seen.uniqueid != seen.linkedid)
            )
            if late or seen.uniqueid in self._forgotten:
                return None
            return self._add(seen, at, created=created)
        if channel.call.ended:
            return None
        channel.unconfirmed = False
        if seen.linkedid not in channel.call.linkedids:
            self._linkedid_changed(channel, seen.linkedid, at)
        if channel.incoming and not channel.caller_number and seen.caller_number:
            channel.caller_number = seen.caller_number
            identify(channel, self._directory)
        if channel.incoming and seen.exten != channel.exten:
            self.called_at(channel, seen.exten)
        return channel

    def identify(self, channel: Channel) -> None:
        """Something is known of a channel that tells who is at its far end."""
        identify(channel, self._directory)

    def called_at(self, channel: Channel, exten: str) -> None:
        """A caller was seen in this extension: it counts where it is the company's number.

        A trunk may deliver its calls to ``s``; a journal that begins late finds them anywhere.
        """
        company_number = self._directory.company_number
        if company_number(exten) and not company_number(channel.exten):
            channel.exten = exten

    def _add(self, seen: e.ChannelSnapshot, at: datetime, *, created: bool) -> Channel:
        started_at = at if created else began_at(seen.uniqueid) or at
        call = self._by_linkedid.get(seen.linkedid)
        if call is None or call.ended:
            first = seen.linkedid if call is None else seen.uniqueid
            call = CallState(call_id(self._pbx, first, started_at), self._pbx, {seen.linkedid})
            call.seen_whole = created and seen.uniqueid == seen.linkedid
            self._by_linkedid[seen.linkedid] = call
            self.calls[call.id] = call
        channel = new_channel(seen, started_at, call, self._directory)
        call.channels[channel.uniqueid] = channel
        call.alive += 1
        self._channels[channel.uniqueid] = channel
        self._names[channel.name] = channel
        if channel.endpoint.kind is EndpointKind.LOCAL:
            _pair_up(channel)
        self.changed(call, at)
        return channel

    def _linkedid_changed(self, channel: Channel, linkedid: str, at: datetime) -> None:
        """Asterisk has joined this channel to another call, perhaps while nobody looked."""
        other = self._by_linkedid.get(linkedid)
        if other is not None and not (other.customer and channel.call.customer):
            self.join(other, channel.call, at)

    def rename(self, channel: Channel, name: str, at: datetime) -> None:
        """A masquerade: the far ends of two channels change places (main/channel.c).

        A ``Channel`` is a far end, so it is its uniqueid and bridge that change hands.
        """
        if channel.name == name:
            return
        mates = (c for c in channel.call.channels.values() if c.name == name)
        other = next(mates, None) or self._names.get(name)
        if other is None or other.call.ended:
            channel.name = name
            channel.endpoint = self._directory.endpoint(name)
            identify(channel, self._directory)
            self._names[name] = channel
        else:
            self.join(channel.call, other.call, at)
            self._swap(channel, other)
        self.changed(channel.call, at)

    def _swap(self, one: Channel, other: Channel) -> None:
        bridges = other.bridge, one.bridge
        self.bridges.leave(one)
        self.bridges.leave(other)
        one.uniqueid, other.uniqueid = other.uniqueid, one.uniqueid
        for channel, bridge in zip((one, other), bridges, strict=True):
            self._channels[channel.uniqueid] = channel
            channel.call.channels[channel.uniqueid] = channel
            if bridge is not None:
                self.bridges.enter(channel, bridge)

    def changed(self, call: CallState, at: datetime) -> None:
        """Something of a call changed: its summary is stale, and those who listen want to know."""
        call.record = None
        if call.last_event_at is None or at > call.last_event_at:
            call.last_event_at = at
        self._tell(call)

    def _tell(self, call: CallState) -> None:
        if not call.has_news:
            call.has_news = True
            self._news.append(call)

    def join(self, one: CallState, other: CallState, at: datetime) -> None:
        """Two calls are one: the older keeps its id."""
        if one is other or one.ended or other.ended:
            return
        kept, lost = (one, other) if _age(one) <= _age(other) else (other, one)
        kept.absorb(lost)
        for linkedid in lost.linkedids:
            self._by_linkedid[linkedid] = kept
        del self.calls[lost.id]
        self.changed(kept, at)
        if lost.started:
            self._merged.append(CallMerged(lost.id, into=kept.id))

    def withdraw(self, call: CallState, into: CallState, at: datetime) -> None:
        """What looked like a call only served another one; nothing of it is kept."""
        if call is into or call.ended:
            return
        call.ended = call.withdrawn = True
        self._ended[call.id] = at
        if call.started:
            self._tell(call)
            self._merged.append(CallMerged(call.id, into=into.id))

    def close(self, channel: Channel, at: datetime) -> None:
        """A channel is gone, and with the last one its call."""
        self.bridges.leave(channel)
        channel.gone = True
        call = channel.call
        call.alive -= 1
        self.changed(call, at)
        if call.alive == 0 and (call.seen_whole or self.settled):
            self._end(call, at)
        elif call.alive == 0:
            self._ending[call.id] = at

    def end_unsure(self, at: datetime, wait: timedelta = _UNSURE) -> None:
        """End the calls of which no further channel has turned up for a while."""
        if not self._ending:
            return
        for id_, since in tuple(self._ending.items()):
            if at - since >= wait:
                del self._ending[id_]
                call = self.calls.get(id_)
                if call is not None and call.alive == 0 and not call.ended:
                    self._end(call, since)

    def _end(self, call: CallState, at: datetime) -> None:
        call.ended = True
        self._ended[call.id] = at
        self._tell(call)
        self._forget_old(at)

    def _forget_old(self, at: datetime) -> None:
        while self._ended:
            id_, ended_at = next(iter(self._ended.items()))
            if at - ended_at < _KEEP_ENDED:
                break
            del self._ended[id_]
            call = self.calls.pop(id_)
            for channel in call.channels.values():
                self._channels.pop(channel.uniqueid, None)
                self._names.pop(channel.name, None)
                self._forgotten[channel.uniqueid] = None
            for linkedid in call.linkedids:
                if self._by_linkedid.get(linkedid) is call:
                    del self._by_linkedid[linkedid]
        while len(self._forgotten) > _KEEP_IDS:
            del self._forgotten[next(iter(self._forgotten))]


def _pair_up(channel: Channel) -> None:
    """Join the two halves of a Local channel: they are born in one call."""
    for other in channel.call.channels.values():
        if other is not channel and other.endpoint.pair == channel.endpoint.pair:
            channel.other_half, other.other_half = other, channel


def _age(call: CallState) -> tuple[datetime, str]:
    return min((c.started_at, c.uniqueid) for c in call.channels.values())
