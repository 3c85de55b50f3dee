"""Calls as the PBX's own log tells them, folded apart from what is seen live. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from daemon.calls.call import Call
from daemon.calls.directory import Directory
from daemon.calls.events import LinkLost, SnapshotEnded, TelephonyEvent
from daemon.calls.facts import CallEnded
from daemon.calls.tracker import Tracker
from daemon.cel.restarts import Restarts
from daemon.cel.rows import CelRow
from daemon.cel.translate import CelTranslator


class LoggedCalls:
    """Folds rows in the order of the log; calls that began before the first of them are partial.

    ``surprises`` counts rows that could not be understood.
    """

    def __init__(
        self, pbx: str, directory: Directory, surprises: Counter[str] | None = None
    ) -> None:
        self._tracker = Tracker(pbx, directory)
        self._translator = CelTranslator(surprises)
        self._restarts = Restarts()

    def feed(self, rows: Iterable[CelRow]) -> list[Call]:
        """The calls that these rows end.

        Those that ran when Asterisk was killed end with the last row that it wrote.
        """
        ended: list[Call] = []
        for row in rows:
            if self._restarts.noticed(row):
                ended += self.finish()
            for event in self._translator.translate(row):
                ended += self._step(event)
        return ended

    def oldest_open(self) -> datetime | None:
        """When the oldest call began that has no end yet."""
        running = (self._tracker.call(id_) for id_ in self._tracker.running())
        return min((call.started_at for call in running), default=None)

    def finish(self) -> list[Call]:
        """Calls that the log leaves open, seen whole as far as it goes: it tells no end of them."""
        now = self._tracker.now()
        if now is None:
            return []
        whole = {id_ for id_ in self._tracker.running() if self._tracker.call(id_).seen_whole}
        for event in (LinkLost(at=now), SnapshotEnded(at=now)):
            self._step(event)
        return [replace(self._tracker.call(id_), seen_whole=True) for id_ in whole]

    def _step(self, event: TelephonyEvent) -> list[Call]:
        facts = self._tracker.step(event)
        return [self._tracker.call(fact.id) for fact in facts if isinstance(fact, CallEnded)]
