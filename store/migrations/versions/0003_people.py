"""People, roles, rules, sessions and the audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.types import Id, UtcDateTime

revision = "0003"
down_revision = "0002"

_TABLES = (
    "person",
    "department",
    "role",
    "field_rule",
    "place_rule",
    "policy",
    "session",
    "sign_in_attempt",
    "kept_secret",
    "audit",
)
_OF_TOKEN = ("created_by", "label", "scopes", "expires_at", "used_at")
_LIMITED = "CAST(scopes AS TEXT) <> 'null' OR expires_at IS NOT NULL"
LOSES = (*_TABLES, *(f"access_token.{column}" for column in _OF_TOKEN))
UNHELD = {"access_token": _LIMITED}
"""Without their limits they would be good for everything, for ever."""


def upgrade() -> None:
    _create_people()
    _create_rules()
    _create_sign_in()
    _create_audit()
    for column in (
        sa.Column("created_by", sa.Text),
        sa.Column("label", sa.Text),
        sa.Column("scopes", sa.JSON),
        sa.Column("expires_at", UtcDateTime),
        sa.Column("used_at", UtcDateTime),
    ):
        op.add_column("access_token", column)


def downgrade() -> None:
    op.execute(f"DELETE FROM access_token WHERE {_LIMITED}")  # noqa: S608 - words of ours
    for column in reversed(_OF_TOKEN):
        op.drop_column("access_token", column)
    for table in reversed(_TABLES):
        op.drop_table(table)


def _create_people() -> None:
    op.create_table(
        "person",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sign_in_name", sa.Text, nullable=False),
        sa.Column("full_name", sa.Text),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("exceptions", sa.JSON, nullable=False),
        sa.Column("weight", sa.Integer, nullable=False),
        sa.Column("windows_account", sa.Text),
        sa.Column("password_hash", sa.Text),
        sa.Column("must_change_password", sa.Boolean, nullable=False),
        sa.Column("totp_secret", sa.LargeBinary),
        sa.Column("totp_step", sa.Integer),
        sa.Column("recovery_codes", sa.JSON, nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("locked_until", UtcDateTime),
        sa.Column("tried_at", UtcDateTime),
        sa.Column("credentials_by", sa.Text),
        sa.Column("credentials_at", UtcDateTime),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("left_at", UtcDateTime),
        sa.PrimaryKeyConstraint("name", name="pk_person"),
        sa.UniqueConstraint("sign_in_name", name="uq_person_sign_in_name"),
        sa.UniqueConstraint("windows_account", name="uq_person_windows_account"),
    )
    op.create_index("ix_person_department", "person", ["department"])
    op.create_table(
        "department",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("parent", sa.Text),
        sa.PrimaryKeyConstraint("name", name="pk_department"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_department_parent", "department", ["parent"])
    op.create_table(
        "role",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("rights", sa.JSON, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_role"),
        sqlite_with_rowid=False,
    )


def _create_rules() -> None:
    op.create_table(
        "field_rule",
        sa.Column("subject_kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("hidden", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("subject_kind", "subject", "field", name="pk_field_rule"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "place_rule",
        sa.Column("id", Id, nullable=False),
        sa.Column("subject_kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("network", sa.Text),
        sa.Column("mac", sa.Text),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_place_rule"),
    )
    op.create_table(
        "policy",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_policy"),
        sqlite_with_rowid=False,
    )


def _create_sign_in() -> None:
    op.create_table(
        "session",
        sa.Column("id", Id, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("browser", sa.Text),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("ended_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("token_hash", name="uq_session_token_hash"),
    )
    op.create_index("ix_session_person", "session", ["person"])
    op.create_table(
        "sign_in_attempt",
        sa.Column("subject", sa.LargeBinary, nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("locked_until", UtcDateTime),
        sa.Column("tried_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_sign_in_attempt"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "kept_secret",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_kept_secret"),
        sqlite_with_rowid=False,
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("via", sa.Text),
        sa.Column("address", sa.Text),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("client_id", Id),
        sa.Column("object", sa.Text),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("details", sa.LargeBinary),
        sa.Column("details_digest", sa.LargeBinary),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_action_at", "audit", ["action", "at"])
    op.create_index("ix_audit_actor_at", "audit", ["actor", "at"])
    op.create_index("ix_audit_client_id_seq", "audit", ["client_id", "seq"])
