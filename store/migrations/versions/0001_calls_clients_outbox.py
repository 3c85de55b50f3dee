"""Calls, the client base's phones and cards, the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.types import Id, UtcDateTime

revision = "0001"
down_revision = None

_TABLES = (
    "vault_key",
    "client",
    "phone",
    "call",
    "call_linkedid",
    "leg",
    "transfer",
    "call_recording",
    "recording",
    "outbox",
)
LOSES = _TABLES


def upgrade() -> None:
    op.create_table(
        "vault_key",
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("check_value", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_vault_key"),
    )
    op.create_table(
        "client",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_client"),
    )
    op.create_table(
        "phone",
        sa.Column("id", Id, nullable=False),
        sa.Column("number", sa.LargeBinary, nullable=False),
        sa.Column("blind_index", sa.LargeBinary, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("client_id", Id),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_phone"),
        sa.UniqueConstraint("blind_index", name="uq_phone_blind_index"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_phone_client_id"),
    )
    op.create_index("ix_phone_client_id", "phone", ["client_id"])
    _create_call()
    _create_parts_of_call()
    _create_recording()
    op.create_table(
        "outbox",
        sa.Column("id", Id, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_topic_next_at", "outbox", ["topic", "next_at"])


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _create_call() -> None:
    op.create_table(
        "call",
        sa.Column("id", Id, nullable=False),
        sa.Column("pbx", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("answered_at", UtcDateTime),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("customer_phone_id", Id),
        sa.Column("company_phone_id", Id),
        sa.Column("queue", sa.Text),
        sa.Column("disposition", sa.Text),
        sa.Column("answered_by", sa.Text),
        sa.Column("answered_by_phone_id", Id),
        sa.Column("last_agent", sa.Text),
        sa.Column("last_agent_phone_id", Id),
        sa.Column("hangup_by", sa.Text),
        sa.Column("cause", sa.Integer),
        sa.Column("ring_seconds", sa.Float, nullable=False),
        sa.Column("talk_seconds", sa.Float, nullable=False),
        sa.Column("hold_seconds", sa.Float, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("gone", sa.Boolean, nullable=False),
        sa.Column("merged_into", Id),
        sa.PrimaryKeyConstraint("id", name="pk_call"),
        _phone("call", "customer_phone_id"),
        _phone("call", "company_phone_id"),
        _phone("call", "answered_by_phone_id"),
        _phone("call", "last_agent_phone_id"),
        sa.ForeignKeyConstraint(["merged_into"], ["call.id"], name="fk_call_merged_into"),
    )
    op.create_index("ix_call_started_at_id", "call", ["started_at", "id"])
    op.create_index(
        "ix_call_customer_phone_id_started_at", "call", ["customer_phone_id", "started_at"]
    )
    running = sa.column("gone", sa.Boolean) == sa.false()
    op.create_index(
        "ix_call_running", "call", ["pbx"], sqlite_where=running, postgresql_where=running
    )
    merged = sa.column("merged_into").is_not(None)
    op.create_index(
        "ix_call_merged_into", "call", ["merged_into"], sqlite_where=merged, postgresql_where=merged
    )


def _create_parts_of_call() -> None:
    op.create_table(
        "call_linkedid",
        sa.Column("call_id", Id, nullable=False),
        sa.Column("linkedid", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("call_id", "linkedid", name="pk_call_linkedid"),
        _call("call_linkedid"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_call_linkedid_linkedid", "call_linkedid", ["linkedid"])
    op.create_table(
        "leg",
        sa.Column("call_id", Id, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("agent", sa.Text),
        sa.Column("phone_id", Id),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("ringing_from", UtcDateTime),
        sa.Column("ringing_to", UtcDateTime),
        sa.Column("answered_at", UtcDateTime),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("dial_status", sa.Text),
        sa.Column("cause", sa.Integer),
        sa.PrimaryKeyConstraint("call_id", "channel", name="pk_leg"),
        _call("leg"),
        _phone("leg", "phone_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_leg_agent", "leg", ["agent"])
    op.create_table(
        "transfer",
        sa.Column("call_id", Id, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("by_agent", sa.Text),
        sa.Column("by_phone_id", Id),
        sa.Column("to_exten", sa.Text),
        sa.Column("to_phone_id", Id),
        sa.Column("result", sa.Text),
        sa.PrimaryKeyConstraint("call_id", "position", name="pk_transfer"),
        _call("transfer"),
        _phone("transfer", "by_phone_id"),
        _phone("transfer", "to_phone_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "call_recording",
        sa.Column("call_id", Id, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("finished", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("call_id", "channel", "name", name="pk_call_recording"),
        _call("call_recording"),
        sqlite_with_rowid=False,
    )


def _create_recording() -> None:
    op.create_table(
        "recording",
        sa.Column("id", Id, nullable=False),
        sa.Column("call_id", Id, nullable=False),
        sa.Column("pbx", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(150), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("error", sa.String(32)),
        sa.Column("truncated", sa.Boolean, nullable=False),
        sa.Column("path", sa.String(255)),
        sa.Column("sha256", sa.LargeBinary(32)),
        sa.Column("size_bytes", sa.BigInteger),
        sa.Column("sample_rate", sa.Integer),
        sa.Column("duration_seconds", sa.Float),
        sa.Column("peaks", sa.LargeBinary),
        sa.Column("customer_silent", sa.Boolean),
        sa.Column("company_silent", sa.Boolean),
        sa.Column("started_at", UtcDateTime),
        sa.Column("stored_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_recording"),
        sa.UniqueConstraint("pbx", "name", name="uq_recording_pbx_name"),
        _call("recording"),
    )
    op.create_index("ix_recording_call_id", "recording", ["call_id"])


def _call(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=f"fk_{table}_call_id")


def _phone(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["phone.id"], name=f"fk_{table}_{column}")
