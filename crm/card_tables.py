"""Tables of what stands on a card beside its phones, and of what became of it."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from crm.vault import EncryptedText
from store.metadata import metadata
from store.types import Id, SortText, UtcDateTime

# E-mails, addresses, messengers.
contact = Table(
    "contact",
    metadata,
    Column("id", Id, primary_key=True),
    Column("client_id", Id, ForeignKey("client.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    # ``home``, ``telegram``: what kind of it this is.
    Column("label", Text),
    Column("value", EncryptedText, nullable=False),
    # Of the value as it is compared; equal ones may stand on several cards.
    Column("blind_index", LargeBinary, nullable=False, index=True),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# A number that a person added and that another's card, which he may not know of, has already.
phone_claim = Table(
    "phone_claim",
    metadata,
    Column("id", Id, primary_key=True),
    Column("client_id", Id, ForeignKey("client.id"), nullable=False, index=True),
    Column("label", Text),
    Column("number", EncryptedText, nullable=False),
    Column("blind_index", LargeBinary, nullable=False, index=True),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

custom_field = Table(
    "custom_field",
    metadata,
    Column("key", Text, primary_key=True),
    Column("label", Text, nullable=False),
    # text, number, date, choice, flag
    Column("kind", Text, nullable=False),
    Column("choices", JSON, nullable=False),
    Column("position", Integer, nullable=False),
    Column("removed_at", UtcDateTime),
    sqlite_with_rowid=False,
)

custom_value = Table(
    "custom_value",
    metadata,
    Column("client_id", Id, ForeignKey("client.id"), primary_key=True),
    Column("key", Text, ForeignKey("custom_field.key"), primary_key=True),
    Column("value", EncryptedText, nullable=False),
    sqlite_with_rowid=False,
)

category = Table(
    "category",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    sqlite_with_rowid=False,
)

note = Table(
    "note",
    metadata,
    Column("id", Id, primary_key=True),
    Column("client_id", Id, ForeignKey("client.id"), nullable=False, index=True),
    Column("author", Text, nullable=False),
    Column("text", EncryptedText, nullable=False),
    # No foreign key: calls are daemon's.
    Column("call_id", Id),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime),
)

# The words of name and company in one case: how a client is found by the beginning of a word.
client_word = Table(
    "client_word",
    metadata,
    Column("word", SortText, nullable=False),
    Column("client_id", Id, ForeignKey("client.id"), nullable=False),
    # False: it stands in the company only, which can be hidden.
    Column("in_name", Boolean, nullable=False),
    # Of all words of the card (``crm.words.marks_of``).
    Column("marks", BigInteger, nullable=False),
    PrimaryKeyConstraint(
        "word", "client_id", name="pk_client_word", postgresql_include=["in_name", "marks"]
    ),
    sqlite_with_rowid=False,
)
# Whether a card has a second word too is answered by the index alone.
Index(
    "ix_client_word_client_id",
    client_word.c.client_id,
    client_word.c.word,
    client_word.c.in_name,
)

# Every change of a field, with what stood there. Nothing here is ever changed but ``undone_by``.
client_change = Table(
    "client_change",
    metadata,
    Column("id", Id, primary_key=True),
    Column("client_id", Id, ForeignKey("client.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    # ``edit``, ``import``, ``merge``, ``undo``, ``call``, ``division``, ``leaver``, ``takeover``.
    Column("way", Text, nullable=False),
    # As fields are called in ``crm.fields``: name, phones, emails, custom:KEY …
    Column("field", Text, nullable=False),
    # Which phone, contact or note it was, where a field holds several.
    Column("item_id", Id),
    Column("before", EncryptedText),
    Column("after", EncryptedText),
    # How many digits differ where a number was edited; null: not such an edit.
    Column("digits", Integer),
    # The change that put it back.
    Column("undone_by", Id),
)
Index("ix_client_change_actor_at", client_change.c.actor, client_change.c.at)
Index(
    "ix_client_change_digits",
    client_change.c.at,
    sqlite_where=client_change.c.digits.is_not(None),
    postgresql_where=client_change.c.digits.is_not(None),
)

# Two cards that became one, with what moved, so that it can be undone.
client_merge = Table(
    "client_merge",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source_id", Id, ForeignKey("client.id"), nullable=False, index=True),
    Column("target_id", Id, ForeignKey("client.id"), nullable=False, index=True),
    Column("actor", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # Ids by table, and the target's fields that were filled from the source.
    Column("moved", JSON, nullable=False),
    Column("undone_at", UtcDateTime),
    Column("undone_by", Text),
)

# Private clients who get another curator: asked for by one person, allowed by another.
takeover = Table(
    "takeover",
    metadata,
    Column("id", Id, primary_key=True),
    # Whose private clients, and who gets them.
    Column("curator", Text, nullable=False),
    Column("successor", Text, nullable=False),
    Column("reason", EncryptedText, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", UtcDateTime),
    Column("allowed", Boolean),
)
