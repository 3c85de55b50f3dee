"""Answers to a snapshot, into the event language. Pure. They carry no time of their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from daemon.ami.headers import epoch, is_conference, is_holding, snapshot, text, variable
from daemon.ami.message import Message
from daemon.calls import events as e
from daemon.calls.dialplan import hidden_party, is_hold
from daemon.calls.identity import began_at

RECORDING_VARIABLE = "CALLWARD_RECORDING"
"""The channel variable in which the dialplan keeps a recording's name."""
PARTY_VARIABLE = "CALLWARD_PARTY"
"""The one in which it keeps whom a channel leads to, whose number it hides from all others."""

_CREATED, _ANSWERED = "CDR(start,u)", "CDR(answer,u)"


def listed_at(message: Message) -> datetime | None:
    """The least time that it can be where a row of a snapshot is written.

    A ``Status`` row tells when its channel answered, a ``CoreShowChannel`` row its age in seconds.
    """
    headers = message.headers
    if headers.get("Event") == "Status":
        return epoch(message, _ANSWERED) or epoch(message, _CREATED)
    age = headers.get("Duration", "")
    born = began_at(headers.get("Uniqueid", ""))
    parts = age.split(":")
    if born is None or len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    hours, minutes, seconds = (int(part) for part in parts)
    return born + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def core_show_channel(message: Message, at: datetime) -> e.TelephonyEvent:
    """``CoreShowChannel``."""
    headers = message.headers
    return e.ChannelListed(
        at=at,
        channel=snapshot(headers),
        bridge=headers.get("BridgeId", ""),
        plays_to=plays_to(headers),
    )


def plays_to(headers: Mapping[str, str]) -> str:
    """To whose channel a ``CoreShowChannel`` row's one plays music on hold; empty for any other."""
    if headers.get("Application") != "ChanSpy" or not is_hold(headers.get("Uniqueid", "")):
        return ""
    return headers.get("ApplicationData", "").partition(",")[0]


def status(message: Message, at: datetime) -> e.TelephonyEvent:
    """``Status``."""
    return e.ChannelTimed(
        at=at,
        channel=snapshot(message.headers),
        party=hidden_party(variable(message, PARTY_VARIABLE)),
        created_at=epoch(message, _CREATED),
        answered_at=epoch(message, _ANSWERED),
        recording=variable(message, RECORDING_VARIABLE),
        dialled=text(message.headers, "DNID") if _tells_dialled(message.headers) else None,
    )


def _tells_dialled(headers: dict[str, str]) -> bool:
    """Whether a missing ``DNID`` says that the channel was called: over SIP a caller dials."""
    return bool(headers.get("DNID")) or headers.get("Channel", "").startswith(("PJSIP/", "SIP/"))


def bridge_list_item(message: Message, at: datetime) -> e.TelephonyEvent:
    """``BridgeListItem``."""
    headers = message.headers
    return e.BridgeListed(
        at=at,
        bridge=headers["BridgeUniqueid"],
        holding=is_holding(headers),
        conference=is_conference(headers),
    )


def channels_complete(_: Message, at: datetime) -> e.TelephonyEvent:
    """``CoreShowChannelsComplete``."""
    return e.SnapshotEnded(at=at)
