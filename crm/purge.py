"""Deleting cards for good: every row of the client base that is about them.

What other parts hold (calls, recordings, callbacks), their owners delete before, in the same
transaction: see ``daemon.archive``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, Table, delete, or_, select, update

from crm.audit import erase
from crm.card_tables import (
    client_change,
    client_merge,
    client_word,
    contact,
    custom_value,
    note,
    phone_claim,
)
from crm.claims import detach
from crm.exports import forget_held
from crm.phones import forget_numbers
from crm.tables import client, phone, short_code, task
from crm.vault import Vault
from crm.watch_tables import alert, watched_client

_ABOUT: Final[tuple[Table, ...]] = (
    contact,
    phone_claim,
    custom_value,
    note,
    client_word,
    client_change,
    task,
    alert,
    watched_client,
)
"""Tables with a ``client_id`` whose rows go."""


def whole(connection: Connection, client_id: UUID) -> list[UUID]:
    """The card and those that were merged into it: they go together, it as the last."""
    merged = select(client.c.id).where(client.c.merged_into == client_id).order_by(client.c.id)
    return [*connection.execute(merged).scalars(), client_id]


def phones_of(connection: Connection, clients: Sequence[UUID]) -> list[UUID]:
    """The ids of these clients' phones."""
    query = select(phone.c.id).where(phone.c.client_id.in_(clients))
    return list(connection.execute(query).scalars())


def delete_cards(connection: Connection, vault: Vault, clients: Sequence[UUID]) -> None:
    """Every row about these clients. Nothing else may refer to them any more.

    A phone that nobody has then keeps its row, without its number: to look for calls that refer
    to it would be to read them all.

    Their short codes stay, nobody's, and are never given out again. What the audit tells stays
    without its details; exports that held them keep their counts.
    """
    for table in _ABOUT:
        connection.execute(delete(table).where(table.c.client_id.in_(clients)))
    about = or_(client_merge.c.source_id.in_(clients), client_merge.c.target_id.in_(clients))
    connection.execute(delete(client_merge).where(about))
    own = short_code.c.client_id.in_(clients)
    connection.execute(update(short_code).where(own).values(client_id=None))
    # Another card may claim a number: then it is that card's phone from now on.
    freed = phones_of(connection, clients)
    for id_ in freed:
        detach(connection, id_)
    forget_numbers(connection, vault, freed)
    forget_held(connection, clients)
    for id_ in clients:
        erase(connection, id_)
    connection.execute(delete(client).where(client.c.id.in_(clients)))
