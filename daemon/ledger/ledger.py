"""The ledger: days are looked at and mended, one at a time, and what was found is kept and told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog
from sqlalchemy import Connection

from config.problems import Language
from crm.audit import AuditLog, Entry
from crm.vault import Vault
from daemon.ledger.accounts import (
    Standing,
    find_account,
    list_accounts,
    save_account,
    standing,
)
from daemon.ledger.alerting import tell_account
from daemon.ledger.check import Checking, Found
from daemon.ledger.differences import (
    MOST_KEPT,
    SEEN_BY_LOG,
    DayAccount,
    DayState,
    DifferenceKind,
    count,
)
from daemon.ledger.mended import Mended
from daemon.ledger.mending import Mending
from daemon.metrics import LedgerCounts
from store.database import Database

KEPT_DAYS: Final = timedelta(days=31)
"""So far back differences count for ``callward_ledger_unmatched``."""
_STORING_SECONDS: Final = 15.0
"""After mending, recordings are waited for so long."""
_POLL_SECONDS: Final = 0.25

_log = structlog.get_logger(__name__)


class DayLedger:
    """Looks at days. Whoever asks for one that is being looked at waits for that look."""

    def __init__(
        self,
        *,
        checking: Checking,
        mending: Mending,
        database: Database,
        vault: Vault,
        audit: AuditLog,
        language: Language,
        counts: LedgerCounts,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``language``: of what Callward notes on alerts that it settles."""
        self._checking = checking
        self._mending = mending
        self._database = database
        self._vault = vault
        self._audit = audit
        self._language = language
        self._counts = counts
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._tasks: dict[date, asyncio.Task[DayAccount]] = {}

    # ── what is known ────────────────────────────────────────────────────────────────────────

    async def find(self, day: date) -> DayAccount | None:
        """What was found of that day last; ``None``: nobody has looked yet."""
        async with self._database.read() as connection:
            return await connection.run_sync(find_account, day)

    async def list(self, first: date, last: date) -> list[DayAccount]:
        """Of these days, newest first."""
        async with self._database.read() as connection:
            return await connection.run_sync(list_accounts, first, last)

    def is_looked_at(self, day: date) -> bool:
        """Whether somebody looks at it or mends it now."""
        return day in self._tasks

    # ── looking and mending ──────────────────────────────────────────────────────────────────

    async def check(self, day: date) -> DayAccount:
        """Look at that day now. Raises what the database raises, and ``SpanError``."""
        return await asyncio.shield(self.begin_check(day))

    def begin_check(self, day: date) -> asyncio.Task[DayAccount]:
        """Look at that day, or go on with the look that somebody began; it does not end with who
        began it."""
        running = self._tasks.get(day)
        return running if running is not None else self._begin(day, self._check(day))

    def begin_mend(
        self, day: date, entry: Callable[[DayAccount], Entry]
    ) -> asyncio.Task[DayAccount]:
        """Look, mend what can be mended, and look again. ``entry``: what the audit is told."""
        return self._begin(day, self._mend(day, entry))

    async def close(self) -> None:
        """Leave off: what was not finished is found again by the next look."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, day: date, work: Coroutine[Any, Any, DayAccount]) -> asyncio.Task[DayAccount]:
        task = asyncio.create_task(self._alone(work), name=f"ledger {day}")
        self._tasks[day] = task
        task.add_done_callback(partial(self._ended, day))
        return task

    def _ended(self, day: date, task: asyncio.Task[DayAccount]) -> None:
        if self._tasks.get(day) is task:
            del self._tasks[day]
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.warning(
                "ledger of a day could not be finished",
                day=day.isoformat(),
                error=type(error).__name__,
            )

    async def _alone(self, work: Coroutine[Any, Any, DayAccount]) -> DayAccount:
        try:
            async with self._one_at_a_time:
                return await work
        finally:
            work.close()

    async def _check(self, day: date) -> DayAccount:
        found = await self._checking.check(day)
        before = await self.find(day)
        account = found.account
        if before is not None:
            account = _with_unchecked(account, before)
            # Why something was left is still so, as long as it differs.
            left = {one.key: one.left for one in before.differences if one.left}
            account = _with_left(account, left)
            account = replace(account, mended_at=before.mended_at, mended=before.mended)
        await self._keep(account)
        return account

    async def _mend(self, day: date, entry: Callable[[DayAccount], Entry]) -> DayAccount:
        found = await self._checking.check(day)
        before = await self.find(day)
        mended = await self._mending.mend(found)
        after = (await self._look_again(day, found, mended)).account
        if before is not None:
            after = _with_unchecked(after, before)
        left = {key: why.value for key, why in mended.left.items()}
        account = replace(
            _with_left(after, left), mended_at=self._clock(), mended=dict(mended.done)
        )
        await self._keep(account)
        await self._audit.tell(entry(account))
        return account

    async def _look_again(self, day: date, found: Found, mended: Mended) -> Found:
        if not mended.done:
            return found
        until = asyncio.get_running_loop().time() + _STORING_SECONDS
        while True:
            after = await self._checking.check(day)
            loop = asyncio.get_running_loop()
            if not after.account.recordings_waiting or loop.time() >= until:
                return after
            await asyncio.sleep(_POLL_SECONDS)

    async def _keep(self, account: DayAccount) -> None:
        at = self._clock()

        def keep(connection: Connection) -> Standing:
            save_account(connection, account)
            tell_account(connection, self._vault, account, self._language, at)
            return standing(connection, at.date() - KEPT_DAYS)

        self._count(await self._database.write(keep))
        self._counts.checked_at = at.timestamp()
        _say(account)

    async def load_counts(self) -> None:
        """What stands from earlier runs."""
        since = self._clock().date() - KEPT_DAYS
        async with self._database.read() as connection:
            self._count(await connection.run_sync(standing, since))

    def _count(self, found: Standing) -> None:
        self._counts.unmatched, self._counts.unchecked = found.unmatched, found.unchecked
        if found.checked_at is not None:
            self._counts.checked_at = found.checked_at.timestamp()


def _with_unchecked(account: DayAccount, before: DayAccount) -> DayAccount:
    """What the log told to differ goes on differing as long as nobody can ask that log again."""
    unchecked = {one.pbx for one in account.pbxs if one.unchecked}
    stands = tuple(
        one for one in before.differences if one.pbx in unchecked and one.kind in SEEN_BY_LOG
    )
    counts = Counter(account.counts) + Counter(count(stands))
    return replace(
        account,
        differences=(*account.differences, *stands)[:MOST_KEPT],
        counts={kind: counts[kind] for kind in DifferenceKind if counts[kind]},
    )


def _with_left(account: DayAccount, left: dict[tuple[object, ...], str]) -> DayAccount:
    differences = tuple(
        replace(one, left=left.get(one.key, one.left)) for one in account.differences
    )
    return replace(account, differences=differences)


def _say(account: DayAccount) -> None:
    """One line; a day on which nothing differs says so too."""
    about = {
        "day": account.day.isoformat(),
        "logged": _total(one.logged for one in account.pbxs),
        "stored": _total(one.stored for one in account.pbxs),
        "matched": _total(one.matched for one in account.pbxs),
        "unmatched": account.unmatched,
        "unchecked": sorted(one.pbx for one in account.pbxs if one.unchecked),
    }
    if account.state is DayState.DIFFERS:
        kinds = {kind.value: count for kind, count in account.counts.items()}
        _log.warning("ledger differs", **about, kinds=kinds)
    elif account.state is DayState.UNCHECKED:
        _log.warning("ledger could not be checked whole", **about)
    else:
        _log.info("ledger has 0 unmatched", **about)


def _total(numbers: Iterable[int]) -> int:
    return sum(numbers)
