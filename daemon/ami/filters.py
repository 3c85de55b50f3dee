"""Which of Asterisk's events are wanted, and the ``Filter`` actions that ask for no others.

Asterisk matches a filter as a POSIX extended regular expression, without REG_NEWLINE, against the
whole text of the event, ``Event: NAME CRLF …`` (``main/manager.c``, ``match_eventdata``): ``^`` is
the start of the event and no line's, ``$`` its very end, and the end of the name has to be asked
for, or ``Hangup`` lets ``HangupRequest`` through. Filters hold for events only: answers to actions,
the lists of a snapshot and the ``FullyBooted`` of a login pass by them.
"""

from __future__ import annotations

from daemon.ami.actions import Action
from daemon.ami.translate import EVENTS
from daemon.calls.dialplan import USER_EVENTS

EVENT_CLASSES = ("system", "call", "agent", "user")
"""Classes that hold every wanted event. Asterisk looks at the class before it tries a filter, so
the noisiest ones (``dialplan``: VarSet and Newexten, ``reporting``: RTCP) cost it nothing."""

PBX_EVENTS = frozenset({"FullyBooted", "Shutdown"})
"""What happens to the PBX."""

LIST_EVENTS = frozenset(
    {
        "CoreShowChannel",
        "CoreShowChannelsComplete",
        "Status",
        "StatusComplete",
        "BridgeListItem",
        "BridgeListComplete",
        "BridgeInfoChannel",
        "BridgeInfoComplete",
        "QueueParams",
        "QueueMember",
        "QueueEntry",
        "QueueStatusComplete",
        "ParkedCallsComplete",
    }
)
"""Answers to a snapshot. ``ParkedCallsComplete`` ends a list of ``ParkedCall``."""

CALL_EVENTS = EVENTS - LIST_EVENTS - {"UserEvent"}
"""What happens to calls: what the translator reads, and so nothing that is dropped here."""

WANTED = CALL_EVENTS | PBX_EVENTS | {"UserEvent"} | LIST_EVENTS
"""For ``Framer(wanted=...)``."""


def login_filters() -> tuple[Action, ...]:
    """The actions that make Asterisk send the wanted events and no others.

    Each one only adds to what passes; they need the ``system`` write privilege. One expression
    with many names is one run of ``regexec`` for an event, many filters would be many.
    """
    names = "|".join(sorted(CALL_EVENTS | PBX_EVENTS))
    user_names = "|".join(sorted(USER_EVENTS))
    patterns = (
        f"^Event: ({names})[[:cntrl:]]",
        f"^Event: UserEvent[[:cntrl:]].*[[:cntrl:]]UserEvent: ({user_names})[[:cntrl:]]",
    )
    return tuple(
        Action("Filter", (("Operation", "Add"), ("Filter", pattern))) for pattern in patterns
    )
