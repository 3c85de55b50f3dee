"""From what a PBX's tracker says to how far its callbacks are; stray channels are hung up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

import structlog

from daemon.ami.message import Message
from daemon.callbacks.callback import Callback, EndReason, callback_of
from daemon.callbacks.ledger import Ledger, Live
from daemon.calls.call import Call
from daemon.calls.events import (
    ChannelCreated,
    LinkLost,
    OriginateEnded,
    SnapshotEnded,
    TelephonyEvent,
)
from daemon.calls.facts import CallChanged, CallEnded, CallMerged, CallStarted, Fact

_log = structlog.get_logger(__name__)

_WHOLE_SECOND: Final = timedelta(seconds=1)
"""In which a PBX tells its uptime."""


class Tracker(Protocol):
    """``daemon.calls.tracker.Tracker``."""

    def step(self, event: TelephonyEvent) -> tuple[Fact, ...]:
        """Fold one event."""

    def call(self, id: UUID, /) -> Call:  # noqa: A002 - the tracker's own name
        """The current record of a call."""

    def running(self) -> tuple[UUID, ...]:
        """Calls that have started and not ended."""


class Watch:
    """Stands before the tracker of one PBX, and costs nothing where no callback is meant.

    ``hang_up`` asks the PBX to end a channel, by its uniqueid; whether that was done comes back
    as an event, or not at all.
    """

    def __init__(
        self, pbx: str, tracker: Tracker, ledger: Ledger, hang_up: Callable[[str], None]
    ) -> None:
        self._pbx = pbx
        self._tracker = tracker
        self._ledger = ledger
        self._hang_up = hang_up
        self._calls: dict[UUID, UUID] = {}
        """Callbacks by their calls."""
        self._started: tuple[str, str] | None = None
        self._began: datetime | None = None
        """What was begun earlier was begun on a PBX that has been restarted since."""
        self.connection = 0
        """How often the link has been lost."""
        self.call = tracker.call

    def on_messages(self, messages: Sequence[Message]) -> None:
        """What the link read, before any of it is folded: has the PBX been started anew?"""
        for message in messages:
            headers = message.headers
            if headers.get("Event") == "FullyBooted":
                uptime = headers.get("Uptime", "")
                if self._began is None and uptime.isascii() and uptime.isdigit():
                    up_since = datetime.now(UTC) - timedelta(seconds=int(uptime[:9]))
                    self._began = up_since - _WHOLE_SECOND
            elif "CoreStartupTime" in headers:
                self._is_started((headers.get("CoreStartupDate", ""), headers["CoreStartupTime"]))

    def _is_started(self, started: tuple[str, str]) -> None:
        """It names the second in which it was: another one than before was started since.

        An uptime would not do: counted in whole seconds and taken from a clock that may be set, it
        tells no quick restart from none.
        """
        before, self._started = self._started, started
        if before is not None and before != started:
            self._began = datetime.now(UTC)

    def step(self, event: TelephonyEvent) -> tuple[Fact, ...]:
        """The tracker's own ``step``."""
        facts = self._tracker.step(event)
        try:
            self._follow(event, facts)
        except Exception:  # the call is captured, whatever becomes of the callback
            _log.exception("callback could not be followed", pbx=self._pbx)
        return facts

    def _follow(self, event: TelephonyEvent, facts: tuple[Fact, ...]) -> None:
        if facts:
            self._read(facts)
        match event:
            case ChannelCreated():
                self._look_at(event.channel.uniqueid)
            case OriginateEnded():
                self._originate_ended(event)
            case LinkLost():
                self.connection += 1
            case SnapshotEnded():
                self._settle()

    def channels_of(self, live: Live) -> list[str]:
        """What to hang up so that it ends."""
        return _channels(
            live.callback, None if live.call is None else self._tracker.call(live.call)
        )

    def _look_at(self, uniqueid: str) -> None:
        """A channel of a callback that is over, or is to be over, has no business."""
        id_ = callback_of(uniqueid)
        callback = None if id_ is None else self._ledger.newest(id_)
        if callback is None or callback.pbx != self._pbx:
            return
        live = self._ledger.live(callback.id)
        if live is None or live.known.stopped:
            self._hang_up(uniqueid)

    def _read(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            match fact:
                case CallStarted(id=call):
                    if len(self._ledger):
                        self._recognise(self._tracker.call(call))
                case CallChanged(id=call):
                    if call in self._calls:
                        self._see(call)
                case CallMerged(id=call, into=into):
                    if call in self._calls:
                        self._calls[into] = self._calls.pop(call)
                        self._see(into)
                case CallEnded(id=call):
                    if call in self._calls:
                        self._see(call)
                        self._calls.pop(call, None)

    def _recognise(self, call: Call) -> None:
        """Whose call this is."""
        for id_ in _callbacks_in(call):
            live = self._ledger.live(id_)
            if live is not None and live.callback.pbx == self._pbx:
                self._calls[call.id] = id_
                self._see(call.id)

    def _see(self, call: UUID) -> None:
        live = self._ledger.live(self._calls[call])
        if live is None:
            del self._calls[call]
            return
        live.call = call
        live.known = replace(live.known, lost=self._why_lost(live))
        self._ledger.see(live, self._tracker.call(call))

    def _why_lost(self, live: Live) -> EndReason:
        if self._began is not None and live.callback.created_at < self._began:
            return EndReason.PBX_RESTARTED
        return live.known.lost

    def _originate_ended(self, event: OriginateEnded) -> None:
        for live in self._ledger:
            # Nobody else's Originate leads to this callback's token.
            if event.exten and event.exten in live.tokens:
                live.known = replace(live.known, originate=event.answered)
                call = None if live.call is None else self._tracker.call(live.call)
                self._ledger.see(live, call)

    def _settle(self) -> None:
        """A snapshot: what began before this connection and does not run any more is over."""
        older = [
            live
            for live in self._ledger
            if live.callback.pbx == self._pbx and live.connection < self.connection
        ]
        for id_ in self._tracker.running():
            call = self._tracker.call(id_)
            for callback in _callbacks_in(call):
                live = self._ledger.live(callback)
                if live is not None and live in older:
                    self._go_on(live, call)
                elif live is None:
                    self._stop_stray(callback, call)
        for live in older:
            if live.call is None and live.callback.is_live:
                self._ledger.end(live, self._why_lost(live))
            live.connection = self.connection

    def _go_on(self, live: Live, call: Call) -> None:
        """Its call runs. An earlier run's tokens are gone: without a client there comes none."""
        live.call = call.id
        self._calls[call.id] = live.callback.id
        if live.connection < 0 and _without_client(call):
            live.known = replace(live.known, stopped=EndReason.DAEMON_RESTARTED)
        if live.known.stopped is not None:
            self._hang_up_all(live.callback, call)
        self._ledger.see(live, call)

    def _stop_stray(self, id_: UUID, call: Call) -> None:
        """It has ended, as far as anybody was told: the manager waits for nothing.

        Where the client is there too, nobody takes him away.
        """
        ended = self._ledger.newest(id_)
        if ended is not None and ended.pbx == self._pbx and _without_client(call):
            self._hang_up_all(ended, call)

    def _hang_up_all(self, callback: Callback, call: Call) -> None:
        for channel in _channels(callback, call):
            self._hang_up(channel)


def _channels(callback: Callback, call: Call | None) -> list[str]:
    """A callback's first channel and the manager's own, who is behind it on his mobile: Dial does
    not notice that its caller is gone while he is asked for the key (apps/app_dial.c)."""
    channels = [callback.channel]
    if call is not None and call.legs and call.legs[0].ended_at is None:
        channels.append(call.legs[0].channel)
    return list(dict.fromkeys(channels))


def _callbacks_in(call: Call) -> set[UUID]:
    """The callbacks whose first channel is or was in this call."""
    uniqueids = (*call.linkedids, *(leg.channel for leg in call.legs))
    return {id_ for uniqueid in uniqueids if (id_ := callback_of(uniqueid)) is not None}


def _without_client(call: Call) -> bool:
    """Only the manager's own phone is in the call."""
    return len(call.legs) < 2
