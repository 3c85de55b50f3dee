from __future__ import annotations

from sqlalchemy import LargeBinary

import daemon.callbacks.tables
import daemon.history.tables
import daemon.outbox.tables  # noqa: F401
import recordings.models  # noqa: F401
from crm.sealed import COLUMNS
from crm.vault import EncryptedText
from store.metadata import metadata
from store.types import Id

_NOT_OF_THE_VAULT = {
    # What the vault's key makes known, and what has keys of its own or none.
    "vault_key.check_value",
    "audit.details_digest",
    "audit.mac",
    "session.token_hash",
    "access_token.token_hash",
    "export_part.held",
    "recording.sha256",
    "recording.peaks",
    # Counts of wrong sign-ins of two days, which begin anew with another key.
    "sign_in_attempt.subject",
}


def _columns(kind: type) -> set[str]:
    return {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, kind) and not isinstance(column.type, Id)
    }


def test_every_sealed_column_says_how_it_is_sealed() -> None:
    known = [f"{one.column.table}.{one.column.name}" for one in COLUMNS]
    assert len(known) == len(set(known))
    assert set(known) == _columns(EncryptedText)


def test_every_blind_index_is_made_anew_with_its_column() -> None:
    indexed = {f"{one.column.table}.blind_index" for one in COLUMNS if one.indexed is not None}
    assert indexed == {name for name in _columns(LargeBinary) if name.endswith(".blind_index")}


def test_no_other_bytes_depend_on_the_key() -> None:
    rest = {name for name in _columns(LargeBinary) if not name.endswith(".blind_index")}
    assert rest <= _NOT_OF_THE_VAULT, "say in crm.sealed how it is made, or here that it is free"
