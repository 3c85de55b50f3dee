"""The ``recording`` table: what became of each recorded channel of a call."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from store.metadata import metadata
from store.types import Id, UtcDateTime


class RecordingState(StrEnum):
    """Where a recording stands. Only ``stored`` has a file in the storage."""

    STORED = "stored"
    EMPTY = "empty"
    """The PBX wrote no sound: nobody answered."""
    MISSING = "missing"
    """The PBX announced a recording and its files never appeared."""
    FAILED = "failed"
    """Not stored yet, or not storable; ``error`` says why and the originals are kept."""
    EXPIRED = "expired"
    """It was stored, and its sound was deleted by a rule of ``retention``."""


recording = Table(
    "recording",
    metadata,
    # UUIDv5 of the PBX and the name: handling the same recording twice gives one row.
    Column("id", Id, primary_key=True),
    Column("call_id", Id, ForeignKey("call.id"), nullable=False, index=True),
    Column("pbx", String(64), nullable=False),
    # Asterisk's uniqueid of the recorded channel (AST_MAX_UNIQUEID is 150).
    Column("channel", String(150), nullable=False),
    # The PBX's files are <name>.rx.wav and <name>.tx.wav.
    Column("name", String(200), nullable=False),
    # A RecordingState.
    Column("state", String(16), nullable=False),
    # An ErrorCode; also on a stored recording of which one side is lost.
    Column("error", String(32)),
    # The PBX never finished the files: the end of the sound may be lost.
    Column("truncated", Boolean, nullable=False),
    # Key in the storage, YYYY/MM/DD/<id>.flac.
    Column("path", String(255)),
    # Of the stored file.
    Column("sha256", LargeBinary(32)),
    Column("size_bytes", BigInteger),
    Column("sample_rate", Integer),
    Column("duration_seconds", Float),
    # Waveform, one byte a bucket: 0 is digital silence, 255 full scale; left half, right half.
    Column("peaks", LargeBinary),
    # Nothing on that side rose above -50 dBFS.
    Column("customer_silent", Boolean),
    Column("company_silent", Boolean),
    Column("started_at", UtcDateTime),
    Column("stored_at", UtcDateTime),
    Column("expired_at", UtcDateTime),
    UniqueConstraint("pbx", "name"),
)
"""One row for one recorded channel: the customer left, what he heard from the company right."""
