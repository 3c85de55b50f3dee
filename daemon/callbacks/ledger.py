"""The callbacks that run, in memory; what changes of them is stored and told to whoever listens."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError

from daemon.callbacks import rows
from daemon.callbacks.callback import Callback, EndReason, State
from daemon.callbacks.progress import Known, Progress, progress
from daemon.calls.call import Call
from daemon.routing.tokens import Tokens
from store.database import Database

_ENDED_KEPT: Final = 500
_LATELY: Final = timedelta(hours=1)
"""For so long a callback that has ended is known for ours when a channel of it shows up late."""
_LAST_WORDS_SECONDS: Final = 5.0

_log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class Live:
    """A callback that runs, with what is known only in this process."""

    callback: Callback
    tokens: tuple[str, ...] = ()
    """What the dialplan may still ask for."""
    call: UUID | None = None
    """The tracker's id of its call."""
    known: Known = field(default_factory=Known)
    sent: bool = True
    """The order to call has gone out, or may have."""
    connection: int = -1
    """Over which connection of its PBX's link it did; -1: in an earlier life of this daemon."""


class Ledger:
    """Every change of a callback goes through here. Plain functions, but for storing.

    A callback only goes forward. When it ends, its tokens are good no more: whatever the PBX
    still does of it, nobody is dialled for it any more.
    """

    def __init__(
        self,
        database: Database,
        tokens: Tokens,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._tokens = tokens
        self._clock = clock
        self._live: dict[UUID, Live] = {}
        self._ended: OrderedDict[UUID, Callback] = OrderedDict()
        self._unstored: dict[UUID, Callback] = {}
        self._changed = asyncio.Event()
        self.listeners: list[Callable[[Callback], None]] = []
        """Are told of every new state; plain functions that only put it somewhere."""

    async def load(self) -> None:
        """Take up what an earlier run left; to be called once, before anything else."""
        since = self._clock() - _LATELY
        for one in await self._database.write(lambda c: rows.live_or_ended_since(c, since)):
            if one.is_live:
                restarted = Known(lost=EndReason.DAEMON_RESTARTED)
                self._live[one.id] = Live(one, known=restarted)
            else:
                self._ended[one.id] = one

    # ── what others ask ──────────────────────────────────────────────────────────────────────

    def __len__(self) -> int:
        return len(self._live)

    def __iter__(self) -> Iterator[Live]:
        return iter(tuple(self._live.values()))

    def live(self, id_: UUID) -> Live | None:
        """One that runs."""
        return self._live.get(id_)

    def of_agent(self, agent: str) -> Live | None:
        """The one that this agent has; there is never a second."""
        return next((one for one in self._live.values() if one.callback.agent == agent), None)

    def newest(self, id_: UUID) -> Callback | None:
        """The newest record of one that runs or ended lately."""
        live = self._live.get(id_)
        return self._ended.get(id_) if live is None else live.callback

    # ── what happens ─────────────────────────────────────────────────────────────────────────

    async def begin(self, live: Live) -> None:
        """Store a new callback; only then may anything be dialled for it.

        One that could not be stored ends, should it turn up in the database all the same.
        """
        new = live.callback
        self._live[new.id] = live
        try:
            await self._database.write(lambda connection: rows.add(connection, new))
        except BaseException:
            del self._live[new.id]
            self._revoke(live)
            self._store(self._as_ended(new, EndReason.REFUSED))
            raise
        if live.callback is new:
            self._tell(new)
        else:
            # What changed meanwhile may have been stored before there was a row.
            self._store(live.callback)

    def see(self, live: Live, call: Call | None) -> None:
        """Work out anew how far it is: something is known that was not."""
        self._advance(live, progress(call, live.known))

    def end(self, live: Live, reason: EndReason) -> None:
        """It is over, without a word from the PBX."""
        self._advance(live, Progress(State.ENDED, live.known.stopped or reason))

    def _advance(self, live: Live, to: Progress) -> None:
        now = live.callback
        if now.id not in self._live or to.state.order <= now.state.order:
            return
        if to.state is State.ENDED:
            self._revoke(live)
            reason = to.reason or EndReason.LINK_LOST
            if now.state is State.TALKING:
                # They did talk, whether or not the end of it was seen.
                reason = EndReason.TALKED
            live.callback = self._as_ended(now, reason)
            del self._live[now.id]
            self._ended[now.id] = live.callback
            if len(self._ended) > _ENDED_KEPT:
                self._ended.popitem(last=False)
        else:
            live.callback = replace(now, state=to.state, changed_at=self._clock())
        self._store(live.callback)
        self._tell(live.callback)

    def _as_ended(self, callback: Callback, reason: EndReason) -> Callback:
        at = self._clock()
        return replace(callback, state=State.ENDED, reason=reason, changed_at=at, ended_at=at)

    def _revoke(self, live: Live) -> None:
        for token in live.tokens:
            self._tokens.revoke(token)

    def _tell(self, callback: Callback) -> None:
        _log.info(
            "callback",
            callback_id=str(callback.id),
            agent=callback.agent,
            state=callback.state.value,
            reason=None if callback.reason is None else callback.reason.value,
        )
        for listener in self.listeners:
            listener(callback)

    # ── storing ──────────────────────────────────────────────────────────────────────────────

    def _store(self, callback: Callback) -> None:
        self._unstored[callback.id] = callback
        self._changed.set()

    async def run(self) -> None:
        """Store what changed, for ever."""
        try:
            while True:
                await self._changed.wait()
                await self.store_changes()
        finally:
            async with asyncio.timeout(_LAST_WORDS_SECONDS):
                await self.store_changes()

    async def store_changes(self) -> None:
        """Store what changed until now."""
        self._changed.clear()
        changed, self._unstored = self._unstored, {}
        if not changed:
            return
        try:
            await self._database.write(lambda c: rows.change(c, tuple(changed.values())))
        except DBAPIError as error:
            _log.error(
                "callbacks could not be stored",
                callback_ids=[str(id_) for id_ in changed],
                error=type(error).__name__,
            )
        except BaseException:
            self._unstored = {**changed, **self._unstored}
            raise
