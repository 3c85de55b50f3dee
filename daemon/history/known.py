"""What is stored already of calls that another source tells of, and up to when that is all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, false, func, select

from crm.phones import open_numbers
from crm.vault import Vault
from daemon.calls.call import Call
from daemon.history.load import load_rows
from daemon.history.records import phone_ids, to_call
from daemon.history.tables import call, call_linkedid, capture_mark
from store.upsert import upsert_rows


def find_known(
    connection: Connection, vault: Vault, pbx: str, linkedids: Collection[str]
) -> list[Call]:
    """The stored calls of a PBX that have one of these linkedids. At most some hundred."""
    ids = connection.execute(
        select(call.c.id)
        .distinct()
        .join(call_linkedid, call_linkedid.c.call_id == call.c.id)
        .where(
            call.c.pbx == pbx, call.c.merged_into.is_(None), call_linkedid.c.linkedid.in_(linkedids)
        )
    ).scalars()
    stored = load_rows(connection, list(ids)).values()
    numbers = open_numbers(connection, vault, {id_ for rows in stored for id_ in phone_ids(rows)})
    return [to_call(rows, numbers) for rows in stored]


def oldest_open(connection: Connection, pbx: str) -> datetime | None:
    """When the oldest of a PBX's calls began that are stored as running."""
    running = call.c.pbx == pbx, call.c.gone == false(), call.c.merged_into.is_(None)
    return connection.execute(select(func.min(call.c.started_at)).where(*running)).scalar()


def find_mark(connection: Connection, pbx: str) -> datetime | None:
    """Every call that ended before this instant (the PBX's clock) is stored."""
    return connection.execute(
        select(capture_mark.c.at).where(capture_mark.c.pbx == pbx)
    ).scalar_one_or_none()


def set_mark(connection: Connection, pbx: str, at: datetime) -> None:
    """See ``find_mark``."""
    upsert_rows(connection, capture_mark, [{"pbx": pbx, "at": at}])
