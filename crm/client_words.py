"""How a card is found by its name and company: to be written anew when either changes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from crm.card_tables import client_word
from crm.tables import client
from crm.words import marks_of, sort_name, words_of


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


def word_rows(client_id: UUID, name: str | None, company: str | None) -> list[dict[str, Any]]:
    """A row of ``client_word`` for each word of a card."""
    of_name = words_of(name)
    words = dict.fromkeys((*of_name, *words_of(company)))
    marks = marks_of(words)
    return [
        {"word": word, "client_id": client_id, "in_name": word in of_name, "marks": marks}
        for word in words
    ]


def add_words(
    connection: Connection, client_id: UUID, name: str | None, company: str | None
) -> None:
    """The words of a card that has none yet."""
    rows = word_rows(client_id, name, company)
    if rows:
        connection.execute(insert(client_word), rows)
