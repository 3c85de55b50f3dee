"""The daemon's end: in good order where that can be, and within seconds in any case.

What is not stored by then stands in the PBX's own log, from which the next run takes it: how far
all is stored was noted before, and not since.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import Final

import structlog

STOP_SECONDS: Final = 4.5
"""From the signal to the end of the process."""
LAST_WORDS_SECONDS: Final = 2.5
"""Of them, for calls that are still to be stored."""
_WORDS_SECONDS: Final = 0.2

_log = structlog.get_logger(__name__)


class StopLimit:
    """Ends the process when its end takes too long: a part may wait for a database that is locked,
    a thread for a disk that does not answer; neither can be cancelled.
    """

    def __init__(
        self, seconds: float = STOP_SECONDS, end: Callable[[int], object] = os._exit
    ) -> None:
        self._seconds = seconds
        self._end = end
        self._timer: threading.Timer | None = None
        self._words = threading.Thread(target=self._last_words, daemon=True)

    def begin(self) -> None:
        """The daemon ends from now on. A second time changes nothing."""
        if self._timer is None:
            self._timer = threading.Timer(self._seconds, self._out_of_time)
            self._timer.daemon = True
            self._timer.start()

    def _out_of_time(self) -> None:
        # Who reads the log may be what it waits for.
        self._words.start()
        self._words.join(_WORDS_SECONDS)
        self._end(1)

    def _last_words(self) -> None:
        _log.error("the stop takes too long, the daemon ends as it is", seconds=self._seconds)
        sys.stdout.flush()
        sys.stderr.flush()
