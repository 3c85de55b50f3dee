"""Reading the headers of AMI messages. Pure.

Header names are Asterisk's own (main/manager_channels.c, manager_bridges.c); every event of a
channel carries its whole snapshot.
"""

from __future__ import annotations

from datetime import UTC, datetime

from daemon.ami.message import Message
from daemon.calls import events as e

_STATES = {str(state.value): state for state in e.ChannelState}
_UNKNOWN = frozenset({"", "<unknown>", "unknown"})


def text(headers: dict[str, str], name: str) -> str:
    """A header's value; empty where Asterisk knows none."""
    value = headers.get(name, "")
    return "" if value in _UNKNOWN else value


def snapshot(headers: dict[str, str], prefix: str = "") -> e.ChannelSnapshot:
    """The channel whose headers begin with ``prefix``. Raises KeyError where there is none."""
    uniqueid = headers[f"{prefix}Uniqueid"]
    if not uniqueid:
        raise KeyError(prefix)
    return e.ChannelSnapshot(
        uniqueid=uniqueid,
        linkedid=headers.get(f"{prefix}Linkedid") or uniqueid,
        name=headers.get(f"{prefix}Channel", ""),
        state=_STATES.get(headers.get(f"{prefix}ChannelState", "")),
        caller_number=text(headers, f"{prefix}CallerIDNum"),
        connected_number=text(headers, f"{prefix}ConnectedLineNum"),
        exten=headers.get(f"{prefix}Exten", ""),
    )


def optional_snapshot(headers: dict[str, str], prefix: str) -> e.ChannelSnapshot | None:
    """The channel whose headers begin with ``prefix``, if the event has one."""
    return snapshot(headers, prefix) if headers.get(f"{prefix}Uniqueid") else None


def cause(headers: dict[str, str]) -> int | None:
    """The Q.850 cause."""
    cause = headers.get("Cause", "")
    return int(cause) if cause.isdigit() else None


def variable(message: Message, name: str) -> str:
    """One ``Variable: name=value`` of a Status row; empty where it is not set."""
    for assignment in message.all("Variable"):
        found, _, value = assignment.partition("=")
        if found == name:
            return "" if value == "(null)" else value
    return ""


def epoch(message: Message, name: str) -> datetime | None:
    """A ``Variable: CDR(start,u)=1700000000.123456`` of a Status row."""
    try:
        seconds = float(variable(message, name))
    except ValueError:
        return None
    return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None


def is_holding(headers: dict[str, str]) -> bool:
    """Whether the bridge only holds: parking, waiting."""
    return headers.get("BridgeTechnology") == "holding_bridge"


def is_conference(headers: dict[str, str]) -> bool:
    """Whether calls meet in the bridge and stay calls of their own."""
    return headers.get("BridgeCreator") in ("ConfBridge", "MeetMe", "Page")
