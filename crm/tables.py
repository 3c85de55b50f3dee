"""The client base's tables."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from crm.vault import EncryptedText
from store.metadata import metadata
from store.types import Id, UtcDateTime

vault_key = Table(
    "vault_key",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("check_value", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

client = Table(
    "client",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text),
    Column("source", Text, nullable=False),
    # Agents' names.
    Column("curator", Text, index=True),
    Column("deputy", Text),
    Column("created_at", UtcDateTime, nullable=False),
)

# A code is never given out again: its row stays when the client goes.
short_code = Table(
    "short_code",
    metadata,
    Column("code", Text, primary_key=True),
    Column("client_id", Id, ForeignKey("client.id"), index=True),
    Column("issued_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

phone = Table(
    "phone",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", EncryptedText, nullable=False),
    Column("blind_index", LargeBinary, nullable=False, unique=True),
    Column("owner", Text, nullable=False),
    Column("client_id", Id, ForeignKey("client.id"), index=True),
    Column("created_at", UtcDateTime, nullable=False),
)

task = Table(
    "task",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("client_id", Id, ForeignKey("client.id"), nullable=False),
    # Whose task it is: the curator when it was made; nobody's is the group's.
    Column("agent", Text, index=True),
    # The call that made it and the one that closed it. No foreign keys: calls are daemon's.
    Column("call_id", Id, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closed_by_call_id", Id),
)
# Who called five times in vain is called back once.
Index(
    "ix_task_open_client_id_kind",
    task.c.client_id,
    task.c.kind,
    unique=True,
    sqlite_where=task.c.closed_at.is_(None),
    postgresql_where=task.c.closed_at.is_(None),
)

agent_choice = Table(
    "agent_choice",
    metadata,
    Column("agent", Text, primary_key=True),
    # Keys of his phones, in order: endpoints, ``mobile``, ``mobile2``.
    Column("ring", JSON, nullable=False),
    Column("ring_order", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

agent_pin = Table(
    "agent_pin",
    metadata,
    Column("agent", Text, primary_key=True),
    # argon2; null where he has none, and only wrong ones are counted.
    Column("pin_hash", Text),
    Column("wrong", Integer, nullable=False),
    Column("locked_until", UtcDateTime),
)

access_token = Table(
    "access_token",
    metadata,
    Column("id", Id, primary_key=True),
    Column("agent", Text, nullable=False, index=True),
    # SHA-256 of the token, which is random and long.
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)
