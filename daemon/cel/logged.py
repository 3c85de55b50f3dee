"""Calls as the PBX's own log tells them, folded apart from what is seen live. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from daemon.calls.call import Call
from daemon.calls.directory import Directory
from daemon.calls.events import LinkLost, SnapshotEnded, TelephonyEvent
from daemon.calls.facts import CallEnded
from daemon.calls.tracker import Tracker
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

    def feed(self, rows: Iterable[CelRow]) -> list[Call]:
        """The calls that these rows end."""
        return [
            call
            for row in rows
            for event in self._translator.translate(row)
            for call in self._step(event)
        ]

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
