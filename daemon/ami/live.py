"""AMI events as they happen, into the event language. Pure.

Sources of the headers: main/manager_channels.c, manager_bridges.c, res/parking/parking_manager.c,
apps/app_queue.c, apps/app_chanspy.c.
"""

from __future__ import annotations

import re
from datetime import datetime

from daemon.ami.headers import cause, is_conference, is_holding, optional_snapshot, snapshot, text
from daemon.ami.message import Message
from daemon.calls import events as e
from daemon.calls.call import DialStatus
from daemon.calls.dialplan import (
    ANNOUNCEMENT_EVENT,
    USER_EVENTS,
    announced,
    is_hold,
    recording_name,
)
from daemon.calls.directory import dialled_user

_STATUSES = {status.value: status for status in DialStatus}


def newchannel(message: Message, at: datetime) -> e.TelephonyEvent:
    """``Newchannel``."""
    return e.ChannelCreated(at=at, channel=snapshot(message.headers))


def newstate(message: Message, at: datetime) -> e.TelephonyEvent:
    """``Newstate``."""
    return e.ChannelStateChanged(at=at, channel=snapshot(message.headers))


def rename(message: Message, at: datetime) -> e.TelephonyEvent | None:
    """``Rename``."""
    headers = dict(message.headers)
    headers["Channel"] = headers["Newname"]
    if headers["Channel"].endswith("<MASQ>"):
        return None  # a step on the way: the names that count follow
    return e.ChannelRenamed(at=at, channel=snapshot(headers))


def hangup_request(message: Message, at: datetime) -> e.TelephonyEvent:
    """``HangupRequest``."""
    return e.HangupRequested(at=at, channel=snapshot(message.headers), cause=cause(message.headers))


def hangup(message: Message, at: datetime) -> e.TelephonyEvent:
    """``Hangup``."""
    return e.ChannelHungUp(at=at, channel=snapshot(message.headers), cause=cause(message.headers))


def dial_begin(message: Message, at: datetime) -> e.TelephonyEvent:
    """``DialBegin``."""
    headers = message.headers
    return e.DialBegan(
        at=at,
        source=optional_snapshot(headers, ""),
        destination=snapshot(headers, "Dest"),
        dialled=headers.get("DialString", ""),
    )


def dial_end(message: Message, at: datetime) -> e.TelephonyEvent:
    """``DialEnd``."""
    headers = message.headers
    return e.DialEnded(
        at=at,
        source=optional_snapshot(headers, ""),
        destination=snapshot(headers, "Dest"),
        dial_status=_STATUSES.get(headers.get("DialStatus", ""), DialStatus.UNKNOWN),
    )


def bridge_enter(message: Message, at: datetime) -> e.TelephonyEvent:
    """``BridgeEnter``."""
    headers = message.headers
    return e.BridgeEntered(
        at=at,
        channel=snapshot(headers),
        bridge=headers["BridgeUniqueid"],
        holding=is_holding(headers),
        conference=is_conference(headers),
    )


def bridge_leave(message: Message, at: datetime) -> e.TelephonyEvent:
    """``BridgeLeave``."""
    headers = message.headers
    return e.BridgeLeft(at=at, channel=snapshot(headers), bridge=headers["BridgeUniqueid"])


def hold(message: Message, at: datetime) -> e.TelephonyEvent:
    """``Hold``."""
    return e.HoldStarted(at=at, channel=snapshot(message.headers))


def unhold(message: Message, at: datetime) -> e.TelephonyEvent:
    """``Unhold``."""
    return e.HoldEnded(at=at, channel=snapshot(message.headers))


def queue_join(message: Message, at: datetime) -> e.TelephonyEvent:
    """``QueueCallerJoin``."""
    return e.QueueJoined(at=at, channel=snapshot(message.headers), queue=message.headers["Queue"])


def parked(message: Message, at: datetime) -> e.TelephonyEvent:
    """``ParkedCall``."""
    return e.CallParked(at=at, channel=snapshot(message.headers, "Parkee"))


def unparked(message: Message, at: datetime) -> e.TelephonyEvent:
    """``UnParkedCall``."""
    headers = message.headers
    return e.CallUnparked(
        at=at,
        channel=snapshot(headers, "Parkee"),
        retriever=optional_snapshot(headers, "Retriever"),
    )


def pickup(message: Message, at: datetime) -> e.TelephonyEvent:
    """``Pickup``."""
    headers = message.headers
    return e.CallPickedUp(at=at, channel=snapshot(headers), target=snapshot(headers, "Target"))


def blind_transfer(message: Message, at: datetime) -> e.TelephonyEvent:
    """``BlindTransfer``."""
    headers = message.headers
    return e.BlindTransferred(
        at=at,
        transferer=snapshot(headers, "Transferer"),
        transferee=optional_snapshot(headers, "Transferee"),
        exten=headers.get("Extension", ""),
        succeeded=headers.get("Result", "Success") == "Success",
    )


def attended_transfer(message: Message, at: datetime) -> e.TelephonyEvent:
    """``AttendedTransfer``."""
    headers = message.headers
    return e.AttendedTransferred(
        at=at,
        original=snapshot(headers, "OrigTransferer"),
        consultation=snapshot(headers, "SecondTransferer"),
        transferee=optional_snapshot(headers, "Transferee"),
        target=optional_snapshot(headers, "TransferTarget"),
        three_way=headers.get("DestType") == "Threeway",
        succeeded=headers.get("Result", "Success") == "Success",
    )


def originate_response(message: Message, at: datetime) -> e.TelephonyEvent:
    """``OriginateResponse``."""
    headers = message.headers
    return e.OriginateEnded(
        at=at,
        uniqueid=text(headers, "Uniqueid"),
        address=headers.get("Channel", ""),
        answered=headers.get("Response") == "Success",
        exten=headers.get("Exten") or _dialled_by_application(headers),
    )


def _dialled_by_application(headers: dict[str, str]) -> str:
    """Whom an Originate calls whose ``Application`` is Dial itself."""
    if headers.get("Application", "").lower() != "dial":
        return ""
    return dialled_user(re.split("[&,]", headers.get("Data", ""), maxsplit=1)[0])


def mixmonitor_start(message: Message, at: datetime) -> e.TelephonyEvent:
    """``MixMonitorStart``."""
    return e.RecordingStarted(at=at, channel=snapshot(message.headers))


def user_event(message: Message, at: datetime) -> e.TelephonyEvent | None:
    """``UserEvent``. Anybody's dialplan can send one: what is kept is what ours says, no more."""
    headers = message.headers
    name = headers.get("UserEvent")
    if name not in USER_EVENTS:
        return None
    channel = snapshot(headers)
    if name == ANNOUNCEMENT_EVENT:
        sound, language, whole = announced(headers["Sound"], headers["Language"], headers["Whole"])
        return e.AnnouncementPlayed(
            at=at, channel=channel, sound=sound, language=language, whole=whole
        )
    if headers.get("Name") != recording_name(channel.uniqueid):
        raise ValueError("Name")
    return e.RecordingStarted(at=at, channel=channel, name=headers["Name"])


def spy_start(message: Message, at: datetime) -> e.TelephonyEvent:
    """``ChanSpyStart``."""
    headers = message.headers
    if is_hold(headers["SpyerUniqueid"]):
        return e.MusicStarted(
            at=at, channel=snapshot(headers, "Spyer"), to=headers["SpyeeUniqueid"]
        )
    return e.SpyStarted(
        at=at, channel=snapshot(headers, "Spyer"), target=snapshot(headers, "Spyee")
    )
