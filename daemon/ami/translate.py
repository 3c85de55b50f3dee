"""AMI messages into the event language. Pure.

Header names are Asterisk's own (main/manager_channels.c, manager_bridges.c, res/parking/
parking_manager.c, apps/app_queue.c); every event of a channel carries its whole snapshot.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from daemon.ami.message import Message
from daemon.calls import events as e
from daemon.calls.call import DialStatus
from daemon.calls.directory import dialled_user
from daemon.calls.identity import began_at

RECORDING_EVENT = "CallwardRecording"
"""The UserEvent by which the dialplan tells a recording's name."""
RECORDING_VARIABLE = "CALLWARD_RECORDING"
"""The channel variable in which it keeps that name: how a snapshot learns of it."""

_CREATED, _ANSWERED = "CDR(start,u)", "CDR(answer,u)"
_CLOCK_STEP = timedelta(seconds=5)
_STATES = {str(state.value): state for state in e.ChannelState}
_UNKNOWN = frozenset({"", "<unknown>", "unknown"})
_STATUSES = {status.value: status for status in DialStatus}


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
        listed = _listed_at(message)
        if listed is not None and (self._now is None or listed > self._now):
            self._now = listed
        return self._now or received_at or began_at(headers.get("Uniqueid", ""))


def _listed_at(message: Message) -> datetime | None:
    """The least time that it can be where a row of a snapshot is written.

    A ``Status`` row tells when its channel answered, a ``CoreShowChannel`` row its age in seconds.
    """
    headers = message.headers
    if headers.get("Event") == "Status":
        return _epoch(message, _ANSWERED) or _epoch(message, _CREATED)
    age = headers.get("Duration", "")
    born = began_at(headers.get("Uniqueid", ""))
    parts = age.split(":")
    if born is None or len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    hours, minutes, seconds = (int(part) for part in parts)
    return born + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _text(headers: dict[str, str], name: str) -> str:
    value = headers.get(name, "")
    return "" if value in _UNKNOWN else value


def _snapshot(headers: dict[str, str], prefix: str = "") -> e.ChannelSnapshot:
    """The channel whose headers begin with ``prefix``. Raises KeyError where there is none."""
    uniqueid = headers[f"{prefix}Uniqueid"]
    if not uniqueid:
        raise KeyError(prefix)
    return e.ChannelSnapshot(
        uniqueid=uniqueid,
        linkedid=headers.get(f"{prefix}Linkedid") or uniqueid,
        name=headers.get(f"{prefix}Channel", ""),
        state=_STATES.get(headers.get(f"{prefix}ChannelState", "")),
        caller_number=_text(headers, f"{prefix}CallerIDNum"),
        connected_number=_text(headers, f"{prefix}ConnectedLineNum"),
        exten=headers.get(f"{prefix}Exten", ""),
    )


def _optional(headers: dict[str, str], prefix: str) -> e.ChannelSnapshot | None:
    return _snapshot(headers, prefix) if headers.get(f"{prefix}Uniqueid") else None


def _cause(headers: dict[str, str]) -> int | None:
    cause = headers.get("Cause", "")
    return int(cause) if cause.isdigit() else None


def _variable(message: Message, name: str) -> str:
    """One ``Variable: name=value`` of a Status row; empty where it is not set."""
    for assignment in message.all("Variable"):
        found, _, value = assignment.partition("=")
        if found == name:
            return "" if value == "(null)" else value
    return ""


def _epoch(message: Message, variable: str) -> datetime | None:
    """A ``Variable: CDR(start,u)=1700000000.123456`` of a Status row."""
    try:
        seconds = float(_variable(message, variable))
    except ValueError:
        return None
    return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None


def _holding(headers: dict[str, str]) -> bool:
    return headers.get("BridgeTechnology") == "holding_bridge"


def _conference(headers: dict[str, str]) -> bool:
    return headers.get("BridgeCreator") in ("ConfBridge", "MeetMe", "Page")


def _newchannel(message: Message, at: datetime) -> e.TelephonyEvent:
    return e.ChannelCreated(at=at, channel=_snapshot(message.headers))


def _newstate(message: Message, at: datetime) -> e.TelephonyEvent:
    return e.ChannelStateChanged(at=at, channel=_snapshot(message.headers))


def _rename(message: Message, at: datetime) -> e.TelephonyEvent | None:
    headers = dict(message.headers)
    headers["Channel"] = headers["Newname"]
    if headers["Channel"].endswith("<MASQ>"):
        return None  # a step on the way: the names that count follow
    return e.ChannelRenamed(at=at, channel=_snapshot(headers))


def _hangup_request(message: Message, at: datetime) -> e.TelephonyEvent:
    return e.HangupRequested(
        at=at, channel=_snapshot(message.headers), cause=_cause(message.headers)
    )


def _hangup(message: Message, at: datetime) -> e.TelephonyEvent:
    return e.ChannelHungUp(at=at, channel=_snapshot(message.headers), cause=_cause(message.headers))


def _dial_begin(message: Message, at: datetime) -> e.TelephonyEvent:
    headers = message.headers
    return e.DialBegan(
        at=at,
        source=_optional(headers, ""),
        destination=_snapshot(headers, "Dest"),
        dialled=headers.get("DialString", ""),
    )


def _dial_end(message: Message, at: datetime) -> e.TelephonyEvent:
    headers = message.headers
    return e.DialEnded(
        at=at,
        source=_optional(headers, ""),
        destination=_snapshot(headers, "Dest"),
        dial_status=_STATUSES.get(headers.get("DialStatus", ""), DialStatus.UNKNOWN),
        forward=headers.get("Forward", ""),
    )


def _bridge_enter(message: Message, at: datetime) -> e.TelephonyEvent:
    headers = message.headers
    return e.BridgeEntered(
        at=at,
        channel=_snapshot(headers),
        bridge=headers["BridgeUniqueid"],
        holding=_holding(headers),
        conference=_conference(headers),
    )


def _bridge_leave(message: Message, at: datetime) -> e.TelephonyEvent:
    headers = message.headers
    return e.BridgeLeft(at=at, channel=_snapshot(headers), bridge=headers["BridgeUniqueid"])


def _hold(message: Message, at: datetime) -> e.TelephonyEvent:
    return e.HoldStarted(at=at, channel=_snapshot(message.headers))


def _unhold(message: Message, at: datetime) -> e.TelephonyEvent:
    return e.HoldEnded(at=at, channel=_snapshot(message.headers))


def _queue_join(message: Message, at: datetime) -> e.TelephonyEvent:
    return e.QueueJoined(at=at, channel=_snapshot(message.headers), queue=message.headers["Queue"])


def _parked(message: Message, at: datetime) -> e.TelephonyEvent:
    return e.CallParked(at=at, channel=_snapshot(message.headers, "Parkee"))


def _unparked(message: Message, at: datetime) -> e.TelephonyEvent:
    headers = message.headers
    return e.CallUnparked(
        at=at, channel=_snapshot(headers, "Parkee"), retriever=_optional(headers, "Retriever")
    )


def _pickup(message: Message, at: datetime) -> e.TelephonyEvent:
    headers = message.headers
    return e.CallPickedUp(at=at, channel=_snapshot(headers), target=_snapshot(headers, "Target"))


def _blind_transfer(message: Message, at: datetime) -> e.TelephonyEvent:
    headers = message.headers
    return e.BlindTransferred(
        at=at,
        transferer=_snapshot(headers, "Transferer"),
        transferee=_optional(headers, "Transferee"),
        exten=headers.get("Extension", ""),
        succeeded=headers.get("Result", "Success") == "Success",
    )


def _attended_transfer(message: Message, at: datetime) -> e.TelephonyEvent:
    headers = message.headers
    return e.AttendedTransferred(
        at=at,
        original=_snapshot(headers, "OrigTransferer"),
        consultation=_snapshot(headers, "SecondTransferer"),
        transferee=_optional(headers, "Transferee"),
        target=_optional(headers, "TransferTarget"),
        three_way=headers.get("DestType") == "Threeway",
        succeeded=headers.get("Result", "Success") == "Success",
    )


def _originate_response(message: Message, at: datetime) -> e.TelephonyEvent:
    headers = message.headers
    return e.OriginateEnded(
        at=at,
        uniqueid=_text(headers, "Uniqueid"),
        address=headers.get("Channel", ""),
        answered=headers.get("Response") == "Success",
        exten=headers.get("Exten") or _dialled_by_application(headers),
    )


def _dialled_by_application(headers: dict[str, str]) -> str:
    """Whom an Originate calls whose ``Application`` is Dial itself."""
    if headers.get("Application", "").lower() != "dial":
        return ""
    return dialled_user(re.split("[&,]", headers.get("Data", ""), maxsplit=1)[0])


def _mixmonitor_start(message: Message, at: datetime) -> e.TelephonyEvent:
    return e.RecordingStarted(at=at, channel=_snapshot(message.headers))


def _user_event(message: Message, at: datetime) -> e.TelephonyEvent | None:
    headers = message.headers
    if headers.get("UserEvent") != RECORDING_EVENT:
        return None
    return e.RecordingStarted(at=at, channel=_snapshot(headers), name=headers.get("Name", ""))


def _spy_start(message: Message, at: datetime) -> e.TelephonyEvent:
    headers = message.headers
    return e.SpyStarted(
        at=at, channel=_snapshot(headers, "Spyer"), target=_snapshot(headers, "Spyee")
    )


def _core_show_channel(message: Message, at: datetime) -> e.TelephonyEvent:
    headers = message.headers
    return e.ChannelListed(at=at, channel=_snapshot(headers), bridge=headers.get("BridgeId", ""))


def _status(message: Message, at: datetime) -> e.TelephonyEvent:
    return e.ChannelTimed(
        at=at,
        channel=_snapshot(message.headers),
        created_at=_epoch(message, _CREATED),
        answered_at=_epoch(message, _ANSWERED),
        recording=_variable(message, RECORDING_VARIABLE),
        dialled=_text(message.headers, "DNID") if _tells_dialled(message.headers) else None,
    )


def _tells_dialled(headers: dict[str, str]) -> bool:
    """Whether a missing ``DNID`` says that the channel was called: over SIP a caller dials."""
    return bool(headers.get("DNID")) or headers.get("Channel", "").startswith(("PJSIP/", "SIP/"))


def _bridge_list_item(message: Message, at: datetime) -> e.TelephonyEvent:
    headers = message.headers
    return e.BridgeListed(
        at=at,
        bridge=headers["BridgeUniqueid"],
        holding=_holding(headers),
        conference=_conference(headers),
    )


def _channels_complete(_: Message, at: datetime) -> e.TelephonyEvent:
    return e.SnapshotEnded(at=at)


_TRANSLATIONS: dict[str, Callable[[Message, datetime], e.TelephonyEvent | None]] = {
    "Newchannel": _newchannel,
    "Newstate": _newstate,
    "Rename": _rename,
    "HangupRequest": _hangup_request,
    "Hangup": _hangup,
    "DialBegin": _dial_begin,
    "DialEnd": _dial_end,
    "BridgeEnter": _bridge_enter,
    "BridgeLeave": _bridge_leave,
    "Hold": _hold,
    "Unhold": _unhold,
    "QueueCallerJoin": _queue_join,
    "QueueEntry": _queue_join,
    "ParkedCall": _parked,
    "UnParkedCall": _unparked,
    "Pickup": _pickup,
    "BlindTransfer": _blind_transfer,
    "AttendedTransfer": _attended_transfer,
    "OriginateResponse": _originate_response,
    "MixMonitorStart": _mixmonitor_start,
    "UserEvent": _user_event,
    "ChanSpyStart": _spy_start,
    "CoreShowChannel": _core_show_channel,
    "Status": _status,
    "BridgeListItem": _bridge_list_item,
    "CoreShowChannelsComplete": _channels_complete,
}
EVENTS = frozenset(_TRANSLATIONS)
"""The names of the events that are read: all that the link needs to let through."""
