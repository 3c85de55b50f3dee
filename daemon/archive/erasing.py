"""Deleting a client for good: one transaction for all rows, and work for the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, delete, exists, or_, select, update

from crm.audit import Action, AuditLog, Entry
from crm.call_notes import forget_call_notes
from crm.call_tables import monitoring, question, wrap_up
from crm.legal_holds import any_held, call_is_held, forget_holds, guard
from crm.purge import delete_cards, phones_of, whole
from crm.tables import client
from crm.vault import Vault
from daemon.callbacks.tables import callback
from daemon.history.changes import RECORDING_FINISHED
from daemon.history.forgotten import forget
from daemon.history.tables import call, call_recording, leg, transfer
from daemon.outbox.queue import NewWork, add_work
from daemon.outbox.tables import outbox
from recordings.finished import RecordingFinished
from recordings.models import recording

RECORDING_ERASED: Final = "recording.erased"
"""Outbox topic: a recording's files are to go. Keys: those of ``recording.finished``, ``path``."""
_AFTER: Final = (timedelta(minutes=2), timedelta(minutes=40))
"""The ingest may hold work that is withdrawn here, and store it yet: an encoder's batch takes
fifteen minutes at most, the last look comes after any of that."""
_AT_ONCE: Final = 500


class Erased(Enum):
    """What became of it."""

    DONE = "done"
    NOT_NOW = "not now"
    """The client is in a call: after its end; or a legal hold stands on him or a call of his."""
    STAYS = "stays"
    """It was cancelled meanwhile, or he was restored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasing:
    """What it takes."""

    vault: Vault
    audit: AuditLog

    def erase(self, connection: Connection, client_id: UUID, now: datetime) -> Erased:
        """The client with all cards that were merged into his. In one transaction."""
        row = connection.execute(
            select(client.c.purge_at, client.c.purge_by).where(
                client.c.id == client_id, client.c.archived_at.is_not(None)
            )
        ).first()
        if row is None or row.purge_at is None or row.purge_at > now:
            return Erased.STAYS
        cards = whole(connection, client_id)
        phones = phones_of(connection, cards)
        guard(connection)
        if _is_busy(connection, cards, phones) or is_held(connection, cards, phones):
            return Erased.NOT_NOW
        calls = select(call.c.id).where(call.c.customer_phone_id.in_(phones))
        ids = list(connection.execute(calls).scalars())
        for at in range(0, len(ids), _AT_ONCE):
            _forget_calls(connection, ids[at : at + _AT_ONCE], phones, now)
        forget_holds(connection, cards, ())
        connection.execute(delete(callback).where(callback.c.client_id.in_(cards)))
        delete_cards(connection, self.vault, cards)
        self.audit.add(
            connection,
            *(
                Entry(
                    action=Action.CLIENT_PURGED,
                    actor="callward",
                    client_id=one,
                    object=row.purge_by,
                )
                for one in cards
            ),
        )
        return Erased.DONE


def _is_busy(connection: Connection, cards: Sequence[UUID], phones: Sequence[UUID]) -> bool:
    running = exists().where(call.c.customer_phone_id.in_(phones), call.c.gone.is_(False))
    called = exists().where(callback.c.client_id.in_(cards), callback.c.ended_at.is_(None))
    return bool(connection.execute(select(or_(running, called))).scalar_one())


def is_held(connection: Connection, cards: Sequence[UUID], phones: Sequence[UUID]) -> bool:
    """Whether a legal hold stands on one of these cards, or on a call from one of these phones."""
    calls = select(call.c.id).where(
        call.c.customer_phone_id.in_(phones), call_is_held(call.c.id, call.c.customer_phone_id)
    )
    return any_held(connection, cards) or connection.execute(calls.limit(1)).first() is not None


def _forget_calls(
    connection: Connection, ids: Sequence[UUID], phones: Sequence[UUID], now: datetime
) -> None:
    """Calls stay as calls with nobody, for the counts; their recordings go."""
    forget(connection, ids, now)
    add_work(connection, [*_stored(connection, ids), *_withdrawn(connection, ids)])
    forget_call_notes(connection, ids)
    forget_holds(connection, (), ids)
    connection.execute(delete(recording).where(recording.c.call_id.in_(ids)))
    connection.execute(delete(call_recording).where(call_recording.c.call_id.in_(ids)))
    for table in (question, wrap_up):
        connection.execute(delete(table).where(table.c.call_id.in_(ids)))
    # That somebody listened stays; why could say to whom.
    listened = update(monitoring).where(monitoring.c.call_id.in_(ids))
    connection.execute(listened.values(reason=None))
    for table, column in (
        (call, call.c.customer_phone_id),
        (call, call.c.company_phone_id),
        (call, call.c.answered_by_phone_id),
        (call, call.c.last_agent_phone_id),
        (leg, leg.c.phone_id),
        (transfer, transfer.c.by_phone_id),
        (transfer, transfer.c.to_phone_id),
    ):
        mine = (table.c.id if table is call else table.c.call_id).in_(ids) & column.in_(phones)
        connection.execute(update(table).where(mine).values({column.name: None}))


def _stored(connection: Connection, calls: Sequence[UUID]) -> list[NewWork]:
    rows = connection.execute(
        select(
            recording.c.call_id,
            recording.c.pbx,
            recording.c.channel,
            recording.c.name,
            recording.c.path,
        ).where(recording.c.call_id.in_(calls))
    )
    return [recording_work(row) for row in rows]


def recording_work(row: Row[Any, *tuple[Any, ...]]) -> NewWork:
    """A recording's files are to go; the row has ``call_id``, ``pbx``, ``channel``, ``name`` and
    ``path``."""
    return _work({**row._mapping, "call_id": str(row.call_id)})


def _withdrawn(connection: Connection, calls: Sequence[UUID]) -> list[NewWork]:
    """Recordings of his that still wait to be taken in: nobody is to take them in."""
    waiting = connection.execute(
        select(outbox.c.id, outbox.c.payload).where(outbox.c.topic == RECORDING_FINISHED)
    )
    wanted = {str(id_) for id_ in calls}
    mine = {row.id: row.payload for row in waiting if row.payload.get("call_id") in wanted}
    connection.execute(delete(outbox).where(outbox.c.id.in_(list(mine))))
    return [_work(payload, delay) for payload in mine.values() for delay in _AFTER]


def _work(payload: dict[str, Any], delay: timedelta = timedelta()) -> NewWork:
    keys = ("call_id", "pbx", "channel", "name", "path")
    kept = {key: str(payload[key]) for key in keys if payload.get(key) is not None}
    id_ = RecordingFinished.from_payload(kept).recording_id
    # What may be taken in just now has to be looked for once more, later.
    return NewWork(RECORDING_ERASED, kept, delay, f"{id_} {delay}" if delay else str(id_))
