"""How many callbacks one agent may begin, and how many may run at once."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final

from config.settings import CallbackSettings
from daemon.callbacks.refusal import CallbackRefusedError, Refusal

_MINUTE: Final = 60.0
_RETRY_SECONDS: Final = 10


class Limits:
    """``clock`` gives monotonic seconds."""

    def __init__(
        self, settings: CallbackSettings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.settings = settings
        self._clock = clock
        self._begun: dict[str, deque[float]] = {}

    def check(self, agent: str, running: int) -> None:
        """Raises ``CallbackRefusedError`` with the time after which to try again."""
        now = self._clock()
        begun = self._begun.get(agent, deque())
        while begun and now - begun[0] >= _MINUTE:
            begun.popleft()
        if not begun:
            self._begun.pop(agent, None)
        if len(begun) >= self.settings.each_per_minute:
            raise CallbackRefusedError(
                Refusal.TOO_MANY,
                retry_after_seconds=int(_MINUTE - (now - begun[0])) + 1,
                most=self.settings.each_per_minute,
            )
        if running >= self.settings.at_once:
            raise CallbackRefusedError(
                Refusal.TOO_MANY_AT_ONCE,
                retry_after_seconds=_RETRY_SECONDS,
                most=self.settings.at_once,
            )

    def count(self, agent: str) -> None:
        """He has begun one."""
        self._begun.setdefault(agent, deque()).append(self._clock())
