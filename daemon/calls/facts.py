"""What the tracker reports: facts in the past tense, each about one call."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CallStarted:
    """A call is known for the first time."""

    id: UUID


@dataclass(frozen=True, slots=True)
class CallChanged:
    """Something of a running call changed; ``Tracker.call`` has its current record."""

    id: UUID


@dataclass(frozen=True, slots=True)
class CallMerged:
    """What looked like two calls is one: ``id`` is no more, ``into`` holds all of it."""

    id: UUID
    into: UUID


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The last channel of a call is gone. Reported once for each call."""

    id: UUID


Fact = CallStarted | CallChanged | CallMerged | CallEnded
