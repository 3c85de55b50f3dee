"""Checking the audit's chain, record by record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from crm.audit import digest, find_key, mac_of
from crm.audit_actions import Action
from crm.audit_head import Head, stored_head
from crm.people_tables import audit
from crm.sealed import open_sealed
from crm.vault import Vault, VaultError
from store.database import Database

_BATCH: Final = 500
_NAMED: Final = 100
"""So many findings are named; beyond, they are counted: who inserts a record shifts all others."""


class Fault(StrEnum):
    """What is wrong with a record."""

    CHANGED = "changed"
    """It does not fit its ``mac``: changed, put in, or moved from another place."""
    MISSING = "missing"
    """There is no such record; ``until`` is the last that is missing, the next stands unproved."""
    DETAILS = "details"
    """Its details are not those that were written."""
    ERASED = "erased"
    """Its details are gone, but its client was not deleted for good."""
    CUT_OFF = "cut_off"
    """The newest records are gone, or were replaced since the head was noted."""
    NO_KEY = "no_key"
    """The chain's key is gone, or opens no more: nothing can be proved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault and where it is."""

    fault: Fault
    seq: int
    until: int | None = None


@dataclass(slots=True)
class Verdict:
    """What the check found; good where there are no findings."""

    records: int = 0
    findings: list[Finding] = field(default_factory=list)
    more: int = 0
    """Findings beyond those that are named."""
    shortened: list[int] = field(default_factory=list)
    """Records in which the daemon itself says that the newest before them were gone, or that it
    could not tell."""

    def add(self, finding: Finding) -> None:
        """Name it, or count it."""
        if len(self.findings) < _NAMED:
            self.findings.append(finding)
        else:
            self.more += 1


class ChainCheck:
    """Takes records in order of ``seq`` and remembers what one needs for the next."""

    def __init__(
        self, key: bytes, vault: Vault, head: Head | None, after: Head | None = None
    ) -> None:
        """``head``: as it was noted before the check began; ``None``: it never was.

        ``after``: take it as proved up to there.
        """
        self._key = key
        self._vault = vault
        self._head = head
        self._seq = 0 if after is None else after.seq
        self._previous: tuple[bytes, ...] = (b"" if after is None else after.mac,)
        """What may stand for the record before: its ``mac``, and what that should have been."""
        self._erased: dict[UUID | None, int] = {}
        self._purged: set[UUID | None] = set()
        self.verdict = Verdict()

    def take(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """The next records."""
        for row in rows:
            self._take(row)
        self.verdict.records = self._seq

    def finish(self) -> Verdict:
        """When there are no more."""
        for client_id, seq in self._erased.items():
            if client_id not in self._purged:
                self.verdict.add(Finding(fault=Fault.ERASED, seq=seq))
        if self._head is not None and self._head.seq > self._seq:
            self.verdict.add(Finding(fault=Fault.CUT_OFF, seq=self._seq + 1, until=self._head.seq))
        return self.verdict

    def _take(self, row: Mapping[str, Any]) -> None:
        seq: int = row["seq"]
        gap = seq != self._seq + 1
        if gap:
            self.verdict.add(Finding(fault=Fault.MISSING, seq=self._seq + 1, until=seq - 1))
        self._seq = seq
        wanted = mac_of(self._key, row, self._previous[0])
        fits = gap or row["mac"] == wanted
        for other in self._previous[1:]:
            if not fits:
                wanted = mac_of(self._key, row, other)
                fits = row["mac"] == wanted
        # One whose mac alone was changed is found once: the next one fits what it should be.
        self._previous = (row["mac"],) if fits else (row["mac"], wanted)
        if not fits:
            self.verdict.add(Finding(fault=Fault.CHANGED, seq=seq))
            return
        if self._head is not None and self._head.seq == seq and self._head.mac != row["mac"]:
            self.verdict.add(Finding(fault=Fault.CUT_OFF, seq=seq, until=seq))
        self._look_at_details(row)
        if row["action"] == Action.CLIENT_PURGED:
            self._purged.add(row["client_id"])
        elif row["action"] in {Action.AUDIT_SHORTENED, Action.AUDIT_HEAD_LOST}:
            self.verdict.shortened.append(seq)

    def _look_at_details(self, row: Mapping[str, Any]) -> None:
        wanted, sealed = row["details_digest"], row["details"]
        if sealed is None:
            if wanted is not None:
                self._erased.setdefault(row["client_id"], row["seq"])
            return
        try:
            plain = open_sealed(self._vault, audit.c.details, row["seq"], sealed)
        except VaultError:
            plain = None
        if plain is None or wanted is None or digest(self._key, plain) != wanted:
            self.verdict.add(Finding(fault=Fault.DETAILS, seq=row["seq"]))


async def check_all(
    database: Database, vault: Vault, head: Head | None, tell: Callable[[int], None]
) -> Verdict:
    """Check the whole chain. ``head`` was read before; ``tell``: how many records are done."""
    key = await chain_key(database, vault)
    if key is None:
        verdict = Verdict()
        if head is not None or await count(database):
            verdict.add(Finding(fault=Fault.NO_KEY, seq=1))
        return verdict
    check = ChainCheck(key, vault, head)
    async for rows in batches(database):
        # On another thread, so that a daemon answers calls meanwhile.
        await asyncio.to_thread(check.take, rows)
        tell(check.verdict.records)
    return check.finish()


async def check_newest(
    database: Database, vault: Vault, head: Head | None, records: int
) -> Verdict:
    """As ``check_all``, of so many of the newest records: at once."""
    async with database.read() as connection:
        newest = await connection.run_sync(stored_head)
        first = 0 if newest is None else max(newest.seq - records, 0)
        known = await connection.execute(select(audit.c.mac).where(audit.c.seq == first))
        mac = known.scalar_one_or_none()
    after = None if mac is None else Head(first, mac)
    key = await chain_key(database, vault)
    if key is None or (after is None and first):
        return await check_all(database, vault, head, lambda _: None)
    check = ChainCheck(key, vault, head, after)
    async for rows in batches(database, first):
        check.take(rows)
    return check.finish()


async def chain_key(database: Database, vault: Vault) -> bytes | None:
    """The chain's key; ``None`` where it is gone or does not open."""
    async with database.read() as connection:
        try:
            return await connection.run_sync(find_key, vault)
        except (VaultError, ValueError):
            return None


async def count(database: Database) -> int:
    """How many records there are."""
    async with database.read() as connection:
        counted: int = (
            await connection.execute(select(func.count()).select_from(audit))
        ).scalar_one()
    return counted


async def batches(database: Database, after: int = 0) -> AsyncIterator[list[dict[str, Any]]]:
    """Records in order; a few are in memory, and no transaction stays open between."""
    query = select(audit).order_by(audit.c.seq).limit(_BATCH)
    while True:
        step = query.where(audit.c.seq > after)
        async with database.read() as connection:
            rows = [row._asdict() for row in await connection.execute(step)]
        if not rows:
            return
        yield rows
        after = rows[-1]["seq"]
