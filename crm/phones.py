"""Phone rows: the one place where a number is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, update

from crm.numbers import Owner
from crm.sealed import open_sealed, seal
from crm.tables import phone
from crm.vault import Sealed, Vault
from store.ids import uuid7
from store.upsert import insert_new_rows

_FORGOTTEN = "forgotten "
"""What stands instead of a number; no two are the same, for the index."""
_FIND = select(phone.c.blind_index, phone.c.id, phone.c.owner, phone.c.client_id).where(
    phone.c.blind_index.in_(bindparam("indexes", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Phone:
    """A stored number, without the number."""

    id: UUID
    owner: Owner
    client_id: UUID | None


@dataclass(frozen=True, slots=True)
class NewPhone:
    """A number to store."""

    number: str
    owner: Owner
    client_id: UUID | None = None
    label: str | None = None
    created_by: str | None = None
    """Who put it on a card; ``None``: a call did."""

    def __repr__(self) -> str:
        return f"NewPhone(owner={self.owner!s})"


def find_phones(connection: Connection, indexes: Iterable[bytes]) -> dict[bytes, Phone]:
    """Those of the blind indexes that are stored."""
    wanted = list(indexes)
    if not wanted:
        return {}
    rows = connection.execute(_FIND, {"indexes": wanted})
    return {index: Phone(id_, Owner(owner), client_id) for index, id_, owner, client_id in rows}


def add_phones(
    connection: Connection, vault: Vault, new: Mapping[bytes, NewPhone]
) -> dict[bytes, Phone]:
    """Store numbers by blind index; of two transactions at once the first one's row stands.

    Returns the rows that stand, also where they are another's.
    """
    if not new:
        return {}
    now = datetime.now(UTC)
    added = {}
    rows = []
    # In one order everywhere: two transactions then wait for each other and do not deadlock.
    for index in sorted(new):
        one = new[index]
        added[index] = Phone(uuid7(), one.owner, one.client_id)
        rows.append(
            {
                "id": added[index].id,
                "number": seal(vault, phone.c.number, added[index].id, one.number),
                "blind_index": index,
                "owner": one.owner.value,
                "client_id": one.client_id,
                "created_at": now,
                "label": one.label,
                "created_by": one.created_by,
            }
        )
    if insert_new_rows(connection, phone, ("blind_index",), rows):
        return added
    return find_phones(connection, new)


def open_number(vault: Vault, id_: UUID, number: Sealed) -> str:
    """The number of one phone row; empty where it was forgotten with its client."""
    opened = open_sealed(vault, phone.c.number, id_, number)
    return "" if opened.startswith(_FORGOTTEN) else opened


def forget_numbers(connection: Connection, vault: Vault, ids: Collection[UUID]) -> None:
    """Those of the phones that are nobody's lose their number for good; their rows stay."""
    for id_ in ids:
        nothing = f"{_FORGOTTEN}{id_}"
        connection.execute(
            update(phone)
            .where(phone.c.id == id_, phone.c.client_id.is_(None))
            .values(
                number=seal(vault, phone.c.number, id_, nothing),
                blind_index=vault.blind_index(nothing),
                owner=Owner.OUTSIDE.value,
                label=None,
                created_by=None,
            )
        )


def open_numbers(connection: Connection, vault: Vault, ids: Collection[UUID]) -> dict[UUID, str]:
    """The numbers of these phones."""
    if not ids:
        return {}
    rows = connection.execute(select(phone.c.id, phone.c.number).where(phone.c.id.in_(ids)))
    return {id_: open_number(vault, id_, number) for id_, number in rows}
