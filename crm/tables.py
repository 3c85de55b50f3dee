"""The client base's tables."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table, Text

from crm.vault import EncryptedText
from store.metadata import metadata
from store.types import Id, UtcDateTime

vault_key = Table(
    "vault_key",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("check_value", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

client = Table(
    "client",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text),
    Column("source", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

phone = Table(
    "phone",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", EncryptedText, nullable=False),
    Column("blind_index", LargeBinary, nullable=False, unique=True),
    Column("owner", Text, nullable=False),
    Column("client_id", Id, ForeignKey("client.id"), index=True),
    Column("created_at", UtcDateTime, nullable=False),
)
