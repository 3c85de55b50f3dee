"""One PBX's way from AMI messages to changed calls: inbox, translator, tracker."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

import structlog

from daemon.ami.message import Message
from daemon.calls.call import Call
from daemon.calls.events import LinkLost, SnapshotEnded, TelephonyEvent
from daemon.calls.facts import CallChanged, CallEnded, CallMerged, CallStarted, Fact
from daemon.metrics import PbxCounts

INBOX_LIMIT: Final = 20_000
"""Messages that may wait; folding keeps up with some thousands a second."""
_SLICE_SECONDS: Final = 0.01
"""The longest time for which folding keeps the event loop to itself."""

_log = structlog.get_logger(__name__)


class Translator(Protocol):
    """``daemon.ami.translate.AmiTranslator``."""

    surprises: Counter[str]
    """What could not be read, by name and reason."""

    def translate(
        self, message: Message, received_at: datetime | None = None
    ) -> Sequence[TelephonyEvent]:
        """The events that this message tells, in order; none for one that tells nothing."""

    def link_lost(self, received_at: datetime | None = None) -> Sequence[TelephonyEvent]:
        """The connection ended, or messages were lost."""


class Tracker(Protocol):
    """``daemon.calls.tracker.Tracker``."""

    def step(self, event: TelephonyEvent) -> tuple[Fact, ...]:
        """Fold one event."""

    def call(self, id: UUID, /) -> Call:  # noqa: A002 - the tracker's own name
        """The current record of a call."""


class Changes(Protocol):
    """Who is told which calls changed: ``daemon.flusher.Flusher``."""

    def changed(self, call: UUID, current: Callable[[UUID], Call]) -> None:
        """This call has a newer record."""

    def ended(self, call: Call) -> bool:
        """This is the call's last record; ``False``: there is no room for it, it is let go."""

    def merged(self, call: UUID, into: UUID) -> None:
        """The first call is a part of the second."""


class Gaps(Protocol):
    """Who fills in what was not seen: ``daemon.catch_up.CatchUp``."""

    def synced(self) -> None:
        """A snapshot was taken: from here on all is seen."""

    def lost(self) -> None:
        """From here on nothing is seen."""

    def ended(self, call: Call) -> None:
        """This is a call's last record; ``seen_whole`` says whether all of it was seen."""

    def let_go(self, call: Call) -> None:
        """This is a call's last record, and nobody else keeps it."""


class Capture:
    """Folds what one link delivers; a message that cannot be folded is counted and passed over.

    The link's callbacks only append to the inbox. A full inbox drops what comes, said once in the
    log; when it is empty again, the gap is told to the tracker and a snapshot asked for.
    """

    def __init__(
        self,
        pbx: str,
        translator: Translator,
        tracker: Tracker,
        changes: Changes,
        counts: PbxCounts,
        *,
        gaps: Gaps | None = None,
        inbox_limit: int = INBOX_LIMIT,
    ) -> None:
        self._translator = translator
        self._tracker = tracker
        self._changes = changes
        self._counts = counts
        self._gaps = gaps
        self._limit = inbox_limit
        self._inbox: deque[tuple[datetime, Sequence[Message] | None]] = deque()
        self._arrived = asyncio.Event()
        self._overflowing = False
        self._kinds_said = 0
        self._log = _log.bind(pbx=pbx)
        self.synced = asyncio.Event()
        """Set by the first snapshot: the tracker now knows all that runs on the PBX."""
        self.resync: Callable[[], None] = lambda: None
        """Asks the link for a snapshot; set by whoever makes both."""

    @property
    def waits(self) -> bool:
        """Whether something is there to be folded."""
        return bool(self._inbox)

    @property
    def folded(self) -> int:
        """How many messages were folded so far."""
        counts = self._counts
        return counts.messages - counts.messages_dropped - counts.inbox

    def on_messages(self, messages: Sequence[Message]) -> None:
        """Take what the link read. Never blocks; called in the event loop."""
        self._counts.messages += len(messages)
        if self._overflowing or self._counts.inbox + len(messages) > self._limit:
            self._drop(len(messages))
            return
        self._counts.inbox += len(messages)
        self._inbox.append((datetime.now(UTC), messages))
        self._arrived.set()

    def on_lost(self) -> None:
        """The connection ended; what was read from it before is still folded first."""
        self._inbox.append((datetime.now(UTC), None))
        self._arrived.set()

    async def run(self) -> None:
        """Fold for ever, leaving the event loop to others between slices."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            self.fold(_SLICE_SECONDS)
            while self._inbox:
                await asyncio.sleep(0)
                self.fold(_SLICE_SECONDS)
            if self._overflowing:
                self._caught_up()

    def fold(self, seconds: float = float("inf")) -> None:
        """Fold what waits, batch by batch, for about so long."""
        began = time.monotonic()
        while self._inbox and time.monotonic() - began < seconds:
            received_at, messages = self._inbox.popleft()
            self._counts.lag_seconds = (datetime.now(UTC) - received_at).total_seconds()
            if messages is None:
                self._lose(received_at)
                continue
            self._counts.inbox -= len(messages)
            for message in messages:
                self._fold_message(message, received_at)
            if len(self._translator.surprises) > self._kinds_said:
                self._say_new_kinds()

    def _fold_message(self, message: Message, received_at: datetime) -> None:
        try:
            for event in self._translator.translate(message, received_at):
                self._counts.behind_seconds = (received_at - event.at).total_seconds()
                self._fold_event(event)
        except Exception as error:  # one message must not end the capture of others
            self._surprise(message.event or message.response, error)

    def _fold_event(self, event: TelephonyEvent) -> None:
        self._counts.events += 1
        facts = self._tracker.step(event)
        if facts:
            self._report(facts)
        if isinstance(event, SnapshotEnded):
            self.synced.set()
            self._counts.synced = True
            if self._gaps is not None:
                self._gaps.synced()

    def _report(self, facts: Iterable[Fact]) -> None:
        counts = self._counts
        for fact in facts:
            counts.facts += 1
            match fact:
                case CallStarted(id=call):
                    counts.calls_started += 1
                    self._changes.changed(call, self._tracker.call)
                case CallChanged(id=call):
                    self._changes.changed(call, self._tracker.call)
                case CallEnded(id=call):
                    counts.calls_ended += 1
                    last = self._tracker.call(call)
                    kept = self._changes.ended(last)
                    if self._gaps is not None:
                        (self._gaps.ended if kept else self._gaps.let_go)(last)
                case CallMerged(id=call, into=into):
                    counts.calls_merged += 1
                    self._changes.merged(call, into)
                    self._changes.changed(into, self._tracker.call)

    def _lose(self, received_at: datetime) -> None:
        """The tracker learns that what happens from here on is not seen."""
        self._counts.synced = False
        if self._gaps is not None:
            self._gaps.lost()
        try:
            for event in self._translator.link_lost(received_at):
                self._fold_event(event)
        except Exception as error:
            self._surprise(LinkLost.__name__, error)

    def _drop(self, messages: int) -> None:
        self._counts.messages_dropped += messages
        # Also where nothing else waits: more came at once than the inbox holds.
        self._arrived.set()
        if not self._overflowing:
            self._overflowing = True
            self._log.error("inbox is full, events are dropped", waiting=self._counts.inbox)

    def _caught_up(self) -> None:
        self._overflowing = False
        self._counts.resyncs += 1
        self._log.info("inbox is empty again", dropped=self._counts.messages_dropped)
        self._lose(datetime.now(UTC))
        self.resync()

    def _say_new_kinds(self) -> None:
        """Each kind of unreadable input once; how often it comes is in the metrics."""
        kinds = list(self._translator.surprises)[self._kinds_said :]
        self._kinds_said += len(kinds)
        self._log.warning("ami sent what cannot be read, it is passed over", kinds=kinds)

    def _surprise(self, kind: str, error: Exception) -> None:
        """Count it; the log has each kind once, with where it happened and never its content."""
        self._counts.surprises[kind] += 1
        if self._counts.surprises[kind] == 1:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            self._log.error(
                "event could not be folded",
                event_name=kind,
                error=type(error).__name__,
                where=f"{Path(frame.filename).name}:{frame.lineno}",
            )
