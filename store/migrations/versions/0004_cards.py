"""What stands on a card, what became of it, and tasks that people set."""

from __future__ import annotations

import re
import unicodedata
import zlib

import sqlalchemy as sa
from alembic import op

from store.types import Id, SortText, UtcDateTime

revision = "0004"
down_revision = "0003"

_TABLES = (
    "contact",
    "phone_claim",
    "custom_field",
    "custom_value",
    "category",
    "note",
    "client_word",
    "client_change",
    "client_merge",
    "takeover",
)
_OF_CLIENT = (
    "company",
    "category",
    "sort_name",
    "private",
    "decoy",
    "changed_at",
    "archived_at",
    "archived_by",
    "purge_at",
    "purge_by",
    "merged_into",
)
_OF_PHONE = ("label", "created_by")
_OF_TASK = ("text", "due_at", "remind_at", "reminded_at", "created_by", "closed_by")
_OF_NO_CALL = "call_id IS NULL OR kind <> 'callback'"
LOSES = (
    *_TABLES,
    *(f"client.{column}" for column in _OF_CLIENT),
    *(f"phone.{column}" for column in _OF_PHONE),
    *(f"task.{column}" for column in _OF_TASK),
)
DERIVED = ("client_word", "client.sort_name")
"""Made of names by the way forward."""
UNHELD = {"task": _OF_NO_CALL}
"""A task was one that a missed call had made."""


def upgrade() -> None:
    _extend_client()
    op.add_column("phone", sa.Column("label", sa.Text))
    op.add_column("phone", sa.Column("created_by", sa.Text))
    _extend_task()
    _create_details()
    _create_history()
    _index_names()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    _restore_task()
    for column in reversed(_OF_PHONE):
        op.drop_column("phone", column)
    _restore_client()


def _create_details() -> None:
    op.create_table(
        "contact",
        sa.Column("id", Id, nullable=False),
        sa.Column("client_id", Id, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("label", sa.Text),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("blind_index", sa.LargeBinary, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_contact_client_id"),
    )
    op.create_index("ix_contact_blind_index", "contact", ["blind_index"])
    op.create_index("ix_contact_client_id", "contact", ["client_id"])
    op.create_table(
        "phone_claim",
        sa.Column("id", Id, nullable=False),
        sa.Column("client_id", Id, nullable=False),
        sa.Column("label", sa.Text),
        sa.Column("number", sa.LargeBinary, nullable=False),
        sa.Column("blind_index", sa.LargeBinary, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_phone_claim"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_phone_claim_client_id"),
    )
    op.create_index("ix_phone_claim_blind_index", "phone_claim", ["blind_index"])
    op.create_index("ix_phone_claim_client_id", "phone_claim", ["client_id"])
    op.create_table(
        "custom_field",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("choices", sa.JSON, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("removed_at", UtcDateTime),
        sa.PrimaryKeyConstraint("key", name="pk_custom_field"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "custom_value",
        sa.Column("client_id", Id, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("client_id", "key", name="pk_custom_value"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_custom_value_client_id"),
        sa.ForeignKeyConstraint(["key"], ["custom_field.key"], name="fk_custom_value_key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "category",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_category"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "note",
        sa.Column("id", Id, nullable=False),
        sa.Column("client_id", Id, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.Column("call_id", Id),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_note_client_id"),
    )
    op.create_index("ix_note_client_id", "note", ["client_id"])
    op.create_table(
        "client_word",
        sa.Column("word", SortText, nullable=False),
        sa.Column("client_id", Id, nullable=False),
        sa.Column("in_name", sa.Boolean, nullable=False),
        sa.Column("marks", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(
            "word", "client_id", name="pk_client_word", postgresql_include=["in_name", "marks"]
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_client_word_client_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_client_word_client_id", "client_word", ["client_id", "word", "in_name"])


def _create_history() -> None:
    op.create_table(
        "client_change",
        sa.Column("id", Id, nullable=False),
        sa.Column("client_id", Id, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("item_id", Id),
        sa.Column("before", sa.LargeBinary),
        sa.Column("after", sa.LargeBinary),
        sa.Column("digits", sa.Integer),
        sa.Column("undone_by", Id),
        sa.PrimaryKeyConstraint("id", name="pk_client_change"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_client_change_client_id"),
    )
    op.create_index("ix_client_change_actor_at", "client_change", ["actor", "at"])
    op.create_index("ix_client_change_client_id", "client_change", ["client_id"])
    op.create_index(
        "ix_client_change_digits",
        "client_change",
        ["at"],
        sqlite_where=sa.column("digits").is_not(None),
        postgresql_where=sa.column("digits").is_not(None),
    )
    op.create_table(
        "client_merge",
        sa.Column("id", Id, nullable=False),
        sa.Column("source_id", Id, nullable=False),
        sa.Column("target_id", Id, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("moved", sa.JSON, nullable=False),
        sa.Column("undone_at", UtcDateTime),
        sa.Column("undone_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_client_merge"),
        sa.ForeignKeyConstraint(["source_id"], ["client.id"], name="fk_client_merge_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["client.id"], name="fk_client_merge_target_id"),
    )
    op.create_index("ix_client_merge_source_id", "client_merge", ["source_id"])
    op.create_index("ix_client_merge_target_id", "client_merge", ["target_id"])
    op.create_table(
        "takeover",
        sa.Column("id", Id, nullable=False),
        sa.Column("curator", sa.Text, nullable=False),
        sa.Column("successor", sa.Text, nullable=False),
        sa.Column("reason", sa.LargeBinary, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", UtcDateTime),
        sa.Column("allowed", sa.Boolean),
        sa.PrimaryKeyConstraint("id", name="pk_takeover"),
    )


def _extend_client() -> None:
    op.drop_index("ix_client_curator", "client")
    for column in (
        sa.Column("company", sa.Text),
        sa.Column("category", sa.Text),
        sa.Column("sort_name", SortText, nullable=False, server_default=sa.text("'\uffff'")),
        sa.Column("private", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("decoy", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("changed_at", UtcDateTime),
        sa.Column("archived_at", UtcDateTime),
        sa.Column("archived_by", sa.Text),
        sa.Column("purge_at", UtcDateTime),
        sa.Column("purge_by", sa.Text),
        sa.Column("merged_into", Id),
    ):
        op.add_column("client", column)
    for columns in (
        ["curator", "id"],
        ["curator", "sort_name", "id"],
        ["category", "id"],
        ["sort_name", "id"],
    ):
        op.create_index(f"ix_client_{'_'.join(columns)}", "client", columns)
    has_deputy = sa.column("deputy").is_not(None)
    for columns in (["deputy", "id"], ["deputy", "sort_name", "id"]):
        op.create_index(
            f"ix_client_{'_'.join(columns)}",
            "client",
            columns,
            sqlite_where=has_deputy,
            postgresql_where=has_deputy,
        )
    gone = sa.or_(sa.column("archived_at").is_not(None), sa.column("merged_into").is_not(None))
    op.create_index("ix_client_gone", "client", ["id"], sqlite_where=gone, postgresql_where=gone)


def _index_names() -> None:
    """Names that cards have already: by which they are sorted and found."""
    client = sa.table(
        "client", sa.column("id", Id), sa.column("name", sa.Text), sa.column("sort_name", SortText)
    )
    word = sa.table(
        "client_word",
        sa.column("word", SortText),
        sa.column("client_id", Id),
        sa.column("in_name", sa.Boolean),
        sa.column("marks", sa.BigInteger),
    )
    connection = op.get_bind()
    named = sa.select(client.c.id, client.c.name).where(client.c.name.is_not(None))
    for id_, name in connection.execute(named).all():
        words = re.findall(
            r"[^\W_]+", unicodedata.normalize("NFKC", name).casefold().replace("ё", "е")
        )
        if not words:
            continue
        ordered = " ".join(words)[:120]
        connection.execute(sa.update(client).where(client.c.id == id_).values(sort_name=ordered))
        indexed = dict.fromkeys(each[:40] for each in words[:24])
        marks = 0
        for beginning in (e[:length] for e in indexed for length in (1, 3) if len(e) >= length):
            marks |= 1 << zlib.crc32(beginning.encode()) % 63
        rows = [{"word": one, "client_id": id_, "in_name": True, "marks": marks} for one in indexed]
        connection.execute(sa.insert(word), rows)


def _extend_task() -> None:
    """Tasks that a person sets come from no call."""
    op.drop_index("ix_task_open_client_id_kind", "task")
    with op.batch_alter_table("task", copy_from=_TASK_BEFORE) as task:
        task.alter_column("call_id", existing_type=Id, nullable=True)
        task.add_column(sa.Column("text", sa.LargeBinary))
        for name in ("due_at", "remind_at", "reminded_at"):
            task.add_column(sa.Column(name, UtcDateTime))
        for name in ("created_by", "closed_by"):
            task.add_column(sa.Column(name, sa.Text))
    is_open = sa.column("closed_at").is_(None)
    callback = is_open & (sa.column("kind") == sa.literal_column("'callback'"))
    op.create_index(
        "ix_task_open_callback_client_id",
        "task",
        ["client_id"],
        unique=True,
        sqlite_where=callback,
        postgresql_where=callback,
    )
    op.create_index("ix_task_client_id", "task", ["client_id"])
    op.create_index(
        "ix_task_open_client_id",
        "task",
        ["client_id"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    to_remind = is_open & sa.column("reminded_at").is_(None) & sa.column("remind_at").is_not(None)
    op.create_index(
        "ix_task_remind_at",
        "task",
        ["remind_at"],
        sqlite_where=to_remind,
        postgresql_where=to_remind,
    )


def _restore_client() -> None:
    for index in (
        "gone",
        "deputy_sort_name_id",
        "deputy_id",
        "sort_name_id",
        "category_id",
        "curator_sort_name_id",
        "curator_id",
    ):
        op.drop_index(f"ix_client_{index}", "client")
    for column in reversed(_OF_CLIENT):
        op.drop_column("client", column)
    op.create_index("ix_client_curator", "client", ["curator"])


def _restore_task() -> None:
    op.execute(f"DELETE FROM task WHERE {_OF_NO_CALL}")  # noqa: S608 - words of ours
    for index in ("remind_at", "open_client_id", "client_id", "open_callback_client_id"):
        op.drop_index(f"ix_task_{index}", "task")
    after = _TASK_BEFORE.to_metadata(sa.MetaData())
    after.c.call_id.nullable = True
    for name, kind in (("text", sa.LargeBinary), ("created_by", sa.Text), ("closed_by", sa.Text)):
        after.append_column(sa.Column(name, kind))
    for name in ("due_at", "remind_at", "reminded_at"):
        after.append_column(sa.Column(name, UtcDateTime))
    with op.batch_alter_table("task", copy_from=after) as task:
        for name in reversed(_OF_TASK):
            task.drop_column(name)
        task.alter_column("call_id", existing_type=Id, nullable=False)
    is_open = sa.column("closed_at").is_(None)
    op.create_index(
        "ix_task_open_client_id_kind",
        "task",
        ["client_id", "kind"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


_TASK_BEFORE = sa.Table(
    "task",
    sa.MetaData(),
    sa.Column("id", Id, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("client_id", Id, nullable=False),
    sa.Column("agent", sa.Text),
    sa.Column("call_id", Id, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("closed_by_call_id", Id),
    sa.PrimaryKeyConstraint("id", name="pk_task"),
    sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_task_client_id"),
    sa.Index("ix_task_agent", "agent"),
)
