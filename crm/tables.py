"""The client base's tables."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    column,
    false,
    literal_column,
    or_,
    text,
)

from crm.vault import EncryptedText
from store.metadata import metadata
from store.types import Id, SortText, UtcDateTime

_OPEN_CALLBACK = (column("closed_at").is_(None)) & (column("kind") == literal_column("'callback'"))
_TO_REMIND = (
    column("closed_at").is_(None)
    & column("reminded_at").is_(None)
    & column("remind_at").is_not(None)
)

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
    Column("curator", Text),
    Column("deputy", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("company", Text),
    Column("category", Text),
    # The name in one case, by which lists are sorted; who has none stands behind all others.
    Column("sort_name", SortText, nullable=False, server_default=text("'\uffff'")),
    # For its curator alone.
    Column("private", Boolean, nullable=False, server_default=false()),
    # Nobody real: who opens it out of turn gives himself away.
    Column("decoy", Boolean, nullable=False, server_default=false()),
    Column("changed_at", UtcDateTime),
    # In the archive; and when it is to go for good, and by whose word.
    Column("archived_at", UtcDateTime),
    Column("archived_by", Text),
    Column("purge_at", UtcDateTime),
    Column("purge_by", Text),
    # The card that this one became part of. SQLite gives an old table no new foreign key.
    Column("merged_into", Id),
)
# A list in either order is read from an index, whoever serves the clients in it.
Index("ix_client_curator_id", client.c.curator, client.c.id)
Index("ix_client_curator_sort_name_id", client.c.curator, client.c.sort_name, client.c.id)
Index(
    "ix_client_deputy_id",
    client.c.deputy,
    client.c.id,
    sqlite_where=client.c.deputy.is_not(None),
    postgresql_where=client.c.deputy.is_not(None),
)
Index(
    "ix_client_deputy_sort_name_id",
    client.c.deputy,
    client.c.sort_name,
    client.c.id,
    sqlite_where=client.c.deputy.is_not(None),
    postgresql_where=client.c.deputy.is_not(None),
)
Index("ix_client_category_id", client.c.category, client.c.id)
Index("ix_client_sort_name_id", client.c.sort_name, client.c.id)
Index(
    "ix_client_gone",
    client.c.id,
    sqlite_where=or_(client.c.archived_at.is_not(None), client.c.merged_into.is_not(None)),
    postgresql_where=or_(client.c.archived_at.is_not(None), client.c.merged_into.is_not(None)),
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
    Column("label", Text),
    # Who put it on the card; null: a call did.
    Column("created_by", Text),
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
    Column("call_id", Id),
    Column("created_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closed_by_call_id", Id),
    # What is to be done, where a person set it.
    Column("text", EncryptedText),
    Column("due_at", UtcDateTime),
    Column("remind_at", UtcDateTime),
    Column("reminded_at", UtcDateTime),
    Column("created_by", Text),
    Column("closed_by", Text),
)
# Who called five times in vain is called back once.
Index(
    "ix_task_open_callback_client_id",
    task.c.client_id,
    unique=True,
    sqlite_where=_OPEN_CALLBACK,
    postgresql_where=_OPEN_CALLBACK,
)
Index("ix_task_client_id", task.c.client_id)
Index(
    "ix_task_open_client_id",
    task.c.client_id,
    sqlite_where=task.c.closed_at.is_(None),
    postgresql_where=task.c.closed_at.is_(None),
)
Index(
    "ix_task_remind_at",
    task.c.remind_at,
    sqlite_where=_TO_REMIND,
    postgresql_where=_TO_REMIND,
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
