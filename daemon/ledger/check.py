"""A day looked at: every part of it gathered, matched and put into one account."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from config.settings import PbxSettings, Settings
from crm.numbers import NumberPlan
from crm.vault import Vault
from crm_sync.adapter import CrmAdapter
from daemon.calls.call import Call
from daemon.calls.directory import Directory
from daemon.cel.rows import CelColumnsError
from daemon.cel.source import CelSource
from daemon.ledger.accounts import installed_at
from daemon.ledger.cdr import CdrSource, only_in_cdr
from daemon.ledger.differences import (
    MOST_KEPT,
    DayAccount,
    Difference,
    DifferenceKind,
    PbxDay,
    Unchecked,
    count,
)
from daemon.ledger.log import BEFORE, LoggedDay, read_day
from daemon.ledger.matching import Matched, StoredCall, Window, match_calls, stored_twice
from daemon.ledger.recordings import check_recordings
from daemon.ledger.stored import DayCall, batches, load_calls, never_clients
from daemon.reports.days import Days
from recordings.storage import Storage
from store.database import Database

UNREADABLE: Final = (OSError, CelColumnsError, SQLAlchemyError)
"""What a log raises that cannot be read."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a look found."""

    account: DayAccount
    differences: tuple[Difference, ...]
    """All; the account keeps the first of them."""
    wanted: Mapping[tuple[object, ...], Call] = field(default_factory=dict)
    """By a difference's key: the log's record of its call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What one PBX tells by itself."""

    log: CelSource | None = None
    cdr: CdrSource | None = None


class Checking:
    """Looks at days; changes nothing."""

    def __init__(
        self,
        settings: Settings,
        *,
        database: Database,
        vault: Vault,
        plan: NumberPlan,
        storage: Storage,
        crm: CrmAdapter,
        sources: Mapping[str, Source],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``sources``: by the PBX's name."""
        self._settings = settings
        self._database = database
        self._vault = vault
        self._plan = plan
        self._storage = storage
        self._crm = crm
        self._sources = sources
        self._clock = clock

    async def window(self, day: date) -> Window:
        """Which calls that day has. Raises ``daemon.reports.days.SpanError``."""
        days = Days(day, day, self._settings.company.timezone)
        async with self._database.read() as connection:
            since = await connection.run_sync(installed_at)
        now = self._clock()
        return Window(
            begin=days.begin,
            end=days.end,
            now=now,
            since=since or now,
            settle=timedelta(seconds=self._settings.ledger.settle_seconds),
        )

    async def check(self, day: date) -> Found:
        """Compare everything of that day. Raises ``SpanError``, and what the database raises."""
        window = await self.window(day)
        stored = await load_calls(self._database, window.begin - BEFORE, window.end + BEFORE)
        matched = [await self._match(pbx, stored, window) for pbx in self._settings.pbx]
        matched += self._of_gone_pbxs(stored, window)
        mine = [
            one
            for one in stored
            if window.holds(one.stored.started_at)
            and one.stored.gone
            and window.is_over(one.stored.ended_at or one.stored.started_at)
        ]
        recorded = await check_recordings(
            day,
            mine,
            window,
            database=self._database,
            storage=self._storage,
            folders={
                pbx.name: pbx.recordings_folder
                for pbx in self._settings.pbx
                if pbx.recordings_folder is not None
            },
        )
        cardless = await self._cardless(mine)
        crm, not_held = await self._not_in_crm(mine)
        differences = (
            *(one for of_pbx in matched for one in of_pbx.differences),
            *recorded.differences,
            *(_of_call(DifferenceKind.NO_CARD, one) for one in cardless),
            *(_of_call(DifferenceKind.NOT_IN_CRM, one) for one in not_held),
        )
        customers = [one for one in mine if one.customer is not None]
        account = DayAccount(
            day=day,
            checked_at=window.now,
            pbxs=tuple(one.account for one in matched),
            recordings=recorded.announced,
            recordings_stored=recorded.stored,
            recordings_empty=recorded.empty,
            recordings_waiting=recorded.waiting,
            recordings_expired=recorded.expired,
            customers=len(customers),
            with_card=sum(one.has_card for one in customers),
            nameless=len(mine) - len(customers),
            crm=crm,
            in_crm=len(mine) - len(not_held) if crm else 0,
            counts=count(differences),
            differences=differences[:MOST_KEPT],
        )
        wanted = {key: call for of_pbx in matched for key, call in of_pbx.wanted.items()}
        return Found(account=account, differences=differences, wanted=wanted)

    async def _match(self, pbx: PbxSettings, stored: Sequence[DayCall], window: Window) -> Matched:
        calls = [one.stored for one in stored if one.stored.pbx == pbx.name]
        source = self._sources.get(pbx.name, Source())
        if source.log is None:
            return _unmatched(pbx.name, Unchecked.NO_LOG, calls, window)
        directory = Directory.from_settings(self._settings.company, self._settings.agents, pbx)
        try:
            log = await read_day(pbx.name, directory, source.log, window)
        except UNREADABLE as error:
            reason = _reason(error)
            return _unmatched(pbx.name, Unchecked.UNREADABLE, calls, window, reason=reason)
        is_silent = log.newest_at is None or log.newest_at < window.begin
        if is_silent and any(window.holds(one.started_at) for one in calls):
            return _unmatched(pbx.name, Unchecked.STOPS_EARLIER, calls, window)
        if log.begins_at is None or log.begins_at > window.begin:
            begins = log.begins_at
            return _unmatched(pbx.name, Unchecked.STARTS_LATER, calls, window, begins=begins)
        matched = await asyncio.to_thread(match_calls, pbx.name, log.calls, calls, window)
        hints = await self._hints(pbx.name, source.cdr, log, window)
        return Matched(matched.account, (*matched.differences, *hints), matched.wanted)

    async def _hints(
        self, pbx: str, cdr: CdrSource | None, log: LoggedDay, window: Window
    ) -> list[Difference]:
        if cdr is None:
            return []
        begin = max(window.begin, window.since)

        def compare() -> list[tuple[str, datetime]]:
            return only_in_cdr(cdr.calls(begin, window.end), log.ids)

        try:
            found = await asyncio.to_thread(compare)
        except UNREADABLE as error:
            _log.warning(
                "cdr cannot be read, nothing is checked by it", pbx=pbx, reason=_reason(error)
            )
            return []
        return [
            Difference(kind=DifferenceKind.ONLY_IN_CDR, pbx=pbx, linkedid=uniqueid, at=began)
            for uniqueid, began in found
            if window.is_over(began)
        ]

    def _of_gone_pbxs(self, stored: Sequence[DayCall], window: Window) -> list[Matched]:
        """Of PBXs that the settings name no more."""
        listed = {pbx.name for pbx in self._settings.pbx}
        gone = sorted(
            {
                one.stored.pbx
                for one in stored
                if one.stored.pbx not in listed and window.holds(one.stored.started_at)
            }
        )
        calls = [one.stored for one in stored]
        return [
            _unmatched(name, Unchecked.NO_LOG, [one for one in calls if one.pbx == name], window)
            for name in gone
        ]

    async def _cardless(self, calls: Sequence[DayCall]) -> list[DayCall]:
        """Calls of customers who have no card and should have one."""
        found = [one for one in calls if one.needs_card]
        gone: set[UUID] = set()
        for some in batches(found):
            phones = {one.customer for one in some if one.customer is not None}
            async with self._database.read() as connection:
                gone |= await connection.run_sync(never_clients, self._vault, self._plan, phones)
        return [one for one in found if one.customer not in gone]

    async def _not_in_crm(self, calls: Sequence[DayCall]) -> tuple[str | None, list[DayCall]]:
        missing: list[DayCall] = []
        for some in batches(calls):
            ids = [one.stored.id for one in some]
            async with self._database.read() as connection:
                held = await connection.run_sync(self._crm.calls_held, ids)
            if held is None:
                return None, []
            missing += (one for one in some if one.stored.id not in held)
        async with self._database.read() as connection:
            used = await connection.run_sync(self._crm.calls_held, [])
        return (None if used is None else self._crm.name), missing


def _unmatched(
    pbx: str,
    unchecked: Unchecked,
    calls: Sequence[StoredCall],
    window: Window,
    *,
    reason: str | None = None,
    begins: datetime | None = None,
) -> Matched:
    """What can be said without a log."""
    mine = [one for one in calls if window.holds(one.started_at)]
    running = sum(not one.gone for one in mine)
    account = PbxDay(
        pbx=pbx,
        unchecked=unchecked,
        log_begins_at=begins,
        reason=reason,
        stored=len(mine) - running,
        running=running,
    )
    return Matched(account, stored_twice(pbx, calls, window), {})


def _of_call(kind: DifferenceKind, one: DayCall) -> Difference:
    call = one.stored
    return Difference(kind=kind, pbx=call.pbx, call_id=call.id, at=call.started_at)


def _reason(error: Exception) -> str:
    """The system's words; a driver's could quote an address with a password."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error) if isinstance(error, CelColumnsError) else type(error).__name__
