"""Callbacks in the database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Select, bindparam, insert, select, update

from crm.names import phone_name
from crm.tables import client, short_code
from daemon.callbacks.callback import Callback, EndReason, State
from daemon.callbacks.tables import callback

_CODE: Final = (
    select(short_code.c.code)
    .where(short_code.c.client_id == callback.c.client_id)
    .order_by(short_code.c.issued_at, short_code.c.code)
    .limit(1)
    .correlate(callback)
    .scalar_subquery()
)
_CALLBACKS: Final[Select[Any]] = select(
    callback,
    client.c.name.label("name"),
    client.c.private.label("private"),
    client.c.curator.label("curator"),
    _CODE.label("code"),
).join_from(callback, client, client.c.id == callback.c.client_id)
_BY_ID: Final = _CALLBACKS.where(callback.c.id == bindparam("wanted"))
_BY_KEY: Final = _CALLBACKS.where(
    callback.c.agent == bindparam("wanted_agent"),
    callback.c.idempotency_key == bindparam("wanted_key"),
)
_CHANGE: Final = (
    update(callback)
    .where(callback.c.id == bindparam("changed"))
    .values(
        state=bindparam("new_state"),
        reason=bindparam("new_reason"),
        changed_at=bindparam("new_changed_at"),
        ended_at=bindparam("new_ended_at"),
    )
)


def add(connection: Connection, new: Callback) -> None:
    """Store a new callback. Raises ``IntegrityError`` for a key that its agent has used."""
    row = asdict(new)
    del row["code"], row["name"], row["private_of"]
    connection.execute(insert(callback), row)


def change(connection: Connection, callbacks: Collection[Callback]) -> None:
    """Store how far these are."""
    connection.execute(
        _CHANGE,
        [
            {
                "changed": one.id,
                "new_state": one.state,
                "new_reason": one.reason,
                "new_changed_at": one.changed_at,
                "new_ended_at": one.ended_at,
            }
            for one in callbacks
        ],
    )


def find(connection: Connection, id_: UUID) -> Callback | None:
    """The callback of this id."""
    row = connection.execute(_BY_ID, {"wanted": id_}).mappings().first()
    return None if row is None else _callback(row)


def find_by_key(connection: Connection, agent: str, key: str) -> Callback | None:
    """The callback that this agent started under this ``Idempotency-Key``."""
    row = connection.execute(_BY_KEY, {"wanted_agent": agent, "wanted_key": key}).mappings().first()
    return None if row is None else _callback(row)


def live_or_ended_since(connection: Connection, at: datetime) -> list[Callback]:
    """Those that have not ended, and those that did so lately."""
    query = _CALLBACKS.where(callback.c.ended_at.is_(None) | (callback.c.ended_at >= at))
    return [_callback(row) for row in connection.execute(query).mappings()]


def list_callbacks(
    connection: Connection,
    *,
    limit: int,
    agents: Collection[str] | None = None,
    after: UUID | None = None,
    live: bool | None = None,
) -> list[Callback]:
    """Newest first, of these agents or of all; ``after``: the last id of the page before."""
    query = _CALLBACKS.order_by(callback.c.id.desc()).limit(limit)
    if agents is not None:
        query = query.where(callback.c.agent.in_(sorted(agents)))
    if after is not None:
        query = query.where(callback.c.id < after)
    if live is not None:
        ended = callback.c.ended_at
        query = query.where(ended.is_(None) if live else ended.is_not(None))
    return [_callback(row) for row in connection.execute(query).mappings()]


def named_now(connection: Connection, callbacks: Collection[Callback]) -> list[Callback]:
    """These, with what their clients' cards say now of who they are and whose."""
    ids = {one.id for one in callbacks}
    found = connection.execute(_CALLBACKS.where(callback.c.id.in_(ids))).mappings()
    stored = {row["id"]: _callback(row) for row in found}
    return [
        replace(one, code=now.code, name=now.name, private_of=now.private_of)
        if (now := stored.get(one.id)) is not None
        else one
        for one in callbacks
    ]


def _callback(row: RowMapping) -> Callback:
    values = dict(row)
    private, curator = values.pop("private"), values.pop("curator")
    return Callback(
        **{
            **values,
            "state": State(values["state"]),
            "reason": None if values["reason"] is None else EndReason(values["reason"]),
            "code": values["code"] or "",
            "name": phone_name(values["name"], private=private),
            "private_of": (curator or "") if private else None,
        }
    )
