"""Recordings mended: taken in anew, and files of the storage taken for what they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select, update

from daemon.calls.dialplan import recording_name
from daemon.history.changes import RECORDING_FINISHED, recording_finished
from daemon.history.tables import call, call_recording
from daemon.ledger.check import Found
from daemon.ledger.differences import Difference, DifferenceKind
from daemon.ledger.files import absent
from daemon.ledger.mended import Left, Mended, note
from daemon.ledger.stored import Channel, batches, calls_of_channels, load_channels
from daemon.outbox.queue import add_work
from daemon.outbox.tables import outbox
from recordings.encoder import Encoder
from recordings.finished import RecordingFinished, recording_id
from recordings.job import MeasureJob, Stored
from recordings.models import RecordingState, recording
from recordings.queries import save
from recordings.threads import at_place
from store.database import Database
from store.upsert import insert_new_rows

_ANEW: Final = frozenset(
    {
        DifferenceKind.NOT_TAKEN_IN,
        DifferenceKind.RECORDING_MISSING,
        DifferenceKind.RECORDING_FAILED,
        DifferenceKind.OBJECT_MISSING,
        DifferenceKind.OBJECT_ALTERED,
    }
)
"""What is mended by taking the PBX's files in once more."""
_AT_ONCE: Final = 100
_LONGEST_LEASE: Final = timedelta(minutes=2)
"""What is due sooner may be in somebody's hands."""


class TakingIn:
    """Sets missed recordings going; the outbox's own handler takes them in."""

    def __init__(
        self,
        *,
        database: Database,
        encoder: Encoder,
        storage: str,
        folders: Mapping[str, Path],
        wake_outbox: Callable[[], None],
    ) -> None:
        """``storage``: ``recordings.storage``. ``folders``: by PBX, where its files appear."""
        self._database = database
        self._encoder = encoder
        self._storage = storage
        self._folders = folders
        self._wake_outbox = wake_outbox

    async def mend(self, found: Found, mended: Mended) -> None:
        """Of all recordings that a look found to differ."""
        anew = [one for one in found.differences if one.kind in _ANEW]
        for some in batches(anew, _AT_ONCE):
            await self._take_anew(some, mended)
        left = [one for one in found.differences if one.kind is DifferenceKind.ORIGINAL_LEFT]
        for some in batches(left, _AT_ONCE):
            await self._take_left(some, mended)
        orphans = [one for one in found.differences if one.kind is DifferenceKind.ORPHAN]
        if orphans:
            day = found.account.day
            begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
            channels = await load_channels(self._database, begin, begin + timedelta(days=1))
            for one in orphans:
                why = await self._adopt(one, channels)
                note(mended, one, why)
        self._wake_outbox()

    # ── originals that are still on the PBX ──────────────────────────────────────────────────

    async def _take_anew(self, some: Sequence[Difference], mended: Mended) -> None:
        payloads = await self._payloads(some)
        gone: set[UUID] = set()
        for pbx in {one["pbx"] for one in payloads.values()}:
            mine = [one for one in payloads.values() if one["pbx"] == pbx]
            try:
                gone |= await at_place(pbx, self._without_original, mine)
            except OSError:
                gone |= {recording_id(pbx, one["name"]) for one in mine}
        wanted: list[dict[str, str]] = []
        for one in some:
            payload = payloads.get(one.recording_id) if one.recording_id is not None else None
            if payload is None:
                mended.leave(one, Left.NO_CALL)
            elif one.kind is not DifferenceKind.NOT_TAKEN_IN and one.recording_id in gone:
                mended.leave(one, Left.NO_ORIGINAL)
            else:
                wanted.append(payload)
                mended.did(one)
        await self._database.write(lambda connection: _hand_over(connection, wanted))

    def _without_original(self, payloads: Sequence[Mapping[str, str]]) -> set[UUID]:
        return {
            recording_id(one["pbx"], one["name"])
            for one in payloads
            if (folder := self._folders.get(one["pbx"])) is None or absent(folder, [one["name"]])
        }

    async def _payloads(self, some: Sequence[Difference]) -> dict[UUID, dict[str, str]]:
        """As they were told, or, where nobody told, as their rows say. By the recording's id."""
        calls = {one.call_id for one in some if one.call_id is not None}
        own, kept = call_recording.c, recording.c
        told = select(
            own.call_id, call.c.pbx, own.channel, own.name, own.started_at, call.c.ended_at
        ).join(call, call.c.id == own.call_id)
        rows = select(
            kept.call_id, kept.pbx, kept.channel, kept.name, kept.started_at, call.c.ended_at
        ).join(call, call.c.id == kept.call_id)
        found: dict[UUID, dict[str, str]] = {}
        async with self._database.read() as connection:
            for query in (rows.where(kept.call_id.in_(calls)), told.where(own.call_id.in_(calls))):
                for row in await connection.execute(query):
                    found[recording_id(row.pbx, row.name)] = _payload(dict(row._mapping))
        return found

    # ── originals of which nobody told ───────────────────────────────────────────────────────

    async def _take_left(self, some: Sequence[Difference], mended: Mended) -> None:
        rows, wanted = [], []
        for pbx in {one.pbx for one in some if one.pbx is not None}:
            mine = [one for one in some if one.pbx == pbx]
            names = [one.details["file"] for one in mine]
            # A call that has just been mended has them by now.
            calls = await calls_of_channels(self._database, pbx, names)
            for one in mine:
                name, at = one.details["file"], one.at or datetime.now(UTC)
                call_id = calls.get(name)
                if call_id is None:
                    mended.leave(one, Left.NO_CALL)
                    continue
                row = {"call_id": call_id, "channel": name, "name": name, "started_at": at}
                rows.append({**row, "finished": True})
                wanted.append(_payload({**row, "pbx": pbx, "ended_at": at}))
                mended.did(one)

        def take(connection: Connection) -> None:
            keys = ("call_id", "channel", "name")
            insert_new_rows(connection, call_recording, keys, rows)
            _hand_over(connection, wanted)

        await self._database.write(take)

    # ── files of the storage without a row ───────────────────────────────────────────────────

    async def _adopt(self, one: Difference, channels: Mapping[UUID, Channel]) -> Left | None:
        of = channels.get(one.recording_id) if one.recording_id is not None else None
        if of is None:
            return Left.NO_CALL
        path = one.details["file"]
        [outcome] = await self._encoder.do([MeasureJob(self._storage, path)])
        if not isinstance(outcome, Stored):
            return Left.NOT_SOUND
        await self._database.write(lambda connection: _adopt(connection, path, of, outcome))
        return None


def _hand_over(connection: Connection, payloads: Sequence[dict[str, str]]) -> None:
    """To the outbox; what waits there already, and is not in hand, is due now."""
    if not payloads:
        return
    now = datetime.now(UTC)
    waiting = connection.execute(
        select(outbox.c.id, outbox.c.payload).where(outbox.c.topic == RECORDING_FINISHED)
    )
    ids = {(row.payload["pbx"], row.payload["name"]): row.id for row in waiting}
    known = [ids[key] for one in payloads if (key := (one["pbx"], one["name"])) in ids]
    paused = outbox.c.id.in_(known) & (outbox.c.next_at > now + _LONGEST_LEASE)
    connection.execute(update(outbox).where(paused).values(next_at=now))
    new = [one for one in payloads if (one["pbx"], one["name"]) not in ids]
    add_work(connection, [recording_finished(one) for one in new])
    calls = {UUID(one["call_id"]) for one in payloads}
    told = call_recording.c.call_id.in_(calls) & call_recording.c.finished.is_(False)
    over = select(call.c.id).where(call.c.id.in_(calls), call.c.gone.is_(True))
    mine = told & call_recording.c.call_id.in_(over)
    connection.execute(update(call_recording).where(mine).values(finished=True))


def _payload(row: Mapping[str, Any]) -> dict[str, str]:
    payload = {
        "call_id": str(row["call_id"]),
        "pbx": row["pbx"],
        "channel": row["channel"],
        "name": row["name"],
    }
    for key in ("started_at", "ended_at"):
        if row[key] is not None:
            payload[key] = row[key].isoformat()
    return payload


def _adopt(connection: Connection, path: str, of: Channel, stored: Stored) -> None:
    """Its row and the call's own note of it, as if it had just been stored."""
    name = recording_name(of.channel)
    told = {"call_id": of.call_id, "channel": of.channel, "name": name}
    row = {**told, "started_at": of.started_at, "finished": True}
    insert_new_rows(connection, call_recording, ("call_id", "channel", "name"), [row])
    finished = RecordingFinished.from_payload(_payload({**row, "pbx": of.pbx, "ended_at": None}))
    record = finished.record(
        state=RecordingState.STORED,
        path=path,
        sha256=bytes.fromhex(stored.sha256),
        size_bytes=stored.size_bytes,
        sample_rate=stored.sample_rate,
        duration_seconds=stored.duration_seconds,
        customer_silent=stored.customer_silent,
        company_silent=stored.company_silent,
        stored_at=datetime.fromtimestamp(stored.written_at, UTC),
    )
    save(connection, record, bytes.fromhex(stored.peaks))
