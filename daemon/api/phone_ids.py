"""By which id a number of a card goes outside.

Not by its row's: that would tell a number that only this card has from one that it claims, since
the former gets its old row back where it is taken off and put on again. The same number on the same
card has the same id, whatever is behind it.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from crm.clients import load_client
from crm.vault import Vault
from crm.writing import ItemNotFoundError


def outside_id(vault: Vault, client_id: UUID, number: str) -> UUID:
    """Of a number (E.164) on a card."""
    return UUID(bytes=vault.blind_index(f"phone {client_id} {number}")[:16], version=4)


def row_id(connection: Connection, vault: Vault, client_id: UUID, id_: UUID) -> UUID:
    """The row behind such an id; ``ItemNotFoundError``."""
    client = load_client(connection, client_id, vault=vault)
    for one in () if client is None else client.phones:
        if one.number is not None and outside_id(vault, client_id, one.number) == id_:
            return one.id
    raise ItemNotFoundError(str(id_))
