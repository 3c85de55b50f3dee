"""The board: the newest record of every running call and of those that just ended. In memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final
from uuid import UUID

from daemon.calls.call import Call

_ENDED_KEPT: Final = 20

Listener = Callable[[UUID, Call | None], None]
"""Told of each call whose record is another one, or that is no more; with its last record, where
it ended."""


class Board:
    """What the trackers last said; a page or terminal shows it without asking the database."""

    def __init__(self) -> None:
        self._running: dict[UUID, Call] = {}
        self._ended: OrderedDict[UUID, Call] = OrderedDict()
        self._newer: dict[UUID, Callable[[UUID], Call]] = {}
        self.listeners: list[Listener] = []
        """Called in the event loop, in the middle of folding: they take note and return."""

    def changed(self, call: UUID, current: Callable[[UUID], Call]) -> None:
        """This call has a newer record, which ``current`` gives to whoever looks first."""
        self._newer[call] = current
        self._tell(call, None)

    def publish(self, call: Call) -> None:
        """Show this record of the call instead of the last one."""
        self._put(call)
        self._tell(call.id, call if call.gone else None)

    def remove(self, call: UUID) -> None:
        """Show this call no more: it became part of another one."""
        self._take_down(call)
        self._tell(call, None)

    def running(self) -> list[Call]:
        """Calls that run, oldest first."""
        for call in tuple(self._newer):
            self._renew(call)
        return sorted(self._running.values(), key=_started)

    def ended(self) -> list[Call]:
        """The last calls that ended, newest first."""
        return list(reversed(self._ended.values()))

    def find(self, calls: Iterable[UUID]) -> list[Call]:
        """Those of the calls that are on the board."""
        return [found for call in calls if (found := self.get(call)) is not None]

    def get(self, call: UUID) -> Call | None:
        """The newest record of one call; ``None``: it is not on the board."""
        if call in self._newer:
            self._renew(call)
        return self._running.get(call) or self._ended.get(call)

    def _renew(self, call: UUID) -> None:
        current = self._newer.pop(call)
        # Whoever stores it says what is wrong with a record that cannot be made.
        with suppress(Exception):
            self._put(current(call))

    def _put(self, call: Call) -> None:
        self._take_down(call.id)
        if call.gone:
            self._ended[call.id] = call
            if len(self._ended) > _ENDED_KEPT:
                oldest, _ = self._ended.popitem(last=False)
                self._tell(oldest, None)
        else:
            self._running[call.id] = call

    def _take_down(self, call: UUID) -> None:
        self._newer.pop(call, None)
        self._running.pop(call, None)
        self._ended.pop(call, None)

    def _tell(self, call: UUID, last: Call | None) -> None:
        for listener in self.listeners:
            listener(call, last)


def _started(call: Call) -> tuple[float, UUID]:
    return call.started_at.timestamp(), call.id
