"""What was read is looked at, after it was answered: whoever is slowed by that, not the reader.

So also nobody learns from how long an answer takes what was noticed about it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from config.settings import HoursSettings, Settings
from crm.alerts import AlertKind, raise_alert
from crm.audit import Action, AuditLog, Entry
from crm.notices import tell
from daemon.routing.hours import is_working
from daemon.watching.allowance import Locked
from daemon.watching.decoys import is_others, tell_opened, tell_opened_since, tell_ordered
from daemon.watching.detectors import (
    BREADTH_DAYS,
    USUAL_DAYS,
    Finding,
    Opening,
    Usual,
    detect,
    usual_of,
)
from daemon.watching.marks import load_opened
from store.database import Database

QUOTA_NOTICE: Final = "quota"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOpened:
    """A person opened a card out of turn."""

    person: str
    at: datetime
    client_id: UUID
    curator: str | None
    deputy: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaMet:
    """A person asked for more than his quota."""

    person: str
    at: datetime
    locked: Locked
    via: str | None
    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOrdered:
    """A person asked that a client be called, whether or not that was done."""

    person: str
    at: datetime
    client_id: UUID | None = None
    code: str | None = None


Seen = CardOpened | QuotaMet | CallOrdered


@dataclass(slots=True)
class _Reader:
    """What is known of a person on one day."""

    day: date
    usual: Usual
    before: frozenset[UUID]
    """What he opened on the days before that count for breadth."""
    today: list[Opening]
    raised: set[str] = field(default_factory=set)
    """Keys of what was raised already."""


class Watch:
    """Looks at what ``put`` gave it, one after the other, in a part of its own."""

    def __init__(self, settings: Settings, database: Database, audit: AuditLog) -> None:
        self.zone: Final[ZoneInfo] = settings.company.timezone
        """In which people read instants, and in which a day begins."""
        self._hours: Mapping[str, HoursSettings | None] = {
            agent.name: agent.hours for agent in settings.agents if agent.hours is not None
        }
        self._routing = settings.routing
        self._database = database
        self._audit = audit
        self._seen: asyncio.Queue[Seen] = asyncio.Queue()
        self._at_hand: Seen | None = None
        self._readers: dict[str, _Reader] = {}
        self._told: set[tuple[str, ...]] = set()

    def settle(self, settings: Settings) -> None:
        """Other hours and holidays from now on."""
        self._routing = settings.routing

    def put(self, seen: Seen) -> None:
        """Look at this soon. Never blocks."""
        if isinstance(seen, QuotaMet):
            told = (seen.person, *self._quota_key(seen))
            if told in self._told:
                return
            self._told.add(told)
        self._seen.put_nowait(seen)

    def lifted(self, person: str) -> None:
        """His quota was lifted: should he meet it again, he is told again."""
        self._told = {told for told in self._told if told[0] != person}

    async def run(self) -> None:
        """Look, for ever."""
        while True:
            if self._at_hand is None:
                self._at_hand = await self._seen.get()
            # Where the database is away meanwhile, this part begins anew: with the same.
            await self._look(self._at_hand)
            self._at_hand = None

    async def look_at_all(self) -> None:
        """Look at what waits now."""
        while not self._seen.empty():
            await self._look(self._seen.get_nowait())

    async def look_back(self, now: datetime) -> None:
        """Decoys that were opened in the last day, when the daemon ended before it looked."""
        since = now - timedelta(days=1)
        await self._database.write(lambda c: tell_opened_since(c, since, self.zone))

    async def _look(self, seen: Seen) -> None:
        if isinstance(seen, QuotaMet):
            await self._database.write(lambda connection: self._tell_quota(connection, seen))
            return
        if isinstance(seen, CallOrdered):
            await self._database.write(lambda connection: self._tell_ordered(connection, seen))
            return
        reader = await self._reader(seen)
        findings = [
            finding
            for finding in detect(
                reader.today, reader.before, reader.usual, partial(self._is_working, seen.person)
            )
            if finding.kind not in reader.raised
        ]
        await self._database.write(lambda connection: self._tell(connection, seen, findings))
        reader.raised.update(finding.kind for finding in findings)

    async def _reader(self, seen: CardOpened) -> _Reader:
        """With this opening among today's."""
        opening = Opening(
            at=seen.at,
            client_id=seen.client_id,
            others=is_others(seen.person, seen.curator, seen.deputy),
        )
        day = seen.at.astimezone(self.zone).date()
        reader = self._readers.get(seen.person)
        if reader is not None and reader.day == day:
            reader.today.append(opening)
            return reader
        self._readers = {name: one for name, one in self._readers.items() if one.day == day}
        async with self._database.read() as connection:
            openings = await connection.run_sync(_openings, seen.person, self._midnight(day))
        reader = self._readers[seen.person] = self._read(seen.person, day, openings, opening)
        return reader

    def _read(self, person: str, day: date, openings: list[Opening], last: Opening) -> _Reader:
        begin, lately = self._midnight(day), self._midnight(day - timedelta(days=BREADTH_DAYS - 1))
        today = [one for one in openings if begin <= one.at <= last.at]
        if not any(one.client_id == last.client_id for one in today):
            today.append(last)
        earlier = [one for one in openings if one.at < begin]
        return _Reader(
            day=day,
            usual=usual_of(earlier, self.zone, partial(self._is_working, person)),
            before=frozenset(one.client_id for one in earlier if one.at >= lately),
            today=today,
        )

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)

    def _is_working(self, person: str, at: datetime) -> bool:
        hours = self._hours.get(person, self._routing.hours)
        return is_working(hours, self._routing.holidays, at, self.zone)

    def _quota_key(self, met: QuotaMet) -> tuple[str, str, str]:
        day = met.at.astimezone(self.zone).date()
        return met.locked.unit.value, str(met.locked.hours), str(day)

    def _tell_quota(self, connection: Connection, met: QuotaMet) -> None:
        locked = met.locked
        evidence = {
            "unit": locked.unit.value,
            "hours": locked.hours,
            "limit": locked.limit,
            "used": locked.used,
            "until": locked.until.isoformat(),
        }
        raise_alert(
            connection,
            AlertKind.QUOTA,
            person=met.person,
            evidence=evidence,
            key=":".join((AlertKind.QUOTA, met.person, *self._quota_key(met))),
            at=met.at,
        )
        tell(connection, met.person, QUOTA_NOTICE, evidence, met.at)
        self._audit.add(
            connection,
            Entry(
                action=Action.QUOTA_REACHED,
                actor=met.person,
                via=met.via,
                address=met.address,
                object=locked.unit.value,
                count=locked.limit,
            ),
        )

    def _tell_ordered(self, connection: Connection, ordered: CallOrdered) -> None:
        tell_ordered(
            connection,
            ordered.person,
            client_id=ordered.client_id,
            code=ordered.code,
            at=ordered.at,
            zone=self.zone,
        )

    def _tell(self, connection: Connection, opened: CardOpened, findings: list[Finding]) -> None:
        tell_opened(connection, opened.person, opened.client_id, opened.at, self.zone)
        day = opened.at.astimezone(self.zone).date()
        for finding in findings:
            raise_alert(
                connection,
                finding.kind,
                person=opened.person,
                evidence=finding.evidence,
                key=f"{finding.kind}:{opened.person}:{day}",
                at=opened.at,
            )


def _openings(connection: Connection, person: str, today: datetime) -> list[Opening]:
    """A person's, of today and of the days that say what is usual for him."""
    since = today - timedelta(days=USUAL_DAYS)
    openings: dict[tuple[UUID, int], Opening] = {}
    for row in load_opened(connection, person, since):
        others = is_others(person, row.curator, row.deputy)
        # The same card twice in one hour says no more than once.
        openings.setdefault(
            (row.client_id, int(row.at.timestamp()) // 3600),
            Opening(at=row.at, client_id=row.client_id, others=others),
        )
    return list(openings.values())
