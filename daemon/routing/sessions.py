"""Managers who called the company's number from their own mobile, and what they may do next."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from daemon.routing.tokens import random_letters

LIVES_SECONDS = 180.0
"""Since the last question: a menu is read and keyed in far less."""
_MOST = 1000
MOST_TRIES = 5
"""Codes that lead nowhere, until the session is over."""


@dataclass(slots=True)
class Session:
    """One manager on one channel."""

    agent: str
    channel: str
    trusted: bool
    """He gave his PIN, or the policy asks for none."""
    expires: float
    offered: UUID | None = None
    """The client whom he is offered."""
    tries: int = 0


class Sessions:
    """Opens and finds them; in memory only. ``clock`` gives monotonic seconds."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, most: int = _MOST) -> None:
        self._clock = clock
        self._most = most
        self._open: dict[str, Session] = {}

    def open(self, agent: str, channel: str, *, trusted: bool) -> tuple[str, Session]:
        """A new session, and the opaque name (32 letters a-z) that the dialplan knows it by.

        Where very many are open, the one that was opened first ends.
        """
        now = self._clock()
        for name in [name for name, session in self._open.items() if session.expires <= now]:
            del self._open[name]
        if len(self._open) >= self._most:
            del self._open[next(iter(self._open))]
        session = Session(agent, channel, trusted, now + LIVES_SECONDS)
        name = random_letters()
        self._open[name] = session
        return name, session

    def find(self, name: str, channel: str) -> Session | None:
        """The session, for the channel that it was opened for; it lives on from now."""
        session = self._open.get(name)
        now = self._clock()
        if session is None or session.channel != channel or session.expires <= now:
            return None
        session.expires = now + LIVES_SECONDS
        return session

    def close(self, name: str) -> None:
        """It is over."""
        self._open.pop(name, None)
