"""The call tracker: events of one PBX in, facts about its calls out. No clock, no I/O.

State is kept in place rather than copied: at 40 calls/s the copies were the cost. It is pure all
the same: what comes out depends on the events alone.

Asterisk's own idea of a call is the linkedid: every channel that is made for another inherits
it, and bridging spreads the oldest (main/bridge_channel.c). It is where a call starts here; pickup,
unparking and attended transfers join calls by their own events, for those may keep two linkedids.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from daemon.calls import events as e
from daemon.calls.call import Announcement, Call, DialStatus, TransferKind
from daemon.calls.conversation import Conversations
from daemon.calls.dialplan import is_spy
from daemon.calls.directory import Directory, leads_to
from daemon.calls.facts import Fact
from daemon.calls.parties import answered_for, identify
from daemon.calls.registry import Registry
from daemon.calls.snapshot import Snapshots
from daemon.calls.state import Channel, HandOver
from daemon.calls.summary import summarise

# Two events this near tell of one act of one person.
_SAME_ACT = timedelta(seconds=0.5)


class Tracker:
    """The calls of one PBX."""

    def __init__(self, pbx: str, directory: Directory) -> None:
        self.pbx = pbx
        self._directory = directory
        self._registry = Registry(pbx, directory)
        self._conversations = Conversations(self._registry)
        self._bridges = self._registry.bridges
        self._see = self._registry.see
        self._changed = self._registry.changed
        self._now: datetime | None = None
        snapshots = Snapshots(self._registry, self._conversations)
        self._handlers: dict[type, Callable[[Any], None]] = {
            e.ChannelCreated: self._channel_created,
            e.ChannelStateChanged: self._state_changed,
            e.ChannelRenamed: self._renamed,
            e.HangupRequested: self._hangup_requested,
            e.ChannelHungUp: self._hung_up,
            e.DialBegan: self._dial_began,
            e.DialEnded: self._dial_ended,
            e.BridgeEntered: self._bridge_entered,
            e.BridgeLeft: self._bridge_left,
            e.BridgeListed: snapshots.bridge_listed,
            e.HoldStarted: self._hold_started,
            e.HoldEnded: self._hold_ended,
            e.QueueJoined: self._queue_joined,
            e.CallParked: self._parked,
            e.CallUnparked: self._unparked,
            e.CallPickedUp: self._picked_up,
            e.BlindTransferred: self._blind_transferred,
            e.AttendedTransferred: self._attended_transferred,
            e.OriginateEnded: self._originate_ended,
            e.RecordingStarted: self._recording_started,
            e.AnnouncementPlayed: self._announcement_played,
            e.SpyStarted: self._spy_started,
            e.MusicStarted: self._music_started,
            e.LinkLost: snapshots.link_lost,
            e.ChannelListed: snapshots.channel_listed,
            e.ChannelTimed: snapshots.channel_timed,
            e.SnapshotEnded: snapshots.snapshot_ended,
        }

    # ── what others ask ──────────────────────────────────────────────────────────────────────

    def step(self, event: e.TelephonyEvent) -> tuple[Fact, ...]:
        """Fold one event. The facts are in the order in which they became true."""
        self._now = event.at
        self._registry.end_unsure(event.at)
        self._handlers[type(event)](event)
        return self._registry.take_facts()

    def call(self, call: UUID) -> Call:
        """The current record of a call that runs or has just ended. Raises KeyError otherwise."""
        state = self._registry.calls[call]
        if state.record is None:
            state.record = summarise(state, self._directory)
        return state.record

    def running(self) -> tuple[UUID, ...]:
        """Calls that have started and not ended."""
        return tuple(c.id for c in self._registry.calls.values() if c.started and not c.ended)

    def now(self) -> datetime | None:
        """The PBX's time, by its last event."""
        return self._now

    # ── channels ─────────────────────────────────────────────────────────────────────────────

    def _channel_created(self, event: e.ChannelCreated) -> None:
        self._see(event.channel, event.at, created=True)

    def _state_changed(self, event: e.ChannelStateChanged) -> None:
        channel = self._see(event.channel, event.at)
        if channel is None:
            return
        channel.state = event.channel.state
        if channel.state is e.ChannelState.RINGING and channel.ringing_from is None:
            channel.ringing_from = event.at
        elif channel.state is e.ChannelState.UP and channel.answered_at is None:
            channel.answered_at = event.at
        self._changed(channel.call, event.at)

    def _renamed(self, event: e.ChannelRenamed) -> None:
        channel = self._see(event.channel, event.at)
        if channel is not None:
            self._registry.rename(channel, event.channel.name, event.at)

    def _hangup_requested(self, event: e.HangupRequested) -> None:
        channel = self._see(event.channel, event.at)
        if channel is not None:
            channel.hangs_up(event.at, event.cause)
            self._changed(channel.call, event.at)

    def _hung_up(self, event: e.ChannelHungUp) -> None:
        channel = self._see(event.channel, event.at)
        if channel is None or channel.gone:
            return
        channel.ended_at, channel.cause = event.at, event.cause
        self._conversations.quit(channel, event.at)

    # ── dialling ─────────────────────────────────────────────────────────────────────────────

    def _dial_began(self, event: e.DialBegan) -> None:
        source = None if event.source is None else self._see(event.source, event.at)
        channel = self._see(event.destination, event.at)
        if channel is None:
            return
        if source is not None and source.call is not channel.call:
            self._registry.join(source.call, channel.call, event.at)
        channel.incoming = False
        channel.tells_ringing = event.tells_ringing
        channel.source = channel.source or source
        channel.dialled = channel.dialled or event.dialled
        shown = event.destination.connected_number
        if not shown and event.source is not None:
            shown = event.source.caller_number
        channel.shown_number = channel.shown_number or shown
        channel.dial_began_at = channel.dial_began_at or event.at
        channel.originated = channel.originated or event.source is None
        identify(channel, self._directory)
        self._changed(channel.call, event.at)

    def _dial_ended(self, event: e.DialEnded) -> None:
        channel = self._see(event.destination, event.at)
        if channel is None or channel.dial_status is not None:
            return
        channel.incoming = False
        channel.dial_status = event.dial_status
        channel.ringing_to = event.at
        if event.dial_status is DialStatus.ANSWER and channel.answered_at is None:
            channel.answered_at = event.at
        self._changed(channel.call, event.at)

    def _originate_ended(self, event: e.OriginateEnded) -> None:
        channel = self._registry.find(event.uniqueid) or self._originated(event.address, event.at)
        if channel is None or is_spy(channel.uniqueid):
            return
        channel.originated, channel.incoming = True, False
        channel.originated_to = event.exten
        identify(channel, self._directory)
        self._changed(channel.call, event.at)

    def _originated(self, address: str, at: datetime) -> Channel | None:
        """The newest leg of an Originate to this address that waited for an answer then."""
        waiting = [
            channel
            for id_ in self.running()
            for channel in self._registry.calls[id_].channels.values()
            if channel.originated and channel.answered_at is None and channel.started_at <= at
            if leads_to(address, channel.endpoint.address)
        ]
        return max(waiting, key=lambda channel: channel.started_at, default=None)

    # ── bridges ──────────────────────────────────────────────────────────────────────────────

    def _bridge_entered(self, event: e.BridgeEntered) -> None:
        channel = self._see(event.channel, event.at)
        if channel is None or channel.gone:
            return
        # A feature code puts on hold and tells no end of it but this.
        self._conversations.end_hold(channel, event.at)
        self._bridges.describe(event.bridge, holding=event.holding, conference=event.conference)
        self._conversations.move(channel, event.bridge, event.at)

    def _bridge_left(self, event: e.BridgeLeft) -> None:
        channel = self._see(event.channel, event.at)
        if channel is not None and channel.bridge == event.bridge:
            self._conversations.move(channel, None, event.at)

    def _hold_started(self, event: e.HoldStarted) -> None:
        channel = self._see(event.channel, event.at)
        if channel is not None and channel.hold_from is None and not channel.gone:
            channel.hold_from = event.at
            self._changed(channel.call, event.at)

    def _hold_ended(self, event: e.HoldEnded) -> None:
        channel = self._see(event.channel, event.at)
        if channel is not None:
            self._conversations.end_hold(channel, event.at)
            self._changed(channel.call, event.at)

    # ── features ─────────────────────────────────────────────────────────────────────────────

    def _parked(self, event: e.CallParked) -> None:
        """A call parked by REFER shows a blind transfer too: it was handed to nobody."""
        channel = self._see(event.channel, event.at)
        if channel is None:
            return
        channel.parked_at = event.at
        call = channel.call
        call.hand_overs = [h for h in call.hand_overs if abs(h.at - event.at) > _SAME_ACT]
        self._changed(call, event.at)

    def _queue_joined(self, event: e.QueueJoined) -> None:
        channel = self._see(event.channel, event.at)
        if channel is not None:
            channel.call.queue = event.queue
            self._changed(channel.call, event.at)

    def _unparked(self, event: e.CallUnparked) -> None:
        parked = self._see(event.channel, event.at)
        retriever = None if event.retriever is None else self._see(event.retriever, event.at)
        if parked is not None and retriever is not None and parked.call is not retriever.call:
            self._registry.join(parked.call, retriever.call, event.at)

    def _picked_up(self, event: e.CallPickedUp) -> None:
        picker = self._see(event.channel, event.at)
        target = self._see(event.target, event.at)
        if picker is not None and target is not None and picker.call is not target.call:
            self._registry.join(target.call, picker.call, event.at)

    def _blind_transferred(self, event: e.BlindTransferred) -> None:
        by = self._see_person(event.transferer, event.at)
        if by is None or any(h.by is by and h.at == event.at for h in by.call.hand_overs):
            return
        call = by.call
        if event.transferee is not None:
            transferee = self._see(event.transferee, event.at)
            if transferee is not None:
                call = transferee.call
                if transferee.parked_at and abs(transferee.parked_at - event.at) <= _SAME_ACT:
                    return
        call.hand_overs.append(
            HandOver(event.at, TransferKind.BLIND, by, event.exten, succeeded=event.succeeded)
        )
        self._changed(call, event.at)

    def _attended_transferred(self, event: e.AttendedTransferred) -> None:
        by = self._see_person(event.original, event.at)
        second = self._see_person(event.consultation, event.at)
        if by is None or any(h.by is by and h.at == event.at for h in by.call.hand_overs):
            return
        seen = event.target
        target = None if seen is None else self._see_person(seen, event.at)
        targets = self._consulted(second, by) if target is None else [target]
        # One of several (a queue's) is not whom he asked for: that was the queue.
        target = targets[0] if len(targets) == 1 else None
        kind = TransferKind.ATTENDED
        if targets and all(one.answered_at is None for one in targets):
            kind = TransferKind.BLONDE
        exten = "" if second is None or second is by else second.exten
        hand_over = HandOver(
            event.at, kind, by, exten, target, three_way=event.three_way, succeeded=event.succeeded
        )
        call = by.call
        if event.transferee is not None:
            transferee = self._see(event.transferee, event.at)
            call = call if transferee is None else transferee.call
        call.hand_overs.append(hand_over)
        if event.succeeded:
            for channel in (by, second, target):
                if channel is not None and channel.call is not call:
                    self._conversations.meet(
                        (*call.channels.values(), *channel.call.channels.values()), event.at
                    )
                    call = by.call
        self._changed(call, event.at)

    def _consulted(self, second: Channel | None, by: Channel) -> list[Channel]:
        """Whom the transferer hears on his second channel, else who is being called for it."""
        if second is None:
            return []
        heard = [c for c in self._bridges.people_with(second) if c not in (second, by)]
        if heard:
            return heard[-1:]
        return [
            c
            for c in second.call.channels.values()
            if c.is_person and not c.incoming and not c.gone and c not in (second, by)
        ]

    def _see_person(self, seen: e.ChannelSnapshot, at: datetime) -> Channel | None:
        """The channel of an event, or that of the person for whom a Local one stands."""
        channel = self._see(seen, at)
        if channel is None:
            return None
        person = self._bridges.person_at(channel)
        # He may have hung up a moment ago: that is how a consultation by feature code ends.
        return person if person.is_person else answered_for(person)

    def _recording_started(self, event: e.RecordingStarted) -> None:
        # A named one comes from the dialplan, which speaks only of channels that Asterisk told of.
        find = self._registry.find
        channel = find(event.channel.uniqueid) if event.name else self._see(event.channel, event.at)
        if channel is not None:
            channel.call.add_recording(channel.uniqueid, event.name, event.at)
            self._changed(channel.call, event.at)

    def _announcement_played(self, event: e.AnnouncementPlayed) -> None:
        channel = self._registry.find(event.channel.uniqueid)
        if channel is not None:
            channel.call.announcements[event.at, channel.uniqueid] = Announcement(
                channel=channel.uniqueid,
                sound=event.sound,
                language=event.language,
                at=event.at,
                whole=event.whole,
            )
            self._changed(channel.call, event.at)

    def _music_started(self, event: e.MusicStarted) -> None:
        ours, held = self._see(event.channel, event.at), self._registry.find(event.to)
        if ours is not None and held is not None:
            self._conversations.begin_music(ours, held, event.at)

    def _spy_started(self, event: e.SpyStarted) -> None:
        spy = self._see(event.channel, event.at)
        target = self._see(event.target, event.at)
        if spy is None or target is None or is_spy(spy.uniqueid):
            return  # a spy of ours is no call as it is, and may become one of those who talk
        if spy.call.customer is None:
            self._registry.withdraw(spy.call, target.call, event.at)
