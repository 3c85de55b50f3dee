"""The daemon once all of its parts are made: it listens, and in the end it lets go of all."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import structlog

from daemon.api.server import ApiServer
from daemon.capture import Capture
from daemon.flusher import Flusher
from daemon.outages import Outages
from daemon.pbx import Part
from daemon.stopping import LAST_WORDS_SECONDS
from recordings.encoder import Encoder

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
        self.captures = captures
        """Each folds what one PBX says."""
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
        for capture in self.captures:
            capture.fold()
        left, _ = await asyncio.gather(self._flusher.drain(LAST_WORDS_SECONDS), self._api.stop())
        if left:
            _log.error("calls could not be stored before the end", calls=left)
        await self._encoder.close()
        await self._held.aclose()
