"""The board: the newest record of every running call and of those that just ended. In memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from daemon.calls.call import Call

_ENDED_KEPT: Final = 20


class Board:
    """What the trackers last said; a page or terminal shows it without asking the database."""

    def __init__(self) -> None:
        self._running: dict[UUID, Call] = {}
        self._ended: OrderedDict[UUID, Call] = OrderedDict()

    def publish(self, call: Call) -> None:
        """Show this record of the call instead of the last one."""
        self.remove(call.id)
        if call.gone:
            self._ended[call.id] = call
            if len(self._ended) > _ENDED_KEPT:
                self._ended.popitem(last=False)
        else:
            self._running[call.id] = call

    def remove(self, call: UUID) -> None:
        """Show this call no more: it became part of another one."""
        self._running.pop(call, None)
        self._ended.pop(call, None)

    def running(self) -> list[Call]:
        """Calls that run, oldest first."""
        return sorted(self._running.values(), key=_started)

    def ended(self) -> list[Call]:
        """The last calls that ended, newest first."""
        return list(reversed(self._ended.values()))

    def find(self, calls: Iterable[UUID]) -> list[Call]:
        """Those of the calls that are on the board."""
        found = (self._running.get(call) or self._ended.get(call) for call in calls)
        return [call for call in found if call is not None]


def _started(call: Call) -> tuple[float, UUID]:
    return call.started_at.timestamp(), call.id
