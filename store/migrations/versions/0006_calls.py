"""What people make of calls: listening in, wrap-ups, questions, notes and markers, saved views;
and who is away.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.types import Id, UtcDateTime

revision = "0006"
down_revision = "0005"

_TABLES = (
    "monitoring",
    "recording_pause",
    "wrap_up",
    "question",
    "call_note",
    "saved_view",
    "away",
)
LOSES = _TABLES


def upgrade() -> None:
    op.create_table(
        "monitoring",
        sa.Column("id", Id, nullable=False),
        sa.Column("call_id", Id, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("agent", sa.Text),
        sa.Column("via", sa.Text, nullable=False),
        sa.Column("address", sa.Text),
        sa.Column("modes", sa.JSON, nullable=False),
        sa.Column("reason", sa.LargeBinary),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("ended_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_monitoring"),
    )
    op.create_index("ix_monitoring_call_id", "monitoring", ["call_id"])
    op.create_index("ix_monitoring_person_started_at", "monitoring", ["person", "started_at"])
    op.create_table(
        "recording_pause",
        sa.Column("id", Id, nullable=False),
        sa.Column("call_id", Id, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("pbx", sa.Text, nullable=False),
        sa.Column("channels", sa.JSON, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("until", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("ended_by", sa.Text),
        sa.Column("resumed_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_recording_pause"),
    )
    op.create_index("ix_recording_pause_call_id", "recording_pause", ["call_id"])
    op.create_index(
        "ix_recording_pause_person_started_at", "recording_pause", ["person", "started_at"]
    )
    op.create_table(
        "wrap_up",
        sa.Column("call_id", Id, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("by_talker", sa.Boolean, nullable=False),
        sa.Column("note_id", Id),
        sa.Column("task_id", Id),
        sa.PrimaryKeyConstraint("call_id", name="pk_wrap_up"),
    )
    op.create_table(
        "question",
        sa.Column("call_id", Id, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Text),
        sa.Column("asked_at", UtcDateTime),
        sa.Column("text", sa.LargeBinary),
        sa.Column("answer", sa.LargeBinary),
        sa.Column("answered_at", UtcDateTime),
        sa.Column("settled_by", sa.Text),
        sa.Column("settled_at", UtcDateTime),
        sa.Column("reason", sa.LargeBinary),
        sa.PrimaryKeyConstraint("call_id", name="pk_question"),
    )
    op.create_index("ix_question_person", "question", ["person"])
    op.create_table(
        "call_note",
        sa.Column("id", Id, nullable=False),
        sa.Column("call_id", Id, nullable=False),
        sa.Column("recording_id", Id),
        sa.Column("at_seconds", sa.Float),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_call_note"),
    )
    op.create_index("ix_call_note_call_id", "call_note", ["call_id"])
    op.create_index("ix_call_note_recording_id", "call_note", ["recording_id"])
    op.create_table(
        "saved_view",
        sa.Column("id", Id, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("query", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.UniqueConstraint("person", "page", "name", name="uq_saved_view_person_page_name"),
    )
    op.create_table(
        "away",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("until", UtcDateTime),
        sa.Column("reason", sa.Text),
        sa.Column("set_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_away"),
    )
    for column in ("answered_by", "queue"):
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_call_{column}_started_at",
            "call",
            [column, "started_at", "id"],
            sqlite_where=where,
            postgresql_where=where,
        )
    listened = sa.text("action = 'recording_listened'")
    op.create_index(
        "ix_audit_listened",
        "audit",
        ["object"],
        sqlite_where=listened,
        postgresql_where=listened,
    )


def downgrade() -> None:
    op.drop_index("ix_audit_listened", "audit")
    for column in ("queue", "answered_by"):
        op.drop_index(f"ix_call_{column}_started_at", "call")
    for table in reversed(_TABLES):
        op.drop_table(table)
