"""Calls into the database, as they change: many in one transaction, only what changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection

from crm.numbers import NumberPlan
from crm.vault import Vault
from crm_sync.adapter import CrmAdapter
from daemon.calls.call import Call
from daemon.history.changes import Changes
from daemon.history.follow_up import Change, GivesOut, follow_up
from daemon.history.forgotten import without_forgotten
from daemon.history.join import correct, join
from daemon.history.load import load_rows
from daemon.history.numbers import PhoneDirectory
from daemon.history.ordered import find_ordered
from daemon.history.rows import (
    CallRows,
    PhoneIds,
    RecordingKey,
    Row,
    announcement_row,
    call_row,
    leg_row,
    recording_row,
    transfer_row,
)
from store.database import Database

_Combine = Callable[[CallRows, CallRows], CallRows]


@dataclass(frozen=True, slots=True)
class _Written:
    """What was last written of a running call."""

    call: Call
    """As the tracker gave it."""
    rows: CallRows
    before: CallRows | None
    """What an earlier run had stored of it."""


class HistoryWriter:
    """Takes calls as they change and keeps the tables in step with them."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        plan: NumberPlan,
        crm: CrmAdapter,
        *,
        wake_outbox: Callable[[], None] = lambda: None,
        new_clients: GivesOut | None = None,
        returns: Callable[[Connection, Iterable[Row]], None] = lambda _connection, _appeared: None,
    ) -> None:
        """``returns``: told, in the transaction, of the rows of calls that are new."""
        self._returns = returns
        self._new_clients = new_clients
        self._database = database
        self._phones = PhoneDirectory(vault, plan, crm)
        self._wake_outbox = wake_outbox
        self._writing = asyncio.Lock()
        self._attempted = False
        self._running: dict[UUID, _Written] = {}

    async def write(
        self,
        calls: Collection[Call],
        merged: Mapping[UUID, UUID] | None = None,
        *,
        reconciled: bool = False,
    ) -> None:
        """Store these calls now, in one transaction (`Database.write` waits out a lock).

        Idempotent. What is stored is never made worse: an ended, complete call stays so, an
        answer stays an answer. Every customer has his card with the first write of his call.
        ``merged`` names only calls whose kept call is among ``calls`` or stored. ``reconciled``
        records hold all that is worth keeping of what is stored, and so take its place, but for
        calls whose client was deleted for good: those stay as they are.
        """
        combine = correct if reconciled else join
        async with self._writing:
            await self._write(calls, merged or {}, combine)

    def forget_phones(self) -> None:
        """Phones were taken out of the base; on the thread and in the transaction that did it."""
        self._phones.forget()

    async def _write(
        self, calls: Collection[Call], merged: Mapping[UUID, UUID], combine: _Combine
    ) -> None:
        def store(connection: Connection) -> tuple[list[_Written], bool]:
            if self._attempted:
                # The attempt before this one failed: the phones that it made do not stand.
                self._phones.forget()
            self._attempted = True
            return self._store(connection, calls, merged, combine)

        written, has_work = await self._database.write(store)
        self._attempted = False
        for gone in merged:
            self._running.pop(gone, None)
        for one in written:
            id_ = one.rows.call["id"]
            if one.call.gone:
                self._running.pop(id_, None)
            else:
                self._running[id_] = one
        if has_work:
            self._wake_outbox()

    def _store(
        self,
        connection: Connection,
        calls: Collection[Call],
        merged: Mapping[UUID, UUID],
        combine: _Combine,
    ) -> tuple[list[_Written], bool]:
        merged = {gone: _last_kept(gone, merged) for gone in merged}
        if combine is correct:
            calls, merged = without_forgotten(connection, calls, merged)
        current = [call for call in calls if call.id not in merged]
        unchanged = set(merged.values()) - {call.id for call in current}
        current += [self._running[id_].call for id_ in unchanged if id_ in self._running]
        touched = {call.id for call in current} | merged.keys() | set(merged.values())
        stored = load_rows(connection, {id_ for id_ in touched if id_ not in self._running})
        current = self._follow_merges(connection, current, stored)
        ids = self._phones.resolve(connection, current)
        ordered = find_ordered(connection, current)
        changes = Changes()
        written = []
        for call in current:
            rows = self._rows_of(call, ids.__getitem__, ordered.get(call.id))
            one = self._combined(call, rows, stored.get(call.id), combine)
            handed_over: set[RecordingKey] = set()
            for gone in (gone for gone, kept in merged.items() if kept == call.id):
                handed_over |= _absorb_recordings(one.rows, self._standing(gone, stored))
            changes.add(self._standing(call.id, stored), one.rows, handed_over)
            written.append(one)
        written_ids = {one.rows.call["id"] for one in written} if merged else set()
        for gone, kept in merged.items():
            is_known = kept in written_ids or self._standing(kept, stored) is not None
            if is_known and self._standing(gone, stored) is not None:
                changes.merge(gone, kept)
        changes.write(connection)
        self._returns(
            connection,
            (w.rows.call for w in written if self._standing(w.call.id, stored) is None),
        )
        follow_up(
            connection,
            [Change(_call_row(self._standing(w.call.id, stored)), w.rows.call) for w in written],
            self._new_clients,
        )
        return written, bool(changes.work)

    def _standing(self, id_: UUID, stored: Mapping[UUID, CallRows]) -> CallRows | None:
        running = self._running.get(id_)
        return stored.get(id_) if running is None else running.rows

    def _follow_merges(
        self, connection: Connection, calls: list[Call], stored: dict[UUID, CallRows]
    ) -> list[Call]:
        """A call that an earlier run found to be part of another goes on as that other one.

        Unless the tracker itself has that other one: then it holds all of it.
        """
        own = {call.id for call in calls}
        followed = []
        for call in calls:
            rows = stored.get(call.id)
            kept: UUID | None = rows.call["merged_into"] if rows else None
            if kept is None:
                followed.append(call)
                continue
            running = self._running.get(kept)
            if kept in own or (running and running.call.id == kept and running.before is None):
                continue
            if running is None:
                stored |= load_rows(connection, [kept])
            followed.append(replace(call, id=kept))
        return followed

    def _rows_of(self, call: Call, phone_id: PhoneIds, ordered_for: UUID | None) -> CallRows:
        row = call_row(call, phone_id)
        return CallRows(
            call=row if ordered_for is None else {**row, "customer_phone_id": ordered_for},
            linkedids=call.linkedids,
            legs=_leg_rows(call, self._running.get(call.id), phone_id),
            transfers=[
                transfer_row(call.id, position, one, phone_id)
                for position, one in enumerate(call.transfers)
            ],
            recordings={
                (ref.channel, ref.name): recording_row(call, ref) for ref in call.recordings
            },
            announcements=[
                announcement_row(call.id, position, one)
                for position, one in enumerate(call.announcements)
            ],
        )

    def _combined(
        self, call: Call, rows: CallRows, stored: CallRows | None, combine: _Combine
    ) -> _Written:
        """With what an earlier run has stored of it, and the recordings that it ever had."""
        last = self._running.get(call.id)
        before = stored if last is None else last.before
        if before is not None:
            rows = combine(before, rows)
        if last is not None:
            _keep_recordings(rows, last.rows)
        return _Written(call, rows, before)


def _call_row(rows: CallRows | None) -> Row | None:
    return None if rows is None else rows.call


def _last_kept(gone: UUID, merged: Mapping[UUID, UUID]) -> UUID:
    """Where a chain of merges ends."""
    kept = merged[gone]
    while kept in merged and merged[kept] != gone:
        kept = merged[kept]
    return kept


def _leg_rows(call: Call, last: _Written | None, phone_id: PhoneIds) -> dict[str, Row]:
    """Most legs of a running call are as they were: their rows are taken over."""
    old = last.call.legs if last is not None and last.before is None else ()
    rows = {}
    for position, leg in enumerate(call.legs):
        if last is not None and position < len(old) and old[position] == leg:
            rows[leg.channel] = last.rows.legs[leg.channel]
        else:
            rows[leg.channel] = leg_row(call.id, position, leg, phone_id)
    return rows


def _keep_recordings(rows: CallRows, last: CallRows) -> None:
    """A recording that was made stays, also when it came from a call that joined this one."""
    for key, row in last.recordings.items():
        mine = rows.recordings.get(key, row)
        finished = rows.call["gone"] or row["finished"]
        rows.recordings[key] = {**mine, "finished": finished}


def _absorb_recordings(rows: CallRows, gone: CallRows | None) -> set[RecordingKey]:
    """Take over a joined call's recordings; those of them that were handed to the outbox."""
    if gone is None:
        return set()
    handed_over = {key for key, row in gone.recordings.items() if row["finished"]}
    for key, row in gone.recordings.items():
        finished = key in handed_over or rows.call["gone"]
        mine = rows.recordings.get(key, row)
        rows.recordings[key] = {**mine, "call_id": rows.call["id"], "finished": finished}
    return handed_over
