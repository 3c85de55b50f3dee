"""Which of two daemons works, on PostgreSQL; what is ordered once in the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.types import Id, UtcDateTime

revision = "0009"
down_revision = "0008"

LOSES = ("callward_leader", "outbox.key", "outbox.lease")
DERIVED = ("callward_leader", "outbox.lease")
"""Whoever works on the database next writes it anew."""


def upgrade() -> None:
    op.create_table(
        "callward_leader",
        sa.Column("epoch", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("taken_at", UtcDateTime, nullable=False),
        sa.Column("beat_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("epoch", name="pk_callward_leader"),
    )
    op.add_column("outbox", sa.Column("key", sa.Text))
    op.add_column("outbox", sa.Column("lease", Id))
    op.create_index("ix_outbox_topic_key", "outbox", ["topic", "key"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_outbox_topic_key", "outbox")
    op.drop_column("outbox", "lease")
    op.drop_column("outbox", "key")
    op.drop_table("callward_leader")
