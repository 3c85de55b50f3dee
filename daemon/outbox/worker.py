"""The outbox's worker: hands work to handlers until they have done it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import Connection

from daemon.outbox.queue import (
    Again,
    Payload,
    Work,
    bring_forward,
    claim_work,
    extend_lease,
    next_due,
    settle_work,
    take_over,
)
from store.database import Database
from store.ids import uuid7

log = structlog.get_logger(__name__)

Outcome = Exception | timedelta | None
"""``None``: done. A duration: not yet, due again after it. An exception: failed, tried again."""
Handler = Callable[[Sequence[Payload]], Awaitable[Sequence[Outcome]]]
"""Does pieces of work, oldest first, any of which may come again, with the same
``idempotency_key`` in its payload; the outcome of each.

They are settled together, when it returns; work that comes meanwhile goes to another call of it.
An exception that it raises is the outcome of them all.
"""

_EPOCH = datetime.fromtimestamp(0, UTC)
_LEASE = timedelta(seconds=60)
"""Work of a daemon that died is taken up again after this long; it is renewed while in work."""
_FIRST_DELAY_SECONDS = 1.0
_LONGEST_DELAY_SECONDS = 900.0
_LONGEST_WAIT_SECONDS = 30.0
"""Another process may add work, of which nobody tells this one."""
_PAUSE_SECONDS = 0.25
"""From one transaction to the next, so that work which comes or ends meanwhile shares one.

None after idling or when there was more work than one transaction takes."""
_AT_ONCE = 64
"""Pieces of a topic's work in hand."""
_STEP = timedelta(seconds=1)
"""By so much the wall clock may fall behind the other without having been set back."""
Clock = Callable[[], datetime]
"""The wall clock: aware UTC."""


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class OutboxWorker:
    """One queue for each topic, begun oldest first, done at least once."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        *,
        first_delay_seconds: float = _FIRST_DELAY_SECONDS,
        clock: Clock = _wall_clock,
    ) -> None:
        self._queues = [
            _Queue(database, topic, handler, first_delay_seconds, clock)
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
        self,
        database: Database,
        topic: str,
        handler: Handler,
        first_delay_seconds: float,
        clock: Clock,
    ) -> None:
        self.topic = topic
        self.woken = asyncio.Event()
        """Something was added or has ended."""
        self._database = database
        self._handler = handler
        self._first_delay = first_delay_seconds
        self._clock = clock
        self._ahead: timedelta | None = None
        self._owner = uuid7()
        self._running: dict[UUID, Work] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._done: list[UUID] = []
        self._again: dict[UUID, Again] = {}
        self._failing: set[UUID] = set()

    async def serve(self) -> None:
        renewal = asyncio.create_task(self._renew())
        loop = asyncio.get_running_loop()
        try:
            while True:
                self.woken.clear()
                began = loop.time()
                due = await self._exchange()
                full = self._is_full
                await self._wait(due)
                if not full or self._is_full:
                    await asyncio.sleep(began + _PAUSE_SECONDS - loop.time())
        finally:
            await self._stop(renewal)

    @property
    def _is_full(self) -> bool:
        return len(self._running) >= _AT_ONCE

    async def _exchange(self) -> datetime | None:
        """Settle what has ended and begin what is due; when the next work is due."""
        done, self._done = self._done, []
        again, self._again = self._again, {}
        free = _AT_ONCE - len(self._running)
        now = self._clock()
        ahead = now - _EPOCH - timedelta(seconds=asyncio.get_running_loop().time())
        set_back = timedelta() if self._ahead is None else self._ahead - ahead

        def exchange(connection: Connection) -> tuple[list[Work], datetime | None]:
            settle_work(connection, self._owner, done, again)
            if self._ahead is None:
                take_over(connection, self.topic, now=now, lease=_LEASE)
            elif set_back > _STEP:
                bring_forward(connection, self.topic, now=now, by=set_back)
            claimed = claim_work(
                connection, self.topic, owner=self._owner, most=free, now=now, lease=_LEASE
            )
            return claimed, next_due(connection, self.topic)

        try:
            claimed, due = await self._database.write(exchange)
        except BaseException:
            self._done += done
            self._again = again | self._again
            raise
        self._ahead = ahead
        # Its lease ran out while this process hung: it is being done all the same.
        claimed = [work for work in claimed if work.id not in self._running]
        if claimed:
            self._running |= {work.id: work for work in claimed}
            task = asyncio.create_task(self._do(claimed))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return due

    async def _do(self, batch: Sequence[Work]) -> None:
        ended: list[tuple[Work, Outcome]]
        try:
            outcomes = await self._handler([work.handed for work in batch])
            ended = list(zip(batch, outcomes, strict=True))
        except Exception as error:
            ended = [(work, error) for work in batch]
        for work, outcome in ended:
            self._note(work, outcome)
            del self._running[work.id]
        self.woken.set()

    def _note(self, work: Work, outcome: Outcome) -> None:
        now = self._clock()
        if isinstance(outcome, timedelta):
            # Not a failure: the pauses after one do not grow by it.
            self._again[work.id] = Again(now + outcome, work.attempts - 1)
        elif outcome is not None:
            if not self._failing:
                log.warning(
                    "outbox work failed, trying again",
                    topic=self.topic,
                    work=str(work.id),
                    error=type(outcome).__name__,
                )
            self._failing.add(work.id)
            self._again[work.id] = Again(now + self._delay(work.attempts), work.attempts)
        else:
            if work.id in self._failing:
                self._failing.remove(work.id)
                if not self._failing:
                    log.info("outbox work succeeds again", topic=self.topic)
            self._done.append(work.id)

    def _delay(self, attempts: int) -> timedelta:
        seconds = self._first_delay * 2.0 ** min(attempts - 1, 20)
        return timedelta(seconds=min(seconds, _LONGEST_DELAY_SECONDS))

    async def _wait(self, due: datetime | None) -> None:
        seconds = _LONGEST_WAIT_SECONDS
        if due is not None and not self._is_full:
            seconds = min(seconds, (due - self._clock()).total_seconds())
        # Not wait_for: before Python 3.12 it loses a cancellation that comes with the event.
        with suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0.0)):
                await self.woken.wait()

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(_LEASE.total_seconds() / 3)
            ids = list(self._running)
            if ids:
                await self._database.write(
                    lambda connection, ids=ids: extend_lease(  # type: ignore[misc]
                        connection, self._owner, ids, self._clock() + _LEASE
                    )
                )

    async def _stop(self, renewal: asyncio.Task[None]) -> None:
        """Settle what has ended; what has not is free for the next run."""
        tasks = [renewal, *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        now = self._clock()
        free = {work.id: Again(now, work.attempts) for work in self._running.values()}
        done, self._done = self._done, []
        again, self._again = free | self._again, {}
        self._running.clear()
        await self._database.write(
            lambda connection: settle_work(connection, self._owner, done, again)
        )
