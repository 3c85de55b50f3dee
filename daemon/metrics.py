"""What the daemon counts: plain integers on the way of a call, Prometheus only when it asks."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from daemon.routing.counts import BUCKETS, RoutingCounts

if TYPE_CHECKING:
    from prometheus_client.core import Metric

_PATIENCE = 2.0


@dataclass(slots=True)
class PbxCounts:
    """One PBX's way from the wire to the tracker."""

    messages: int = 0
    events: int = 0
    facts: int = 0
    calls_started: int = 0
    calls_ended: int = 0
    calls_merged: int = 0
    messages_dropped: int = 0
    """Lost to a full inbox; each time a snapshot was asked for."""
    resyncs: int = 0
    connected: bool = False
    connections: int = 0
    synced: bool = False
    """A snapshot was taken since the link stands: all that runs on the PBX is known."""
    catching_up: bool = False
    """Its log is being read for what nobody watched."""
    calls_completed: int = 0
    """Calls that its log told of."""
    log_readable: bool = True
    """False while its log could not be read."""
    stored_until: float | None = None
    """Every call that ended before this is stored; in seconds since 1970."""
    inbox: int = 0
    """Messages that wait now."""
    behind_seconds: float = 0.0
    """From the stamp that the PBX gave the newest event until it was read; the difference of the
    two clocks is in it."""
    lag_seconds: float = 0.0
    """How long the oldest message of the last slice had waited."""
    surprises: Counter[str] = field(default_factory=Counter)
    """Messages that could not be folded, by event name."""


@dataclass(slots=True)
class FlushCounts:
    """The way from the tracker to the database."""

    flushes: int = 0
    calls_written: int = 0
    seconds: float = 0.0
    """Spent in transactions."""
    failures: int = 0
    calls_refused: int = 0
    """Calls that the database will not take however often it is asked."""
    let_go: int = 0
    """Calls that ended while too many waited; the PBX's log is to tell of them."""
    waiting: int = 0
    """Calls whose newest record is not in the database yet."""
    writing_since: float | None = None
    """``time.monotonic()`` at which the transaction under way began."""
    failing_since: float | None = None
    """``time.monotonic()`` of the first failure, ``None`` while the database takes writes."""

    @property
    def stuck(self) -> bool:
        """The database refuses writes, or has not taken one for seconds (it is locked)."""
        if self.failing_since is not None:
            return True
        return self.writing_since is not None and time.monotonic() - self.writing_since > _PATIENCE


@dataclass(slots=True)
class LedgerCounts:
    """What the daily matching found."""

    unmatched: int = 0
    """Differences that stand in the days of the last month."""
    unchecked: int = 0
    """Days of the last month of which not everything could be compared."""
    checked_at: float = 0.0
    """When a day was looked at last, in seconds since 1970; 0: never."""


@dataclass(slots=True)
class BackupCounts:
    """The daily backups."""

    newest_at: float | None = None
    """When the newest one in the folder was made, in seconds since 1970, where there is none, when
    the daemon began; ``None``: none are wanted.
    """


@dataclass(slots=True)
class Metrics:
    """All counts; ``expose`` turns them into Prometheus' text format."""

    pbx: dict[str, PbxCounts] = field(default_factory=dict)
    flush: FlushCounts = field(default_factory=FlushCounts)
    surprises: dict[str, list[Mapping[str, int]]] = field(default_factory=dict)
    """By PBX: what its link and translator could not read, by kind."""
    running: Callable[[], int] = lambda: 0
    routing: RoutingCounts = field(default_factory=RoutingCounts)
    ledger: LedgerCounts = field(default_factory=LedgerCounts)
    backup: BackupCounts = field(default_factory=BackupCounts)

    def expose(self, outbox: Mapping[str, int], ages: Mapping[str, float]) -> tuple[bytes, str]:
        """The body of ``/metrics`` and its content type. ``outbox``: waiting effects by topic;
        ``ages``: for how many seconds the oldest of them has been due.
        """
        from prometheus_client import (  # noqa: PLC0415 - paid for by the first scrape
            CONTENT_TYPE_LATEST,
            CollectorRegistry,
            ProcessCollector,
            generate_latest,
        )

        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        registry.register(_Collector(self, outbox, ages))
        return generate_latest(registry), CONTENT_TYPE_LATEST


class _Collector:
    def __init__(
        self, metrics: Metrics, outbox: Mapping[str, int], ages: Mapping[str, float]
    ) -> None:
        self._metrics = metrics
        self._outbox = outbox
        self._ages = ages

    def collect(self) -> Iterator[Metric]:
        yield from self._of_pbxs()
        yield from self._of_flush()
        yield from self._of_routing()
        yield from self._of_ledger()

    def _of_pbxs(self) -> Iterator[Metric]:
        from prometheus_client.core import (  # noqa: PLC0415
            CounterMetricFamily,
            GaugeMetricFamily,
        )

        counters = {
            "messages": "AMI messages read",
            "events": "Telephony events folded",
            "facts": "Facts that the tracker told",
            "calls_started": "Calls that began",
            "calls_ended": "Calls that ended",
            "calls_merged": "Calls that turned out to be part of another",
            "messages_dropped": "Messages lost to a full inbox",
            "resyncs": "Snapshots asked for after a loss",
            "connections": "Logins that succeeded",
            "calls_completed": "Calls that the PBX's own log told of",
        }
        gauges = {
            "connected": "1 while the PBX is logged in to",
            "synced": "1 while all that runs on the PBX is known",
            "catching_up": "1 while the PBX's own log is read for what nobody watched",
            "log_readable": "0 while the PBX's own log cannot be read",
            "behind_seconds": "From the PBX's stamp on the newest event until it was read",
            "inbox": "Messages that wait to be folded",
            "lag_seconds": "Wait of the oldest message folded last",
        }
        for name, text in counters.items():
            counter = CounterMetricFamily(f"callward_{name}", text, labels=["pbx"])
            for pbx, counts in self._metrics.pbx.items():
                counter.add_metric([pbx], getattr(counts, name))
            yield counter
        for name, text in gauges.items():
            gauge = GaugeMetricFamily(f"callward_{name}", text, labels=["pbx"])
            for pbx, counts in self._metrics.pbx.items():
                gauge.add_metric([pbx], float(getattr(counts, name)))
            yield gauge
        stored = GaugeMetricFamily(
            "callward_stored_until_timestamp_seconds",
            "Every call that ended before is stored",
            labels=["pbx"],
        )
        for pbx, counts in self._metrics.pbx.items():
            if counts.stored_until is not None:
                stored.add_metric([pbx], counts.stored_until)
        yield stored
        surprises = CounterMetricFamily(
            "callward_surprises",
            "Messages that could not be read or folded",
            labels=["pbx", "kind"],
        )
        for pbx, counts in self._metrics.pbx.items():
            total = Counter(counts.surprises)
            for more in self._metrics.surprises.get(pbx, ()):
                total.update(more)
            for kind, count in total.items():
                surprises.add_metric([pbx, kind], count)
        yield surprises

    def _of_flush(self) -> Iterator[Metric]:
        from prometheus_client.core import (  # noqa: PLC0415
            CounterMetricFamily,
            GaugeMetricFamily,
        )

        flush = self._metrics.flush
        for name, text, count in (
            ("flushes", "Transactions that stored calls", flush.flushes),
            ("calls_written", "Call records stored", flush.calls_written),
            ("flush_seconds", "Time spent in these transactions", flush.seconds),
            ("flush_failures", "Transactions that failed", flush.failures),
            ("calls_refused", "Calls that could not be stored", flush.calls_refused),
            ("calls_let_go", "Calls for which there was no room, left to the log", flush.let_go),
        ):
            yield CounterMetricFamily(f"callward_{name}", text, value=count)
        for name, text, value in (
            ("calls_waiting", "Calls not yet in the database", flush.waiting),
            ("database_up", "1 while the database takes writes", not flush.stuck),
            ("calls_running", "Calls that run now", self._metrics.running()),
            # A daemon that says 1 has no more than this one number.
            ("standby", "1 while this daemon waits for another one's end", 0),
        ):
            yield GaugeMetricFamily(f"callward_{name}", text, value=float(value))
        waiting = GaugeMetricFamily(
            "callward_outbox_waiting", "Effects that wait in the outbox", labels=["topic"]
        )
        for topic, count in self._outbox.items():
            waiting.add_metric([topic], count)
        yield waiting
        oldest = GaugeMetricFamily(
            "callward_outbox_oldest_seconds", "For how long the oldest is due", labels=["topic"]
        )
        for topic, age in self._ages.items():
            oldest.add_metric([topic], age)
        yield oldest

    def _of_ledger(self) -> Iterator[Metric]:
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

        ledger = self._metrics.ledger
        for name, text, value in (
            ("ledger_unmatched", "Differences in the ledgers of 31 days", ledger.unmatched),
            ("ledger_unchecked_days", "Days whose ledger is not whole", ledger.unchecked),
            ("ledger_checked_timestamp_seconds", "Last look at a day", ledger.checked_at),
        ):
            yield GaugeMetricFamily(f"callward_{name}", text, value=float(value))
        newest = self._metrics.backup.newest_at
        if newest is not None:
            text = "Age of the newest backup in backup.folder"
            age = time.time() - newest
            yield GaugeMetricFamily("callward_backup_age_seconds", text, value=age)

    def _of_routing(self) -> Iterator[Metric]:
        from prometheus_client.core import (  # noqa: PLC0415
            CounterMetricFamily,
            HistogramMetricFamily,
        )

        routing = self._metrics.routing
        answers = CounterMetricFamily(
            "callward_routing_answers",
            "Answers to the dialplan's questions",
            labels=["question", "kind"],
        )
        for (question, kind), count in routing.answers.items():
            answers.add_metric([question, kind], count)
        yield answers
        latency = HistogramMetricFamily(
            "callward_routing_seconds", "Time that an answer took", labels=["question"]
        )
        bounds = [*map(str, BUCKETS), "+Inf"]
        for question, of_question in routing.latency.items():
            counts = accumulate(of_question.buckets)
            latency.add_metric(
                [question], list(zip(bounds, counts, strict=True)), of_question.seconds
            )
        yield latency
