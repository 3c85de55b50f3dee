"""Tables of what people make of calls: listening in, pauses, wrap-ups, questions, notes, views.

Calls are the daemon's: their ids stand here without a foreign key.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Table, Text, UniqueConstraint, and_

from crm.vault import EncryptedText
from store.metadata import metadata
from store.types import Id, UtcDateTime

# Somebody was on a running call who was no part of it.
monitoring = Table(
    "monitoring",
    metadata,
    Column("id", Id, primary_key=True),
    Column("call_id", Id, nullable=False, index=True),
    Column("person", Text, nullable=False),
    # Whose side he listened at, at first: the manager's name.
    Column("agent", Text),
    # `browser` or `phone`.
    Column("via", Text, nullable=False),
    Column("address", Text),
    # `[{"mode": "listen", "from": "2026-…Z"}, …]`, in order; the last one may be `takeover`.
    Column("modes", JSON, nullable=False),
    Column("reason", EncryptedText),
    Column("started_at", UtcDateTime, nullable=False),
    # Null while he listens.
    Column("ended_at", UtcDateTime),
    Column("ended_by", Text),
)
Index("ix_monitoring_person_started_at", monitoring.c.person, monitoring.c.started_at)

# The recording of a running call was silent for a time: card data.
recording_pause = Table(
    "recording_pause",
    metadata,
    Column("id", Id, primary_key=True),
    Column("call_id", Id, nullable=False, index=True),
    Column("person", Text, nullable=False),
    Column("pbx", Text, nullable=False),
    # Asterisk's uniqueids of the recorded channels.
    Column("channels", JSON, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    # It ends by itself then.
    Column("until", UtcDateTime, nullable=False),
    # Null while it lasts.
    Column("ended_at", UtcDateTime),
    # `person`, `limit` or `call`.
    Column("ended_by", Text),
    # Who resumed it.
    Column("resumed_by", Text),
)
Index(
    "ix_recording_pause_person_started_at", recording_pause.c.person, recording_pause.c.started_at
)

# What came of a talk, as its manager said.
wrap_up = Table(
    "wrap_up",
    metadata,
    Column("call_id", Id, primary_key=True),
    Column("person", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # Who talked has said it, or said something before another did.
    Column("by_talker", Boolean, nullable=False),
    # What was written with it: a note on the card, and the next task.
    Column("note_id", Id),
    Column("task_id", Id),
)

# A supervisor's question about a talk after which nothing was entered, and how it was settled.
question = Table(
    "question",
    metadata,
    Column("call_id", Id, primary_key=True),
    Column("person", Text, nullable=False, index=True),
    Column("asked_by", Text),
    Column("asked_at", UtcDateTime),
    Column("text", EncryptedText),
    Column("answer", EncryptedText),
    Column("answered_at", UtcDateTime),
    # By whom it was taken as settled without an entry, and why.
    Column("settled_by", Text),
    Column("settled_at", UtcDateTime),
    Column("reason", EncryptedText),
)

# What somebody wrote about a call; with `recording_id` and `at_seconds`: a marker in its recording.
call_note = Table(
    "call_note",
    metadata,
    Column("id", Id, primary_key=True),
    Column("call_id", Id, nullable=False, index=True),
    Column("recording_id", Id, index=True),
    Column("at_seconds", Float),
    Column("person", Text, nullable=False),
    Column("text", EncryptedText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# A page's filters under a name, each person's own.
saved_view = Table(
    "saved_view",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person", Text, nullable=False),
    # `calls`, `clients`, `tasks` …
    Column("page", Text, nullable=False),
    Column("name", Text, nullable=False),
    # The page's query, as it stands in the address.
    Column("query", EncryptedText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("person", "page", "name"),
)

# Nothing of that call, or of that client and all calls with him, may be deleted until it is lifted.
legal_hold = Table(
    "legal_hold",
    metadata,
    Column("id", Id, primary_key=True),
    # One of both.
    Column("call_id", Id),
    Column("client_id", Id),
    Column("reason", EncryptedText, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    # Null while it holds.
    Column("lift_reason", EncryptedText),
    Column("lifted_by", Text),
    Column("lifted_at", UtcDateTime),
)
# One each, but for calls that turned out to be one.
for _column in (legal_hold.c.call_id, legal_hold.c.client_id):
    _holds = and_(legal_hold.c.lifted_at.is_(None), _column.is_not(None))
    Index(
        f"ix_legal_hold_{_column.name}",
        _column,
        sqlite_where=_holds,
        postgresql_where=_holds,
    )
