"""The live board: the rows of all calls, the agents, the day; and everybody who watches."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from crm.absence import Away
from crm.access import Access
from crm.clients import ClientName
from crm.monitoring_policy import KEY, MonitoringPolicy
from crm.recording_pauses import Pause
from crm.vault import Vault
from daemon.board import Board
from daemon.calls.call import Call, PartyKind
from daemon.live.customers import Customers, Told
from daemon.live.figures import DayFigures, Figures
from daemon.live.monitored import Monitor, can_do
from daemon.live.people import Person, presence
from daemon.live.row import Row, row_of
from daemon.live.watcher import Watcher
from daemon.routing.people import People
from daemon.staff import StaffBook
from daemon.watching.reading import Reading
from store.database import Database

if TYPE_CHECKING:
    from daemon.api.viewer import Viewer

RENEW_SECONDS: Final = 2.0
"""How long somebody may see who has meanwhile become another's private client."""
RECOUNT_SECONDS: Final = 300.0
"""What was counted wrongly (a call that was stored late, or corrected) is right again by then."""
_LOOK_AGAIN: Final = 0.05
"""Numbers of calls that began together are asked for together."""


class Live:
    """Told by the board; while nobody watches it keeps no rows."""

    def __init__(
        self,
        board: Board,
        database: Database,
        vault: Vault,
        *,
        agents: People,
        staff: StaffBook,
        reading: Reading,
        figures: DayFigures,
        monitors: Callable[[Viewer, Row], tuple[Monitor, ...]] = lambda _viewer, _row: (),
        paused: Callable[[UUID], Pause | None] = lambda _call: None,
        away_of: Callable[[str], Away | None] = lambda _name: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.monitors = monitors
        """Who is on a call beside its people, as far as a viewer may know."""
        self.paused = paused
        """The pause of a call's recording."""
        self.customers = Customers(database, vault)
        self.people: Mapping[str, Person] = {}
        """Every agent, by name."""
        self._board = board
        self._agents = agents
        self._staff = staff
        self._reading = reading
        self._figures = figures
        self._away_of = away_of
        self._clock = clock
        self._rows: dict[UUID, Row] = {}
        self._dirty: set[UUID] = set()
        self._watchers: set[Watcher] = set()
        self._free_since: dict[str, datetime] = {}
        self._work = asyncio.Event()
        self._open_stale = True
        board.listeners.append(self._on_board)

    # ── who watches ──────────────────────────────────────────────────────────────────────────────

    @asynccontextmanager
    async def watching(self, viewer: Viewer) -> AsyncIterator[Watcher]:
        """He watches; what his first answer needs has been looked up, if the database answers."""
        if not self._watchers:
            self._begin()
        watcher = Watcher(self, viewer, self._clock)
        self._watchers.add(watcher)
        self._work.set()
        try:
            await self._prepare()
            self.refresh()
            yield watcher
        finally:
            self._watchers.discard(watcher)

    def refresh(self) -> None:
        """Take over what the board was told since; whoever has to know of it is touched."""
        if not self._dirty:
            return
        dirty, self._dirty = self._dirty, set()
        for id_ in dirty:
            call = self._board.get(id_)
            if call is None:
                self._rows.pop(id_, None)
            else:
                self._rows[id_] = row_of(call)
                self._note_free(call)
        self._see_people()

    # ── what there is ────────────────────────────────────────────────────────────────────────────

    def rows(self) -> list[Row]:
        """All calls that run, oldest first, and those that just ended."""
        return list(self._rows.values())

    def row(self, call: UUID) -> Row | None:
        """One call; ``None``: it is on the board no more."""
        return self._rows.get(call)

    def day_of(self, access: Access) -> Figures | None:
        """The day as this viewer may know it; ``None``: not counted yet."""
        return self._figures.of(access) if self._figures.is_known else None

    def can(self, viewer: Viewer, row: Row, who: Told) -> frozenset[str]:
        """What this viewer may do with that call."""
        policy = MonitoringPolicy.read(self._staff.now.policy(KEY))
        return can_do(viewer, row, who, curator_may=policy.private == "curator")

    def glimpsed(self, viewer: Viewer, clients: Collection[ClientName]) -> bool:
        """``Reading.glimpsed``."""
        return self._reading.glimpsed(viewer, clients)

    # ── what happens ─────────────────────────────────────────────────────────────────────────────

    def poke(self) -> None:
        """Something is to be looked up."""
        self._work.set()

    def touch(self, calls: Iterable[UUID]) -> None:
        """Something about these calls that is not theirs changed: who listens to them."""
        known = [id_ for id_ in calls if id_ in self._rows]
        for watcher in self._watchers:
            watcher.touch(known)

    def people_changed(self) -> None:
        """Somebody is away, or back."""
        if self._watchers:
            self._see_people()

    async def _prepare(self) -> None:
        for row in self._rows.values():
            self.customers.get(row.number)
        await self._look()
        if not self._figures.is_known:
            await self._figures.load()

    async def run(self) -> None:
        """Look up what is wanted, for ever; nothing while nobody watches."""
        renew_at = recount_at = 0.0
        while True:
            now = self._clock()
            if not self._watchers:
                self._work.clear()
                await self._work.wait()
            elif now >= recount_at or not self._figures.is_known:
                recount_at = now + RECOUNT_SECONDS
                if await self._figures.load():
                    self._touch_figures()
            elif now >= renew_at:
                renew_at = now + RENEW_SECONDS
                await self._renew()
            elif self.customers.wanted:
                await self._look()
                await asyncio.sleep(RENEW_SECONDS if self.customers.is_away else _LOOK_AGAIN)
            else:
                self._work.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(max(0.0, renew_at - now)):
                        await self._work.wait()

    async def _renew(self) -> None:
        self._want_all()
        await self._look()
        if self._open_stale:
            self._open_stale = False
            if await self._figures.load_open():
                self._touch_figures()

    def _want_all(self) -> None:
        self.customers.renew({row.number for row in self._rows.values() if row.number is not None})

    async def _look(self) -> None:
        changed = await self.customers.look()
        if changed:
            self.touch(id_ for id_, row in self._rows.items() if row.number in changed)

    def _touch_figures(self) -> None:
        for watcher in self._watchers:
            watcher.touch(figures=True)

    def _begin(self) -> None:
        """Nobody watched until now: see everything anew."""
        self._dirty.clear()
        calls = [*self._board.running(), *self._board.ended()]
        self._rows = {call.id: row_of(call) for call in calls}
        self._see_people()

    def _on_board(self, id_: UUID, last: Call | None) -> None:
        if last is not None:
            self._figures.ended(last)
            self._open_stale = True
            self._note_free(last)
        if self._watchers:
            self._dirty.add(id_)
            for watcher in self._watchers:
                watcher.touch((id_,))

    def _note_free(self, last: Call) -> None:
        for leg in last.legs:
            name, at = leg.party.name, leg.ended_at
            if leg.party.kind is PartyKind.AGENT and name is not None and at is not None:
                self._free_since[name] = max(at, self._free_since.get(name, at))

    def _see_people(self) -> None:
        agents = {
            agent.name: agent.extension
            for agent in (*self._agents.settled, *self._agents.group)
            if not self._agents.has_left(agent.name)
        }
        before, self.people = (
            self.people,
            presence(self._rows.values(), agents, self._free_since, self._away_of),
        )
        changed = [name for name, person in self.people.items() if before.get(name) != person]
        for watcher in self._watchers:
            watcher.touch(people=changed)
