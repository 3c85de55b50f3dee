"""Asterisk's own restarts, as its event log shows them: no row tells of them. Pure."""

from __future__ import annotations

import re
from typing import Final

from daemon.cel.rows import CelRow

_UNIQUEID: Final = re.compile(r"(?:.*-)?(\d+)\.(\d+)")
"""``[systemname-]SECOND.COUNT`` (main/channel.c, ``ast_channel_alloc``)."""
_AT_ONCE_SECONDS: Final = 2
"""Within so much, channels of one Asterisk may be told in another order than they were counted."""
_MANY: Final = 50


class Restarts:
    """Watches the channels' count, which begins at 0 with each start of Asterisk."""

    def __init__(self) -> None:
        self._second = 0
        self._count = -1

    def noticed(self, row: CelRow) -> bool:
        """Whether this row, in the order of the log, is the first that a new Asterisk wrote."""
        if row.event != "CHAN_START":
            return False
        found = _UNIQUEID.fullmatch(row.text("uniqueid"))
        if found is None:  # whoever ordered the channel chose its id
            return False
        second, count = int(found[1]), int(found[2])
        later = second - self._second
        again = count < self._count and (
            later >= _AT_ONCE_SECONDS or (later > 0 and count + _MANY < self._count)
        )
        if again or count > self._count:
            self._second, self._count = second, count
        return again
