"""Callbacks as they are kept: who called whom by a button, and what became of it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from store.metadata import metadata
from store.types import Id, UtcDateTime

callback = Table(
    "callback",
    metadata,
    # Also the uniqueid of the first leg: ``callward-`` and this id.
    Column("id", Id, primary_key=True),
    Column("pbx", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("client_id", Id, ForeignKey("client.id"), nullable=False),
    # The key of the manager's phone: an endpoint, ``mobile``, ``mobile2``.
    Column("via", Text, nullable=False),
    Column("idempotency_key", Text),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)
Index(
    "ix_callback_agent_idempotency_key",
    callback.c.agent,
    callback.c.idempotency_key,
    unique=True,
    sqlite_where=callback.c.idempotency_key.is_not(None),
    postgresql_where=callback.c.idempotency_key.is_not(None),
)
Index(
    "ix_callback_live",
    callback.c.pbx,
    sqlite_where=callback.c.ended_at.is_(None),
    postgresql_where=callback.c.ended_at.is_(None),
)
