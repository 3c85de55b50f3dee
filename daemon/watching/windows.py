"""What was read lately: each thing once, by the minute in which it was last read. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable
from typing import Final, Generic, TypeVar

T = TypeVar("T", bound=Hashable)

HOUR: Final = 60
DAY: Final = 24 * HOUR


class Window(Generic[T]):
    """Different things of the last ``DAY`` minutes; minutes are counted since 1970.

    Whatever the seconds were: of the things read within the last ``span`` minutes none is missing,
    since one counts until more than ``span`` minutes have begun after its own.
    """

    def __init__(self) -> None:
        self._last: dict[T, int] = {}
        self._minutes: Counter[int] = Counter()
        self._swept = 0

    def __len__(self) -> int:
        return len(self._last)

    def used(self, minute: int, span: int) -> int:
        """How many different things were read within that span."""
        return sum(n for at, n in self._minutes.items() if minute - at <= span)

    def new(self, things: Collection[T], minute: int, span: int) -> int:
        """How many of these were not."""
        longer = minute - span
        return sum(1 for thing in things if self._last.get(thing, -1) < longer)

    def add(self, things: Collection[T], minute: int) -> None:
        """They are read now; what is older than a day is forgotten."""
        if minute - self._swept > HOUR:
            self._sweep(minute)
        for thing in things:
            before = self._last.get(thing)
            if before is not None:
                if before >= minute:
                    continue
                self._minutes[before] -= 1
                if not self._minutes[before]:
                    del self._minutes[before]
            self._last[thing] = minute
            self._minutes[minute] += 1

    def room_at(self, needed: int, limit: int, minute: int, span: int) -> int:
        """The first minute from which so many more fit into the limit (all of it at most)."""
        excess = self.used(minute, span) + min(needed, limit) - limit
        for at in sorted(at for at in self._minutes if minute - at <= span):
            if excess <= 0:
                break
            excess -= self._minutes[at]
            minute = at + span + 1
        return minute

    def clear(self) -> None:
        """Begin anew."""
        self._last.clear()
        self._minutes.clear()

    def _sweep(self, minute: int) -> None:
        self._swept = minute
        self._last = {thing: at for thing, at in self._last.items() if minute - at <= DAY}
        self._minutes = Counter({at: n for at, n in self._minutes.items() if minute - at <= DAY})
