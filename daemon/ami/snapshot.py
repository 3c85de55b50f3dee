"""The state of a PBX, asked for once after each ``FullyBooted`` and never polled.

The answers come in the stream like all else, so that a live link and a journal are read alike.
``CoreShowChannels`` comes first and names every channel; the rest adds to it.
"""

from __future__ import annotations

from collections.abc import Iterable

from daemon.ami.actions import Action
from daemon.ami.listed import PARTY_VARIABLE, RECORDING_VARIABLE
from daemon.ami.message import Message

STATUS_VARIABLES = ("CDR(start,u)", "CDR(answer,u)", RECORDING_VARIABLE, PARTY_VARIABLE)
"""Epoch start and answer of a running call, the name of its recording, the number it hides."""

CHANNELS = Action("CoreShowChannels")
STATUS = Action("Status", (("Variables", ",".join(STATUS_VARIABLES)),))
BRIDGES = Action("BridgeList")
QUEUES = Action("QueueStatus")
PARKED = Action("ParkedCalls")

MAY_BE_REFUSED = frozenset({"BridgeInfo", "QueueStatus", "ParkedCalls"})
"""The bridge ended meanwhile; the PBX has no queues or no parking: nothing is missed."""


def bridge_details(listed: Iterable[Message]) -> tuple[Action, ...]:
    """``BridgeInfo`` for each bridge that ``BridgeList`` named."""
    return tuple(
        Action("BridgeInfo", (("BridgeUniqueid", item.headers["BridgeUniqueid"]),))
        for item in listed
        if item.headers.get("BridgeUniqueid")
    )
