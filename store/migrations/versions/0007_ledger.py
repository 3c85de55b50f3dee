"""The daily ledger: what every day's matching found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.types import UtcDateTime

revision = "0007"
down_revision = "0006"

LOSES = ("ledger_day",)


def upgrade() -> None:
    op.create_table(
        "ledger_day",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("unmatched", sa.Integer, nullable=False),
        sa.Column("checked_at", UtcDateTime, nullable=False),
        sa.Column("report", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_ledger_day"),
    )


def downgrade() -> None:
    op.drop_table("ledger_day")
