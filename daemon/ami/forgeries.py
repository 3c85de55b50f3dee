"""What callers write into AMI's stream, told from what Asterisk writes. Pure.

Asterisk escapes no line ends in a caller's number or in what was dialled (``%0d%0a`` in the user
part of a SIP address): whoever sends an INVITE puts up to 79 characters of his own into every event
of his channel. Headers, or a blank line and an event of another's name.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

_STAMP: Final = re.compile(
    rb"Event: \w+\r\nPrivilege: [\w,]+\r\nTimestamp: \d{10,}\.\d{6}(?:\r\n|$)"
)
"""How an event begins that answers no action (with ``timestampevents``). It is most of 79."""
_CHANNEL: Final = b"\r\nChannelStateDesc: "
_CHANNEL_ENDS: Final = (
    b"\r\nAccountCode: ",
    b"\r\nContext: ",
    b"\r\nUniqueid: ",
    b"\r\nLinkedid: ",
)
"""Of what follows a channel's numbers in its headers (main/manager_channels.c)."""
_BEGINNINGS: Final = (b"Event:", b"Response:", b"ActionID:")
_LONGEST_TORN: Final = 16 * 1024


class Forgeries:
    """Sifts the blocks of one connection; counts ``torn`` and ``forged`` in ``surprises``."""

    def __init__(self, surprises: Counter[str]) -> None:
        self._surprises = surprises
        self._torn = b""
        self._stamped = False

    def sift(self, block: bytes) -> bytes:
        """The block that is to be read; empty where there is none, or only a part of one so far.

        An event that breaks off within a channel's headers goes on in the next block. Once events
        have been seen to carry Asterisk's time, one without it is nobody's.
        """
        if self._torn or (_CHANNEL in block and _is_torn(block)):
            block = self._join(block)
        if not block.startswith(b"Event: ") or b"\r\nActionID: " in block:
            return block
        if _STAMP.match(block):
            self._stamped = True
        elif self._stamped and not _is_of_login(block):
            self._surprises["forged"] += 1
            return b""
        return block

    def _join(self, block: bytes) -> bytes:
        """What broke off and this; empty while there is more to come."""
        joined = block
        if self._torn:
            lines = [line for line in block.split(b"\r\n") if not line.startswith(_BEGINNINGS)]
            joined = b"\r\n".join([self._torn, *lines])
        if not _is_whole(joined) and len(joined) < _LONGEST_TORN:
            self._torn = joined
            return b""
        self._torn = b""
        self._surprises["torn"] += 1
        return joined


def _is_torn(block: bytes) -> bool:
    is_event = _STAMP.match(block) or (block.startswith(b"Event: ") and b"\r\nActionID: " in block)
    return bool(is_event) and not _is_whole(block)


def _is_whole(block: bytes) -> bool:
    return all(header in block for header in _CHANNEL_ENDS)


def _is_of_login(block: bytes) -> bool:
    # Has its time elsewhere (main/manager.c); with its status it does not fit into a number.
    return block.startswith(b"Event: FullyBooted\r\n") and b"\r\nStatus: " in block
