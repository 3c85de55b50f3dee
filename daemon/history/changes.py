"""What a transaction has to write: the rows that differ from those that stand."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, update

from crm.call_tables import call_note, legal_hold, monitoring, recording_pause
from daemon.history.rows import CallRows, RecordingKey, Row
from daemon.history.tables import (
    announcement,
    call,
    call_linkedid,
    call_recording,
    leg,
    transfer,
)
from daemon.outbox.queue import NewWork, add_work
from recordings.finished import recording_id
from recordings.models import recording
from store.upsert import insert_new_rows, upsert_rows

RECORDING_FINISHED = "recording.finished"
"""Outbox topic: a recorded call is over.

Keys: call_id, pbx, channel, name, started_at, ended_at (the call's, if known)."""
_SETTLE = timedelta(seconds=1)
"""MixMonitor closes its files soon after the call, and one without sound is empty after this."""

_drop_leg = delete(leg).where(
    leg.c.call_id == bindparam("gone_from"), leg.c.channel == bindparam("gone_channel")
)
_drop_transfers = delete(transfer).where(
    transfer.c.call_id == bindparam("gone_from"), transfer.c.position >= bindparam("kept")
)
_drop_announcements = delete(announcement).where(
    announcement.c.call_id == bindparam("gone_from"),
    announcement.c.position >= bindparam("kept"),
)
_mark_merged = (
    update(call).where(call.c.id == bindparam("gone_id")).values(merged_into=bindparam("kept_id"))
)
_follow_merged = (
    update(call)
    .where(call.c.merged_into == bindparam("gone_id"))
    .values(merged_into=bindparam("kept_id"))
)
_move = tuple(
    update(table)
    .where(table.c.call_id == bindparam("gone_id"))
    .values(call_id=bindparam("kept_id"))
    for table in (recording, call_note, monitoring, recording_pause, legal_hold)
)


@dataclass(slots=True)
class Changes:
    """Rows of many calls, gathered so that each table is written by one statement."""

    calls: list[Row] = field(default_factory=list)
    linkedids: list[Row] = field(default_factory=list)
    legs: list[Row] = field(default_factory=list)
    dropped_legs: list[Row] = field(default_factory=list)
    transfers: list[Row] = field(default_factory=list)
    dropped_transfers: list[Row] = field(default_factory=list)
    recordings: list[Row] = field(default_factory=list)
    announcements: list[Row] = field(default_factory=list)
    dropped_announcements: list[Row] = field(default_factory=list)
    merged: list[Row] = field(default_factory=list)
    work: list[NewWork] = field(default_factory=list)

    def add(
        self, before: CallRows | None, now: CallRows, handed_over: Set[RecordingKey] = frozenset()
    ) -> None:
        """Gather what differs. ``before``: the call's rows that stand, ``None`` for a new call.

        ``handed_over``: recordings that were finished already as another call's.
        """
        if before is None:
            before = CallRows(call={})
        if now.call != before.call:
            self.calls.append(now.call)
        id_ = now.call["id"]
        for linkedid in now.linkedids - before.linkedids:
            self.linkedids.append({"call_id": id_, "linkedid": linkedid})
        for channel, row in now.legs.items():
            if before.legs.get(channel) != row:
                self.legs.append(row)
        for channel in before.legs.keys() - now.legs.keys():
            self.dropped_legs.append({"gone_from": id_, "gone_channel": channel})
        self._add_listed(before.transfers, now.transfers, self.transfers, self.dropped_transfers)
        self._add_listed(
            before.announcements,
            now.announcements,
            self.announcements,
            self.dropped_announcements,
        )
        self._add_recordings(before, now, handed_over)

    @staticmethod
    def _add_listed(
        before: list[Row], now: list[Row], changed: list[Row], dropped: list[Row]
    ) -> None:
        """Rows whose key is their place in the call."""
        changed += (row for place, row in enumerate(now) if before[place : place + 1] != [row])
        if len(now) < len(before):
            dropped.append({"gone_from": before[0]["call_id"], "kept": len(now)})

    def _add_recordings(
        self, before: CallRows, now: CallRows, handed_over: Set[RecordingKey]
    ) -> None:
        for key, row in now.recordings.items():
            old = before.recordings.get(key)
            if old == row:
                continue
            self.recordings.append(row)
            if row["finished"] and key not in handed_over and not (old and old["finished"]):
                payload = {
                    "call_id": str(row["call_id"]),
                    "pbx": now.call["pbx"],
                    "channel": row["channel"],
                    "name": row["name"],
                    "started_at": row["started_at"].isoformat(),
                }
                if now.call["ended_at"] is not None:
                    payload["ended_at"] = now.call["ended_at"].isoformat()
                self.work.append(recording_finished(payload, _SETTLE))

    def merge(self, gone: UUID, kept: UUID) -> None:
        """``gone`` turned out to be part of ``kept``, which holds all that belonged to it."""
        self.merged.append({"gone_id": gone, "kept_id": kept})

    def write(self, connection: Connection) -> None:
        """Write it all, parents first."""
        upsert_rows(connection, call, self.calls)
        insert_new_rows(connection, call_linkedid, ("call_id", "linkedid"), self.linkedids)
        if self.dropped_legs:
            connection.execute(_drop_leg, self.dropped_legs)
        upsert_rows(connection, leg, self.legs)
        if self.dropped_transfers:
            connection.execute(_drop_transfers, self.dropped_transfers)
        upsert_rows(connection, transfer, self.transfers)
        upsert_rows(connection, call_recording, self.recordings)
        if self.dropped_announcements:
            connection.execute(_drop_announcements, self.dropped_announcements)
        upsert_rows(connection, announcement, self.announcements)
        if self.merged:
            gone = [row["gone_id"] for row in self.merged]
            for table in (leg, transfer, call_linkedid, call_recording, announcement):
                connection.execute(delete(table).where(table.c.call_id.in_(gone)))
            for statement in (_mark_merged, _follow_merged, *_move):
                connection.execute(statement, self.merged)
        add_work(connection, self.work)


def recording_finished(payload: Mapping[str, str], delay: timedelta = timedelta()) -> NewWork:
    """A recording is to be taken in: once, whoever asks for it and how often."""
    key = str(recording_id(payload["pbx"], payload["name"]))
    return NewWork(RECORDING_FINISHED, payload, delay, key)
