"""Tables of what is noticed and told: alerts, notices, exports, imports, watched clients."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from crm.vault import EncryptedText
from store.metadata import metadata
from store.types import Id, UtcDateTime

# Something that a supervisor should look at; about whom, and on what it rests.
alert = Table(
    "alert",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("person", Text, index=True),
    Column("client_id", Id, ForeignKey("client.id"), index=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    # Counts, instants and ids that its sentence is made of; no name, no contact detail.
    Column("evidence", JSON, nullable=False),
    # The same thing is told once: of two alerts of one key the first stands.
    Column("dedup_key", Text, nullable=False, unique=True),
    Column("settled_by", Text),
    Column("settled_at", UtcDateTime),
    # What was done about it.
    Column("settled_note", EncryptedText),
)

# What one person is told.
notice = Table(
    "notice",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("about", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime),
)
Index("ix_notice_person_id", notice.c.person, notice.c.id)

# What left the base, and with which mark in it.
export = Table(
    "export",
    metadata,
    Column("id", Id, primary_key=True),
    Column("actor", Text, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("format", Text, nullable=False),
    # Fields that were in it, by their names.
    Column("fields", JSON, nullable=False),
    Column("filter", EncryptedText, nullable=False),
    # By which a file that turns up is recognised.
    Column("watermark", Text, nullable=False, unique=True),
    Column("clients", Integer, nullable=False),
    # Null while it is sent; what broke off stays null.
    Column("finished_at", UtcDateTime),
)

# Whose cards an export held, in parts as they went out.
export_part = Table(
    "export_part",
    metadata,
    Column("export_id", Id, ForeignKey("export.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # The clients' ids, 16 bytes each, compressed (zlib).
    Column("held", LargeBinary, nullable=False),
)

client_import = Table(
    "client_import",
    metadata,
    Column("id", Id, primary_key=True),
    Column("actor", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # preview, running, done, failed, broken_off
    Column("state", Text, nullable=False),
    # Fields by column, and what becomes of broken rows: ``all`` or ``good``.
    Column("columns", JSON, nullable=False),
    Column("mode", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("created", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("broken", Integer, nullable=False),
    Column("finished_at", UtcDateTime),
)

# Clients of somebody who left: what becomes of them is looked at.
watched_client = Table(
    "watched_client",
    metadata,
    Column("client_id", Id, ForeignKey("client.id"), primary_key=True),
    Column("person", Text, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("told", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
