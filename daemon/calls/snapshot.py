"""After a gap: what a snapshot tells of the time in which nobody looked."""

from __future__ import annotations

from datetime import datetime, timedelta

from daemon.calls import events as e
from daemon.calls.conversation import Conversations
from daemon.calls.registry import Registry
from daemon.calls.state import Channel

# A uniqueid holds the second in which the channel was made, a moment before its CDR began.
_SECOND = timedelta(seconds=1.1)


class Snapshots:
    """Folds the loss of the link and the answers to a snapshot."""

    def __init__(self, registry: Registry, conversations: Conversations) -> None:
        self._registry = registry
        self._conversations = conversations
        self._lost_at: datetime | None = None
        self._music: list[tuple[Channel, str]] = []
        """Channels that play to somebody on hold, and to whom; he may be listed after them."""

    def link_lost(self, event: e.LinkLost) -> None:
        """From here on nothing is sure until a snapshot confirms it."""
        self._lost_at = event.at
        self._registry.settled = False
        self._registry.end_unsure(event.at, wait=timedelta(0))
        for call in self._registry.calls.values():
            if not call.ended:
                call.seen_whole = False
                for channel in call.channels.values():
                    channel.unconfirmed = not channel.gone

    def channel_listed(self, event: e.ChannelListed) -> None:
        """A channel lives, and is in this bridge or in none."""
        channel = self._registry.see(event.channel, event.at)
        if channel is None or channel.gone:
            return
        if event.channel.state is e.ChannelState.UP and channel.answered_at is None:
            channel.answered_at = event.at
        if event.plays_to:
            self._music.append((channel, event.plays_to))
        self._conversations.move(channel, event.bridge or None, event.at)
        self._registry.changed(channel.call, event.at)

    def channel_timed(self, event: e.ChannelTimed) -> None:
        """The PBX's own times of a channel that was first seen late, or answered unseen."""
        channel = self._registry.see(event.channel, event.at)
        if channel is None or channel.gone or channel.call.seen_whole:
            return
        if event.party:
            channel.told_number = event.party
            self._registry.identify(channel)
        created, answered = event.created_at, event.answered_at
        if created is not None and abs(created - channel.started_at) < _SECOND:
            channel.started_at = created  # a uniqueid knows only the second
        if answered is not None and answered >= self._unseen_from(channel):
            channel.answered_at = answered
        self._date_spells(channel)
        if channel.incoming and event.dialled is not None:
            self._caller_dialled(channel, event.dialled)
        if event.recording:
            channel.call.add_recording(channel.uniqueid, event.recording, channel.started_at)
        self._registry.changed(channel.call, event.at)

    def bridge_listed(self, event: e.BridgeListed) -> None:
        """What kind of bridge the listed channels are in: only now it is known who talks."""
        bridge = self._registry.bridges.describe(
            event.bridge, holding=event.holding, conference=event.conference
        )
        for channel in tuple(bridge.members.values()):
            people = self._registry.bridges.people_with(channel)
            if not event.conference:
                self._conversations.meet(people, event.at)
            self._conversations.heard(people, event.at)
            self._date_spells(channel)

    def snapshot_ended(self, event: e.SnapshotEnded) -> None:
        """Channels that were known before and were not listed ended while nobody looked."""
        self._registry.settled = True
        for ours, to in self._music:
            held = self._registry.find(to)
            if held is not None:
                self._conversations.begin_music(ours, held, event.at)
        self._music.clear()
        lost = [
            channel
            for call in self._registry.calls.values()
            if not call.ended
            for channel in call.channels.values()
            if channel.unconfirmed and not channel.gone
        ]
        for channel in lost:
            self._conversations.quit(channel, self._lost_at or event.at)
        # Of what ended while the list was told, no further channel can turn up.
        self._registry.end_unsure(event.at, wait=timedelta(0))

    def _caller_dialled(self, channel: Channel, dialled: str) -> None:
        """What a caller dialled; nothing, if he was called in truth while nobody looked."""
        if dialled:
            self._registry.called_at(channel, dialled)
        elif channel.started_at == self._unseen_from(channel):
            channel.incoming, channel.originated = False, True
            self._registry.identify(channel)

    def _unseen_from(self, channel: Channel) -> datetime:
        """Since when this channel's events were not seen."""
        return max(self._lost_at or channel.started_at, channel.started_at)

    def _date_spells(self, channel: Channel) -> None:
        """Spells that began while nobody looked did so when the second of the two answered."""
        for spell in channel.call.spells:
            pair = (spell.one, spell.other)
            if channel in pair and all(spell.began_at >= self._unseen_from(c) for c in pair):
                answers = [c.answered_at for c in pair if c.answered_at is not None]
                spell.began_at = max(answers, default=spell.began_at)
