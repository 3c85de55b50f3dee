"""systemd's watchdog: it is told that the daemon lives while it works, not while it exists."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

_MILLION: Final = 1_000_000


class Folding(Protocol):
    """``daemon.capture.Capture``."""

    @property
    def waits(self) -> bool:
        """Whether something is there to be folded."""

    @property
    def folded(self) -> int:
        """How many messages were folded so far."""


def interval(environ: Mapping[str, str] = os.environ) -> float | None:
    """Half of the seconds after which systemd gives the process up (sd_watchdog_enabled(3));
    ``None`` where it does not watch, or watches another process.
    """
    wanted = environ.get("WATCHDOG_USEC", "")
    whose = environ.get("WATCHDOG_PID", "")
    if not (wanted.isascii() and wanted.isdigit()) or whose not in {"", str(os.getpid())}:
        return None
    return int(wanted) / _MILLION / 2


class Watchdog:
    """Says ``WATCHDOG=1`` from the event loop, as long as every inbox is being folded."""

    def __init__(self, notify: Callable[[str], None], seconds: float | None) -> None:
        """``seconds``: from one time to the next; ``None``: nobody watches."""
        self.watched: Sequence[Folding] = ()
        """None while this daemon stands by."""
        self._notify = notify
        self._seconds = seconds
        self._folded: dict[int, int] = {}

    async def run(self) -> None:
        """For ever."""
        if self._seconds is None:
            return
        while True:
            if self.is_alive():
                self._notify("WATCHDOG=1")
            await asyncio.sleep(self._seconds)

    def is_alive(self) -> bool:
        """Whether each has folded something since the last time, or has nothing to fold."""
        before, self._folded = self._folded, {id(one): one.folded for one in self.watched}
        return all(
            not one.waits or before.get(id(one)) != self._folded[id(one)] for one in self.watched
        )
