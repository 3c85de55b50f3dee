"""Short codes, curators, tasks, managers' phones and keys, callbacks, announcements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.types import Id, UtcDateTime

revision = "0002"
down_revision = "0001"

_TABLES = (
    "short_code",
    "task",
    "agent_choice",
    "agent_pin",
    "access_token",
    "callback",
    "capture_mark",
    "announcement",
)
LOSES = (*_TABLES, "client.curator", "client.deputy")


def upgrade() -> None:
    op.add_column("client", sa.Column("curator", sa.Text))
    op.add_column("client", sa.Column("deputy", sa.Text))
    op.create_index("ix_client_curator", "client", ["curator"])
    op.create_table(
        "short_code",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("client_id", Id),
        sa.Column("issued_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_short_code"),
        _client("short_code"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_short_code_client_id", "short_code", ["client_id"])
    _create_task()
    _create_agents_own()
    _create_callback()
    op.create_table(
        "capture_mark",
        sa.Column("pbx", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("pbx", name="pk_capture_mark"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "announcement",
        sa.Column("call_id", Id, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("sound", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("call_id", "position", name="pk_announcement"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_announcement_call_id"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_index("ix_client_curator", "client")
    op.drop_column("client", "deputy")
    op.drop_column("client", "curator")


def _create_task() -> None:
    op.create_table(
        "task",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("client_id", Id, nullable=False),
        sa.Column("agent", sa.Text),
        sa.Column("call_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("closed_at", UtcDateTime),
        sa.Column("closed_by_call_id", Id),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
        _client("task"),
    )
    op.create_index("ix_task_agent", "task", ["agent"])
    is_open = sa.column("closed_at").is_(None)
    op.create_index(
        "ix_task_open_client_id_kind",
        "task",
        ["client_id", "kind"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _create_agents_own() -> None:
    op.create_table(
        "agent_choice",
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("ring", sa.JSON, nullable=False),
        sa.Column("ring_order", sa.Text, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("agent", name="pk_agent_choice"),
    )
    op.create_table(
        "agent_pin",
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("pin_hash", sa.Text),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("locked_until", UtcDateTime),
        sa.PrimaryKeyConstraint("agent", name="pk_agent_pin"),
    )
    op.create_table(
        "access_token",
        sa.Column("id", Id, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("revoked_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_access_token"),
        sa.UniqueConstraint("token_hash", name="uq_access_token_token_hash"),
    )
    op.create_index("ix_access_token_agent", "access_token", ["agent"])


def _create_callback() -> None:
    op.create_table(
        "callback",
        sa.Column("id", Id, nullable=False),
        sa.Column("pbx", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("client_id", Id, nullable=False),
        sa.Column("via", sa.Text, nullable=False),
        sa.Column("idempotency_key", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_callback"),
        _client("callback"),
    )
    keyed = sa.column("idempotency_key").is_not(None)
    op.create_index(
        "ix_callback_agent_idempotency_key",
        "callback",
        ["agent", "idempotency_key"],
        unique=True,
        sqlite_where=keyed,
        postgresql_where=keyed,
    )
    live = sa.column("ended_at").is_(None)
    op.create_index(
        "ix_callback_live", "callback", ["pbx"], sqlite_where=live, postgresql_where=live
    )


def _client(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=f"fk_{table}_client_id")
