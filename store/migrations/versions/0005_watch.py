"""Alerts, notices, exports and imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.types import Id, UtcDateTime

revision = "0005"
down_revision = "0004"

_TABLES = (
    "alert",
    "notice",
    "watched_client",
    "export",
    "export_part",
    "client_import",
)
LOSES = _TABLES


def upgrade() -> None:
    _create_alerts()
    _create_exchange()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _create_alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("client_id", Id),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("evidence", sa.JSON, nullable=False),
        sa.Column("dedup_key", sa.Text, nullable=False),
        sa.Column("settled_by", sa.Text),
        sa.Column("settled_at", UtcDateTime),
        sa.Column("settled_note", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_alert_client_id"),
        sa.UniqueConstraint("dedup_key", name="uq_alert_dedup_key"),
    )
    op.create_index("ix_alert_at", "alert", ["at"])
    op.create_index("ix_alert_client_id", "alert", ["client_id"])
    op.create_index("ix_alert_person", "alert", ["person"])
    op.create_table(
        "notice",
        sa.Column("id", Id, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("about", sa.JSON, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("read_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_index("ix_notice_person_id", "notice", ["person", "id"])
    op.create_table(
        "watched_client",
        sa.Column("client_id", Id, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("until", UtcDateTime, nullable=False),
        sa.Column("told", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("client_id", "person", name="pk_watched_client"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_watched_client_client_id"),
        sqlite_with_rowid=False,
    )


def _create_exchange() -> None:
    op.create_table(
        "export",
        sa.Column("id", Id, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("filter", sa.LargeBinary, nullable=False),
        sa.Column("watermark", sa.Text, nullable=False),
        sa.Column("clients", sa.Integer, nullable=False),
        sa.Column("finished_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_export"),
        sa.UniqueConstraint("watermark", name="uq_export_watermark"),
    )
    op.create_index("ix_export_actor", "export", ["actor"])
    op.create_index("ix_export_at", "export", ["at"])
    op.create_table(
        "export_part",
        sa.Column("export_id", Id, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("held", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("export_id", "number", name="pk_export_part"),
        sa.ForeignKeyConstraint(["export_id"], ["export.id"], name="fk_export_part_export_id"),
    )
    op.create_table(
        "client_import",
        sa.Column("id", Id, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("created", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("broken", sa.Integer, nullable=False),
        sa.Column("finished_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_client_import"),
    )
