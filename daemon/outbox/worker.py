"""The outbox's worker: hands work to handlers until they have done it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from daemon.outbox.queue import (
    Payload,
    Work,
    claim_work,
    extend_lease,
    next_due,
    settle_work,
)
from store.database import Database

log = structlog.get_logger(__name__)

Handler = Callable[[Payload], Awaitable[None]]
"""Does one piece of work; may be called again with the same one. An exception: try again later."""

_LEASE = timedelta(seconds=60)
"""Work of a daemon that died is taken up again after this long; it is renewed while in work."""
_FIRST_DELAY_SECONDS = 1.0
_LONGEST_DELAY_SECONDS = 900.0
_LONGEST_WAIT_SECONDS = 30.0
"""Another process may add work, of which nobody tells this one."""
_AT_ONCE = 8


class OutboxWorker:
    """One queue for each topic: oldest first, at least once, with growing pauses after failures.

    A failing piece of work holds up nothing else. Failures are logged once for a topic, and
    their end once.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        *,
        first_delay_seconds: float = _FIRST_DELAY_SECONDS,
    ) -> None:
        self._database = database
        self._handlers = dict(handlers)
        self._first_delay = first_delay_seconds
        self._poked = {topic: asyncio.Event() for topic in self._handlers}
        self._failing: dict[str, set[UUID]] = {topic: set() for topic in self._handlers}

    def poke(self) -> None:
        """Work was added and committed. From the event loop."""
        for event in self._poked.values():
            event.set()

    async def run(self) -> None:
        """Work until cancelled; work in hand is then taken up by the next run."""
        async with asyncio.TaskGroup() as group:
            for topic in self._handlers:
                group.create_task(self._serve(topic), name=f"outbox {topic}")

    async def _serve(self, topic: str) -> None:
        while True:
            self._poked[topic].clear()
            if not await self._work_once(topic):
                await self._wait(topic)

    async def _work_once(self, topic: str) -> bool:
        """Do what is due; whether there was anything."""
        now = datetime.now(UTC)
        claimed = await self._database.write(
            lambda connection: claim_work(connection, topic, most=_AT_ONCE, now=now, lease=_LEASE)
        )
        if not claimed:
            return False
        done: list[UUID] = []
        failed: dict[UUID, datetime] = {}
        renewal = asyncio.create_task(self._renew([work.id for work in claimed]))
        try:
            for work in claimed:
                if await self._do(topic, work):
                    done.append(work.id)
                else:
                    failed[work.id] = datetime.now(UTC) + self._delay(work.attempts)
        finally:
            renewal.cancel()
            with suppress(asyncio.CancelledError):
                await renewal
            await self._database.write(lambda connection: settle_work(connection, done, failed))
        return True

    async def _do(self, topic: str, work: Work) -> bool:
        failing = self._failing[topic]
        try:
            await self._handlers[topic](work.payload)
        except Exception as error:
            if not failing:
                log.warning(
                    "outbox work failed, trying again",
                    topic=topic,
                    work=str(work.id),
                    error=type(error).__name__,
                )
            failing.add(work.id)
            return False
        if work.id in failing:
            failing.remove(work.id)
            if not failing:
                log.info("outbox work succeeds again", topic=topic)
        return True

    def _delay(self, attempts: int) -> timedelta:
        seconds = self._first_delay * 2.0 ** min(attempts - 1, 20)
        return timedelta(seconds=min(seconds, _LONGEST_DELAY_SECONDS))

    async def _renew(self, ids: list[UUID]) -> None:
        while True:
            await asyncio.sleep(_LEASE.total_seconds() / 3)
            await self._database.write(
                lambda connection: extend_lease(connection, ids, datetime.now(UTC) + _LEASE)
            )

    async def _wait(self, topic: str) -> None:
        async with self._database.read() as connection:
            due = await connection.run_sync(next_due, topic)
        seconds = _LONGEST_WAIT_SECONDS
        if due is not None:
            seconds = min(seconds, max(0.0, (due - datetime.now(UTC)).total_seconds()))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._poked[topic].wait(), seconds)
