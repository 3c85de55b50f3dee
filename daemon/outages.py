"""Parts of the daemon that outlive a database which is away for a while.

A write waits by itself (``Database.write``); a read raises, and would end the whole daemon, which
then could not hold what it captures meanwhile.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

import structlog
from sqlalchemy import Connection, text

from daemon.pbx import Part
from store.database import Database
from store.outages import is_passing, reason

_FIRST_SECONDS: Final = 0.1
_LONGEST_SECONDS: Final = 2.0
_ANSWER_SECONDS: Final = 5.0
_CALM_SECONDS: Final = 60.0
"""A part that ran for so long is begun again without delay."""

_log = structlog.get_logger(__name__)


class Outages:
    """Begins parts again that a passing error of the database has ended; a bug still ends them.

    One outage is logged once, and its end once, however many parts wait for it.
    """

    def __init__(self, database: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._monotonic = monotonic
        self._waiting: set[str] = set()

    def through(self, name: str, part: Part) -> Part:
        """The same part, which goes on after an outage. It begins anew: it must bear that."""

        async def run() -> None:
            pause = _FIRST_SECONDS
            while True:
                began = self._monotonic()
                try:
                    await part()
                except Exception as error:
                    if not is_passing(error):
                        raise
                    if self._monotonic() - began > _CALM_SECONDS:
                        pause = _FIRST_SECONDS
                    await self._wait(name, error, pause)
                    pause = min(pause * 2, _LONGEST_SECONDS)
                else:
                    return

        return run

    async def _wait(self, name: str, error: Exception, pause: float) -> None:
        """Until the database answers again, and at least so many seconds."""
        if not self._waiting:
            _log.warning(
                "database cannot be read for now, parts wait for it",
                part=name,
                error=reason(error),
            )
        self._waiting.add(name)
        try:
            await asyncio.sleep(pause)
            while not await self._answers():
                pause = min(pause * 2, _LONGEST_SECONDS)
                await asyncio.sleep(pause)
        finally:
            self._waiting.discard(name)
        if not self._waiting:
            _log.info("database can be read again")

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._database.look(_ping)
        except TimeoutError:
            return False
        except Exception as error:
            if not is_passing(error):
                raise
            return False
        return True


def _ping(connection: Connection) -> None:
    connection.execute(text("SELECT 1"))
