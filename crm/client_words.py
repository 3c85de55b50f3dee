"""How a card is found by its name and company: to be written anew when either changes."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from crm.card_tables import client_word
from crm.tables import client
from crm.words import sort_name, words_of


def write_words(connection: Connection, client_id: UUID) -> None:
    """Let the words and the sort name of a card be those of its name and company."""
    row = connection.execute(
        select(client.c.name, client.c.company).where(client.c.id == client_id)
    ).one()
    connection.execute(
        update(client).where(client.c.id == client_id).values(sort_name=sort_name(row.name))
    )
    connection.execute(delete(client_word).where(client_word.c.client_id == client_id))
    add_words(connection, client_id, row.name, row.company)


def add_words(
    connection: Connection, client_id: UUID, name: str | None, company: str | None
) -> None:
    """The words of a card that has none yet."""
    of_name = words_of(name)
    rows = [
        {"word": word, "client_id": client_id, "in_name": word in of_name}
        for word in dict.fromkeys((*of_name, *words_of(company)))
    ]
    if rows:
        connection.execute(insert(client_word), rows)
