"""What the daemon counts of the dialplan's questions."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

BUCKETS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2)
"""Seconds; the dialplan waits 0.3 where the settings say nothing else, for a PIN 2."""


@dataclass(slots=True)
class Latency:
    """How long answers took, as a histogram."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    """Answers by the first bound that they are within; the last one has none."""
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        """One answer."""
        self.buckets[bisect_left(BUCKETS, seconds)] += 1
        self.seconds += seconds


@dataclass(slots=True)
class RoutingCounts:
    """Answers by question and kind, and how long they took."""

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Kinds: those of the protocol, and of refusals ``forbidden``, ``version``, ``malformed``,
    ``late``, ``failed``."""
    latency: dict[str, Latency] = field(default_factory=dict)
    """By question."""

    def add(self, question: str, kind: str, seconds: float) -> None:
        """One answer."""
        self.answers[question, kind] += 1
        self.latency.setdefault(question, Latency()).add(seconds)
