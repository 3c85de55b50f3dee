"""Which calls lost their client for good, so that no log brings him back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.types import Id, UtcDateTime

revision = "0010"
down_revision = "0009"

LOSES = ("call_forgotten",)


def upgrade() -> None:
    op.create_table(
        "call_forgotten",
        sa.Column("call_id", Id, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_call_forgotten"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_call_forgotten_call_id"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("call_forgotten")
