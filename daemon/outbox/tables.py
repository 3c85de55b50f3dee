"""Work that has to be done after a transaction, written in that transaction."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, Table, Text

from store.metadata import metadata
from store.types import Id, UtcDateTime

outbox = Table(
    "outbox",
    metadata,
    # UUIDv7: the oldest first.
    Column("id", Id, primary_key=True),
    Column("topic", Text, nullable=False),
    # Ids and names of files; never a number.
    Column("payload", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    # Not to be tried before; while somebody works on it: when his lease ends.
    Column("next_at", UtcDateTime, nullable=False),
    # What it is about: while it waits or is being done, the same is not added again.
    Column("key", Text),
    # Whose it is until then: his alone to settle.
    Column("lease", Id),
)
Index("ix_outbox_topic_key", outbox.c.topic, outbox.c.key, unique=True)
Index("ix_outbox_topic_next_at", outbox.c.topic, outbox.c.next_at)
