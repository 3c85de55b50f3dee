"""Calls as they are kept. No phone number stands here: only phone ids and agents' names."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    false,
)

from store.metadata import metadata
from store.types import Id, UtcDateTime

call = Table(
    "call",
    metadata,
    Column("id", Id, primary_key=True),
    Column("pbx", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("customer_phone_id", Id, ForeignKey("phone.id")),
    Column("company_phone_id", Id, ForeignKey("phone.id")),
    Column("queue", Text),
    Column("disposition", Text),
    Column("answered_by", Text),
    Column("answered_by_phone_id", Id, ForeignKey("phone.id")),
    Column("last_agent", Text),
    Column("last_agent_phone_id", Id, ForeignKey("phone.id")),
    Column("hangup_by", Text),
    Column("cause", Integer),
    Column("ring_seconds", Float, nullable=False),
    Column("talk_seconds", Float, nullable=False),
    Column("hold_seconds", Float, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("gone", Boolean, nullable=False),
    # The call into which this one turned out to belong; its own rows are gone then.
    Column("merged_into", Id, ForeignKey("call.id")),
)
Index("ix_call_started_at_id", call.c.started_at, call.c.id)
Index("ix_call_customer_phone_id_started_at", call.c.customer_phone_id, call.c.started_at)
# Those of one person or queue; of the others, walking through all finds a page soon enough.
for _column in (call.c.answered_by, call.c.queue):
    Index(
        f"ix_call_{_column.name}_started_at",
        _column,
        call.c.started_at,
        call.c.id,
        sqlite_where=_column.is_not(None),
        postgresql_where=_column.is_not(None),
    )
Index(
    "ix_call_running",
    call.c.pbx,
    sqlite_where=call.c.gone == false(),
    postgresql_where=call.c.gone == false(),
)
Index(
    "ix_call_merged_into",
    call.c.merged_into,
    sqlite_where=call.c.merged_into.is_not(None),
    postgresql_where=call.c.merged_into.is_not(None),
)

call_linkedid = Table(
    "call_linkedid",
    metadata,
    Column("call_id", Id, ForeignKey("call.id"), primary_key=True),
    Column("linkedid", Text, primary_key=True, index=True),
    sqlite_with_rowid=False,
)

leg = Table(
    "leg",
    metadata,
    Column("call_id", Id, ForeignKey("call.id"), primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("agent", Text, index=True),
    Column("phone_id", Id, ForeignKey("phone.id")),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ringing_from", UtcDateTime),
    Column("ringing_to", UtcDateTime),
    Column("answered_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("dial_status", Text),
    Column("cause", Integer),
    sqlite_with_rowid=False,
)

transfer = Table(
    "transfer",
    metadata,
    Column("call_id", Id, ForeignKey("call.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", Text, nullable=False),
    Column("by_agent", Text),
    Column("by_phone_id", Id, ForeignKey("phone.id")),
    Column("to_exten", Text),
    Column("to_phone_id", Id, ForeignKey("phone.id")),
    Column("result", Text),
    sqlite_with_rowid=False,
)

call_recording = Table(
    "call_recording",
    metadata,
    Column("call_id", Id, ForeignKey("call.id"), primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("started_at", UtcDateTime, nullable=False),
    # The call is gone and the recording was handed to the outbox.
    Column("finished", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

# Every call of the PBX that ended before this instant of its clock is stored.
capture_mark = Table(
    "capture_mark",
    metadata,
    Column("pbx", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

# What the customer was told, and whether he heard it to its end.
announcement = Table(
    "announcement",
    metadata,
    Column("call_id", Id, ForeignKey("call.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("channel", Text, nullable=False),
    Column("sound", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("whole", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

# Calls whose client was deleted for good: nobody's log is to say again who he was.
call_forgotten = Table(
    "call_forgotten",
    metadata,
    Column("call_id", Id, ForeignKey("call.id"), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)
