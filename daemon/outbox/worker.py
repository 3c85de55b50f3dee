"""The outbox's worker: hands work to handlers until they have done it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import Connection

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
_PAUSE_SECONDS = 0.1
"""Between two transactions, so that work which comes or ends meanwhile shares one."""
_AT_ONCE = 16


class OutboxWorker:
    """One queue for each topic, begun oldest first, done at least once."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        *,
        first_delay_seconds: float = _FIRST_DELAY_SECONDS,
    ) -> None:
        self._queues = [
            _Queue(database, topic, handler, first_delay_seconds)
            for topic, handler in handlers.items()
        ]

    def poke(self) -> None:
        """Work was added and committed. From the event loop."""
        for queue in self._queues:
            queue.woken.set()

    async def run(self) -> None:
        """Work until cancelled; work in hand is then left to the next run."""
        async with asyncio.TaskGroup() as group:
            for queue in self._queues:
                group.create_task(queue.serve(), name=f"outbox {queue.topic}")


class _Queue:
    """One topic's work. What fails is tried again after a growing pause and holds up nothing.

    Failures are logged once, and their end once.
    """

    def __init__(
        self, database: Database, topic: str, handler: Handler, first_delay_seconds: float
    ) -> None:
        self.topic = topic
        self.woken = asyncio.Event()
        """Something was added or has ended."""
        self._database = database
        self._handler = handler
        self._first_delay = first_delay_seconds
        self._running: dict[UUID, asyncio.Task[None]] = {}
        self._done: list[UUID] = []
        self._failed: dict[UUID, datetime] = {}
        self._failing: set[UUID] = set()

    async def serve(self) -> None:
        renewal = asyncio.create_task(self._renew())
        try:
            while True:
                self.woken.clear()
                due = await self._exchange()
                await self._wait(due)
        finally:
            await self._stop(renewal)

    async def _exchange(self) -> datetime | None:
        """Settle what has ended and begin what is due; when the next work is due."""
        done, self._done = self._done, []
        failed, self._failed = self._failed, {}
        free = _AT_ONCE - len(self._running)
        now = datetime.now(UTC)

        def exchange(connection: Connection) -> tuple[list[Work], datetime | None]:
            settle_work(connection, done, failed)
            claimed = claim_work(connection, self.topic, most=free, now=now, lease=_LEASE)
            return claimed, next_due(connection, self.topic)

        try:
            claimed, due = await self._database.write(exchange)
        except BaseException:
            self._done += done
            self._failed = failed | self._failed
            raise
        for work in claimed:
            self._running[work.id] = asyncio.create_task(self._do(work))
        return due

    async def _do(self, work: Work) -> None:
        try:
            await self._handler(work.payload)
        except Exception as error:
            if not self._failing:
                log.warning(
                    "outbox work failed, trying again",
                    topic=self.topic,
                    work=str(work.id),
                    error=type(error).__name__,
                )
            self._failing.add(work.id)
            self._failed[work.id] = datetime.now(UTC) + self._delay(work.attempts)
        else:
            if work.id in self._failing:
                self._failing.remove(work.id)
                if not self._failing:
                    log.info("outbox work succeeds again", topic=self.topic)
            self._done.append(work.id)
        self._running.pop(work.id, None)
        self.woken.set()

    def _delay(self, attempts: int) -> timedelta:
        seconds = self._first_delay * 2.0 ** min(attempts - 1, 20)
        return timedelta(seconds=min(seconds, _LONGEST_DELAY_SECONDS))

    async def _wait(self, due: datetime | None) -> None:
        seconds = _LONGEST_WAIT_SECONDS
        if due is not None and len(self._running) < _AT_ONCE:
            seconds = min(seconds, (due - datetime.now(UTC)).total_seconds())
        with suppress(TimeoutError):
            await asyncio.wait_for(self.woken.wait(), max(seconds, 0.0))
        await asyncio.sleep(_PAUSE_SECONDS)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(_LEASE.total_seconds() / 3)
            ids = list(self._running)
            if ids:
                await self._database.write(
                    lambda connection, ids=ids: extend_lease(  # type: ignore[misc]
                        connection, ids, datetime.now(UTC) + _LEASE
                    )
                )

    async def _stop(self, renewal: asyncio.Task[None]) -> None:
        """Settle what has ended; what has not is free for the next run."""
        left = dict(self._running)
        for task in (renewal, *left.values()):
            task.cancel()
        await asyncio.gather(renewal, *left.values(), return_exceptions=True)
        free = dict.fromkeys(left.keys() - set(self._done), datetime.now(UTC))
        failed = free | self._failed
        await self._database.write(lambda connection: settle_work(connection, self._done, failed))
