"""The daemon once all of its parts are made: it listens, and in the end it lets go of all."""

from __future__ import annotations

from contextlib import AsyncExitStack

import structlog

from daemon.api.server import ApiServer
from daemon.capture import Capture
from daemon.flusher import Flusher
from daemon.outages import Outages
from daemon.pbx import Part
from recordings.encoder import Encoder

_LAST_WORDS_SECONDS = 10.0
"""For calls that are still to be stored when the daemon is told to stop."""

_log = structlog.get_logger(__name__)


class Daemon:
    """All parts. ``parts`` run until they are cancelled, between ``open`` and ``close``."""

    def __init__(
        self,
        *,
        held: AsyncExitStack,
        outages: Outages,
        flusher: Flusher,
        captures: list[Capture],
        encoder: Encoder,
        api: ApiServer,
        parts: dict[str, Part],
    ) -> None:
        self._held = held
        self._flusher = flusher
        self._captures = captures
        self._encoder = encoder
        self._api = api
        self.parts = {name: outages.through(name, part) for name, part in parts.items()}
        """By the names that their tasks bear; each outlives a database that is away."""

    @property
    def http_port(self) -> int:
        """Where the API listens, once open."""
        return self._api.port

    async def open(self) -> None:
        """Listen."""
        await self._api.start()

    async def close(self) -> None:
        """Fold and store what was read, then let go of everything."""
        await self._api.stop()
        for capture in self._captures:
            capture.fold()
        left = await self._flusher.drain(_LAST_WORDS_SECONDS)
        if left:
            _log.error("calls could not be stored before the end", calls=left)
        await self._encoder.close()
        await self._held.aclose()
