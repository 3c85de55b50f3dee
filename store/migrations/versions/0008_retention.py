"""Recordings expire by rule, unless a legal hold keeps them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.types import Id, UtcDateTime

revision = "0008"
down_revision = "0007"

LOSES = ("legal_hold", "recording.expired_at")


def upgrade() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", Id, nullable=False),
        sa.Column("call_id", Id),
        sa.Column("client_id", Id),
        sa.Column("reason", sa.LargeBinary, nullable=False),
        sa.Column("set_by", sa.Text, nullable=False),
        sa.Column("set_at", UtcDateTime, nullable=False),
        sa.Column("lift_reason", sa.LargeBinary),
        sa.Column("lifted_by", sa.Text),
        sa.Column("lifted_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_legal_hold"),
    )
    for column in ("call_id", "client_id"):
        where = sa.text(f"lifted_at IS NULL AND {column} IS NOT NULL")
        op.create_index(
            f"ix_legal_hold_{column}",
            "legal_hold",
            [column],
            sqlite_where=where,
            postgresql_where=where,
        )
    op.add_column("recording", sa.Column("expired_at", UtcDateTime))


def downgrade() -> None:
    # Of the states that were known this says what is true of them: there is no sound.
    op.execute(
        "UPDATE recording SET state = 'missing', error = 'original_missing' WHERE state = 'expired'"
    )
    op.drop_column("recording", "expired_at")
    op.drop_table("legal_hold")
