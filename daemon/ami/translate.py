"""AMI messages into the event language. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from daemon.ami import listed, live
from daemon.ami.message import Message
from daemon.calls import events as e
from daemon.calls.identity import began_at

_CLOCK_STEP = timedelta(seconds=5)


class AmiTranslator:
    """Translates one PBX's messages; remembers only the newest time it was told.

    Answers to a snapshot carry no ``Timestamp``: they happen at the time of the newest event.
    """

    def __init__(self, surprises: Counter[str] | None = None) -> None:
        self.surprises = Counter[str]() if surprises is None else surprises
        """Events that could not be read, by name and reason."""
        self._now: datetime | None = None

    def translate(
        self, message: Message, received_at: datetime | None = None
    ) -> tuple[e.TelephonyEvent, ...]:
        """The events in one message; none for what the tracker has no use for.

        ``received_at`` (our clock) serves where the PBX has not told any time yet.
        """
        headers = message.headers
        name = headers.get("Event", "")
        translate = _TRANSLATIONS.get(name)
        if translate is None:
            return ()
        at = self._at(message, received_at)
        if at is None:
            self.surprises[f"{name}: no time"] += 1
            return ()
        try:
            event = translate(message, at)
        except (KeyError, ValueError):
            self.surprises[f"{name}: unreadable"] += 1
            return ()
        return () if event is None else (event,)

    def link_lost(self, received_at: datetime | None = None) -> tuple[e.TelephonyEvent, ...]:
        """The connection ended, at the newest time that is known."""
        at = self._now or received_at
        return () if at is None else (e.LinkLost(at=at),)

    def _at(self, message: Message, received_at: datetime | None) -> datetime | None:
        headers = message.headers
        stamp = headers.get("Timestamp")
        if stamp:
            try:
                at = datetime.fromtimestamp(float(stamp), UTC)
            except (ValueError, OverflowError, OSError):
                self.surprises["Timestamp: unreadable"] += 1
            else:
                # Events overtake each other by milliseconds; by more, the PBX's clock was set back.
                if self._now is None or at > self._now or self._now - at > _CLOCK_STEP:
                    self._now = at
                return at
        row_at = listed.listed_at(message)
        if row_at is not None and (self._now is None or row_at > self._now):
            self._now = row_at
        return self._now or received_at or began_at(headers.get("Uniqueid", ""))


_TRANSLATIONS: dict[str, Callable[[Message, datetime], e.TelephonyEvent | None]] = {
    "Newchannel": live.newchannel,
    "Newstate": live.newstate,
    "Rename": live.rename,
    "HangupRequest": live.hangup_request,
    "Hangup": live.hangup,
    "DialBegin": live.dial_begin,
    "DialEnd": live.dial_end,
    "BridgeEnter": live.bridge_enter,
    "BridgeLeave": live.bridge_leave,
    "Hold": live.hold,
    "Unhold": live.unhold,
    "QueueCallerJoin": live.queue_join,
    "QueueEntry": live.queue_join,
    "ParkedCall": live.parked,
    "UnParkedCall": live.unparked,
    "Pickup": live.pickup,
    "BlindTransfer": live.blind_transfer,
    "AttendedTransfer": live.attended_transfer,
    "OriginateResponse": live.originate_response,
    "MixMonitorStart": live.mixmonitor_start,
    "UserEvent": live.user_event,
    "ChanSpyStart": live.spy_start,
    "CoreShowChannel": listed.core_show_channel,
    "Status": listed.status,
    "BridgeListItem": listed.bridge_list_item,
    "CoreShowChannelsComplete": listed.channels_complete,
}
EVENTS = frozenset(_TRANSLATIONS)
"""The names of the events that are read: all that the link needs to let through."""
