"""One viewer of the live board: what waits for him, and what he was told last.

What waits is which rows changed, not how: a reader who is slow gets the newest of each, and what is
held for him is never more than there are calls and people.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from crm.access import Right, allows_person
from crm.clients import ClientName
from crm.recording_pauses import Pause
from daemon.calls.call import Direction
from daemon.history.seen import takes_part
from daemon.live.customers import NOBODY, Told, whose
from daemon.live.figures import Figures
from daemon.live.monitored import Monitor
from daemon.live.people import Person
from daemon.live.row import LiveState, Row

if TYPE_CHECKING:
    from daemon.api.viewer import Viewer
    from daemon.live.live import Live

QUOTA_SECONDS: Final = 60.0
"""Who has seen as many clients as he may is told of no other one for so long; then he may ask
again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCall:
    """One row as one viewer sees it."""

    row: Row
    client: ClientName | None
    private: bool
    withheld: bool
    """Who it is is not told: he has seen as many clients as he may."""
    monitors: tuple[Monitor, ...]
    pause: Pause | None
    """Its recording is paused."""
    can: frozenset[str]
    """Names of ``daemon.live.monitored.RIGHTS``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFigures:
    """The viewer's day, and now."""

    day: Figures | None
    """``None``: the database was not asked yet."""
    waiting: int
    running: int
    answered: int
    """Of the running ones; internal calls are in neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What he is to be told. A snapshot is all there is."""

    calls: tuple[ShownCall, ...]
    gone: tuple[UUID, ...] = ()
    people: tuple[Person, ...] = ()
    figures: ShownFigures | None = None
    """``None``: as they were."""

    def __bool__(self) -> bool:
        return bool(self.calls or self.gone or self.people or self.figures)


class Watcher:
    """Marks what changed (``touch``), and says it (``snapshot``, ``changes``)."""

    def __init__(self, live: Live, viewer: Viewer, clock: Callable[[], float]) -> None:
        self.viewer = viewer
        self.woken = asyncio.Event()
        """There may be something to tell."""
        self._live = live
        self._clock = clock
        self._calls: set[UUID] = set()
        self._people: set[str] = set()
        self._sent: dict[UUID, ShownCall] = {}
        self._figures: ShownFigures | None = None
        self._withheld_until = 0.0

    def touch(
        self, calls: Iterable[UUID] = (), people: Iterable[str] = (), *, figures: bool = False
    ) -> None:
        """These may look otherwise now."""
        self._calls.update(calls)
        self._people.update(people)
        if figures or self._calls or self._people:
            self.woken.set()

    def snapshot(self) -> Changes:
        """All that he may know of, running and just ended; what waited is in it."""
        self._forget()
        self._sent = {call.row.id: call for call in self._show(self._live.rows())}
        self._figures = self._count()
        return Changes(
            calls=tuple(self._sent.values()),
            people=tuple(
                person for person in self._live.people.values() if self._knows(person.name)
            ),
            figures=self._figures,
        )

    def changes(self) -> Changes:
        """What he was told otherwise, or not at all."""
        calls, people = self._calls, self._people
        self._forget()
        rows = {id_: row for id_ in calls if (row := self._live.row(id_)) is not None}
        shown = {call.row.id: call for call in self._show(rows.values())}
        told = tuple(call for id_, call in shown.items() if self._sent.get(id_) != call)
        gone = tuple(id_ for id_ in calls if id_ in self._sent and id_ not in shown)
        self._sent.update((call.row.id, call) for call in told)
        for id_ in gone:
            del self._sent[id_]
        figures = self._count()
        is_new, self._figures = figures != self._figures, figures
        return Changes(
            calls=told,
            gone=gone,
            people=tuple(
                person
                for name in people
                if self._knows(name) and (person := self._live.people.get(name)) is not None
            ),
            figures=figures if is_new else None,
        )

    def _forget(self) -> None:
        self.woken.clear()
        self._calls, self._people = set(), set()

    def _knows(self, name: str) -> bool:
        return allows_person(self.viewer.access, Right.CALLS_READ, name)

    def _show(self, rows: Iterable[Row]) -> list[ShownCall]:
        access = self.viewer.access
        seen = [row for row in rows if takes_part(access, Right.CALLS_READ, row.call)]
        told = {row.id: self._who(row) for row in seen}
        others = {
            who.client.id: who.client
            for row in seen
            if (who := told[row.id]).client is not None and not row.is_with(access.person)
        }
        withheld = others if not self._glimpses(others) else {}
        return [self._shown(row, told[row.id], withheld) for row in seen]

    def _shown(self, row: Row, who: Told, withheld: Mapping[UUID, ClientName]) -> ShownCall:
        is_his = row.is_with(self.viewer.person)
        hides = who.client is not None and who.client.id in withheld and not is_his
        return ShownCall(
            row=row,
            client=None if hides else who.client,
            private=who.private,
            withheld=hides,
            monitors=self._live.monitors(self.viewer, row),
            pause=self._live.paused(row.id),
            can=self._live.can(self.viewer, row, who),
        )

    def _who(self, row: Row) -> Told:
        known = self._live.customers.get(row.number)
        if known is None:
            self._live.poke()
            return NOBODY
        access = self.viewer.access
        return whose(access, known, took_part=row.is_with(access.person), started_at=row.started_at)

    def _glimpses(self, clients: Mapping[UUID, ClientName]) -> bool:
        """Whether he may be shown these, who are with others."""
        if not clients:
            return True
        now = self._clock()
        if now < self._withheld_until:
            return False
        if self._live.glimpsed(self.viewer, tuple(clients.values())):
            return True
        self._withheld_until = now + QUOTA_SECONDS
        return False

    def _count(self) -> ShownFigures:
        rows = [
            call.row for call in self._sent.values() if call.row.direction is not Direction.INTERNAL
        ]
        running = [row for row in rows if row.state is not LiveState.ENDED]
        return ShownFigures(
            day=self._live.day_of(self.viewer.access),
            waiting=sum(row.waits for row in running),
            running=len(running),
            answered=sum(row.answered_at is not None for row in running),
        )
